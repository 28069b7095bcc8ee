package online.trakiot.app

import android.app.Notification
import android.app.NotificationManager
import android.app.Service
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.content.Intent
import android.os.Looper
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.lifecycle.Lifecycle
import kotlinx.coroutines.runBlocking
import online.trakiot.app.core.CoreState
import online.trakiot.app.core.given
import online.trakiot.app.platform.PermissionFacts
import online.trakiot.app.reporting.Capture
import online.trakiot.app.reporting.ReportingService
import online.trakiot.app.reporting.ReportingWatch
import online.trakiot.app.reporting.RestartReceiver
import online.trakiot.app.reporting.StartRefusal
import online.trakiot.app.reporting.StoppedNotice
import online.trakiot.app.reporting.startRefusal
import online.trakiot.core.ConsentScreen
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.Purpose
import online.trakiot.core.SecretStoreException
import online.trakiot.core.Trak
import online.trakiot.core.Unsent
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import org.robolectric.shadow.api.Shadow

/** Reporting after a boot, an update, a kill: it goes on, or the person is told outside the app that it does not. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class ReportingStartTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app by lazy { rule.activity.application as TestApplication }
    private val trak: Trak get() = (app.services.core.state.value as CoreState.Ready).trak
    private val notifications by lazy { shadowOf(app.getSystemService(NotificationManager::class.java)) }
    private val told get() = notifications.getNotification(StoppedNotice.NOTIFICATION)

    @Test
    fun theSystemsRefusalIsKnownBeforehand() {
        val none = FakeLocation(FakeClock()).facts.copy(coarse = false, fine = false, background = false)
        val inUse = none.copy(coarse = true, fine = true)
        data class Row(val facts: PermissionFacts, val visible: Boolean, val refusal: StartRefusal?)
        val table =
            listOf(
                Row(none, true, StartRefusal.NoPermission),
                Row(inUse, true, null),
                Row(inUse, false, StartRefusal.FromBackground),
                Row(inUse.copy(sdk = 30), false, StartRefusal.FromBackground),
                Row(inUse.copy(sdk = 29), false, null),
                Row(inUse.copy(background = true), false, null),
                Row(inUse.copy(background = true, locationOn = false), false, null),
            )
        for (row in table) assertEquals("$row", row.refusal, startRefusal(row.facts, row.visible))
    }

    @Test
    fun afterABootItGoesOnOrSaysThatItDoesNot() {
        reporting {
            // Allowed while in use only: nothing is started that the system would end the process for.
            app.here.facts = app.here.facts.copy(background = false)
            for (why in listOf(Intent.ACTION_BOOT_COMPLETED, Intent.ACTION_MY_PACKAGE_REPLACED)) {
                leavesAndDies()
                RestartReceiver().onReceive(app, Intent(why))
                screen.until { app.services.reporter.capture.value as? Capture.Refused }
                assertEquals(Capture.Refused(StartRefusal.FromBackground), app.services.reporter.capture.value)
                screen.until { told }
                assertNull("nothing is started", shadowOf(app).nextStartedService)
                assertEquals(app.getString(R.string.reporting_stopped), told.extras.getString(Notification.EXTRA_TITLE))
                assertEquals(app.getString(R.string.stopped_from_background), told.extras.getString(Notification.EXTRA_TEXT))
                val opens = shadowOf(told.contentIntent).savedIntent
                assertEquals("reporting", opens.getStringExtra(MainActivity.PLACE))
            }

            // The tap: on the screen it may start, and once it runs nothing is said any more.
            comesBack()
            runs()
            assertNull(told)

            // Always allowed.
            app.here.facts = app.here.facts.copy(background = true)
            leavesAndDies()
            RestartReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
            runs()
            assertNull(told)

            // Off is off: nothing starts, nothing is said.
            runBlocking { app.services.reporter.stop(Unsent.ERASE) }
            screen.until { app.services.reporter.capture.value.takeIf { it == Capture.Off } }
            leavesAndDies()
            runBlocking { app.services.reporter.resume() }
            assertNull(shadowOf(app).nextStartedService)
            assertNull(told)
        }
    }

    @Test
    fun whatStartedAgainAfterAKillIsRefusedInTheBackground() {
        reporting {
            app.here.facts = app.here.facts.copy(background = false)
            leavesAndDies()
            val service = Robolectric.buildService(ReportingService::class.java).create()
            assertEquals(Service.START_NOT_STICKY, service.get().onStartCommand(null, 0, 1))
            assertEquals(Capture.Refused(StartRefusal.FromBackground), app.services.reporter.capture.value)
            assertTrue(shadowOf(service.get()).isStoppedBySelf)
            assertNotNull(told)
            service.destroy()
        }
    }

    @Test
    fun aPhoneThatNeverStartsTheServiceAgainIsLookedAfter() {
        val jobs by lazy { app.getSystemService(JobScheduler::class.java) }
        reporting {
            assertEquals(ReportingWatch::class.java.name, jobs.allPendingJobs.single().service.className)
            app.here.facts = app.here.facts.copy(background = false)
            leavesAndDies()
            val watch = Robolectric.buildService(ReportingWatch::class.java).create()
            assertTrue(watch.get().onStartJob(Shadow.newInstanceOf(JobParameters::class.java)))
            screen.until { told }
            screen.until { shadowOf(watch.get()).isJobFinished.takeIf { it } }

            comesBack()
            runs()
            runBlocking {
                app.services.reporter.stop(Unsent.ERASE)
                app.services.reporter.resume()
            }
            assertTrue("nothing is looked after any more", jobs.allPendingJobs.isEmpty())
            watch.destroy()
        }
    }

    @Test
    fun aRefusedServiceKeepsItsPromiseAndSaysWhatIsMissing() {
        reporting {
            data class Row(val inUseOnly: Boolean, val none: Boolean, val why: StartRefusal)
            val rows =
                listOf(
                    Row(inUseOnly = false, none = false, StartRefusal.BySystem), // every permission is there
                    Row(inUseOnly = true, none = false, StartRefusal.FromBackground),
                    Row(inUseOnly = true, none = true, StartRefusal.NoPermission),
                )
            leavesAndDies()
            for (row in rows) {
                app.here.facts = app.here.facts.copy(coarse = !row.none, fine = !row.none, background = !row.inUseOnly)
                val service = Robolectric.buildService(ReportingService::class.java, Intent()).create()
                val shadow = shadowOf(service.get())
                // The system refuses what reads the position, and takes what comes after it.
                shadow.setThrowInStartForeground(SecurityException())
                app.here.factsAsked = { shadow.setThrowInStartForeground(null) }
                service.startCommand(0, 1)
                assertEquals(Capture.Refused(row.why), app.services.reporter.capture.value)
                assertNotNull("it showed itself as it had promised", shadow.lastForegroundNotification)
                assertTrue(shadow.isStoppedBySelf)
                service.destroy()
            }
            rule.activityRule.scenario.moveToState(Lifecycle.State.RESUMED)
        }
    }

    @Test
    fun whatCannotBeOpenedDoesNotClaimToReport() {
        reporting {
            app.kept.broken = SecretStoreException.Unavailable()
            leavesAndDies()
            val service = Robolectric.buildService(ReportingService::class.java, Intent()).create().startCommand(0, 1)
            screen.until { told }
            assertEquals(Capture.Refused(StartRefusal.NotOpened), app.services.reporter.capture.value)
            assertEquals(app.getString(R.string.stopped_not_opened), told.extras.getString(Notification.EXTRA_TEXT))
            screen.until {
                shadowOf(Looper.getMainLooper()).idle() // nothing is on the screen that would turn it
                shadowOf(service.get()).isStoppedBySelf.takeIf { it }
            }
            service.destroy()

            app.getSystemService(NotificationManager::class.java).cancelAll()
            app.startAgain()
            RestartReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
            screen.until { told }
            assertNull(shadowOf(app).nextStartedService)

            // The key store answers again: one tap, and it goes on.
            comesBack()
            screen.sees(R.string.secrets_unavailable).assertIsDisplayed()
            app.kept.broken = null
            screen.tag("open-again").performClick()
            runs()
            assertNull(told)
        }
    }

    @Test
    fun aKeyStoreThatLostItsKeyIsNoDeadEnd() {
        reporting {
            assertTrue(screen.keptFiles().isNotEmpty())
            app.kept.lost = true
            leavesAndDies()
            comesBack()
            screen.sees(R.string.secrets_unavailable).assertIsDisplayed()
            screen.tag("open-again").assertIsDisplayed()
            screen.tag("erase-and-start").performClick()
            screen.tag("sure").performClick()
            screen.sees(R.string.consent_title).assertIsDisplayed() // whoever comes next is asked anew
            assertEquals(emptyList<String>(), screen.keptFiles().map { it.name })
            assertEquals("", app.services.settings.server)
            assertNull("nothing reports any more, and nothing says that it should", told)
        }
    }

    /** Reporting is on, and the service that was asked for is forgotten. */
    private fun reporting(test: () -> Unit) {
        Backend(everySeconds = 100_000).use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            runBlocking {
                trak.given(Purpose.REPORTING, ConsentScreen.FEATURE, PolicyLanguage.ENGLISH)
                app.services.reporter.start("PHONE-1")
            }
            runs()
            test()
        }
    }

    /** The service was asked for, and does its work for a moment. */
    private fun runs() {
        val intent = screen.until { shadowOf(app).nextStartedService }
        val service = Robolectric.buildService(ReportingService::class.java, intent).create().startCommand(0, 1)
        screen.until { app.services.reporter.capture.value.takeIf { it == Capture.Running } }
        service.destroy()
        screen.until { app.services.reporter.capture.value.takeIf { it == Capture.Off } }
        generateSequence { shadowOf(app).nextStartedService }.count()
    }

    private fun comesBack() {
        screen.appears()
        rule.activityRule.scenario.moveToState(Lifecycle.State.RESUMED)
    }

    private fun leavesAndDies() {
        rule.activityRule.scenario.moveToState(Lifecycle.State.CREATED)
        generateSequence { shadowOf(app).nextStartedService }.count()
        app.startAgain()
    }
}
