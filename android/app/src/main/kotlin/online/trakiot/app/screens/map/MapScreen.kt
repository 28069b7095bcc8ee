package online.trakiot.app.screens.map

import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.statusBarsPadding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.FilledTonalButton
import androidx.compose.material3.FilterChip
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.SmallFloatingActionButton
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.geometry.center
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.CustomAccessibilityAction
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.customActions
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.map.Camera
import online.trakiot.app.map.MapCanvas
import online.trakiot.app.map.PlacedPoint
import online.trakiot.app.map.drawGroup
import online.trakiot.app.map.drawMe
import online.trakiot.app.map.drawMyCircle
import online.trakiot.app.map.drawUnit
import online.trakiot.app.screens.units.UnitLine
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.freshnessColor
import online.trakiot.app.ui.parts.StatusBanner
import online.trakiot.core.Freshness
import online.trakiot.core.MercatorPoint
import online.trakiot.core.MyLocation
import online.trakiot.core.UnitRow

/** The live map. What it shows is in the unit list as well, for those who cannot see a map. */
@Composable
fun MapScreen(state: MapState, onSize: (Size) -> Unit, on: (MapEvent) -> Unit) {
    Column(Modifier.fillMaxSize().statusBarsPadding()) {
        StatusBanner(state.status, state.nowMs, { on(MapEvent.Refresh) }, { on(MapEvent.SignIn) })
        Box(Modifier.weight(1f).fillMaxWidth()) {
            Ground(state, onSize, on)
            state.me?.takeIf { it.fromLastKnown }?.let { LastKnown(it, Modifier.align(Alignment.TopStart)) }
            Buttons(state, Modifier.align(Alignment.TopEnd), on)
            state.nothing?.let { NothingThere(stringResource(it), Modifier.align(Alignment.BottomCenter)) }
            state.chosen?.let { Chosen(it, state.following, Modifier.align(Alignment.BottomCenter), on) }
        }
    }
    if (state.members.isNotEmpty()) Members(state.members, state.membersTotal, on)
    if (state.layersOpen) LayersDialog(state.layers, state.layer, on)
}

@Composable
private fun Ground(state: MapState, onSize: (Size) -> Unit, on: (MapEvent) -> Unit) {
    val colors = Freshness.entries.associateWith { freshnessColor(it) }
    val unknown = freshnessColor(null)
    val scheme = MaterialTheme.colorScheme
    val text = rememberTextMeasurer()
    val density = LocalDensity.current.density
    val units = state.points.sumOf { it.point.count.toLong() }.toInt()
    val words = stringResource(R.string.map_described, units)
    val aroundMiddle = stringResource(R.string.near_the_middle)
    fun around(world: MercatorPoint) {
        state.drawn.at(world)?.let { on(MapEvent.Around(it)) }
    }
    MapCanvas(
        state.camera,
        onCamera = { on(MapEvent.Moved(it)) },
        onTap = { at, size ->
            val hit = state.points.hit(at, state.camera, size, density)
            if (hit != null && hit.point.unitId == null && hit.point.canSplit) on(MapEvent.ZoomInto(hit.point))
            else on(MapEvent.Tapped(hit?.point))
        },
        Modifier.fillMaxSize().testTag("map").semantics {
            contentDescription = words
            heading()
            // Whoever cannot press on a place of the map has its middle.
            customActions = listOf(CustomAccessibilityAction(aroundMiddle) { around(MercatorPoint(state.camera.x, state.camera.y)); true })
        },
        state.layer,
        onLongPress = { at, size -> around(state.camera.toWorld(at, size, density)) },
        onSize = onSize,
    ) {
        state.tail?.draw(this, state.camera, scheme.primary)
        state.me?.let { drawMyCircle(it.place, it.accuracyM, state.camera, state.drawn, scheme.primary) }
        for (placed in state.points) {
            val point = placed.point
            val at = placed.at(state.camera, this.size, this.density)
            if (point.unitId == null) drawGroup(at, point.count, scheme.primary, scheme.onPrimary, text)
            else drawUnit(at, colors[point.freshness] ?: unknown, point.courseDeg, point.unitId == state.chosen?.id)
        }
        // Whoever stands among their units still sees where.
        state.me?.let { drawMe(it.place, it.fromLastKnown, state.camera, state.drawn, scheme.primary) }
    }
}

