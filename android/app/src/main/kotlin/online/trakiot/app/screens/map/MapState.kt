package online.trakiot.app.screens.map

import androidx.annotation.StringRes
import online.trakiot.app.R
import online.trakiot.app.map.Camera
import online.trakiot.app.map.Drawn
import online.trakiot.app.map.MapLayer
import online.trakiot.app.map.PlacedPoint
import online.trakiot.app.map.TrackLine
import online.trakiot.app.ui.parts.notLoadedLabel
import online.trakiot.core.FleetStatus
import online.trakiot.core.MapPoint
import online.trakiot.core.MyLocation
import online.trakiot.core.Place
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
    /** The units at one spot, as far as they are shown. */
    val members: List<UnitRow>,
    /** Whether the account sees no unit that has a position. */
    val empty: Boolean = false,
    /** What the map is drawn on; the coastlines alone without one. */
    val layer: MapLayer? = null,
    /** What there is to choose from. */
    val layers: List<MapLayer> = emptyList(),
    val layersOpen: Boolean = false,
    /** How many stand there. */
    val membersTotal: Int = members.size,
) {
    val drawn: Drawn get() = layer?.drawn ?: Drawn.TRUE

    /** Why no unit is drawn; nothing where some are, in sight or not. */
    @get:StringRes
    val nothing: Int? get() = if (!status.loaded) notLoadedLabel(status) else if (empty) R.string.map_none else null
}

/** What a person can do there. */
sealed interface MapEvent {
    data class Moved(val camera: Camera) : MapEvent

    data class Tapped(val point: MapPoint?) : MapEvent

    data class ZoomInto(val point: MapPoint) : MapEvent

    data class Follow(val on: Boolean) : MapEvent

    data class Open(val id: Long) : MapEvent

    data class ShowLayers(val open: Boolean) : MapEvent

    data class ChooseLayer(val layer: MapLayer?) : MapEvent

    /** The units near a place, WGS-84. */
    data class Around(val place: Place) : MapEvent

    data object ShowAll : MapEvent

    data object ShowMe : MapEvent

    data object CloseMembers : MapEvent

    data object MoreMembers : MapEvent

    data object Refresh : MapEvent

    data object SignIn : MapEvent
}
