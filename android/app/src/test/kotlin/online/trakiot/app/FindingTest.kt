package online.trakiot.app

import android.content.ClipboardManager
import android.content.Context
import android.content.Intent
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.assertIsSelected
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.longClick
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTouchInput
import java.time.LocalDate
import java.time.ZoneId
import online.trakiot.app.navigation.Destination
import online.trakiot.app.screens.history.HistoryRange
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Ways to a unit and what can be done with it: nearest first, on the map, copied, around a place, on any days. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "en-rUS-w360dp-h740dp-mdpi")
class FindingTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }

    @Test
    fun nearestFirstThenWatchedCopiedAndItsDaysChosen() {
        Backend().use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.sees(screen.text(R.string.units_count, 200, 200))

            screen.tag("filters").performClick()
            screen.scrollsTo(R.string.order_nearest).performClick()
            screen.allowsLocation()
            val nearest = screen.find(hasText(" m ", substring = true) and hasText("·", substring = true)) // a distance beside a kind
            nearest.performClick()

            screen.tag("copy").performScrollTo().performClick()
            val clipboard = rule.activity.getSystemService(Context.CLIPBOARD_SERVICE) as ClipboardManager
            val copied = screen.until { clipboard.primaryClip?.getItemAt(0)?.text?.toString() }
            assertTrue(copied, Regex("\\d+\\.\\d+, \\d+\\.\\d+").matches(copied))

            generateSequence { shadowOf(rule.activity.application).nextStartedActivity }.count()
            screen.tag("share").performScrollTo().performClick()
            val chooser = screen.until { shadowOf(rule.activity.application).nextStartedActivity }
            val shared = chooser.getParcelableExtra(Intent.EXTRA_INTENT, Intent::class.java)?.getStringExtra(Intent.EXTRA_TEXT).orEmpty()
            assertTrue(shared, Regex(".+\\n\\d+\\.\\d+, \\d+\\.\\d+\\n\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d (Z|[+-]\\d\\d:\\d\\d)").matches(shared))

            screen.tag("watch").performScrollTo().performClick()
            screen.tag("chosen").assertIsDisplayed()
            screen.sees(R.string.follow).assertIsSelected()
            screen.rotates()
            screen.sees(R.string.follow).assertIsSelected()

            screen.tag("map").performTouchInput { longClick(center) }
            screen.find(hasText(screen.text(R.string.near_unit_title, ""), substring = true)).assertIsDisplayed()
            screen.tag("near").assertIsDisplayed()
        }
    }

    @Test
    fun anyDaysCanBeChosen() {
        Backend(units = 20).use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.find(hasText("Live", substring = true) and !hasTestTag("search")).performClick()
            screen.tag("history").performScrollTo().performClick()
            screen.tag("track")
            screen.scrollsTo(R.string.history_choose).performClick()
            screen.sees(R.string.history_choose_title)
            screen.tag("show-days").performClick()
            // Today by itself, as it was chosen before: now a choice of the person's own.
            screen.tag("track").assertIsDisplayed()
        }
    }

    @Test
    fun daysAreThePhonesOwnAndSurviveTheProcess() {
        val shanghai = ZoneId.of("Asia/Shanghai")
        val today = LocalDate.of(2026, 11, 25)
        val hourMs = 3_600_000L
        val (from, to) = HistoryRange.Today.limits(today, shanghai)
        assertEquals(24 * hourMs, to - from)
        assertEquals(from, HistoryRange.Yesterday.limits(today, shanghai).second)
        assertEquals(7 * 24 * hourMs, HistoryRange.Week.limits(today, shanghai).let { it.second - it.first })
        // The day on which clocks are set back has 25 hours.
        val autumn = HistoryRange.Days(LocalDate.of(2026, 10, 25), LocalDate.of(2026, 10, 25))
        assertEquals(25 * hourMs, autumn.limits(today, ZoneId.of("Europe/Berlin")).let { it.second - it.first })
        for (range in HistoryRange.offered + autumn) assertEquals(range, HistoryRange.restored(range.saved()))
        for (place in listOf(Destination.NearPlace(-31.5, 121.25), Destination.WatchedUnit(7))) assertEquals(place, Destination.of(place.route))
        for (bad in listOf("near-place/1", "near-place/a,b", "near-place/1,2,3", "watch/x")) assertEquals(null, Destination.of(bad))
    }
}
