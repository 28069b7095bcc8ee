package online.trakiot.app

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.Application
import android.location.Location
import android.location.LocationManager
import android.location.LocationManager.FUSED_PROVIDER
import android.location.LocationManager.GPS_PROVIDER
import android.location.LocationManager.NETWORK_PROVIDER
import android.location.LocationManager.PASSIVE_PROVIDER
import android.location.LocationRequest
import android.os.Looper
import androidx.test.core.app.ApplicationProvider
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import online.trakiot.app.platform.GooglePlay
import online.trakiot.app.platform.PlayDoesNotWork
import online.trakiot.app.platform.PlayLocations
import online.trakiot.app.platform.Settings
import online.trakiot.app.platform.SystemDeviceClock
import online.trakiot.app.platform.SystemLocationSource
import online.trakiot.app.platform.locationProviders
import online.trakiot.app.platform.managerLocations
import online.trakiot.core.Fix
import online.trakiot.core.FixSource
import online.trakiot.core.SamplingProfile
import online.trakiot.core.WantedAccuracy
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.TimeUnit

/** Where readings come from on a phone with and without Google's service: which sources are asked, how, and that they are heard. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = Application::class)
class ReadingsTest {
    private val app = ApplicationProvider.getApplicationContext<Application>()
    private val manager = app.getSystemService(LocationManager::class.java)
    private val sources = shadowOf(manager)
    private val scope = CoroutineScope(Dispatchers.Unconfined)
    private val heard = ConcurrentLinkedQueue<Location>()

    @After
    fun ends() = scope.cancel()

    @Test
    fun aStandingPhoneIsHeardWithAndWithoutANetworkSource() {
        data class Row(val accuracy: WantedAccuracy, val fine: Boolean, val sdk: Int, val present: List<String>, val asked: List<String>)
        val bare = listOf(PASSIVE_PROVIDER, GPS_PROVIDER)
        val usual = listOf(PASSIVE_PROVIDER, NETWORK_PROVIDER, GPS_PROVIDER)
        val newer = usual + FUSED_PROVIDER
        val table =
            listOf(
                Row(WantedAccuracy.BALANCED, true, 35, newer, listOf(FUSED_PROVIDER)),
                Row(WantedAccuracy.BALANCED, true, 35, usual, listOf(NETWORK_PROVIDER, GPS_PROVIDER)),
                Row(WantedAccuracy.BALANCED, true, 35, bare, listOf(GPS_PROVIDER)),
                Row(WantedAccuracy.BALANCED, true, 28, usual, listOf(NETWORK_PROVIDER, GPS_PROVIDER)),
                Row(WantedAccuracy.BALANCED, true, 28, bare, listOf(GPS_PROVIDER)),
                Row(WantedAccuracy.HIGH, true, 35, newer, listOf(FUSED_PROVIDER, GPS_PROVIDER, NETWORK_PROVIDER)),
                Row(WantedAccuracy.HIGH, true, 28, usual, listOf(GPS_PROVIDER, NETWORK_PROVIDER)),
                Row(WantedAccuracy.HIGH, true, 28, bare, listOf(GPS_PROVIDER)),
                Row(WantedAccuracy.LOW, true, 28, usual, listOf(PASSIVE_PROVIDER, NETWORK_PROVIDER)),
                // Blurred places: from every source since Android 12, before it from the network only.
                Row(WantedAccuracy.BALANCED, false, 35, newer, listOf(FUSED_PROVIDER)),
                Row(WantedAccuracy.BALANCED, false, 31, bare, listOf(GPS_PROVIDER)),
                Row(WantedAccuracy.HIGH, false, 30, usual, listOf(NETWORK_PROVIDER)),
                Row(WantedAccuracy.LOW, false, 30, usual, listOf(NETWORK_PROVIDER)),
            )
        for (row in table) assertEquals("$row", row.asked, locationProviders(row.accuracy, row.fine, row.sdk, row.present))
    }

    @Test
    fun satellitesAloneTellThatAStopHasEnded() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        sources.removeProvider(NETWORK_PROVIDER)
        listens(STANDING)
        val asked = sources.getLocationRequests(GPS_PROVIDER).single()
        assertEquals(STANDING.intervalMs.toLong(), asked.intervalMillis)
        assertEquals(LocationRequest.QUALITY_BALANCED_POWER_ACCURACY, asked.quality)
        sources.simulateLocation(GPS_PROVIDER, at(GPS_PROVIDER))
        shadowOf(Looper.getMainLooper()).idle()
        assertEquals(listOf(GPS_PROVIDER), heard.map { it.provider })
    }

    @Test
    fun theMixIsPreferredAndTheLastKnownPlaceComesFirst() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        sources.setProviderEnabled(FUSED_PROVIDER, true)
        sources.setLastKnownLocation(FUSED_PROVIDER, at(FUSED_PROVIDER))
        listens(STANDING)
        assertEquals("the last known place", 1, heard.size)
        assertEquals(1, sources.getLocationRequests(FUSED_PROVIDER).size)
        assertTrue("satellites cost the battery once only", sources.getLocationRequests(GPS_PROVIDER).isEmpty())
        scope.cancel()
        assertTrue("nothing is asked any more", sources.getLocationRequests(FUSED_PROVIDER).isEmpty())
    }

    @Test
    fun whereGooglesServiceFailsThePhonesOwnIsAsked() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        val failing =
            object : PlayLocations {
                override fun present() = true

                override fun locations(profile: SamplingProfile): Flow<List<Location>> = flow {
                    emit(listOf(at(FUSED_PROVIDER)))
                    throw PlayDoesNotWork(IllegalStateException())
                }
            }
        val fixes = ConcurrentLinkedQueue<Fix>()
        val source = SystemLocationSource(app, Settings(app), SystemDeviceClock(app), failing)
        scope.launch { source.fixes(STANDING).collect { fixes += it } }
        sources.simulateLocation(GPS_PROVIDER, at(GPS_PROVIDER))
        shadowOf(Looper.getMainLooper()).idle()
        assertEquals(listOf(FixSource.FUSED, FixSource.GPS), fixes.map { it.source })
    }

    /** The real client on a phone whose Google service is said to be there and is not. */
    @Test
    fun theRealClientSaysThatItDoesNotWork() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        var ended: Throwable? = null
        scope.launch { GooglePlay(app).locations(STANDING).catch { ended = it }.collect {} }
        val deadline = System.nanoTime() + 60_000_000_000
        while (ended == null && System.nanoTime() < deadline) {
            shadowOf(Looper.getMainLooper()).idleFor(1, TimeUnit.SECONDS)
            Thread.sleep(20)
        }
        assertTrue("$ended", ended is PlayDoesNotWork)
    }

    private fun listens(profile: SamplingProfile) {
        scope.launch { managerLocations(manager, profile, fine = true).collect { heard += it } }
    }

    private fun at(provider: String) =
        Location(provider).apply {
            latitude = FakeLocation.LAT_DEG
            longitude = FakeLocation.LON_DEG
            accuracy = 10f
            time = System.currentTimeMillis()
            elapsedRealtimeNanos = 1
        }

    private companion object {
        val STANDING = SamplingProfile(intervalMs = 60_000uL, distanceM = 0.0, WantedAccuracy.BALANCED, batchDelayMs = 60_000uL)
    }
}
