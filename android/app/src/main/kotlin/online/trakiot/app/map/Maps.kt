package online.trakiot.app.map

import android.content.Context
import androidx.core.content.edit
import java.io.File
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/**
 * The layers that the operator offers, and which of them the person chose: none until they do, because a layer's server
 * learns from where and at which part of the world somebody looks.
 */
class Maps(context: Context, val layers: List<MapLayer>, permitted: () -> Boolean) {
    private val kept = context.getSharedPreferences("maps", Context.MODE_PRIVATE)
    private val choice = MutableStateFlow(layers.firstOrNull { it.id == kept.getString(LAYER, null) })
    val tiles = Tiles(File(context.cacheDir, "maps"), permitted)

    /** What stands above the coastlines. */
    val layer: StateFlow<MapLayer?> = choice.asStateFlow()

    fun choose(layer: MapLayer?) {
        if (layer == choice.value) return // before anybody agreed to anything nothing is written
        kept.edit { if (layer == null) remove(LAYER) else putString(LAYER, layer.id) }
        choice.value = layer
    }

    /** Nobody is signed in any more: the next person has chosen nothing, and what was looked at is gone. Not for the main thread. */
    fun forget() {
        choose(null)
        tiles.erase()
    }

    private companion object {
        const val LAYER = "layer"
    }
}
