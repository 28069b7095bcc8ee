package online.trakiot.app

import android.content.Intent
import androidx.activity.compose.setContent
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import online.trakiot.app.pictures.Demo
import online.trakiot.app.screens.about.AboutRoute
import online.trakiot.app.screens.about.Support
import online.trakiot.app.screens.history.HistoryAnswer
import online.trakiot.app.screens.history.HistoryRange
import online.trakiot.app.screens.history.HistoryScreen
import online.trakiot.app.screens.history.HistoryState
import online.trakiot.app.ui.TrakTheme
import online.trakiot.app.ui.parts.LocalSignIn
import online.trakiot.core.QueryException
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What single screens do by themselves, without a server. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "en-rUS-w360dp-h740dp-mdpi")
class SmallScreensTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }

    private fun shows(content: @Composable () -> Unit) =
        rule.activity.runOnUiThread { rule.activity.setContent { TrakTheme(content) } }

    @Test
    @Config(qualifiers = "en-rUS-w740dp-h360dp-mdpi")
    fun onAPhoneOnItsSideAllOfAHistoryCanBeReached() {
        shows { HistoryScreen(HistoryState("Van", HistoryRange.Today, HistoryAnswer.Loaded(Demo.history, Demo.track), 0)) {} }
        screen.sees("GPX").performScrollTo().assertIsDisplayed()
        screen.scrollsTo(R.string.history_gaps).assertIsDisplayed()
    }

    @Test
    fun whoIsSignedOutIsLedToTheSignIn() {
        var led = 0
        shows {
            CompositionLocalProvider(LocalSignIn provides { led++ }) {
                HistoryScreen(HistoryState("Van", HistoryRange.Today, HistoryAnswer.Refused(QueryException.SignedOut()), 0)) {}
            }
        }
        screen.taps(R.string.sign_in_again)
        rule.runOnIdle { assertEquals(1, led) }
    }

    @Test
    fun theOperatorsPeopleAreOneTapAway() {
        shows { AboutRoute(Support("400-820-0000", "help@example.com")) {} }
        for ((line, link) in listOf("hotline" to "tel:400-820-0000", "mail" to "mailto:help@example.com")) {
            screen.tag(line).performClick()
            rule.waitForIdle()
            val opened = shadowOf(rule.activity.application).nextStartedActivity
            assertEquals(link, opened.dataString)
            assertTrue(opened.action == Intent.ACTION_DIAL || opened.action == Intent.ACTION_SENDTO)
        }
    }

    @Test
    fun withoutAnOperatorNothingIsOffered() {
        shows { AboutRoute(Support(null, null)) {} }
        screen.sees(R.string.about_help)
        rule.onNodeWithTag("hotline").assertDoesNotExist()
        assertTrue(rule.onAllNodes(hasText("@", substring = true)).fetchSemanticsNodes().isEmpty())
    }
}
