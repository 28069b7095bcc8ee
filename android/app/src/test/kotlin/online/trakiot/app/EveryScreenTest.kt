package online.trakiot.app

import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.getUnclippedBoundsInRoot
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.unit.width
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** The other screens, in Chinese and in the dark; each survives its window being rebuilt. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "zh-rCN-w360dp-h740dp-night-hdpi")
class EveryScreenTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }

    @Test
    @Config(qualifiers = "w1280dp-h800dp-mdpi")
    fun onATabletTheListAndTheMapStandSideBySide() {
        Backend().use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            for (tab in listOf("tab-map", "tab-units")) {
                screen.tag(tab).performClick()
                val list = screen.tag("units").assertIsDisplayed().getUnclippedBoundsInRoot()
                val map = screen.tag("map").assertIsDisplayed().getUnclippedBoundsInRoot()
                assertTrue("$list, $map", list.right <= map.left && map.width > list.width && map.right.value > 1_270f)
            }
        }
    }

    @Test
    fun mapHistoryAlertsAndPrivacy() {
        Backend().use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.sees(screen.text(R.string.units_count, 200, 200)).assertIsDisplayed()

            screen.tag("tab-map").performClick()
            screen.tag("map").assertIsDisplayed()
            screen.rotates()
            screen.tag("map").assertIsDisplayed()

            screen.tag("tab-units").performClick()
            screen.types("search", "冷链")
            screen.find(hasText("冷链", substring = true) and !hasTestTag("search")).performClick()
            screen.tag("history").performScrollTo().performClick()
            screen.sees(R.string.history_today)
            screen.tag("track").assertIsDisplayed()

            screen.tag("tab-alerts").performClick()
            screen.sees(R.string.alerts_title)

            screen.tag("tab-more").performClick()
            screen.tag("settings").performClick()
            screen.sees(R.string.settings_coordinates).assertIsDisplayed()
            screen.rotates()
            screen.sees(R.string.settings_coordinates).assertIsDisplayed()
            screen.tag("tab-more").performClick()
            screen.tag("privacy").performClick()
            screen.tag("purpose-ACCOUNT").performClick()
            screen.tag("sure").performClick()
            screen.sees(R.string.consent_title).assertIsDisplayed()
            screen.until { screen.keptFiles().takeIf { it.isEmpty() } }
        }
    }
}
