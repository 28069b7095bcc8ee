package online.trakiot.app

import androidx.activity.compose.setContent
import androidx.compose.runtime.mutableStateOf
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.performClick
import online.trakiot.app.map.Camera
import online.trakiot.app.pictures.Demo
import online.trakiot.app.screens.map.MapEvent
import online.trakiot.app.screens.map.MapScreen
import online.trakiot.app.screens.map.MapState
import online.trakiot.app.screens.units.UnitPages
import online.trakiot.app.screens.units.UnitsScreen
import online.trakiot.app.screens.units.UnitsSearch
import online.trakiot.app.screens.units.UnitsState
import online.trakiot.app.ui.TrakTheme
import online.trakiot.app.ui.ageWords
import online.trakiot.core.UnitOrder
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What the map and the list tell in words besides what they draw and sort. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class MapWordsTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val lastKnown = Demo.here.copy(ageMs = Demo.HOUR_MS, fromLastKnown = true)
    private val map =
        MapState(
            Camera(), emptyList(), Demo.live, Demo.NOW_MS, Demo.here, chosen = null, following = false, tail = null, members = emptyList(),
        )

    @Test
    fun anOldPlaceOfThisPhoneIsCalledOneOnTheMap() {
        val shown = mutableStateOf(map)
        rule.activity.setContent { TrakTheme { MapScreen(shown.value, { _: Size -> }) {} } }
        rule.waitForIdle()
        rule.onNodeWithTag("last-known").assertDoesNotExist()
        shown.value = map.copy(me = lastKnown)
        screen.sees(R.string.location_last_known)
        screen.sees(rule.activity.resources.ageWords(Demo.HOUR_MS))
    }

    @Test
    fun theListSaysOfWhenThePlaceIsThatItsDistancesAreFrom() {
        val view = Demo.fleet(Demo.live, Demo.nearby.rows.map { it.unit })
        val list = UnitsState(UnitsSearch(order = UnitOrder.NEAREST), UnitPages(view) { view }, Demo.groups, Demo.NOW_MS)
        val shown = mutableStateOf(list.copy(here = lastKnown))
        rule.activity.setContent { TrakTheme { UnitsScreen(shown.value, cleartext = false) {} } }
        screen.sees(screen.text(R.string.units_from_here, rule.activity.resources.ageWords(Demo.HOUR_MS)))
        screen.sees(R.string.location_last_known)
        shown.value = list
        rule.waitForIdle()
        rule.onNodeWithTag("from-here").assertDoesNotExist()
    }

    @Test
    fun aSpotWithMoreUnitsThanAreShownSaysSoAndShowsMore() {
        var more = 0
        val crowded = map.copy(members = Demo.rows.take(2), membersTotal = 128)
        rule.activity.setContent { TrakTheme { MapScreen(crowded, { _: Size -> }) { if (it is MapEvent.MoreMembers) more++ } } }
        screen.sees(screen.text(R.string.units_count, 2, 128))
        screen.scrollsInto("members", hasText(screen.text(R.string.show_more))).performClick()
        rule.waitForIdle()
        assertEquals(1, more)
    }
}
