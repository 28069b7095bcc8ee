package online.trakiot.app

import android.content.Intent
import android.net.Uri
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import java.io.ByteArrayOutputStream
import java.io.OutputStream
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import org.robolectric.shadows.ShadowToast

/** A track as a file, where the system's picker is open while the window below it is rebuilt. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class HistoryExportTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application as TestApplication

    @Test
    fun theFileIsWrittenWhateverBecameOfTheWindow() {
        Backend(everySeconds = 100_000).use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            screen.goes("history/1")
            for ((number, gone) in listOf<() -> Unit>({}, { screen.rotates() }, { screen.processDies() }).withIndex()) {
                val bytes = ByteArrayOutputStream()
                saves(number, bytes, gone)
                said(R.string.history_saved)
                assertTrue(bytes.toString(), "<gpx" in bytes.toString())
            }
            val notOurs = object : OutputStream() {
                override fun write(b: Int) = throw SecurityException("taken back")
            }
            saves(3, notOurs) {}
            said(R.string.history_not_saved)
        }
    }

    private fun saves(number: Int, to: OutputStream, meanwhile: () -> Unit) {
        ShadowToast.reset()
        screen.sees("GPX").performScrollTo().performClick()
        val asked = screen.until { shadowOf(rule.activity).nextStartedActivityForResult }
        meanwhile()
        val file = Uri.parse("content://a.folder.of.the.person/track-$number.gpx")
        shadowOf(app.contentResolver).registerOutputStream(file, to)
        rule.runOnUiThread { rule.activity.activityResultRegistry.dispatchResult(asked.requestCode, -1, Intent().setData(file)) }
    }

    private fun said(words: Int) {
        screen.until { (ShadowToast.getTextOfLatestToast() == screen.text(words)).takeIf { it } }
    }
}
