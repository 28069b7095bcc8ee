package online.trakiot.app

import androidx.activity.compose.setContent
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.ui.test.assertTextEquals
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import online.trakiot.app.pictures.DemoReporting
import online.trakiot.app.screens.reporting.ReportingEvent
import online.trakiot.app.screens.reporting.ReportingScreen
import online.trakiot.app.ui.TrakTheme
import online.trakiot.app.ui.ageWords
import online.trakiot.core.Blocked
import online.trakiot.core.GapCause
import online.trakiot.core.ReportingGap
import online.trakiot.core.RecordException
import online.trakiot.core.ReportingView
import online.trakiot.core.StorageTrouble
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** The one sentence on how reporting stands says "works" of nothing that does not, by the core's word. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class ReportingStatusTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }

    @Test
    fun nothingOldIsCalledWorking() {
        val state = DemoReporting.works
        val now = state.nowMs
        val fresh = checkNotNull(state.view)
        fun sent(minutesAgo: Int) = fresh.copy(outbox = fresh.outbox.copy(lastSuccessMs = now - minutesAgo * MINUTE_MS))
        fun gap(cause: GapCause) = fresh.copy(gaps = listOf(ReportingGap(now - MINUTE_MS, null, cause)))
        val late = sent(1).run { copy(outbox = outbox.copy(queued = 4u, oldestMs = now - 6 * MINUTE_MS)) }
        val table: List<Pair<ReportingView, String>> =
            listOf(
                fresh to screen.text(R.string.reporting_works, screen.text(R.string.age_now)),
                sent(9 * 60) to screen.text(R.string.reporting_quiet, rule.activity.resources.ageWords(9 * 60 * MINUTE_MS)),
                gap(GapCause.LOCATION_OFF) to screen.text(R.string.reporting_nothing_recorded, screen.text(R.string.gap_location_off)),
                gap(GapCause.NO_READING) to screen.text(R.string.reporting_nothing_recorded, screen.text(R.string.gap_no_reading)),
                gap(GapCause.KILLED) to screen.text(R.string.reporting_waits_for_first),
                late to screen.text(R.string.reporting_late, 4),
                late.copy(blocked = Blocked.OFFLINE) to screen.text(R.string.blocked_offline),
                late.copy(inMemoryOnly = 2u) to screen.text(R.string.reporting_storage_full),
            )
        val shown = mutableStateOf(fresh)
        rule.activity.setContent {
            TrakTheme { key(shown.value) { ReportingScreen(state.copy(view = shown.value)) {} } }
        }
        for ((view, words) in table) {
            shown.value = view
            rule.waitForIdle()
            rule.onNodeWithTag("reporting-status").assertTextEquals(words)
        }
    }

    @Test
    fun whatCannotBeReadIsNotCalledOff() {
        val shown = mutableStateOf<RecordException>(RecordException.KeyMissing())
        var erased = 0
        rule.activity.setContent {
            TrakTheme {
                val state = DemoReporting.off.copy(identifier = "PHONE-1", trouble = shown.value, unreadable = shown.value)
                key(shown.value) { ReportingScreen(state) { if (it is ReportingEvent.EraseDevice) erased++ } }
            }
        }
        rule.onNodeWithTag("reporting-status").assertTextEquals(screen.text(R.string.refused_not_opened))
        rule.onNodeWithTag("start").assertDoesNotExist()
        rule.onNodeWithTag("erase-device").performClick()
        screen.tag("sure").performClick()
        rule.waitForIdle()
        assertEquals(1, erased)
        shown.value = RecordException.Storage(StorageTrouble.Io)
        rule.waitForIdle()
        rule.onNodeWithTag("reporting-status").assertTextEquals(screen.text(R.string.refused_not_opened))
        rule.onNodeWithTag("reporting-trouble").assertTextEquals(screen.text(R.string.storage_io))
        rule.onNodeWithTag("erase-device").assertDoesNotExist()
    }

    @Test
    fun whoeverIsNotShownNotificationsIsToldWhileReportingIsOn() {
        val shown = mutableStateOf(DemoReporting.works.copy(notified = false))
        rule.activity.setContent { TrakTheme { ReportingScreen(shown.value) {} } }
        screen.sees(R.string.reporting_unseen)
        for (silent in listOf(DemoReporting.works, DemoReporting.off.copy(notified = false))) {
            shown.value = silent
            rule.waitForIdle()
            rule.onNodeWithText(screen.text(R.string.reporting_unseen)).assertDoesNotExist()
        }
    }

    private companion object {
        const val MINUTE_MS = 60_000L
    }
}
