package online.trakiot.app

import androidx.activity.compose.setContent
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.asAndroidBitmap
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.longClick
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.performTouchInput
import androidx.compose.ui.test.swipe
import kotlin.math.abs
import kotlin.math.hypot
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import online.trakiot.app.map.Camera
import online.trakiot.app.map.Drawn
import online.trakiot.app.map.LocalTiles
import online.trakiot.app.map.MapCanvas
import online.trakiot.app.map.MapLayer
import online.trakiot.app.map.Maps
import online.trakiot.app.map.PlacedPoint
import online.trakiot.app.map.Tile
import online.trakiot.app.map.TileAnswer
import online.trakiot.app.map.Tiles
import online.trakiot.app.map.roundLength
import online.trakiot.app.map.tilesInSight
import online.trakiot.app.pictures.Demo
import online.trakiot.app.ui.TrakTheme
import online.trakiot.core.Datum
import online.trakiot.core.Place
import online.trakiot.core.drawOn
import online.trakiot.core.toMercator
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** The operator's map layers: fetched with consent only, drawn, kept, attributed, and drawn on in their own datum. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "en-rUS-w360dp-h740dp-notnight-mdpi")
class MapLayersTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()

    @get:Rule val folder = TemporaryFolder()
    private val screen by lazy { Screen(rule) }

    private fun shows(tiles: Tiles, layer: MapLayer, camera: Camera = Camera.at(SHANGHAI, 11.0, layer.drawn)) =
        rule.activity.runOnUiThread {
            rule.activity.setContent {
                CompositionLocalProvider(LocalTiles provides tiles) {
                    TrakTheme { MapCanvas(camera, {}, { _, _ -> }, Modifier.fillMaxSize().testTag("map"), layer) {} }
                }
            }
        }

    private fun middleIsRed(): Boolean {
        val bitmap = rule.onNodeWithTag("map").captureToImage().asAndroidBitmap()
        val pixel = bitmap.getPixel(bitmap.width / 2, bitmap.height / 2)
        return (pixel shr 16 and 0xff) in 190..210 && (pixel and 0xff) in 20..40
    }

    @Test
    fun picturesAreDrawnAndKeptForWhoeverHasNoConnection() {
        val server = TileServer()
        val layer = plain(server.address, "WGS-84")
        server.use {
            shows(Tiles(folder.root) { true }, layer)
            screen.until { middleIsRed().takeIf { it } }
            screen.sees("© a map maker").assertIsDisplayed()
            screen.tag("scale-bar").assertIsDisplayed()
        }
        assertTrue(server.asked.any { it.startsWith("GET /tiles/11/") })
        // The server is gone; another start of the app has nothing in memory.
        rule.activity.runOnUiThread { rule.activity.setContent {} }
        rule.waitForIdle()
        shows(Tiles(folder.root) { true }, layer)
        screen.until { middleIsRed().takeIf { it } }
        // Elsewhere nothing is kept, and that is said.
        shows(Tiles(folder.root) { true }, layer, Camera.at(TOKYO, 11.0))
        screen.sees(R.string.layer_offline, "127.0.0.1").assertIsDisplayed()
    }

    @Test
    fun withoutConsentNoMapServerIsAsked() = TileServer().use { server ->
        val layer = plain(server.address, "WGS-84")
        val app = rule.activity.application as TestApplication
        val tiles = app.services.maps.tiles
        val before = runBlocking { tiles.picture(layer, Tile(3, 6, 3)).toList() }
        assertTrue("$before", before.single() is TileAnswer.Failed)
        assertEquals(emptyList<String>(), server.asked.toList())
        screen.agrees()
        screen.tag("sign-in")
        val after = runBlocking { tiles.picture(layer, Tile(3, 6, 3)).toList() }
        assertTrue("$after", after.single() is TileAnswer.Picture)
        assertEquals(listOf("GET /tiles/3/6/3.png"), server.asked.toList())
    }

    @Test
    fun whatWasLookedAtGoesWithTheAccount() = TileServer().use { server ->
        val layer = plain(server.address, "WGS-84")
        val maps = Maps(rule.activity, listOf(layer)) { true }
        maps.choose(layer)
        assertEquals(layer, Maps(rule.activity, listOf(layer)) { true }.layer.value)
        runBlocking { maps.tiles.picture(layer, Tile(3, 6, 3)).toList() }
        maps.forget()
        assertEquals(null, Maps(rule.activity, listOf(layer)) { true }.layer.value)
        server.close()
        val left = runBlocking { maps.tiles.picture(layer, Tile(3, 6, 3)).toList() }
        assertTrue("$left", left.single() is TileAnswer.Failed)
    }

    @Test
    fun googlesTilesComeInOneSessionWithGooglesOwnAttribution() {
        val server = TileServer()
        val layer = google(server.address)
        server.use {
            shows(Tiles(folder.root) { true }, layer)
            screen.until { middleIsRed().takeIf { it } }
            screen.sees("Google Maps · Map data ©2026 somebody").assertIsDisplayed()
            val asked = server.asked.toList()
            assertEquals(1, asked.count { it == "POST /v1/createSession?key=a-key" })
            assertTrue("$asked", asked.any { Regex("GET /v1/2dtiles/11/\\d+/\\d+\\?session=a-session&key=a-key").matches(it) })
            assertTrue("$asked", asked.any { it.startsWith("GET /tile/v1/viewport?session=a-session&key=a-key&zoom=11&north=31.") })
        }
        // The session outlives the process, so that what is kept is found again.
        rule.activity.runOnUiThread { rule.activity.setContent {} }
        rule.waitForIdle()
        shows(Tiles(folder.root) { true }, layer)
        screen.until { middleIsRed().takeIf { it } }
    }

    @Test
    fun aShiftedLayerMovesPointsInShanghaiAsTheCoreSaysAndNoneInTokyo() {
        val shifted = Drawn(Datum.GCJ02)
        for ((place, least) in listOf(SHANGHAI to 300.0, TOKYO to 0.0)) {
            val size = Size(360f, 740f)
            val camera = Camera.at(place, 16.0)
            val point = Demo.mapPoints.first().copy(place = place)
            val onTrue = PlacedPoint.of(listOf(point)).single().at(camera, size, 1f)
            val onShifted = PlacedPoint.of(listOf(point), shifted).single().at(camera, size, 1f)
            val byCore = camera.toScreen(toMercator(drawOn(Datum.GCJ02, place)), size, 1f)
            assertEquals(byCore, onShifted)
            val metersPerPixel = 40_075_016.686 * kotlin.math.cos(Math.toRadians(place.latDeg)) / camera.worldPx(1f)
            val movedM = (onShifted - onTrue).getDistance() * metersPerPixel
            assertTrue("$movedM m", if (least == 0.0) movedM == 0.0 else movedM > least && movedM < 700)
            val back = checkNotNull(shifted.at(shifted.on(place)))
            assertTrue(hypot(back.latDeg - place.latDeg, back.lonDeg - place.lonDeg) < 1e-6)
        }
        // Another layer shows the same sight.
        val moved = Drawn.TRUE.moved(Camera.at(SHANGHAI, 12.0), shifted)
        val there = Camera.at(SHANGHAI, 12.0, shifted)
        assertTrue("$moved", hypot(moved.x - there.x, moved.y - there.y) < 1e-12 && moved.zoom == there.zoom)
    }

    @Test
    fun pressingOnAShiftedMapMeansTheTruePlace() {
        val layer = plain("http://127.0.0.1:1", "GCJ-02")
        var at: Place? = null
        val camera = Camera.at(SHANGHAI, 15.0, layer.drawn)
        rule.activity.runOnUiThread {
            rule.activity.setContent {
                val press = { where: Offset, size: Size -> at = layer.drawn.at(camera.toWorld(where, size, 1f)) }
                MapCanvas(camera, {}, { _, _ -> }, Modifier.fillMaxSize().testTag("map"), layer, press) {}
            }
        }
        rule.onNodeWithTag("map").performTouchInput { longClick(center) }
        val found = screen.until { at }
        assertTrue("$found", hypot(found.latDeg - SHANGHAI.latDeg, found.lonDeg - SHANGHAI.lonDeg) < 2e-5)
    }

    @Test
    fun aMapThatIsThrownGlidesOnAndAHeldOneStays() {
        var camera by mutableStateOf(Camera.at(SHANGHAI, 11.0))
        rule.activity.runOnUiThread {
            rule.activity.setContent { MapCanvas(camera, { camera = it }, { _, _ -> }, Modifier.fillMaxSize().testTag("map")) {} }
        }
        rule.waitForIdle()
        rule.mainClock.autoAdvance = false
        rule.onNodeWithTag("map").performTouchInput { swipe(center, center + Offset(-150f, 0f), 80) }
        val released = camera.x
        rule.mainClock.advanceTimeBy(1_500)
        val glided = (camera.x - released) * camera.worldPx(1f)
        assertTrue("glided $glided px", glided > 40)
        val before = camera
        rule.onNodeWithTag("map").performTouchInput {
            down(center)
            moveBy(Offset(-100f, 0f))
            advanceEventTime(800)
            moveBy(Offset(-1f, 0f))
            advanceEventTime(800)
            up()
        }
        rule.mainClock.advanceTimeBy(1_500)
        val held = (camera.x - before.x) * camera.worldPx(1f)
        assertTrue("moved $held px", abs(held) < 105)
    }

    @Test
    fun tilesCoverWhatIsInSight() {
        val size = Size(360f, 740f)
        val tiles = tilesInSight(Camera.at(SHANGHAI, 11.3), size, 2f, maxZoom = 19)
        val covered = tiles.sumOf { maxOf(0, minOf(it.at.x + it.size.width, 360) - maxOf(it.at.x, 0)).toLong() * maxOf(0, minOf(it.at.y + it.size.height, 740) - maxOf(it.at.y, 0)) }
        assertTrue("$covered", covered >= 360L * 740)
        assertTrue(tiles.all { it.tile.z == 12 })
        assertEquals(setOf(5), tilesInSight(Camera.at(SHANGHAI, 11.3), size, 2f, maxZoom = 5).map { it.tile.z }.toSet())
        // Beyond the antimeridian the grid begins anew.
        val fiji = tilesInSight(Camera.at(Place(-17.0, 179.99), 6.0), size, 1f, maxZoom = 19).map { it.tile.x }.toSet()
        assertTrue("$fiji", 63 in fiji && 0 in fiji)
        assertEquals(emptyList<Any>(), tilesInSight(Camera(), Size.Zero, 1f, 19))
    }

    @Test
    fun aScaleIsARoundLength() {
        for ((most, round) in listOf(1.0 to 1.0, 1.99 to 1.0, 2.0 to 2.0, 4.9 to 2.0, 5.0 to 5.0, 999.0 to 500.0, 1_000.0 to 1_000.0, 0.3 to 0.2)) {
            assertEquals(round, roundLength(most), 1e-9)
        }
    }

    @Test
    fun layersAreReadAsTheOperatorWroteThem() {
        assertEquals(emptyList<MapLayer>(), MapLayer.read(""))
        val (plain, google) = MapLayer.read("[${plainJson("https://tiles.example.com", "BD-09")},${googleJson("https://tile.googleapis.com")}]")
        assertEquals(Datum.BD09, plain.datum)
        assertEquals("街道", plain.name(java.util.Locale.SIMPLIFIED_CHINESE))
        assertEquals("Streets", plain.name(java.util.Locale.KOREAN))
        assertEquals("tiles.example.com", plain.source.host)
        assertEquals("tile.googleapis.com", google.source.host)
    }

    private companion object {
        val SHANGHAI = Place(31.2304, 121.4737)
        val TOKYO = Place(35.6812, 139.7671)

        fun plainJson(server: String, datum: String) =
            """{"id":"plain","name":{"en":"Streets","zh":"街道"},"datum":"$datum","url":"$server/tiles/{z}/{x}/{y}.png","attribution":"© a map maker"}"""

        fun googleJson(server: String) =
            """{"id":"google","name":{"en":"Google"},"datum":"GCJ-02","google":{"key":"a-key","mapType":"roadmap","server":"$server"}}"""

        fun plain(server: String, datum: String) = MapLayer.read("[${plainJson(server, datum)}]").single()

        fun google(server: String) = MapLayer.read("[${googleJson(server)}]").single()
    }
}
