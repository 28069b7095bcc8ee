package online.trakiot.app

import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasAnyDescendant
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Where location is switched off the last place is still there, and says that it is no reading of now. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class LastKnownTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application as TestApplication

    @Test
    fun theLastPlaceStaysWhenLocationIsSwitchedOff() {
        Backend(everySeconds = 100_000).use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            screen.goes("near-me")
            screen.allowsLocation()
            screen.tag("near").assertIsDisplayed()
            assertTrue("a reading of now", rule.onAllNodes(old).fetchSemanticsNodes().isEmpty())

            app.here.facts = app.here.facts.copy(locationOn = false)
            for (place in listOf("near-me", "my-location")) {
                screen.goes(place)
                screen.rotates()
                screen.sees(R.string.location_off).assertIsDisplayed()
                screen.find(old).assertExists()
                screen.find(hasTestTag("my-coordinates")).assertExists()
            }
            screen.sees(R.string.format_mgrs).assertExists()
            screen.goes("near-me")
            screen.tag("near").assertExists()
        }
    }

    private val old get() = hasTestTag("my-coordinates") and (hasText(screen.text(R.string.location_last_known)) or hasAnyDescendant(hasText(screen.text(R.string.location_last_known))))
}
