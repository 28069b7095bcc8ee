package online.trakiot.app

import android.content.Intent
import android.net.Uri
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasAnyDescendant
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import kotlinx.coroutines.runBlocking
import online.trakiot.app.core.CoreState
import online.trakiot.app.core.given
import online.trakiot.app.core.permits
import online.trakiot.core.ConsentScreen
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.IOException
import java.io.OutputStream
import java.util.zip.ZipInputStream

/** A person and their own data, against a real backend: copy, correct, erase, leave; and what the operator tells them. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class RightsTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application as TestApplication
    private val trak: Trak get() = (app.services.core.state.value as CoreState.Ready).trak

    @Test
    fun copiedCorrectedErasedAndLeft() {
        Backend(everySeconds = 100_000).use { backend ->
            backend.administers("unit", "add", OWN, "--name", "My phone", "--owner", Backend.ACCOUNT)
            entersPrivacy(backend)

            // One file with everything, where the person says.
            right("copy")
            val picked = screen.until { shadowOf(rule.activity).nextStartedActivityForResult }
            val file = Uri.parse("content://a.folder.of.the.person/my-data.zip")
            val bytes = ByteArrayOutputStream()
            shadowOf(app.contentResolver).registerOutputStream(file, bytes)
            rule.runOnUiThread { shadowOf(rule.activity).receiveResult(picked.intent, -1, Intent().setData(file)) }
            screen.sees(R.string.history_saved)
            val names = ZipInputStream(ByteArrayInputStream(bytes.toByteArray())).use { zip -> generateSequence { zip.nextEntry?.name }.toList() }
            assertTrue("$names", names.containsAll(listOf("profile.json", "consents.jsonl", "devices.json", "alerts.json", "manifest.json")))

            recordIsSaved()

            right("right-Account")
            screen.types("account-name", "Li Wei")
            screen.tag("account-save").performScrollTo().performClick()
            screen.sees(R.string.account_changed)
            assertEquals("Li Wei", trak.account()?.name)
            screen.scrollsInto("account", "correction-text")
            screen.types("correction-text", "The plate is 沪A12345")
            screen.scrollsInto("account", "correction-send").performClick()
            screen.sees(R.string.correction_sent)
            screen.scrollsInto("account", "request")
            screen.sees("The plate is 沪A12345")
            screen.sees(R.string.request_open)

            erasesTheirTrack()

            screen.goes("access-log")
            screen.sees(R.string.access_log_none).assertIsDisplayed()
            screen.goes("retention")
            screen.sees(R.string.retention_positions).assertIsDisplayed()

            screen.goes("cancel-account")
            screen.types("cancel-password", "not the password")
            screen.tag("cancel-send").performScrollTo().performClick()
            screen.sees(R.string.leave_wrong_password)
            screen.types("cancel-password", Backend.PASSWORD)
            screen.tag("cancel-send").performScrollTo().performClick()
            screen.tag("ends").assertIsDisplayed()
            screen.tag("keep-account").performClick()
            screen.tag("cancel-password").assertExists()
            assertEquals(null, runBlocking { trak.cancellation() })

            screen.goes("privacy")
            right("erase-device")
            screen.tag("sure").performClick()
            screen.sees(R.string.left_erased)
            assertEquals("where they were signed in is nobody's business any more", "", app.services.settings.server)
            val preferences = File(app.dataDir, "shared_prefs").listFiles().orEmpty().joinToString { it.readText() }
            assertFalse(preferences, backend.address.substringAfter("://") in preferences)
            assertTrue(app.noBackupFilesDir.walk().none { it.isFile && it.parentFile?.parentFile?.name == "fleet" && it.parentFile?.name != "consents" })
        }
    }

    @Test
    fun aNoticeIsHeldUpOnEveryScreenUntilItIsRead() {
        Backend().use { backend ->
            val words = arrayOf("--title-en", "Somebody read a backup", "--title-zh", "备份被读取", "--text-en", "Change your password.", "--text-zh", "请修改密码。")
            backend.administers("notice", "add", "--account", Backend.ACCOUNT, *words)
            screen.agrees()
            screen.signsIn(backend)
            for (place in listOf("units", "map", "alerts", "more", "settings", "privacy", "policy", "reporting", "unit/1", "history/1", "retention")) {
                screen.goes(place)
                screen.tag("notice").assertIsDisplayed()
            }
            screen.rotates()
            screen.tag("notice").assertIsDisplayed()
            screen.tag("notice-read").performClick()
            screen.sees("Change your password.").assertIsDisplayed()
            screen.tag("notice-acknowledge").performClick()
            screen.until { rule.onAllNodes(hasTestTag("notice")).fetchSemanticsNodes().isEmpty().takeIf { it } }
            assertTrue(runBlocking { trak.notices() }.single().acknowledgedMs != null)
        }
    }

    @Test
    fun pullingThePlugMakesNoNoticeGoAway() {
        Backend().use { backend ->
            val words = arrayOf("--title-en", "Somebody read a backup", "--title-zh", "备份被读取", "--text-en", "Change your password.", "--text-zh", "请修改密码。")
            backend.administers("notice", "add", "--account", Backend.ACCOUNT, *words)
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("notice").assertIsDisplayed()
            backend.close()
            screen.processDies()
            screen.tag("notice").assertIsDisplayed()
            screen.tag("notice-read").performClick()
            screen.sees("Change your password.").assertIsDisplayed()
            screen.tag("notice-acknowledge").performClick()
            screen.sees(R.string.trouble_offline).assertIsDisplayed()
            screen.tag("notice").assertExists()
        }
    }

    @Test
    fun signingOutTellsWhetherTheServerKnows() {
        Backend().use { backend ->
            screen.agrees()
            signsOut(backend)
            screen.sees(R.string.left_revoked).assertIsDisplayed()
            screen.tag("departure-told").performClick()
            screen.agrees() // the record of consents stays with the account that left
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            backend.close()
            screen.goes("more")
            screen.tag("sign-out").performScrollTo().performClick()
            screen.tag("sure").performClick()
            screen.sees(R.string.left_not_revoked).assertIsDisplayed()
        }
    }

    private fun signsOut(backend: Backend) {
        screen.signsIn(backend)
        screen.tag("units").assertIsDisplayed()
        screen.goes("more")
        screen.tag("sign-out").performScrollTo().performClick()
        screen.tag("sure").performClick()
    }

    /** Single points and whole days, of the unit that is the person's own and of no other. */
    private fun erasesTheirTrack() {
        runBlocking {
            trak.given(Purpose.REPORTING, ConsentScreen.FEATURE, PolicyLanguage.ENGLISH)
            assertTrue(trak.consents().permits(Purpose.REPORTING))
            app.services.reporter.start(OWN)
            app.here.drives(minutes = 3)
            for (fix in generateSequence { app.here.track.poll() }) trak.record(listOf(fix), fix.taken)
        }
        screen.until { trak.reporting()?.takeIf { it.outbox.queued == 0uL && it.outbox.lastSuccessMs != null } }
        screen.goes("own-track")
        screen.sees("My phone")
        screen.scrollsInto("own-track", "erase-point").performClick()
        screen.sees(R.string.own_track_erased, 1).assertIsDisplayed()
        screen.scrollsInto("own-track", "erase-range").performClick()
        screen.tag("sure").performClick()
        screen.sees(R.string.history_none)
    }

    private fun entersPrivacy(backend: Backend) {
        screen.agrees()
        screen.signsIn(backend)
        screen.tag("units").assertIsDisplayed()
        screen.goes("privacy")
    }

    /** The record of decisions, on a disk that is full and on one that is not. */
    private fun recordIsSaved() {
        val full = Uri.parse("content://a.folder.of.the.person/full.json")
        shadowOf(app.contentResolver).registerOutputStream(full, object : OutputStream() {
            override fun write(b: Int) = throw IOException("full")
        })
        val bytes = ByteArrayOutputStream()
        val free = Uri.parse("content://a.folder.of.the.person/consents.json")
        shadowOf(app.contentResolver).registerOutputStream(free, bytes)
        for ((file, words) in listOf(full to R.string.history_not_saved, free to R.string.history_saved)) {
            right("export-record")
            val asked = screen.until { shadowOf(rule.activity).nextStartedActivityForResult }
            rule.runOnUiThread { shadowOf(rule.activity).receiveResult(asked.intent, -1, Intent().setData(file)) }
            screen.scrollsInto("privacy", "record-outcome")
            screen.find(hasTestTag("record-outcome") and hasAnyDescendant(hasText(screen.text(words)))).assertIsDisplayed()
        }
        assertTrue(bytes.toString(), "\"purpose\"" in bytes.toString())
    }

    private fun right(tag: String) {
        screen.scrollsInto("privacy", tag).performClick()
    }

    private companion object {
        const val OWN = "PHONE-OWN"
    }
}
