package online.trakiot.app.map

import androidx.compose.ui.geometry.Size
import androidx.compose.ui.unit.IntOffset
import androidx.compose.ui.unit.IntSize
import kotlin.math.ceil
import kotlin.math.floor
import kotlin.math.ln
import kotlin.math.min
import kotlin.math.roundToInt

/** One picture of a layer: level and place in the grid of Web Mercator, counted from the north-west. */
data class Tile(val z: Int, val x: Int, val y: Int) {
    /** The one that covers it [levels] further out. */
    fun parent(levels: Int): Tile = Tile(z - levels, x shr levels, y shr levels)
}

/** A tile and where on the screen it lies; the same one may lie there several times where the world is small. */
data class PlacedTile(val tile: Tile, val at: IntOffset, val size: IntSize)

/** The tiles that cover what is in sight, nearest to the middle first. */
fun tilesInSight(camera: Camera, size: Size, density: Float, maxZoom: Int): List<PlacedTile> {
    if (size.width <= 0f || size.height <= 0f) return emptyList()
    // Between as sharp as the screen and as large as made: letters have to stay readable.
    val z = (camera.zoom + ln(density.toDouble()) / ln(2.0) / 2).roundToInt().coerceIn(0, maxZoom)
    val grid = 1 shl z
    val side = camera.worldPx(density) / grid
    val left = camera.x * grid - size.width / 2 / side
    val top = camera.y * grid - size.height / 2 / side
    val columns = floor(left).toInt()..floor(left + size.width / side).toInt()
    val rows = floor(top).toInt().coerceAtLeast(0)..min(floor(top + size.height / side).toInt(), grid - 1)
    val found = ArrayList<PlacedTile>()
    for (y in rows) {
        for (x in columns) {
            val at = IntOffset(floor((x - left) * side).toInt(), floor((y - top) * side).toInt())
            val end = IntOffset(ceil((x + 1 - left) * side).toInt(), ceil((y + 1 - top) * side).toInt())
            found += PlacedTile(Tile(z, Math.floorMod(x, grid), y), at, IntSize(end.x - at.x, end.y - at.y))
        }
    }
    val (midX, midY) = size.width / 2 to size.height / 2
    return found.sortedBy { (it.at.x + it.size.width / 2 - midX).let { d -> d * d } + (it.at.y + it.size.height / 2 - midY).let { d -> d * d } }
}
