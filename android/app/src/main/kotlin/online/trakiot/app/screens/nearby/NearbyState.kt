package online.trakiot.app.screens.nearby

import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationNeed
import online.trakiot.core.CoordinateFormat
import online.trakiot.core.MyLocation
import online.trakiot.core.NearbyView

/** The radii offered, metres. */
val RADII_M = listOf(100, 500, 1_000, 5_000, 20_000, 100_000)

/** What the screen shows. Around a unit, or around this phone. */
data class NearbyState(
    val unitName: String?,
    val radiusM: Int,
    val access: LocationAccess,
    val here: MyLocation?,
    val view: NearbyView?,
    val coordinates: CoordinateFormat,
    val nowMs: Long,
) {
    val aroundMe: Boolean get() = unitName == null
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
