package online.trakiot.app

import android.content.Intent
import android.net.Uri
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.lifecycle.ViewModelProvider
import androidx.test.platform.app.InstrumentationRegistry
import online.trakiot.app.core.CoreState
import online.trakiot.app.screens.signin.SignInEvent
import online.trakiot.app.screens.signin.SignInModel
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What one person has entered is not there for the next. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class LeftBehindTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }

    @Test
    fun whatWasEnteredToSignInIsGoneWithBackAndWithTheAccount() {
        Backend(everySeconds = 100_000).use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()

            // A link, a password, and back.
            val link = Intent(Intent.ACTION_VIEW, Uri.parse("trakiot://server?address=https://fleet.example&account=li@example.com"))
            rule.runOnUiThread { InstrumentationRegistry.getInstrumentation().callActivityOnNewIntent(rule.activity, link) }
            screen.tag("link-accept").performClick()
            screen.find(hasTestTag("email") and hasText("li@example.com"))
            screen.types("password", "secret")
            rule.runOnUiThread { rule.activity.onBackPressedDispatcher.onBackPressed() }
            screen.tag("units").assertIsDisplayed()

            erases()
            assertEquals(listOf("", "", ""), entered())

            // Without a way back the account itself takes it along.
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            rule.runOnUiThread {
                val model = ViewModelProvider(rule.activity)[SignInModel::class.java]
                val trak = (rule.activity.application as TestApplication).services.core.state.value as CoreState.Ready
                model.on(SignInEvent.Password("secret"), trak.trak) {}
            }
            erases()
            assertEquals(listOf("", "", ""), entered())
        }
    }

    private fun erases() {
        screen.goes("privacy")
        screen.scrollsInto("privacy", "erase-device").performClick()
        screen.tag("sure").performClick()
        screen.tag("departure-told").performClick()
        screen.agrees()
        screen.tag("password")
    }

    private fun entered() =
        listOf("server", "email", "password").map { screen.tag(it).fetchSemanticsNode().config[SemanticsProperties.EditableText].text }
}
