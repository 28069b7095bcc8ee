package online.trakiot.app.screens.nearby

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import kotlinx.coroutines.launch
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.core.myLocation
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationNeed
import online.trakiot.app.screens.units.UnitLine
import online.trakiot.app.ui.compassWords
import online.trakiot.app.ui.distanceWords
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Choices
import online.trakiot.app.ui.parts.HereLines
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.StatusBanner
import online.trakiot.app.ui.parts.lockedWords
import online.trakiot.app.ui.parts.notLoadedLabel
import online.trakiot.app.ui.parts.rememberAccess
import online.trakiot.core.MyLocation
import online.trakiot.core.NearbyOrigin
import online.trakiot.core.NearbyQuery
import online.trakiot.core.NearbyRow
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.UnitFilter
import online.trakiot.core.asked
import online.trakiot.core.formatCoordinates

@Composable
fun NearbyRoute(
    services: Services,
    trak: Trak,
    what: NearWhat,
    onOpen: (Long) -> Unit,
    onBack: (() -> Unit)?,
    onSignIn: () -> Unit,
) {
    var radiusM by rememberSaveable { mutableIntStateOf(5_000) }
    val handle = rememberAccess(services, trak, Purpose.LOCATION_ON_SCREEN)
    val here by myLocation(services, trak, what is NearWhat.Me && handle.access is LocationAccess.Allowed, known = what is NearWhat.Me)
    val origin =
        when (what) {
            is NearWhat.Me -> here?.let { NearbyOrigin.At(it.place, it.accuracyM) }
            is NearWhat.OneUnit -> NearbyOrigin.OfUnit(what.id)
            is NearWhat.Spot -> NearbyOrigin.At(what.place, null)
        }
    val view by coreView(trak, origin, radiusM) { core ->
        origin?.let { core.nearby(NearbyQuery(it, radiusM.toDouble(), UnitFilter())) }
    }
    val format by services.settings.coordinateFormat.collectAsStateWithLifecycle()
    val name by coreView(trak, what, format) { core ->
        when (what) {
            is NearWhat.Me -> null
            is NearWhat.OneUnit -> core.unit(what.id)?.row?.name.orEmpty()
            is NearWhat.Spot -> formatCoordinates(what.place, format).orEmpty()
        }
    }
    val scope = rememberCoroutineScope()
    NearbyScreen(NearbyState(name, radiusM, handle.access, here, view, format, trak.nowMs()), onBack != null) { event ->
        when (event) {
            is NearbyEvent.Radius -> radiusM = event.meters
            is NearbyEvent.Open -> onOpen(event.id)
            is NearbyEvent.Need -> handle.go(event.need)
            is NearbyEvent.Back -> onBack?.invoke()
            is NearbyEvent.Refresh -> scope.launch { asked { trak.refresh() } }
            is NearbyEvent.SignIn -> onSignIn()
        }
    }
}

/** What is near, nearest first; each row says how far it may be off. */
@Composable
fun NearbyScreen(state: NearbyState, canGoBack: Boolean, on: (NearbyEvent) -> Unit) {
    val title = state.aroundWhat?.let { stringResource(R.string.near_unit_title, it) } ?: stringResource(R.string.near_me_title)
    val back = if (canGoBack) ({ on(NearbyEvent.Back) }) else null
    Scaffold(topBar = { BackBar(title, back) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            state.view?.let {
                StatusBanner(it.status, state.nowMs, { on(NearbyEvent.Refresh) }, { on(NearbyEvent.SignIn) })
            }
            if (state.aroundMe) {
                lockedWords(state.access)?.let { (words, way) ->
                    if (state.here == null) {
                        Nothing(words, way = way) { on(NearbyEvent.Need(LocationNeed.Any)) }
                        return@Column
                    }
                    Notice(words, way = way) { on(NearbyEvent.Need(LocationNeed.Any)) }
                }
                state.here?.let { Here(it, state, on) }
            }
            Radii(state.radiusM) { on(NearbyEvent.Radius(it)) }
            val view = state.view
            when {
                view == null -> Nothing(stringResource(R.string.locating))
                view.origin == null -> Nothing(stringResource(R.string.no_position))
                !view.status.loaded -> Nothing(stringResource(notLoadedLabel(view.status)))
                view.rows.isEmpty() -> Nothing(stringResource(R.string.nothing_near, distanceWords(view.radiusM)))
                else -> Rows(view.rows, view.within.toInt()) { on(NearbyEvent.Open(it)) }
            }
        }
    }
}

@Composable
private fun Here(here: MyLocation, state: NearbyState, on: (NearbyEvent) -> Unit) {
    HereLines(here, state.coordinates, current = state.access is LocationAccess.Allowed)
    if (here.approximate) {
        TextButton({ on(NearbyEvent.Need(LocationNeed.Precise)) }, Modifier.padding(horizontal = 4.dp)) {
            Text(stringResource(R.string.location_make_precise))
        }
    }
}

@Composable
private fun Radii(chosen: Int, onChoose: (Int) -> Unit) {
    Choices(RADII_M, { it == chosen }, { distanceWords(it.toDouble()) }, onChoose)
}

@Composable
private fun Rows(rows: List<NearbyRow>, within: Int, onOpen: (Long) -> Unit) {
    LazyColumn(Modifier.fillMaxSize().testTag("near")) {
        item {
            Text(
                stringResource(R.string.near_count, rows.size, within),
                Modifier.padding(horizontal = 16.dp, vertical = 4.dp),
                color = MaterialTheme.colorScheme.onSurfaceVariant,
                style = MaterialTheme.typography.bodySmall,
            )
        }
        items(rows, key = { it.unit.id }) { row ->
            UnitLine(row.unit, { onOpen(row.unit.id) }, more = whereWords(row))
            HorizontalDivider()
        }
    }
}

/** Distance and direction with their bounds; a direction that says nothing is left out. */
@Composable
private fun whereWords(row: NearbyRow): String? {
    val distance = row.unit.distanceM ?: return null
    val near = stringResource(R.string.distance_plus_minus, distanceWords(distance), distanceWords(row.uncertainty.distanceM))
    val bearing = row.unit.bearingDeg?.takeIf { row.uncertainty.bearingDeg < 180.0 } ?: return near
    return "$near · ${compassWords(bearing)}"
}
