package online.trakiot.app

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.content.ComponentName
import android.content.Intent
import android.content.pm.ComponentInfo
import android.content.pm.PackageManager.COMPONENT_ENABLED_STATE_DISABLED
import android.content.pm.PackageManager.COMPONENT_ENABLED_STATE_ENABLED
import android.content.pm.PackageManager.GET_ACTIVITIES
import android.content.pm.PackageManager.GET_PROVIDERS
import android.content.pm.PackageManager.GET_RECEIVERS
import android.content.pm.PackageManager.GET_SERVICES
import android.content.pm.PackageManager.MATCH_DISABLED_COMPONENTS
import android.location.LocationManager
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import online.trakiot.app.push.JPushRegistrar
import online.trakiot.app.push.PushRegistrar
import online.trakiot.app.reporting.RestartReceiver
import online.trakiot.core.SecretStore
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.io.File

/** The app as it ships, its Keystore apart, with an account at JPush. */
class WatchedApplication : TrakApplication() {
    private val kept = MemorySecrets()

    override fun secrets(): SecretStore = kept

    override fun registrar(): PushRegistrar =
        object : PushRegistrar by JPushRegistrar(this) {
            override val available = true
        }
}

/**
 * Nothing before consent: no class of a vendor is loaded, no network is tried, no position is asked for, no file is written
 * but the record of decisions. Runs in a process of its own whose class loader and whose calls to the network are written
 * down from its beginning on; what happens after consent shows that both would have been seen.
 */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = WatchedApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class BeforeConsentTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application

    @Test
    fun nothingBeforeConsentAndEverythingIsSeenAfterIt() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        screen.sees(R.string.consent_title).assertIsDisplayed()
        assertQuiet(decided = false)

        // Everything that a person, or the system, can do without agreeing.
        screen.tag("read-policy").performScrollTo().performClick()
        screen.tag("policy").assertIsDisplayed()
        screen.rotates()
        screen.tag("policy").assertIsDisplayed()
        rule.runOnUiThread { rule.activity.onBackPressedDispatcher.onBackPressed() }
        screen.taps(R.string.consent_decline)
        screen.sees(R.string.no_consent_refused)
        RestartReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        screen.rotates()
        Thread.sleep(SETTLES_MS)
        rule.waitForIdle()
        assertQuiet(decided = true)

        Backend().use { backend ->
            screen.agrees()
            assertEquals("agreeing to the account starts no vendor's code", emptyList<String>(), vendors())
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            assertTrue("the network spy sees", network().isNotEmpty())
            assertTrue("agreeing to the account starts no vendor's code", vendors().isEmpty())
            screen.goes("near-me")
            screen.allowsLocation()
            screen.until { vendors().takeIf { seen -> seen.any { it.startsWith("com.google.android.gms.") } } }
            screen.until { positionsAsked().takeIf { it > 0 } }
            assertTrue("a position is no push", vendors().none { it.startsWith("cn.") })

            screen.goes("privacy")
            screen.scrollsInto("privacy", "purpose-PUSH").performClick()
            screen.until { states().takeIf { all -> all.all { it == COMPONENT_ENABLED_STATE_ENABLED } } }
            screen.until { vendors().takeIf { seen -> seen.any { it.startsWith("cn.jpush.") } && seen.any { it.startsWith("cn.jiguang.") } } }
            File(app.filesDir, "jpush_kept").writeText("1a0018970a8c3f2e001")
            screen.tag("purpose-PUSH").performClick()
            screen.until { states().takeIf { all -> all.all { it == COMPONENT_ENABLED_STATE_DISABLED } } }
            screen.until { File(app.filesDir, "jpush_kept").exists().not().takeIf { it } }
        }
    }

    private fun assertQuiet(decided: Boolean) {
        assertEquals("vendors' classes", emptyList<String>(), vendors())
        assertEquals("tries to reach a network", "", network())
        assertEquals("positions asked for", 0, positionsAsked())
        val files = app.dataDir.walk().filter { it.isFile }.map { it.relativeTo(app.dataDir).path }.toList()
        val kept = files.filter { "consents" in it }
        assertEquals("files beyond the record", kept, files)
        assertEquals(decided, kept.isNotEmpty())
        val declared = declared()
        assertEquals("what the manifest names of JPush", JPushRegistrar.COMPONENTS.toSet(), declared.keys)
        assertTrue("is switched off: $declared", declared.values.none { it })
    }

    /** Loaded so far, by whatever class loader. */
    private fun vendors(): List<String> =
        log("trak.spy.classes").lineSequence().map { it.substringBefore(' ') }.filter { name -> VENDORS.any(name::startsWith) }.toList()

    private fun network() = log("trak.spy.network")

    private fun log(property: String) = File(checkNotNull(System.getProperty(property)) { "scripts/android watches this test" }).readText()

    private fun positionsAsked(): Int {
        val manager = app.getSystemService(LocationManager::class.java)
        return manager.allProviders.sumOf { shadowOf(manager).getLegacyLocationRequests(it).size + shadowOf(manager).getLocationRequests(it).size }
    }

    private fun states() = JPushRegistrar.COMPONENTS.map { app.packageManager.getComponentEnabledSetting(ComponentName(app.packageName, it)) }

    /** The components of the manifest that are JPush's or made for it, and whether the manifest lets them run. */
    private fun declared(): Map<String, Boolean> {
        val flags = GET_ACTIVITIES or GET_SERVICES or GET_RECEIVERS or GET_PROVIDERS or MATCH_DISABLED_COMPONENTS
        val found = app.packageManager.getPackageInfo(app.packageName, flags)
        val all = listOf<Array<out ComponentInfo>?>(found.activities, found.services, found.receivers, found.providers).flatMap { it.orEmpty().toList() }
        return all.filter { it.name.startsWith("cn.") || ".app.push." in it.name }.associate { it.name to it.enabled }
    }

    private companion object {
        val VENDORS = listOf("cn.jpush.", "cn.jiguang.", "cn.asus.", "com.google.android.gms.", "online.trakiot.app.push.PushReceiver", "online.trakiot.app.push.Vendor")
        const val SETTLES_MS = 2_000L
    }
}
