package online.trakiot.app

import androidx.annotation.StringRes
import androidx.compose.ui.graphics.asAndroidBitmap
import androidx.compose.ui.test.SemanticsNodeInteraction
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.AndroidComposeTestRule
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.performScrollTo
import androidx.test.ext.junit.rules.ActivityScenarioRule
import java.io.File

typealias Rule = AndroidComposeTestRule<ActivityScenarioRule<MainActivity>, MainActivity>

/** What a person sees and does, in words of the screen. */
class Screen(private val rule: Rule) {
    private val app get() = rule.activity.application as TestApplication

    fun text(@StringRes id: Int, vararg values: Any): String = rule.activity.getString(id, *values)

    /** Waits for it: the core answers from other threads, and the machine may be busy. */
    fun find(matcher: SemanticsMatcher): SemanticsNodeInteraction {
        rule.waitUntil(PATIENCE_MS) { rule.onAllNodes(matcher).fetchSemanticsNodes().isNotEmpty() }
        return rule.onAllNodes(matcher).onFirst()
    }

    fun sees(@StringRes id: Int, vararg values: Any) = find(hasText(text(id, *values), substring = true))

    fun sees(words: String) = find(hasText(words, substring = true))

    fun tag(tag: String) = find(hasTestTag(tag))

    fun taps(@StringRes id: Int) = sees(id).performClick()

    fun scrollsTo(@StringRes id: Int) = sees(id).performScrollTo()

    fun types(tag: String, words: String) {
        tag(tag).performTextReplacement(words)
    }

    fun agrees() = taps(R.string.consent_agree)

    fun signsIn(backend: Backend, password: String = Backend.PASSWORD) {
        types("server", backend.address)
        types("email", Backend.ACCOUNT)
        types("password", password)
        tag("sign-in").performScrollTo().performClick()
    }

    fun rotates() = rule.activityRule.scenario.recreate()

    fun processDies() {
        app.startAgain()
        rule.activityRule.scenario.recreate()
    }

    /** How many files of an account are left on the phone. */
    fun keptFiles(): Int = File(app.noBackupFilesDir, "fleet").walk().count { it.isFile }

    /** Keeps what is on the screen for a person to look at. */
    fun shot(name: String) {
        val folder = File(System.getProperty("trak.screenshots") ?: return).apply { mkdirs() }
        val image = rule.onRoot().captureToImage().asAndroidBitmap()
        File(folder, "$name.png").outputStream().use { image.compress(android.graphics.Bitmap.CompressFormat.PNG, 100, it) }
    }

    private companion object {
        const val PATIENCE_MS = 120_000L
    }
}
