package online.trakiot.app.pictures

import online.trakiot.app.map.MapLayer
import online.trakiot.app.map.TileSource
import online.trakiot.core.Datum

/** Layers of an operator that there is none of. */
object DemoMap {
    val layers =
        listOf(
            MapLayer(
                "streets", mapOf("en" to "Streets", "zh" to "街道"),
                TileSource.Template("https://tiles.example.com/{z}/{x}/{y}.png", "© Example Maps, © its contributors"), Datum.GCJ02, maxZoom = 18,
            ),
            MapLayer(
                "satellite", mapOf("en" to "Satellite", "zh" to "卫星"), TileSource.Google("a key", "satellite", "https://tile.example.com"),
                Datum.WGS84, maxZoom = 20,
            ),
        )
}
