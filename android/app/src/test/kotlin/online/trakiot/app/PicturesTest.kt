package online.trakiot.app

import androidx.activity.compose.setContent
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.material3.Surface
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.asAndroidBitmap
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.isDialog
import androidx.compose.ui.test.isRoot
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.LayoutDirection
import java.io.File
import java.util.TimeZone
import online.trakiot.app.map.loadCoastlines
import online.trakiot.app.pictures.Picture
import online.trakiot.app.pictures.pictures
import online.trakiot.app.ui.TrakTheme
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

private const val PHONE = "w360dp-h740dp"
private const val TABLET = "w1280dp-h800dp"

/**
 * Every screen in every state, in both languages, light and dark, on a phone and on a tablet, with the clock stopped:
 * compared with the pictures that are kept, and looked through for what keeps people from using it.
 */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class)
class PicturesTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()

    @Before
    fun settles() {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Shanghai"))
        loadCoastlines(rule.activity.resources)
    }

    @Test @Config(qualifiers = "en-rUS-$PHONE-notnight-mdpi") fun phoneEnLight() = all("phone-en-light")

    @Test @Config(qualifiers = "en-rUS-$PHONE-night-mdpi") fun phoneEnDark() = all("phone-en-dark", main)

    @Test @Config(qualifiers = "zh-rCN-$PHONE-notnight-mdpi") fun phoneZhLight() = all("phone-zh-light", main)

    @Test @Config(qualifiers = "zh-rCN-$PHONE-night-mdpi") fun phoneZhDark() = all("phone-zh-dark", main)

    @Test @Config(qualifiers = "en-rUS-$TABLET-notnight-mdpi") fun tabletEnLight() = all("tablet-en-light", main)

    @Test @Config(qualifiers = "en-rUS-$TABLET-night-mdpi") fun tabletEnDark() = all("tablet-en-dark", main)

    @Test @Config(qualifiers = "zh-rCN-$TABLET-notnight-mdpi") fun tabletZhLight() = all("tablet-zh-light", main)

    @Test @Config(qualifiers = "zh-rCN-$TABLET-night-mdpi") fun tabletZhDark() = all("tablet-zh-dark", main)

    @Test @Config(qualifiers = "en-rUS-$PHONE-notnight-mdpi") fun lettersTwiceAsLarge() = all("large-letters-en", main, fontScale = 2f)

    @Test @Config(qualifiers = "en-rUS-w740dp-h360dp-notnight-mdpi") fun onItsSide() = all("landscape-en", main)

    @Test @Config(qualifiers = "en-rUS-$PHONE-notnight-mdpi") fun fromRightToLeft() = all("right-to-left", main, LayoutDirection.Rtl)

    private val main: (Picture) -> Boolean = { it.main }

    private fun all(
        variant: String,
        which: (Picture) -> Boolean = { true },
        direction: LayoutDirection = LayoutDirection.Ltr,
        fontScale: Float = 1f,
    ) {
        val chosen = pictures.filter(which)
        val shown = mutableStateOf(chosen.first())
        rule.activity.runOnUiThread {
            rule.activity.setContent {
                val density = Density(LocalDensity.current.density, fontScale)
                CompositionLocalProvider(LocalDensity provides density, LocalLayoutDirection provides direction) {
                    TrakTheme { key(shown.value.name) { Surface(Modifier.fillMaxSize()) { shown.value.content() } } }
                }
            }
        }
        val shots = Shots(folder("trak.screenshots"), folder("trak.differences"), System.getProperty("trak.record") == "yes")
        val findings = mutableListOf<String>()
        for (picture in chosen) {
            shown.value = picture
            rule.waitForIdle()
            // A dialog is a window of its own, above the screen's.
            val isOpen = rule.onAllNodes(isDialog()).fetchSemanticsNodes().isNotEmpty()
            val shownPart = if (isOpen) isDialog() else isRoot()
            val root = rule.onNode(shownPart)
            val bitmap = root.captureToImage().asAndroidBitmap()
            shots.compare("$variant/${picture.name}", bitmap)?.let(findings::add)
            val merged = root.fetchSemanticsNode()
            val unmerged = rule.onNode(shownPart, useUnmergedTree = true).fetchSemanticsNode()
            val density = Density(rule.density.density, fontScale)
            findings += Accessibility(merged, unmerged, bitmap, density, isDialog = isOpen).findings().map { "$variant/${picture.name}: $it" }
        }
        assertTrue(findings.joinToString("\n"), findings.isEmpty())
    }

    private fun folder(property: String) = File(checkNotNull(System.getProperty(property)) { "scripts/android says where" })
}
