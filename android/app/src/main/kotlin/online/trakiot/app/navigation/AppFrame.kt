package online.trakiot.app.navigation

import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.WindowInsets
import androidx.compose.foundation.layout.consumeWindowInsets
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.navigationBars
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.automirrored.filled.List
import androidx.compose.material.icons.filled.MoreVert
import androidx.compose.material.icons.filled.Notifications
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.NavigationBar
import androidx.compose.material3.NavigationBarItem
import androidx.compose.material3.NavigationRail
import androidx.compose.material3.NavigationRailItem
import androidx.compose.material3.Text
import androidx.compose.material3.VerticalDivider
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.painter.Painter
import androidx.compose.ui.graphics.vector.rememberVectorPainter
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.FontScaleUpTo

private class Tab(val top: Destination, @param:StringRes val label: Int, val icon: @Composable () -> Painter)

private val tabs =
    listOf(
        Tab(Destination.Units, R.string.tab_units) { rememberVectorPainter(Icons.AutoMirrored.Filled.List) },
        Tab(Destination.FleetMap, R.string.tab_map) { painterResource(R.drawable.ic_map) },
        Tab(Destination.NearMe, R.string.tab_nearby) { painterResource(R.drawable.ic_nearby) },
        Tab(Destination.Alerts, R.string.tab_alerts) { rememberVectorPainter(Icons.Filled.Notifications) },
        Tab(Destination.More, R.string.tab_more) { rememberVectorPainter(Icons.Filled.MoreVert) },
    )

/** Whether a place of the navigation bar is meant. */
fun isTop(destination: Destination): Boolean = tabs.any { it.top == destination }

/** From this width on the list and the map stand side by side. */
private val SIDE_BY_SIDE = 840.dp

/** From this width on, a telephone on its side included, the navigation stands at the edge: height is scarce. */
private val RAIL = 600.dp

/** What lies between the words of two tabs, at least. */
private val TAB_GAP = 8.dp

/** As wide as Material's. */
private val RAIL_WIDTH = 80.dp

/** Lines longer than this are hard to read. */
private val READABLE = 840.dp

/**
 * What stands around every screen. [content] is drawn at one place of the tree whatever the width, so that what a person
 * has entered survives a rotation; [side] stands beside it where there is room.
 */
@Composable
fun AppFrame(
    selected: Destination,
    onTab: (Destination) -> Unit,
    side: (@Composable () -> Unit)?,
    content: @Composable (sideBySide: Boolean) -> Unit,
) {
    BoxWithConstraints(Modifier.fillMaxSize()) {
        val rail = maxWidth >= RAIL
        val wide = maxWidth >= SIDE_BY_SIDE
        Column(Modifier.fillMaxSize()) {
            Row(Modifier.weight(1f).fillMaxWidth()) {
                if (rail) Rail(selected, onTab)
                val insets = if (rail) WindowInsets(0) else WindowInsets.navigationBars
                Box(Modifier.weight(0.42f).fillMaxHeight().consumeWindowInsets(insets), Alignment.TopCenter) {
                    Box(Modifier.widthIn(max = READABLE)) { content(wide) }
                }
                if (wide && side != null) {
                    VerticalDivider()
                    Box(Modifier.weight(0.58f).fillMaxHeight()) { side() }
                }
            }
            if (!rail) Bar(selected, this@BoxWithConstraints.maxWidth, onTab)
        }
    }
}

/** How large the tabs' words can be, at most, where the longest of them has [room]; never smaller than usual. */
@Composable
private fun tabFontScale(room: Dp): Float {
    val density = LocalDensity.current
    val text = rememberTextMeasurer()
    val usual = Density(density.density)
    val style = MaterialTheme.typography.labelMedium.copy(fontWeight = FontWeight.Bold) // of the chosen one
    val widest = tabs.maxOf { text.measure(stringResource(it.label), style, maxLines = 1, density = usual).size.width }
    return (with(density) { room.toPx() } / widest).coerceAtLeast(1f)
}

@Composable
private fun TabLabel(tab: Tab, largest: Float) {
    FontScaleUpTo(largest) { Text(stringResource(tab.label), maxLines = 1, overflow = TextOverflow.Ellipsis) }
}

@Composable
private fun Bar(selected: Destination, width: Dp, onTab: (Destination) -> Unit) {
    val largest = tabFontScale(width / tabs.size - TAB_GAP)
    NavigationBar {
        for (tab in tabs) {
            NavigationBarItem(
                selected = selected == tab.top,
                onClick = { onTab(tab.top) },
                icon = { Icon(tab.icon(), null) },
                label = { TabLabel(tab, largest) },
                modifier = Modifier.testTag("tab-${tab.top.route}"),
            )
        }
    }
}

@Composable
private fun Rail(selected: Destination, onTab: (Destination) -> Unit) {
    val largest = tabFontScale(RAIL_WIDTH - TAB_GAP)
    NavigationRail {
        Column(Modifier.verticalScroll(rememberScrollState())) {
            for (tab in tabs) {
                NavigationRailItem(
                    selected = selected == tab.top,
                    onClick = { onTab(tab.top) },
                    icon = { Icon(tab.icon(), null) },
                    label = { TabLabel(tab, largest) },
                    modifier = Modifier.testTag("tab-${tab.top.route}"),
                )
            }
        }
    }
}
