package online.trakiot.app

import android.app.Activity
import android.app.Application.ActivityLifecycleCallbacks
import android.content.Intent
import android.content.res.Configuration
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.annotation.StringRes
import androidx.compose.ui.test.SemanticsNodeInteraction
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.ComposeTimeoutException
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.AndroidComposeTestRule
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performScrollToNode
import androidx.test.ext.junit.rules.ActivityScenarioRule
import androidx.test.platform.app.InstrumentationRegistry
import org.robolectric.RuntimeEnvironment
import java.io.File

typealias Rule = AndroidComposeTestRule<ActivityScenarioRule<MainActivity>, MainActivity>

private object Watches : ActivityLifecycleCallbacks {
    override fun onActivityCreated(activity: Activity, savedInstanceState: Bundle?) = Unit

    override fun onActivityStarted(activity: Activity) = Unit

    override fun onActivityResumed(activity: Activity) = Unit

    override fun onActivityPaused(activity: Activity) = Unit

    override fun onActivityStopped(activity: Activity) = Unit

    override fun onActivitySaveInstanceState(activity: Activity, outState: Bundle) = Unit

    override fun onActivityDestroyed(activity: Activity) = Unit
}

/** What a person sees and does, in words of the screen. */
class Screen(private val rule: Rule) {
    private val app get() = rule.activity.application

    fun text(@StringRes id: Int, vararg values: Any): String = rule.activity.getString(id, *values)

    /** Waits for it: the core answers from other threads, and the machine may be busy. */
    fun find(matcher: SemanticsMatcher): SemanticsNodeInteraction {
        try {
            rule.waitUntil(PATIENCE_MS) { rule.onAllNodes(matcher).fetchSemanticsNodes().isNotEmpty() }
        } catch (late: ComposeTimeoutException) {
            throw AssertionError("never seen: ${matcher.description}; instead: ${words()}", late)
        }
        return rule.onAllNodes(matcher).onFirst()
    }

    fun sees(@StringRes id: Int, vararg values: Any) = find(hasText(text(id, *values), substring = true))

    fun sees(words: String) = find(hasText(words, substring = true))

    fun tag(tag: String) = find(hasTestTag(tag))

    /** A text may say the same words as the button below it. */
    fun taps(@StringRes id: Int) = find(hasText(text(id), substring = true) and hasClickAction()).performClick()

    fun scrollsTo(@StringRes id: Int) = sees(id).performScrollTo()

    fun types(tag: String, words: String) {
        tag(tag).performTextReplacement(words)
    }

    fun scrollsInto(list: String, tag: String) = scrollsInto(list, hasTestTag(tag))

    /**
     * Scrolls a list to a thing that may not be drawn yet, or not even be known: the core is still being asked, and what it
     * has said already reaches the screen a moment later.
     */
    fun scrollsInto(list: String, matcher: SemanticsMatcher): SemanticsNodeInteraction {
        val whole = tag(list)
        until {
            try {
                whole.performScrollToNode(matcher)
            } catch (notYet: AssertionError) {
                null
            }
        }
        return find(matcher)
    }

    /** Everything that can be read now. */
    private fun words(): List<String> =
        rule.onAllNodes(SemanticsMatcher.keyIsDefined(SemanticsProperties.Text)).fetchSemanticsNodes().flatMap { node ->
            node.config[SemanticsProperties.Text].map { it.text }
        }

    /** Waits until there is an answer. */
    fun <T : Any> until(ask: () -> T?): T {
        var answer: T? = null
        rule.waitUntil(PATIENCE_MS) {
            answer = ask()
            answer != null
        }
        return checkNotNull(answer)
    }

    fun agrees() = taps(R.string.consent_agree)

    fun signsIn(backend: Backend, password: String = Backend.PASSWORD) {
        types("server", backend.address)
        types("email", Backend.ACCOUNT)
        types("password", password)
        tag("sign-in").performScrollTo().performClick()
    }

    /** A place in the app by its route, as a shortcut or the widget would open it. */
    fun goes(route: String) {
        val intent = Intent(rule.activity, MainActivity::class.java).putExtra(MainActivity.PLACE, route)
        rule.runOnUiThread { InstrumentationRegistry.getInstrumentation().callActivityOnNewIntent(rule.activity, intent) }
        rule.waitForIdle()
    }

    /** To the side, where [isThere] looks, and back again. */
    fun rotates(isThere: () -> Unit = {}) {
        for (turn in 1..2) {
            val before = app.resources.configuration
            val side = before.orientation == Configuration.ORIENTATION_PORTRAIT
            RuntimeEnvironment.setQualifiers("+w${before.screenHeightDp}dp-h${before.screenWidthDp}dp-${if (side) "land" else "port"}")
            rule.activityRule.scenario.recreate()
            val wanted = if (side) Configuration.ORIENTATION_LANDSCAPE else Configuration.ORIENTATION_PORTRAIT
            check(rule.activity.resources.configuration.orientation == wanted) { "the window has not turned" }
            isThere()
        }
    }

    /** What is on the disk, in the key store and in the window's saved state is all that is left. */
    fun processDies() {
        (app as TestApplication).startAgain()
        appears()
    }

    /** The window comes back in a new process. */
    fun appears() {
        val forgets = object : ActivityLifecycleCallbacks by Watches {
            override fun onActivityPostSaveInstanceState(activity: Activity, outState: Bundle) {
                (activity as ComponentActivity).viewModelStore.clear()
            }
        }
        app.registerActivityLifecycleCallbacks(forgets)
        rule.activityRule.scenario.recreate()
        app.unregisterActivityLifecycleCallbacks(forgets)
    }

    /** Agrees to the position on the screen where it is asked for. */
    fun allowsLocation() = taps(R.string.location_allow)

    /** What is left of an account on the phone, the record of the person's decisions apart. */
    fun keptFiles(): List<File> {
        val folder = File(app.noBackupFilesDir, "fleet")
        return folder.walk().filter { it.isFile && it.parentFile?.name != "consents" }.toList()
    }

    private companion object {
        const val PATIENCE_MS = 120_000L
    }
}