/** The point under a finger, the nearest within a finger's breadth. */
private fun List<PlacedPoint>.hit(at: Offset, camera: Camera, size: Size, density: Float): PlacedPoint? =
    map { it to (it.at(camera, size, density) - at).getDistance() }
        .filter { it.second <= 28 * density }
        .minByOrNull { it.second }
        ?.first

@Composable
private fun Buttons(state: MapState, modifier: Modifier, on: (MapEvent) -> Unit) {
    val density = LocalDensity.current.density
    Column(modifier.padding(12.dp), Arrangement.spacedBy(4.dp)) {
        // The middle of the map stays where it is: its size does not matter for that.
        val middle = Size(1f, 1f)
        val zoom = { factor: Double -> on(MapEvent.Moved(state.camera.zoomed(factor, middle.center, middle, density))) }
        MapButton(R.drawable.ic_zoom_in, R.string.zoom_in) { zoom(2.0) }
        MapButton(R.drawable.ic_zoom_out, R.string.zoom_out) { zoom(0.5) }
        MapButton(R.drawable.ic_show_all, R.string.show_all) { on(MapEvent.ShowAll) }
        if (state.layers.isNotEmpty()) MapButton(R.drawable.ic_layers, R.string.layers) { on(MapEvent.ShowLayers(true)) }
        if (state.me != null) MapButton(R.drawable.ic_nearby, R.string.show_me) { on(MapEvent.ShowMe) }
    }
}

@Composable
private fun MapButton(@DrawableRes sign: Int, @StringRes label: Int, onClick: () -> Unit) {
    SmallFloatingActionButton(onClick) { Icon(painterResource(sign), stringResource(label)) }
}

/** Why no unit is drawn. */
@Composable
private fun NothingThere(words: String, modifier: Modifier) {
    Card(modifier.fillMaxWidth().padding(12.dp), colors = CardDefaults.cardColors(MaterialTheme.colorScheme.surface)) {
        Text(words, Modifier.padding(16.dp).semantics { liveRegion = LiveRegionMode.Polite })
    }
}

@Composable
private fun Chosen(row: UnitRow, following: Boolean, modifier: Modifier, on: (MapEvent) -> Unit) {
    val colors = CardDefaults.cardColors(MaterialTheme.colorScheme.surface) // the ground that the freshness' colours are made for
    Card(modifier.fillMaxWidth().padding(12.dp).testTag("chosen"), colors = colors) {
        UnitLine(row, { on(MapEvent.Open(row.id)) })
        Row(Modifier.padding(start = 16.dp, end = 16.dp, bottom = 8.dp), Arrangement.spacedBy(8.dp), Alignment.CenterVertically) {
            FilledTonalButton({ on(MapEvent.Open(row.id)) }) { Text(stringResource(R.string.details)) }
            FilterChip(following, { on(MapEvent.Follow(!following)) }, { Text(stringResource(R.string.follow)) })
        }
    }
}

/** What the hollow dot means, and for how long it has meant it. */
@Composable
private fun LastKnown(me: MyLocation, modifier: Modifier) {
    Card(modifier.padding(12.dp).widthIn(max = 240.dp).testTag("last-known"), colors = CardDefaults.cardColors(MaterialTheme.colorScheme.surface)) {
        Column(Modifier.padding(12.dp).semantics(mergeDescendants = true) {}) {
            Text(stringResource(R.string.location_last_known), style = MaterialTheme.typography.bodyMedium)
            Text(ageWords(me.ageMs), style = MaterialTheme.typography.bodyMedium)
        }
    }
}

@Composable
private fun Members(rows: List<UnitRow>, total: Int, on: (MapEvent) -> Unit) {
    AlertDialog(
        onDismissRequest = { on(MapEvent.CloseMembers) },
        containerColor = MaterialTheme.colorScheme.surface, // the ground that the freshness' colours are made for
        confirmButton = { TextButton({ on(MapEvent.CloseMembers) }) { Text(stringResource(R.string.close)) } },
        title = { Text(stringResource(R.string.at_one_spot)) },
        text = {
            LazyColumn(Modifier.width(480.dp).testTag("members")) {
                item { Text(stringResource(R.string.units_count, rows.size, total), style = MaterialTheme.typography.bodySmall) }
                items(rows, key = { it.id }) { row ->
                    UnitLine(row, { on(MapEvent.Open(row.id)) })
                    HorizontalDivider()
                }
                if (rows.size < total) item { TextButton({ on(MapEvent.MoreMembers) }) { Text(stringResource(R.string.show_more)) } }
            }
        },
    )
}
