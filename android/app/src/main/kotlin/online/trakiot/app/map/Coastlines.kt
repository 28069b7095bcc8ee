package online.trakiot.app.map

import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Path
import online.trakiot.core.Place
import online.trakiot.core.toMercatorAll
import java.io.InputStream
import kotlin.math.abs
import kotlin.math.floor
import kotlin.math.max
import kotlin.math.min
import kotlin.math.round

/**
 * The world's coastlines as `scripts/data` packs them (Natural Earth 1:10m, public domain); there is always a map, without
 * any network. Lies within a kilometre of the true shore: it says on which side of a river mouth a unit is, not on which quay.
 */
class Coastlines(packed: InputStream) {
    private val rings: List<Ring> = read(packed)

    /** The land that is in sight, as one path on the screen; points nearer than a pixel to the last are left out. */
    fun path(camera: Camera, size: Size, density: Float): Path {
        val path = Path()
        val world = camera.worldPx(density)
        val halfX = size.width / world / 2
        val halfY = size.height / world / 2
        for (ring in rings) {
            if (ring.maxY < camera.y - halfY || ring.minY > camera.y + halfY) continue
            // A ring may be in sight to the left and to the right of the antimeridian.
            val first = floor(camera.x - halfX - ring.maxX).toInt()
            for (turn in first..first + 2) {
                if (ring.minX + turn <= camera.x + halfX && ring.maxX + turn >= camera.x - halfX) {
                    path.add(ring, turn, camera, size, world)
                }
            }
        }
        return path
    }

    private fun Path.add(ring: Ring, turn: Int, camera: Camera, size: Size, world: Double) {
        val halfX = size.width / world / 2
        val halfY = size.height / world / 2
        var lastX = Float.NaN
        var lastY = Float.NaN
        var index = 0
        while (index < ring.count) {
            val x = ((ring.xy[2 * index] + turn - camera.x) * world + size.width / 2).toFloat()
            val y = ((ring.xy[2 * index + 1] - camera.y) * world + size.height / 2).toFloat()
            if (lastX.isNaN()) moveTo(x, y) else if (abs(x - lastX) + abs(y - lastY) >= 1f) lineTo(x, y)
            if (lastX.isNaN() || abs(x - lastX) + abs(y - lastY) >= 1f) {
                lastX = x
                lastY = y
            }
            // A stretch that lies wholly beyond one edge of the screen changes nothing on it, however it runs.
            val beyond = index % STRETCH == 0 && ring.isBeyond(index / STRETCH, camera.x - turn, camera.y, halfX, halfY)
            index += if (beyond) STRETCH else 1
        }
        close()
    }

    /** A closed line in Web Mercator, with the bounds of each stretch of it. */
    private class Ring(val xy: FloatArray) {
        val count = xy.size / 2
        private val bounds = FloatArray((count + STRETCH - 1) / STRETCH * 4)
        val minX: Float
        val maxX: Float
        val minY: Float
        val maxY: Float

        init {
            var (west, east) = Float.MAX_VALUE to -Float.MAX_VALUE
            var (north, south) = Float.MAX_VALUE to -Float.MAX_VALUE
            for (stretch in 0 until bounds.size / 4) {
                var (left, right) = Float.MAX_VALUE to -Float.MAX_VALUE
                var (top, bottom) = Float.MAX_VALUE to -Float.MAX_VALUE
                // With the point that the next one begins with: the line between them belongs to this stretch.
                for (index in stretch * STRETCH..min((stretch + 1) * STRETCH, count - 1)) {
                    left = min(left, xy[2 * index])
                    right = max(right, xy[2 * index])
                    top = min(top, xy[2 * index + 1])
                    bottom = max(bottom, xy[2 * index + 1])
                }
                floatArrayOf(left, right, top, bottom).copyInto(bounds, stretch * 4)
                west = min(west, left)
                east = max(east, right)
                north = min(north, top)
                south = max(south, bottom)
            }
            minX = west
            maxX = east
            minY = north
            maxY = south
        }

        fun isBeyond(stretch: Int, x: Double, y: Double, halfX: Double, halfY: Double): Boolean {
            val at = stretch * 4
            return bounds[at] > x + halfX || bounds[at + 1] < x - halfX || bounds[at + 2] > y + halfY || bounds[at + 3] < y - halfY
        }
    }

    /** A ring across the antimeridian in one piece; one around a pole has no such form and stays as it is. */
    private fun unwrapped(xy: FloatArray): FloatArray {
        val whole = xy.copyOf()
        for (i in 2 until whole.size step 2) {
            val step = whole[i] - whole[i - 2]
            whole[i] -= round(step)
        }
        return if (abs(whole[whole.size - 2] - whole[0]) < 0.5f) whole else xy
    }

    private fun read(packed: InputStream): List<Ring> {
        val bytes = packed.readBytes()
        var at = 0
        fun number(): Int {
            var value = 0
            var shift = 0
            do {
                val byte = bytes[at++].toInt()
                value = value or (byte and 0x7f shl shift)
                shift += 7
            } while (byte < 0)
            return value ushr 1 xor -(value and 1)
        }
        val found = ArrayList<Ring>()
        while (at < bytes.size) {
            val count = number()
            var lon = 0
            var lat = 0
            val places =
                List(count) {
                    lon += number()
                    lat += number()
                    Place(lat / UNITS_PER_DEG, lon / UNITS_PER_DEG)
                }
            val xy = FloatArray(2 * count)
            toMercatorAll(places).forEachIndexed { index, point ->
                xy[2 * index] = point.x.toFloat()
                xy[2 * index + 1] = point.y.toFloat()
            }
            found += Ring(unwrapped(xy))
        }
        return found
    }

    private companion object {
        const val STRETCH = 64
        const val UNITS_PER_DEG = 1_000.0
    }
}
