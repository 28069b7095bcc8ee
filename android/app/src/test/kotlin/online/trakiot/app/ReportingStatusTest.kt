package online.trakiot.app

import androidx.activity.compose.setContent
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.ui.test.assertTextEquals
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithTag
import online.trakiot.app.pictures.DemoReporting
import online.trakiot.app.screens.reporting.ReportingScreen
import online.trakiot.app.ui.TrakTheme
import online.trakiot.app.ui.ageWords
import online.trakiot.core.Blocked
import online.trakiot.core.GapCause
import online.trakiot.core.ReportingGap
import online.trakiot.core.ReportingView
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

    private companion object {
        const val MINUTE_MS = 60_000L
    }
}
