package online.trakiot.app

import android.Manifest.permission.ACCESS_BACKGROUND_LOCATION
import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationAccess.Allowed
import online.trakiot.app.platform.LocationNeed
import online.trakiot.app.platform.LocationWay
import online.trakiot.app.platform.PermissionFacts
import online.trakiot.app.platform.PhoneMaker
import online.trakiot.app.platform.locationAccess
import online.trakiot.app.platform.locationPermission
import online.trakiot.app.platform.locationWay
import online.trakiot.app.platform.refusedForGood
import online.trakiot.core.LocationPermission
import org.junit.Assert.assertEquals
import org.junit.Test

/** What the system says about the position, as one state, and the way on from each, Android 8 to 16. */
class LocationAccessTest {
    private fun facts(sdk: Int, has: String = "", on: Boolean = true, asked: Boolean = true, forGood: Boolean = false) =
        PermissionFacts(sdk, 'c' in has || 'f' in has, 'f' in has, 'b' in has, on, asked, forGood)

    @Test
    fun eachFactHasItsState() {
        val table =
            listOf(
                facts(26, asked = false) to LocationAccess.NotAsked,
                facts(36, asked = false, on = false) to LocationAccess.NotAsked,
                facts(36) to LocationAccess.Denied,
                facts(36, forGood = true) to LocationAccess.DeniedForGood,
                facts(36, "c", on = false) to LocationAccess.SwitchedOff,
                facts(28, "f") to Allowed(precise = true, always = true),
                facts(29, "f") to Allowed(precise = true, always = false),
                facts(29, "fb") to Allowed(precise = true, always = true),
                facts(31, "c") to Allowed(precise = false, always = false),
                facts(36, "cb") to Allowed(precise = false, always = true),
            )
        for ((said, wanted) in table) assertEquals("$said", wanted, locationAccess(said))
    }

    @Test
    fun theCoreIsToldTheSame() {
        val table =
            listOf(
                facts(36) to LocationPermission.NONE,
                facts(36, "c") to LocationPermission.APPROXIMATE,
                facts(36, "f") to LocationPermission.WHILE_IN_USE,
                facts(36, "fb") to LocationPermission.ALWAYS,
                facts(27, "f") to LocationPermission.ALWAYS,
            )
        for ((said, wanted) in table) assertEquals("$said", wanted, locationPermission(said))
    }

    @Test
    fun eachStateHasItsWayOut() {
        val both = LocationWay.Ask(listOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION))
        val always = LocationWay.Ask(listOf(ACCESS_BACKGROUND_LOCATION))
        val inUse = Allowed(precise = true, always = false)
        val blurred = Allowed(precise = false, always = false)
        data class Row(val access: LocationAccess, val need: LocationNeed, val sdk: Int, val forGood: Boolean, val way: LocationWay)
        val table =
            listOf(
                Row(LocationAccess.NotAsked, LocationNeed.Any, 26, false, both),
                Row(LocationAccess.Denied, LocationNeed.Precise, 36, false, both),
                Row(LocationAccess.NotAsked, LocationNeed.Always, 29, false, LocationWay.Ask(both.permissions + ACCESS_BACKGROUND_LOCATION)),
                Row(LocationAccess.NotAsked, LocationNeed.Always, 30, false, both), // together they would be refused unseen
                Row(LocationAccess.DeniedForGood, LocationNeed.Any, 36, true, LocationWay.AppSettings),
                Row(LocationAccess.SwitchedOff, LocationNeed.Any, 36, false, LocationWay.LocationSettings),
                Row(inUse, LocationNeed.Any, 36, false, LocationWay.None),
                Row(inUse, LocationNeed.Precise, 36, true, LocationWay.None),
                Row(inUse, LocationNeed.Always, 30, false, always),
                Row(inUse, LocationNeed.Always, 30, true, LocationWay.AppSettings),
                Row(blurred, LocationNeed.Any, 31, false, LocationWay.None),
                Row(blurred, LocationNeed.Precise, 31, false, both),
                Row(blurred, LocationNeed.Always, 31, true, LocationWay.AppSettings),
                Row(Allowed(precise = true, always = true), LocationNeed.Always, 28, false, LocationWay.None),
            )
        for (row in table) assertEquals("$row", row.way, locationWay(row.access, row.need, row.sdk, row.forGood))
    }

    @Test
    fun aQuestionWavedAwayIsNoRefusalForGood() {
        assertEquals(false, refusedForGood(before = false, after = false, earlier = false, granted = false))
        assertEquals(false, refusedForGood(before = false, after = true, earlier = false, granted = false))
        assertEquals(true, refusedForGood(before = true, after = false, earlier = false, granted = false))
        assertEquals(true, refusedForGood(before = false, after = false, earlier = true, granted = false))
        assertEquals(false, refusedForGood(before = true, after = false, earlier = true, granted = true))
    }

    @Test
    fun makersAreKnownByTheirBrands() {
        val table = mapOf("Xiaomi" to PhoneMaker.Xiaomi, "HUAWEI" to PhoneMaker.Huawei, "OnePlus" to PhoneMaker.Oppo, "Fairphone" to PhoneMaker.Other)
        for ((name, maker) in table) assertEquals(name, maker, PhoneMaker.of(name))
    }
}
