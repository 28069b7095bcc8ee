package online.trakiot.app.screens.unit

import online.trakiot.app.platform.MapApp
import online.trakiot.core.CoordinateFormat
import online.trakiot.core.UnitDetails

/** What the unit's screen shows; no unit when the account does not see it (any more). */
data class UnitState(
    val unit: UnitDetails?,
    val coordinates: CoordinateFormat,
    val nowMs: Long,
    /** The map apps to choose from, while the person is asked. */
    val mapApps: List<MapApp> = emptyList(),
)

/** What a person can do there. */
sealed interface UnitEvent {
    data object Back : UnitEvent

    data object Nearby : UnitEvent

    data object History : UnitEvent

    /** Follows the unit on the map. */
    data object Watch : UnitEvent

    data object Copy : UnitEvent

    data object Navigate : UnitEvent

    data class NavigateWith(val app: MapApp) : UnitEvent

    data object NavigateNot : UnitEvent

    data object Share : UnitEvent

    data object Call : UnitEvent

    data object Refresh : UnitEvent

    data object SignIn : UnitEvent
}
