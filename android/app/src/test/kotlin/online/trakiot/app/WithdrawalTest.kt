package online.trakiot.app

import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import kotlinx.coroutines.runBlocking
import online.trakiot.app.core.CoreState
import online.trakiot.app.core.given
import online.trakiot.app.core.permits
import online.trakiot.core.ConsentScreen
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.Unsent
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Who ends the consent to reporting says what becomes of the fixes that wait: both answers, with and without a network. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class WithdrawalTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application as TestApplication
    private val trak: Trak get() = (app.services.core.state.value as CoreState.Ready).trak
    private val queued get() = trak.reporting()?.outbox?.queued ?: 0uL

    @Test
    fun whatWaitsIsSentOrErasedAsThePersonSays() {
        Backend(everySeconds = 100_000).use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()

            // Without a network: erased is gone at once, sent goes as soon as there is one.
            online(false)
            withdraws("stop-erase", queues("PHONE-1"))
            screen.until { (queued == 0uL).takeIf { it } }

            backend.administers("unit", "add", "PHONE-2", "--name", "My phone", "--owner", Backend.ACCOUNT)
            val kept = queues("PHONE-2")
            withdraws("stop-send", kept)
            assertTrue(queued >= kept)
            online(true)
            screen.until { sent().takeIf { it } }

            // With one: what the server does not take waits; erased it is gone, sent it goes once the server knows the unit.
            withdraws("stop-erase", queues("PHONE-3"))
            screen.until { (queued == 0uL).takeIf { it } }
            val refused = queues("PHONE-4")
            withdraws("stop-send", refused)
            assertTrue(queued >= refused)
            backend.administers("unit", "add", "PHONE-4", "--name", "My phone too", "--owner", Backend.ACCOUNT)
            online(false)
            online(true)
            screen.until { sent().takeIf { it } }

            // Where nothing waits there is nothing to ask.
            agrees()
            runBlocking { app.services.reporter.start("PHONE-4") }
            runBlocking { app.services.reporter.stop(Unsent.ERASE) }
            screen.goes("privacy")
            screen.scrollsInto("privacy", "purpose-REPORTING").performClick()
            screen.until { trak.consents().permits(Purpose.REPORTING).not().takeIf { it } }
            assertTrue(rule.onAllNodes(hasTestTag("stop-send")).fetchSemanticsNodes().isEmpty())
        }
    }

    private fun sent() = trak.reporting()?.outbox?.let { it.queued == 0uL && it.setAside == 0uL && it.lastSuccessMs != null } == true

    private fun online(there: Boolean) = app.services.core.networkChanged(there)

    private fun agrees() {
        trak.given(Purpose.REPORTING, ConsentScreen.FEATURE, PolicyLanguage.ENGLISH)
        assertTrue(trak.consents().permits(Purpose.REPORTING))
    }

    /** A drive that waits: there is no network, or the server does not know the unit. Answers with how much of it. */
    private fun queues(unit: String): ULong {
        agrees()
        runBlocking { app.services.reporter.start(unit) }
        app.here.drives(minutes = 3)
        for (fix in generateSequence { app.here.track.poll() }) trak.record(listOf(fix), fix.taken)
        return screen.until { queued.takeIf { it > 0uL } }
    }

    private fun withdraws(answer: String, waiting: ULong) {
        screen.goes("privacy")
        screen.scrollsInto("privacy", "purpose-REPORTING").performClick()
        screen.sees(R.string.reporting_stop_question, waiting.toLong()).assertIsDisplayed()
        screen.tag(answer).performClick()
        screen.until { trak.consents().permits(Purpose.REPORTING).not().takeIf { it } }
        screen.until { (trak.reporting()?.unitIdentifier == null).takeIf { it } }
        screen.goes("units")
    }
}
