package online.trakiot.app

import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** A day of somebody who looks for machines: the real window, the real core, a real backend. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class FieldDayTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }

    @Test
    fun aFieldDayOnlineAndOffline() {
        Backend().use { backend ->
            screen.sees(R.string.consent_title).assertIsDisplayed()
            screen.taps(R.string.consent_decline)
            screen.sees(R.string.no_consent_refused)
            screen.agrees()

            screen.signsIn(backend, password = "not the password")
            screen.sees(R.string.sign_in_wrong_password)
            screen.signsIn(backend)
            screen.sees(screen.text(R.string.units_count, 200, 200)).assertIsDisplayed()

            screen.types("search", "吊")
            val crane = screen.find(hasText("吊车", substring = true) and !hasTestTag("search"))
            crane.performClick()
            screen.sees(R.string.coordinates)
            screen.rotates()
            screen.sees(R.string.coordinates)

            screen.tag("nearby").performClick()
            screen.tag("near").assertIsDisplayed()
        }
        // The backend is gone and the process dies: the last fleet is there, and says that it is old.
        screen.processDies()
        screen.tag("tab-units").performClick()
        screen.sees(screen.text(R.string.units_count, 15, 200)).assertIsDisplayed() // what was searched for survives, too
        screen.tag("status-banner").assertIsDisplayed()
        screen.tag("tab-near-me").performClick()
        screen.allowsLocation()
        screen.tag("my-coordinates").assertIsDisplayed()
    }
}
