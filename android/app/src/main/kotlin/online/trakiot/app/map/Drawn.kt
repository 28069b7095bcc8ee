package online.trakiot.app.map

import online.trakiot.core.Datum
import online.trakiot.core.MercatorPoint
import online.trakiot.core.Place
import online.trakiot.core.TrackPoint
import online.trakiot.core.Viewport
import online.trakiot.core.drawOn
import online.trakiot.core.drawnAt
import online.trakiot.core.fromMercator
import online.trakiot.core.toMercator
import online.trakiot.core.toMercatorAll

/** Where WGS-84 places are drawn on a map of [datum], and what stands where something is drawn: both are the core's. */
data class Drawn(val datum: Datum) {
    fun on(place: Place): MercatorPoint = toMercator(shifted(place))

    fun allOn(places: List<Place>): List<MercatorPoint> =
        toMercatorAll(if (datum == Datum.WGS84) places else places.map(::shifted))

    /** The WGS-84 place that is drawn there; nothing off the earth. */
    fun at(point: MercatorPoint): Place? = fromMercator(point)?.let(::back)

    /** What is in sight, WGS-84. */
    fun at(sight: Viewport): Viewport {
        if (datum == Datum.WGS84) return sight
        val southWest = back(Place(sight.southDeg, sight.westDeg))
        val northEast = back(Place(sight.northDeg, sight.eastDeg))
        return Viewport(southWest.latDeg, southWest.lonDeg, northEast.latDeg, northEast.lonDeg)
    }

    /** Where these bounds are drawn, degrees of the map. */
    fun on(bounds: Viewport): Viewport {
        if (datum == Datum.WGS84) return bounds
        val southWest = shifted(Place(bounds.southDeg, bounds.westDeg))
        val northEast = shifted(Place(bounds.northDeg, bounds.eastDeg))
        return Viewport(southWest.latDeg, southWest.lonDeg, northEast.latDeg, northEast.lonDeg)
    }

    /** The same sight on a map of another datum. */
    fun moved(camera: Camera, to: Drawn): Camera {
        if (to == this) return camera
        val place = at(MercatorPoint(camera.x, camera.y)) ?: return camera
        return to.on(place).let { camera.copy(x = it.x, y = it.y) }
    }

    /** A track's points, ready to be drawn. */
    fun line(points: List<TrackPoint>): TrackLine = TrackLine(points, allOn(points.map { it.place }))

    private fun shifted(place: Place): Place = if (datum == Datum.WGS84) place else drawOn(datum, place)

    private fun back(place: Place): Place = if (datum == Datum.WGS84) place else drawnAt(datum, place)

    companion object {
        /** The coastlines, and every layer that is not shifted. */
        val TRUE = Drawn(Datum.WGS84)
    }
}
