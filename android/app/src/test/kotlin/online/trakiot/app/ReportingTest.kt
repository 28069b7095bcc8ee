package online.trakiot.app

import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import kotlinx.coroutines.runBlocking
import online.trakiot.app.core.CoreState
import online.trakiot.app.core.given
import online.trakiot.app.reporting.Capture
import online.trakiot.app.reporting.ReportingService
import online.trakiot.app.reporting.StartRefusal
import online.trakiot.core.ConsentScreen
import online.trakiot.core.FleetQuery
import online.trakiot.core.Freshness
import online.trakiot.core.GapCause
import online.trakiot.core.HistorySource
import online.trakiot.core.LocationPermission
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.UnitFilter
import online.trakiot.core.UnitOrder
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import kotlin.math.abs

/** Reporting this phone's own position, from the sensors to a real backend, with everything that may stand in between. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class ReportingTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application as TestApplication
    private val trak: Trak get() = (app.services.core.state.value as CoreState.Ready).trak

    @Test
    fun aDriveArrivesAtTheServer() {
        Backend(everySeconds = 100_000).use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("tab-more").performClick()
            screen.tag("reporting-line").performClick()
            screen.sees(R.string.reporting_is_off).assertIsDisplayed()

            // Not without the permission; nothing asks before a tap.
            app.here.facts = app.here.facts.copy(coarse = false, fine = false, asked = false)
            screen.rotates()
            screen.sees(R.string.location_not_asked).assertIsDisplayed()
            app.here.facts = app.here.facts.copy(coarse = true, fine = true, asked = true)
            screen.rotates()

            // A unit without a past of its own.
            val unit = trak.fleet(FleetQuery("", UnitFilter(freshness = listOf(Freshness.LIVE)), UnitOrder.NAME, null, 0u)).rows.first { it.id > 100 }
            screen.types("identifier", unit.name)
            screen.tag("suggestion").performClick()
            val started = System.currentTimeMillis()
            screen.scrollsInto("reporting", "start").performClick()
            screen.tag("agree-reporting").performClick()
            val intent = screen.until { shadowOf(app).nextStartedService }
            assertEquals(ReportingService::class.java.name, intent.component?.className)

            app.here.ends.set(2) // the system ends the readings, and they are asked for again
            app.here.drives(minutes = 20)
            val service = Robolectric.buildService(ReportingService::class.java, intent).create().startCommand(0, 1)
            assertNotNull("visible while it runs", shadowOf(service.get()).lastForegroundNotification)
            screen.until { app.services.reporter.capture.value.takeIf { it == Capture.Running } }
            val view = screen.until { trak.reporting()?.takeIf { app.here.track.isEmpty() && it.outbox.queued == 0uL && it.outbox.lastSuccessMs != null } }
            assertTrue(view.moving)
            assertEquals("what the core wants is what the sensors were asked for", view.profile, app.here.profile)
            screen.sees(screen.text(R.string.reporting_works, screen.text(R.string.age_now))).assertIsDisplayed()

            assertEquals(trak.unit(unit.id)?.uniqueId, view.unitIdentifier)
            val history = runBlocking { trak.history(unit.id, started - 20 * 60_000L - 5_000, started + 600_000L) }
            assertEquals(HistorySource.SERVER, history.summary().source)
            val mine = history.line().filter { abs(it.place.lonDeg - FakeLocation.LON_DEG) < 1e-6 }
            assertTrue("${mine.size} fixes arrived", mine.size in 38..41)
            assertEquals(FakeLocation.LAT_DEG + 0.12, mine.maxOf { it.place.latDeg }, 1e-6)
            history.close()

            // The permission goes: a gap with its cause. It comes back: the gap ends.
            app.around.said.value = app.around.said.value.copy(permission = LocationPermission.NONE)
            app.time.replayedMs = null
            screen.until { trak.reporting()?.gaps?.firstOrNull { it.toMs == null && it.cause == GapCause.PERMISSION_LOST } }
            screen.scrollsInto("reporting", hasText(screen.text(R.string.gap_permission_lost)))
            app.around.said.value = app.around.said.value.copy(permission = LocationPermission.ALWAYS)
            screen.until { trak.reporting()?.gaps?.firstOrNull { it.toMs != null && it.cause == GapCause.PERMISSION_LOST } }

            // The process dies; the system starts the service again, and it goes on by itself.
            service.destroy()
            screen.processDies()
            screen.until { shadowOf(app).nextStartedService }
            val again = Robolectric.buildService(ReportingService::class.java).create().startCommand(0, 1)
            screen.until { app.services.reporter.capture.value.takeIf { it == Capture.Running } }

            screen.scrollsInto("reporting", "stop").performClick()
            screen.sees(R.string.reporting_is_off)
            screen.until { app.services.reporter.capture.value.takeIf { it == Capture.Off } }
            again.destroy()
        }
    }

    @Test
    fun aRefusedStartIsAState() {
        Backend().use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            runBlocking {
                trak.given(Purpose.REPORTING, ConsentScreen.FEATURE, PolicyLanguage.ENGLISH)
                app.services.reporter.start("PHONE-1")
            }
            generateSequence { shadowOf(app).nextStartedService }.count()
            app.here.facts = app.here.facts.copy(coarse = false, fine = false)
            runBlocking { app.services.reporter.resume() }
            assertEquals(Capture.Refused(StartRefusal.NoPermission), app.services.reporter.capture.value)
            screen.tag("tab-more").performClick()
            screen.tag("reporting-line").performClick()
            screen.sees(R.string.refused_no_permission).assertIsDisplayed()
        }
    }
}
