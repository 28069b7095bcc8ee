package online.trakiot.app.map

import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import kotlin.math.ln
import kotlin.math.max
import kotlin.math.min
import kotlin.math.pow
import online.trakiot.core.MercatorPoint
import online.trakiot.core.Place
import online.trakiot.core.Viewport
import online.trakiot.core.fromMercator
import online.trakiot.core.toMercator

/**
 * Where the map looks: the middle in Web Mercator (0..1, from the core) and the zoom level of 256-point tiles. Turns
 * between the world and the screen; the projection itself is the core's.
 */
data class Camera(val x: Double = 0.5, val y: Double = 0.42, val zoom: Double = 1.0) {
    /** Pixels that the whole world is wide. */
    fun worldPx(density: Float): Double = TILE * density * 2.0.pow(zoom)

    fun toScreen(point: MercatorPoint, size: Size, density: Float): Offset = toScreen(point.x, point.y, size, density)

    fun toScreen(pointX: Double, pointY: Double, size: Size, density: Float): Offset {
        val world = worldPx(density)
        var dx = pointX - x
        // The nearer way round the world.
        if (dx > 0.5) dx -= 1.0 else if (dx < -0.5) dx += 1.0
        return Offset((dx * world + size.width / 2).toFloat(), ((pointY - y) * world + size.height / 2).toFloat())
    }

    fun toWorld(at: Offset, size: Size, density: Float): MercatorPoint {
        val world = worldPx(density)
        return MercatorPoint(wrap(x + (at.x - size.width / 2) / world), y + (at.y - size.height / 2) / world)
    }

    fun panned(by: Offset, density: Float): Camera {
        val world = worldPx(density)
        return copy(x = wrap(x - by.x / world), y = (y - by.y / world).coerceIn(0.0, 1.0))
    }

    /** Zoomed by a factor; what lies under [focus] stays there. */
    fun zoomed(factor: Double, focus: Offset, size: Size, density: Float): Camera {
        val target = (zoom + ln(factor) / ln(2.0)).coerceIn(MIN_ZOOM, MAX_ZOOM)
        val under = toWorld(focus, size, density)
        val next = copy(zoom = target)
        val moved = next.toScreen(under, size, density)
        return next.panned(focus - moved, density)
    }

    /** What is visible, with nothing left out at the poles. */
    fun viewport(size: Size, density: Float): Viewport {
        val world = worldPx(density)
        val halfX = size.width / world / 2
        val halfY = size.height / world / 2
        val north = fromMercator(MercatorPoint(0.5, max(0.0, y - halfY)))?.latDeg ?: 90.0
        val south = fromMercator(MercatorPoint(0.5, min(1.0, y + halfY)))?.latDeg ?: -90.0
        if (halfX >= 0.5) return Viewport(south, -180.0, north, 180.0)
        return Viewport(south, wrap(x - halfX) * 360 - 180, north, wrap(x + halfX) * 360 - 180)
    }

    companion object {
        private const val TILE = 256.0
        const val MIN_ZOOM = 0.5
        const val MAX_ZOOM = 20.0

        fun at(place: Place, zoom: Double, drawn: Drawn = Drawn.TRUE): Camera = drawn.on(place).let { Camera(it.x, it.y, zoom) }

        /** So that all of [bounds] is seen, with a margin. */
        fun showing(bounds: Viewport, size: Size, density: Float, drawn: Drawn = Drawn.TRUE): Camera {
            val there = drawn.on(bounds)
            val northWest = toMercator(Place(there.northDeg, there.westDeg))
            val southEast = toMercator(Place(there.southDeg, there.eastDeg))
            val width = wrap(southEast.x - northWest.x)
            val height = max(southEast.y - northWest.y, 0.0)
            val fit = min(size.width / max(width, 1e-9), size.height / max(height, 1e-9)) * 0.8 / (TILE * density)
            val zoom = (ln(fit) / ln(2.0)).coerceIn(MIN_ZOOM, 17.0)
            return Camera(wrap(northWest.x + width / 2), northWest.y + height / 2, zoom)
        }

        private fun wrap(value: Double): Double = value - kotlin.math.floor(value)
    }
}
