package online.trakiot.app.map

import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Path
import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.math.abs
import kotlin.math.floor
import kotlin.math.round

/** The world's coastlines as the core packs them; there is always a map, without any network. */
class Coastlines(packed: ByteArray) {
    private class Ring(val xy: FloatArray, val minX: Float, val maxX: Float, val minY: Float, val maxY: Float)

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
        var lastX = Float.NaN
        var lastY = Float.NaN
        for (i in ring.xy.indices step 2) {
            val x = ((ring.xy[i] + turn - camera.x) * world + size.width / 2).toFloat()
            val y = ((ring.xy[i + 1] - camera.y) * world + size.height / 2).toFloat()
            if (lastX.isNaN()) moveTo(x, y) else if (abs(x - lastX) + abs(y - lastY) < 1f) continue else lineTo(x, y)
            lastX = x
            lastY = y
        }
        close()
    }

    /** A ring across the antimeridian in one piece; one around a pole has no such form and stays as it is. */
    private fun unwrapped(xy: FloatArray): FloatArray {
        if (xy.isEmpty()) return xy
        val whole = xy.copyOf()
        for (i in 2 until whole.size step 2) {
            val step = whole[i] - whole[i - 2]
            whole[i] -= round(step)
        }
        return if (abs(whole[whole.size - 2] - whole[0]) < 0.5f) whole else xy
    }

    private fun read(packed: ByteArray): List<Ring> {
        val buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN)
        val found = ArrayList<Ring>()
        while (buffer.remaining() >= Int.SIZE_BYTES) {
            val xy = unwrapped(FloatArray(buffer.getInt() * 2) { buffer.getFloat() })
            val xs = xy.indices.step(2).map { xy[it] }
            val ys = xy.indices.step(2).map { xy[it + 1] }
            if (xs.isNotEmpty()) found += Ring(xy, xs.min(), xs.max(), ys.min(), ys.max())
        }
        return found
    }
}
