package online.trakiot.app

import androidx.activity.compose.setContent
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import online.trakiot.app.screens.policy.PolicyChangeScreen
import online.trakiot.app.screens.policy.PolicyNews
import online.trakiot.app.screens.policy.PolicyRoute
import online.trakiot.app.ui.TrakTheme
import online.trakiot.core.ConsentException
import online.trakiot.core.PolicyBlockFate
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.policyChanges
import online.trakiot.core.policyText
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** The policy: near at hand without a network, every version, both languages; and told of where it changed. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class PolicyTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }

    @Test
    fun threeTapsAwayWithoutANetworkInEveryVersionAndLanguage() {
        Backend().use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
        }
        screen.processDies()
        screen.tag("tab-more").performClick()
        screen.tag("privacy").performScrollTo().performClick()
        screen.scrollsInto("privacy", "read-policy").performClick()
        screen.tag("policy").assertIsDisplayed()
        reads(2u, PolicyLanguage.ENGLISH)
        screen.sees(screen.text(R.string.policy_version, 1)).performClick()
        reads(1u, PolicyLanguage.ENGLISH)
        screen.sees("简体中文").performClick()
        reads(1u, PolicyLanguage.SIMPLIFIED_CHINESE)
        screen.rotates { reads(1u, PolicyLanguage.SIMPLIFIED_CHINESE) }
        screen.processDies()
        reads(1u, PolicyLanguage.SIMPLIFIED_CHINESE)
    }

    @Test
    fun aChangeThatTakesNothingAwayIsToldWithAWayToWhatIsDifferent() {
        var known = 0
        rule.activity.setContent {
            TrakTheme {
                Surface {
                    Text("the screen below")
                    PolicyNews(1u, null) { known++ }
                }
            }
        }
        screen.sees(R.string.policy_news).assertIsDisplayed()
        screen.tag("policy-news-read").performClick()
        val added = policyChanges(1u, 2u, PolicyLanguage.ENGLISH).indexOfFirst { it.fate == PolicyBlockFate.ADDED }
        assertTrue("something is different", added >= 0)
        screen.sees(R.string.policy_added)
        rule.runOnUiThread { rule.activity.onBackPressedDispatcher.onBackPressed() }
        assertEquals("reading is not yet knowing", 0, known)
        screen.tag("policy-news-known").performClick()
        rule.waitForIdle()
        assertEquals(1, known)
        assertTrue(rule.onAllNodes(hasTestTag("policy")).fetchSemanticsNodes().isEmpty())
    }

    @Test
    fun aDecisionThatWasNotWrittenSaysSo() {
        rule.activity.setContent {
            TrakTheme {
                Surface {
                    PolicyChangeScreen(0, ConsentException.Full(), {}, {}, null) { PolicyRoute(1u, onBack = null) }
                    PolicyNews(1u, ConsentException.Io()) {}
                }
            }
        }
        screen.sees(R.string.consent_full).assertExists()
        screen.sees(R.string.consent_io).assertIsDisplayed()
        val back = hasContentDescription(screen.text(R.string.back))
        assertTrue("no arrow that leads nowhere", rule.onAllNodes(back).fetchSemanticsNodes().isEmpty())
    }

    private fun reads(version: UInt, language: PolicyLanguage) {
        val text = policyText(version, language).first { it.text.length > 20 }.text
        screen.sees(text).assertIsDisplayed()
    }
}
