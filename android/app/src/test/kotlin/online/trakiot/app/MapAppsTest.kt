package online.trakiot.app

import android.content.ComponentName
import android.content.Intent
import android.content.IntentFilter
import androidx.test.core.app.ApplicationProvider
import java.util.Locale
import kotlin.math.abs
import online.trakiot.app.platform.MapApp
import online.trakiot.app.platform.MapApps
import online.trakiot.core.Datum
import online.trakiot.core.Place
import online.trakiot.core.drawOn
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Directions in other map apps: in the datum that each of them reads. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class)
class MapAppsTest {
    private val context = ApplicationProvider.getApplicationContext<TestApplication>()
    private val apps = MapApps(context)

    @Test
    fun chineseAppsGetGcj02AndTheOthersWgs84() {
        val there = drawOn(Datum.GCJ02, SHANGHAI)
        assertTrue(abs(there.lonDeg - SHANGHAI.lonDeg) > 0.003)
        val shifted = "${degrees(there.latDeg)},${degrees(there.lonDeg)}"
        val amap = MapApp.AMAP.directions(SHANGHAI, NAME)
        assertEquals("amapuri://route/plan/", amap.buildUpon().clearQuery().build().toString())
        assertEquals(shifted, "${amap.getQueryParameter("dlat")},${amap.getQueryParameter("dlon")}")
        assertEquals(listOf("0", "0", NAME), listOf("dev", "t", "dname").map(amap::getQueryParameter))
        val baidu = MapApp.BAIDU.directions(SHANGHAI, NAME)
        assertEquals("baidumap://map/direction", baidu.buildUpon().clearQuery().build().toString())
        assertEquals("name:A & B   (冷链车)|latlng:$shifted", baidu.getQueryParameter("destination"))
        assertEquals("gcj02", baidu.getQueryParameter("coord_type"))
        val tencent = MapApp.TENCENT.directions(SHANGHAI, NAME)
        assertEquals("qqmap://map/routeplan", tencent.buildUpon().clearQuery().build().toString())
        assertEquals(shifted, tencent.getQueryParameter("tocoord"))
        val here = "${degrees(SHANGHAI.latDeg)},${degrees(SHANGHAI.lonDeg)}"
        assertTrue(MapApp.OTHER.directions(SHANGHAI, NAME).toString().startsWith("geo:$here?q=$here("))
    }

    @Test
    fun outsideOfMainlandChinaAllGetTheSamePlace() {
        val here = "${degrees(TOKYO.latDeg)},${degrees(TOKYO.lonDeg)}"
        assertEquals(here, MapApp.TENCENT.directions(TOKYO, NAME).getQueryParameter("tocoord"))
        assertEquals("name:A & B   (冷链车)|latlng:$here", MapApp.BAIDU.directions(TOKYO, NAME).getQueryParameter("destination"))
    }

    @Test
    fun whatThePhoneHasIsOfferedAndGeoNeverOpensAnAppThatMisreadsIt() {
        assertEquals(emptyList<MapApp>(), apps.installed())
        val amap = install("com.autonavi.minimap", "amapuri", "geo")
        assertEquals(listOf(MapApp.AMAP), apps.installed())
        assertNull(apps.start(MapApp.OTHER, SHANGHAI, NAME))
        install("org.example.maps", "geo")
        assertEquals(listOf(MapApp.AMAP, MapApp.OTHER), apps.installed())
        assertEquals("com.autonavi.minimap", apps.start(MapApp.AMAP, SHANGHAI, NAME)?.`package`)
        val chooser = checkNotNull(apps.start(MapApp.OTHER, SHANGHAI, NAME))
        val left = chooser.getParcelableArrayExtra(Intent.EXTRA_EXCLUDE_COMPONENTS, ComponentName::class.java)
        assertEquals(listOf(amap), left?.toList())
    }

    private fun install(app: String, vararg schemes: String): ComponentName {
        val packages = shadowOf(context.packageManager)
        val activity = ComponentName(app, "$app.Main")
        packages.addActivityIfNotPresent(activity)
        for (scheme in schemes) {
            val filter = IntentFilter(Intent.ACTION_VIEW).apply { addDataScheme(scheme); addCategory(Intent.CATEGORY_DEFAULT) }
            packages.addIntentFilterForActivity(activity, filter)
        }
        return activity
    }

    private companion object {
        val SHANGHAI = Place(31.2304, 121.4737)
        val TOKYO = Place(35.6812, 139.7671)
        const val NAME = "A & B | (冷链车)"

        fun degrees(value: Double): String = String.format(Locale.ROOT, "%.6f", value)
    }
}
