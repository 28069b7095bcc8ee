package online.trakiot.app

import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import online.trakiot.app.core.CoreState
import online.trakiot.app.core.permits
import online.trakiot.core.EventKind
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Pushes from the seam to the screen: only with consent, told once, opening their unit even before the sign-in. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class PushTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application as TestApplication
    private val push get() = app.services.push
    private val trak: Trak get() = (app.services.core.state.value as CoreState.Ready).trak

    @Test
    fun aPushIsToldOnceAndOpensItsUnit() {
        Backend(everySeconds = 100_000).use { backend ->
            val account = pushAccount(backend)
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            assertFalse("without consent nothing is shown", push.shows(pushPayload(account, event = 900_001)))
            assertEquals("nothing was asked of the service", emptyList<String>(), app.pushes.asked.toList())

            screen.goes("alert-settings")
            screen.tag("alert-pushes").performClick()
            screen.until { app.pushes.asked.lastOrNull()?.takeIf { it == "starts" } }
            assertTrue(push.shows(pushPayload(account, event = 900_001)))
            assertFalse("told once", push.shows(pushPayload(account, event = 900_001)))
            assertFalse("for another account", push.shows(pushPayload("0123456789abcdef", event = 900_002)))

            screen.scrollsInto("alert-settings-list", "kind-${EventKind.ALARM.name}").performClick()
            screen.until { trak.alertSettings().takeIf { EventKind.ALARM !in it.kinds } }
            assertFalse("of a kind that is not wanted", push.shows(pushPayload(account, event = 900_003)))
            screen.scrollsInto("alert-settings-list", "quiet").performClick()
            screen.until { trak.alertSettings().quietHours }

            screen.goes("alerts")
            // What the demonstration fleet tells goes on arriving meanwhile.
            screen.until {
                val unread = trak.alerts(0u).unread
                val shown = hasText(screen.text(R.string.alerts_unread, unread.toLong()), substring = true)
                unread.takeIf { it >= 2uL && rule.onAllNodes(shown).fetchSemanticsNodes().isNotEmpty() }
            }
            push.opened(pushPayload(account, event = 900_001))
            screen.sees(R.string.coordinates).assertIsDisplayed()
            screen.goes("alerts")
            screen.tag("acknowledge-all").performClick()
            screen.sees(R.string.alerts_all_seen).assertIsDisplayed()

            push.opened(pushPayload("0123456789abcdef", event = 900_004))
            screen.sees(R.string.push_other_account).assertIsDisplayed()
            screen.taps(R.string.close)

            screen.goes("privacy")
            screen.scrollsInto("privacy", "purpose-PUSH_COLLECTION").performClick()
            screen.until { app.pushes.asked.lastOrNull()?.takeIf { it == "collects" } }
            screen.tag("purpose-PUSH").performClick()
            screen.until { app.pushes.asked.lastOrNull()?.takeIf { it == "stops" } }
            assertFalse(trak.consents().permits(Purpose.PUSH))
            assertFalse("withdrawn", push.shows(pushPayload(account, event = 900_005)))
        }
    }

    @Test
    fun aTapBehindTheSignInOpensItsUnitAfterIt() {
        Backend(everySeconds = 100_000).use { backend ->
            val account = pushAccount(backend)
            screen.agrees()
            screen.tag("server").assertIsDisplayed()
            push.opened(pushPayload(account, event = 900_010))
            screen.signsIn(backend)
            screen.sees(R.string.coordinates).assertIsDisplayed()
        }
    }
}
