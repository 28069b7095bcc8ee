package online.trakiot.app.map

import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateMapOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.unit.IntOffset
import androidx.compose.ui.unit.IntSize
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/** The pictures of one layer on one map: asks for those in sight, stops asking for the others, draws what is there. */
class TileBoard(private val tiles: Tiles, private val layer: MapLayer, private val scope: CoroutineScope) {
    private val shown = mutableStateMapOf<Tile, ImageBitmap>()
    private val asked = HashMap<Tile, Job>()
    private val absent = HashSet<Tile>()
    private val failed = HashSet<Tile>()

    /** Why the last picture did not come; nothing while they come. */
    var trouble by mutableStateOf<TileTrouble?>(null)
        private set

    /** How many pictures are there. */
    val count: Int get() = shown.size

    /**
     * To be called on the main thread whenever what is in sight has changed. What failed is asked for anew only [again]: in
     * each frame of a movement would be too often.
     */
    fun look(inSight: List<PlacedTile>, again: Boolean = false) {
        if (again) failed.clear()
        val wanted = inSight.mapTo(LinkedHashSet()) { it.tile }
        asked.keys.filter { it !in wanted }.forEach { asked.remove(it)?.cancel() }
        if (shown.size > MOST) {
            val useful = wanted.flatMapTo(HashSet()) { tile -> (0..minOf(tile.z, FURTHEST_OUT)).map(tile::parent) }
            shown.keys.filter { it !in useful }.forEach(shown::remove)
        }
        for (tile in wanted) {
            if (tile in shown || tile in absent || tile in failed || asked[tile]?.isActive == true) continue
            asked[tile] = scope.launch { tiles.picture(layer, tile).collect { take(tile, it) } }
        }
    }

    private fun take(tile: Tile, answer: TileAnswer) {
        when (answer) {
            is TileAnswer.Picture -> shown[tile] = answer.image
            is TileAnswer.Absent -> absent += tile
            is TileAnswer.Failed -> {
                failed += tile
                trouble = answer.trouble
                return
            }
        }
        trouble = null
    }

    /** Each tile's picture, or meanwhile its part of one further out. */
    fun draw(to: DrawScope, inSight: List<PlacedTile>) {
        for ((tile, at, size) in inSight) {
            for (levels in 0..minOf(tile.z, FURTHEST_OUT)) {
                val image = shown[tile.parent(levels)] ?: continue
                val part = IntSize(image.width shr levels, image.height shr levels)
                val mask = (1 shl levels) - 1
                val from = IntOffset((tile.x and mask) * part.width, (tile.y and mask) * part.height)
                to.drawImage(image, from, part, at, size)
                break
            }
        }
    }

    private companion object {
        const val MOST = 160
        const val FURTHEST_OUT = 5
    }
}
