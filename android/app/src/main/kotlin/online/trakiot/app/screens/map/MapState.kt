package online.trakiot.app.screens.map

import online.trakiot.app.map.Camera
import online.trakiot.app.map.PlacedPoint
import online.trakiot.app.map.TrackLine
import online.trakiot.core.FleetStatus
import online.trakiot.core.MapPoint
import online.trakiot.core.MyLocation
import online.trakiot.core.UnitRow

/** What the map shows. */
data class MapState(
    val camera: Camera,
    val points: List<PlacedPoint>,
    val status: FleetStatus,
    val nowMs: Long,
    val me: MyLocation?,
    val chosen: UnitRow?,
    val following: Boolean,
    val tail: TrackLine?,
    val members: List<UnitRow>,
)

/** What a person can do there. */
sealed interface MapEvent {
    data class Moved(val camera: Camera) : MapEvent

    data class Tapped(val point: MapPoint?) : MapEvent

    data class ZoomInto(val point: MapPoint) : MapEvent

    data class Follow(val on: Boolean) : MapEvent

    data class Open(val id: Long) : MapEvent

    data object ShowAll : MapEvent

    data object ShowMe : MapEvent

    data object CloseMembers : MapEvent

    data object Refresh : MapEvent

    data object SignIn : MapEvent
}
