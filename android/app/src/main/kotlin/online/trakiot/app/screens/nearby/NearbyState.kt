package online.trakiot.app.screens.nearby

import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationNeed
import online.trakiot.core.CoordinateFormat
import online.trakiot.core.MyLocation
import online.trakiot.core.NearbyView
import online.trakiot.core.Place

/** The radii offered, metres. */
val RADII_M = listOf(100, 500, 1_000, 5_000, 20_000, 100_000)

/** Around what. */
sealed interface NearWhat {
    data object Me : NearWhat

    data class OneUnit(val id: Long) : NearWhat

    /** A place that the person pointed at, WGS-84. */
    data class Spot(val place: Place) : NearWhat
}

/** What the screen shows. Around something that has a name, or around this phone. */
data class NearbyState(
    /** The unit's name, or the place's coordinates. */
    val aroundWhat: String?,
    val radiusM: Int,
    val access: LocationAccess,
    val here: MyLocation?,
    val view: NearbyView?,
    val coordinates: CoordinateFormat,
    val nowMs: Long,
) {
    val aroundMe: Boolean get() = aroundWhat == null
}

/** What a person can do there. */
sealed interface NearbyEvent {
    data class Radius(val meters: Int) : NearbyEvent

    data class Open(val id: Long) : NearbyEvent

    data class Need(val need: LocationNeed) : NearbyEvent

    data object Back : NearbyEvent

    data object Refresh : NearbyEvent

    data object SignIn : NearbyEvent
}
