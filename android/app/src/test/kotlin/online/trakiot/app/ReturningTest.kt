package online.trakiot.app

import android.appwidget.AppWidgetManager
import android.content.Intent
import android.net.Uri
import android.view.View
import android.widget.TextView
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.assertTextContains
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.test.platform.app.InstrumentationRegistry
import kotlinx.coroutines.runBlocking
import online.trakiot.app.widget.NearestWidget
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Coming in by links, a shortcut or the widget, and coming back after a rotation or after the death of the process. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class ReturningTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application as TestApplication

    @Test
    fun everyScreenSurvivesRotationAndTheDeathOfTheProcess() {
        Backend(everySeconds = 100_000).use { backend ->
            survives { screen.sees(R.string.consent_title).assertExists() }
            screen.tag("read-policy").performScrollTo().performClick()
            survives { screen.tag("policy").assertIsDisplayed() }
            rule.runOnUiThread { rule.activity.onBackPressedDispatcher.onBackPressed() }
            screen.agrees()
            screen.types("server", backend.address)
            screen.types("email", Backend.ACCOUNT)
            survives {
                screen.find(hasTestTag("server") and hasText(backend.address)).assertExists()
                screen.find(hasTestTag("email") and hasText(Backend.ACCOUNT)).assertExists()
            }
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            survives("more") { screen.tag("settings").assertExists() }
            survives("policy") { screen.tag("policy").assertIsDisplayed() }
            survives("units") { screen.tag("units").assertIsDisplayed() }
            survives("trakiot://search?text=%E5%90%8A") { screen.sees(screen.text(R.string.units_count, 15, 200)).assertIsDisplayed() }
            survives("trakiot://unit/1") { screen.sees(R.string.coordinates).assertIsDisplayed() }
            screen.tag("history").performScrollTo().performClick()
            survives { screen.sees(R.string.history_today).assertIsDisplayed() }
            survives("trakiot://unit/1") { screen.tag("nearby").assertExists() }
            screen.tag("nearby").performScrollTo().performClick()
            screen.sees("100 km").performScrollTo().performClick() // where a unit of the fleet stands depends on the hour
            survives { screen.tag("near").assertIsDisplayed() }
            survives("map") { screen.tag("map").assertIsDisplayed() }
            arrives("near-me")
            screen.allowsLocation()
            survives("near-me") { screen.tag("my-coordinates").assertExists() }
            survives("my-location") { screen.sees(R.string.format_mgrs).assertExists() }
            survives("alerts") { screen.sees(R.string.alerts_title).assertExists() }
            survives("alert-settings") { screen.tag("alert-pushes").assertExists() }
            survives("account") { screen.tag("account-name").assertExists() }
            survives("own-track") { screen.sees(R.string.own_track_none).assertExists() }
            survives("access-log") { screen.sees(R.string.access_log_none).assertExists() }
            survives("retention") { screen.sees(R.string.retention_positions).assertExists() }
            survives("cancel-account") { screen.tag("cancel-password").assertExists() }
            survives("reporting") { screen.tag("start").assertExists() }
            for ((line, words) in listOf("settings" to R.string.settings_coordinates, "privacy" to R.string.privacy_purposes, "about" to R.string.about_help)) {
                screen.tag("tab-more").performClick()
                screen.tag(line).performScrollTo().performClick()
                survives { screen.sees(words).assertExists() }
            }
        }
    }

    @Test
    fun aLinkChangesNothingThatWasNotShown() {
        Backend().use { backend ->
            screen.agrees()
            arrives("trakiot://server?address=${backend.address}&account=${Backend.ACCOUNT}")
            screen.sees(screen.text(R.string.link_new_account, Backend.ACCOUNT)).assertIsDisplayed()
            screen.taps(R.string.cancel)
            assertTrue(rule.onAllNodes(hasText(Backend.ACCOUNT)).fetchSemanticsNodes().isEmpty())

            arrives("trakiot://server?address=${backend.address}&account=${Backend.ACCOUNT}")
            screen.tag("link-accept").performClick()
            screen.find(hasTestTag("email") and hasText(Backend.ACCOUNT))
            screen.processDies() // what was agreed to is not half forgotten
            screen.find(hasTestTag("server") and hasText(backend.address))
            screen.find(hasTestTag("email") and hasText(Backend.ACCOUNT))
            screen.types("password", Backend.PASSWORD)
            screen.tag("sign-in").performScrollTo().performClick()
            screen.tag("units").assertIsDisplayed()

            // Signed in already: what is and what would be, side by side; nothing happens by itself.
            arrives("trakiot://server?address=http://elsewhere.example")
            screen.sees("elsewhere.example").assertTextContains(screen.text(R.string.link_cleartext), substring = true)
            screen.sees(Backend.ACCOUNT).assertExists()
            screen.taps(R.string.cancel)
            screen.tag("units").assertIsDisplayed()

            arrives("trakiot://unit/seven")
            screen.sees(R.string.link_bad_unit).assertIsDisplayed()
            screen.taps(R.string.close)
        }
    }

    @Test
    fun theWidgetShowsWhatIsNearest() {
        Backend().use { backend ->
            screen.agrees()
            val widgets = shadowOf(AppWidgetManager.getInstance(app))
            val id = widgets.createWidget(NearestWidget::class.java, R.layout.widget_nearest)
            screen.until { widgets.getViewFor(id).findViewById<TextView>(R.id.empty)?.text?.takeIf { it.isNotEmpty() } }
            screen.signsIn(backend)
            screen.tag("tab-near-me").performClick()
            screen.allowsLocation()
            screen.tag("near").assertIsDisplayed()
            runBlocking { NearestWidget.update(app, app.services) }
            val nearest = widgets.getViewFor(id).findViewById<TextView>(R.id.name_1).text.toString()
            screen.sees(nearest).performClick()
            screen.sees(R.string.coordinates).assertIsDisplayed()

            // Nobody is signed in any more: at once, and not when the app is left.
            screen.goes("more")
            screen.tag("sign-out").performScrollTo().performClick()
            screen.tag("sure").performClick()
            screen.sees(R.string.left_revoked)
            screen.until { widgets.getViewFor(id).findViewById<View>(R.id.unit_1).takeIf { it.visibility == View.GONE } }
        }
    }

    private fun arrives(link: String) {
        val intent =
            if ("://" in link) Intent(Intent.ACTION_VIEW, Uri.parse(link), app, MainActivity::class.java)
            else Intent(app, MainActivity::class.java).putExtra(MainActivity.PLACE, link)
        rule.runOnUiThread { InstrumentationRegistry.getInstrumentation().callActivityOnNewIntent(rule.activity, intent) }
    }

    private fun survives(link: String? = null, isThere: () -> Unit) {
        link?.let(::arrives)
        isThere()
        screen.rotates(isThere)
        screen.processDies()
        isThere()
    }
}
