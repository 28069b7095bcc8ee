package online.trakiot.app.platform

import android.Manifest.permission.ACCESS_BACKGROUND_LOCATION
import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.os.Build.VERSION_CODES
import online.trakiot.core.ConsentException
import online.trakiot.core.LocationPermission

/** What the system lets the app know of where it is. */
sealed interface LocationAccess {
    /** The person has not agreed to it, or that they did could not be written; the system is not asked before. */
    data class NoConsent(val refused: ConsentException? = null) : LocationAccess

    /** Location is off for the whole phone. */
    data object SwitchedOff : LocationAccess

    data object NotAsked : LocationAccess

    /** Refused, and the system would show its question once more. */
    data object Denied : LocationAccess

    /** Refused, and only the system's settings help. */
    data object DeniedForGood : LocationAccess

    /** Precise or blurred to a kilometre or two; always, or while the app is in use. */
    data class Allowed(val precise: Boolean, val always: Boolean) : LocationAccess
}

/** What the system says, exactly; judged by [locationAccess]. */
data class PermissionFacts(
    val sdk: Int,
    val coarse: Boolean,
    val fine: Boolean,
    val background: Boolean,
    val locationOn: Boolean,
    val asked: Boolean,
    val refusedForGood: Boolean,
)

/** The one state of all those facts. */
fun locationAccess(facts: PermissionFacts): LocationAccess =
    when {
        !facts.coarse && !facts.fine ->
            when {
                !facts.asked -> LocationAccess.NotAsked
                facts.refusedForGood -> LocationAccess.DeniedForGood
                else -> LocationAccess.Denied
            }
        !facts.locationOn -> LocationAccess.SwitchedOff
        // Up to Android 9 there is no difference between in use and always.
        else -> LocationAccess.Allowed(facts.fine, always = facts.background || facts.sdk < VERSION_CODES.Q)
    }

/** The same for the core. */
fun locationPermission(facts: PermissionFacts): LocationPermission =
    when {
        !facts.coarse && !facts.fine -> LocationPermission.NONE
        !facts.fine -> LocationPermission.APPROXIMATE
        facts.background || facts.sdk < VERSION_CODES.Q -> LocationPermission.ALWAYS
        else -> LocationPermission.WHILE_IN_USE
    }

/** What a screen wants. */
enum class LocationNeed { Any, Precise, Always }

/** How a person gets from here to what the screen wants. Nothing of it happens without a tap. */
sealed interface LocationWay {
    /** There is nothing to do. */
    data object None : LocationWay

    data class Ask(val permissions: List<String>) : LocationWay

    data object AppSettings : LocationWay

    data object LocationSettings : LocationWay
}

/**
 * The way from [access] to [need]. Android 10 asks for always together with the rest, 11 and later only after it and on a
 * page of its own; 12 and later want the coarse permission named beside the precise one.
 */
fun locationWay(access: LocationAccess, need: LocationNeed, sdk: Int, refusedForGood: Boolean): LocationWay {
    val foreground = listOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
    return when (access) {
        // Agreed to by the same tap, so the system's question follows.
        is LocationAccess.NoConsent -> LocationWay.Ask(foreground)
        is LocationAccess.SwitchedOff -> LocationWay.LocationSettings
        is LocationAccess.DeniedForGood -> LocationWay.AppSettings
        is LocationAccess.NotAsked, is LocationAccess.Denied ->
            if (need == LocationNeed.Always && sdk == VERSION_CODES.Q) LocationWay.Ask(foreground + ACCESS_BACKGROUND_LOCATION)
            else LocationWay.Ask(foreground)
        is LocationAccess.Allowed ->
            when {
                need == LocationNeed.Any -> LocationWay.None
                !access.precise -> if (refusedForGood) LocationWay.AppSettings else LocationWay.Ask(foreground)
                need == LocationNeed.Precise || access.always -> LocationWay.None
                refusedForGood -> LocationWay.AppSettings
                else -> LocationWay.Ask(listOf(ACCESS_BACKGROUND_LOCATION))
            }
    }
}

/**
 * Whether the system will not ask again: it would have explained [before] the question and not [after] it. A question that
 * was waved away is no refusal for good.
 */
fun refusedForGood(before: Boolean, after: Boolean, earlier: Boolean, granted: Boolean): Boolean =
    !granted && !after && (before || earlier)
