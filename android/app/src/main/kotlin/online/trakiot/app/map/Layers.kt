package online.trakiot.app.map

import android.content.res.Resources
import java.net.URI
import java.util.Locale
import online.trakiot.app.R
import online.trakiot.core.Datum
import org.json.JSONArray
import org.json.JSONObject

/** Where a layer's pictures come from. */
sealed interface TileSource {
    /** The computer that is asked, for the person who decides. */
    val host: String

    /** By an address with `{z}`, `{x}` and `{y}` in it; whose work they are is told beside them. */
    data class Template(val url: String, val attribution: String) : TileSource {
        override val host: String get() = URI(url.replace(Regex("[{}]"), "")).host.orEmpty()

        fun url(tile: Tile): String = url.replace("{z}", "${tile.z}").replace("{x}", "${tile.x}").replace("{y}", "${tile.y}")
    }

    /** Google's Map Tiles API, with the operator's key; whose work they are it tells itself. */
    data class Google(val key: String, val mapType: String, val server: String) : TileSource {
        override val host: String get() = URI(server).host.orEmpty()
    }
}

/** Pictures of the world above the coastlines, as the operator has them built in; there is none without an operator's word. */
data class MapLayer(val id: String, private val names: Map<String, String>, val source: TileSource, val datum: Datum, val maxZoom: Int) {
    val drawn: Drawn get() = Drawn(datum)

    fun name(locale: Locale): String = names[locale.language] ?: names["en"] ?: id

    companion object {
        private const val GOOGLE = "https://tile.googleapis.com"
        private const val DEFAULT_MAX_ZOOM = 19

        /** The layers of this app; what the build has looked through (`build/map_layers.py` says what there is to say). */
        fun all(resources: Resources): List<MapLayer> = read(resources.getString(R.string.operator_map_layers))

        fun read(json: String): List<MapLayer> {
            if (json.isBlank()) return emptyList()
            val layers = JSONArray(json)
            return (0 until layers.length()).map { layer(layers.getJSONObject(it)) }
        }

        private fun layer(json: JSONObject): MapLayer {
            val google = json.optJSONObject("google")
            val source =
                if (google == null) TileSource.Template(json.getString("url"), json.getString("attribution"))
                else TileSource.Google(google.getString("key"), google.getString("mapType"), google.optString("server", GOOGLE))
            val names = json.getJSONObject("name").let { names -> names.keys().asSequence().associateWith(names::getString) }
            val datum =
                when (val word = json.getString("datum")) {
                    "WGS-84" -> Datum.WGS84
                    "GCJ-02" -> Datum.GCJ02
                    "BD-09" -> Datum.BD09
                    else -> throw IllegalArgumentException("no datum is called $word")
                }
            return MapLayer(json.getString("id"), names, source, datum, json.optInt("maxZoom", DEFAULT_MAX_ZOOM))
        }
    }
}
