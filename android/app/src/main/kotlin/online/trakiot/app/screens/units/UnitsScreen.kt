package online.trakiot.app.screens.units

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.Close
import androidx.compose.material.icons.filled.Search
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.material3.pulltorefresh.PullToRefreshBox
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.Saver
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.launch
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.core.myLocation
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationNeed
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.compassWords
import online.trakiot.app.ui.distanceWords
import online.trakiot.app.ui.kindLabel
import online.trakiot.app.ui.parts.AgeLine
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.StatusBanner
import online.trakiot.app.ui.parts.lockedWords
import online.trakiot.app.ui.parts.notLoadedLabel
import online.trakiot.app.ui.parts.rememberAccess
import online.trakiot.app.ui.speedWords
import online.trakiot.core.AccountView
import online.trakiot.core.MyLocation
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.UnitOrder
import online.trakiot.core.UnitRow
import online.trakiot.core.asked

private val searchSaver = Saver<UnitsSearch, ArrayList<String>>({ it.saved() }, { UnitsSearch.restored(it) })

@Composable
fun UnitsRoute(services: Services, trak: Trak, account: AccountView, searchFor: String, onOpen: (Long) -> Unit, onSignIn: () -> Unit) {
    var search by rememberSaveable(stateSaver = searchSaver) { mutableStateOf(UnitsSearch(searchFor)) }
    var filtersOpen by rememberSaveable { mutableStateOf(false) }
    val byDistance = search.order == UnitOrder.NEAREST
    val handle = rememberAccess(services, trak, Purpose.LOCATION_ON_SCREEN)
    val here by myLocation(services, trak, byDistance && handle.access is LocationAccess.Allowed)
    val origin = here?.place
    val pages by coreView(trak, search, origin) { core ->
        UnitPages(core.fleet(search.query(0u, origin))) { core.fleet(search.query(it, origin)) }
    }
    val groups by coreView(trak) { it.groups() }
    val scope = rememberCoroutineScope()
    val missing = handle.access.takeIf { byDistance && origin == null }
    val state = UnitsState(search, pages, groups, trak.nowMs(), filtersOpen, missing, here.takeIf { byDistance })
    UnitsScreen(state, account.cleartext) { event ->
        when (event) {
            is UnitsEvent.Search -> search = event.search
            is UnitsEvent.FiltersOpen -> filtersOpen = event.open
            is UnitsEvent.Open -> onOpen(event.id)
            // What went wrong shows in the status, which every view carries.
            is UnitsEvent.Refresh -> scope.launch { asked { trak.refresh() } }
            is UnitsEvent.Locate -> handle.go(LocationNeed.Any)
            is UnitsEvent.SignIn -> onSignIn()
        }
    }
}

/** All units the account may see, with search and filters; old rows stay whatever the connection does. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun UnitsScreen(state: UnitsState, cleartext: Boolean, on: (UnitsEvent) -> Unit) {
    val view = state.pages.first
    Scaffold(
        topBar = {
            BackBar(stringResource(if (cleartext) R.string.units_title_cleartext else R.string.units_title), null) {
                TextButton({ on(UnitsEvent.FiltersOpen(!state.filtersOpen)) }, Modifier.testTag("filters")) {
                    Text(stringResource(if (state.search.filtered) R.string.filters_on else R.string.filters))
                }
            }
        },
    ) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            StatusBanner(view.status, state.nowMs, { on(UnitsEvent.Refresh) }, { on(UnitsEvent.SignIn) })
            SearchField(state.search.text) { on(UnitsEvent.Search(state.search.copy(text = it))) }
            if (state.filtersOpen) UnitsFilters(state.search, state.groups) { on(UnitsEvent.Search(it)) }
            state.missing?.let { access ->
                val locked = lockedWords(access)
                if (locked == null) Notice(stringResource(R.string.locating))
                else Notice(locked.first, way = locked.second) { on(UnitsEvent.Locate) }
            }
            state.here?.let { FromHere(it) }
            Text(
                stringResource(R.string.units_count, view.matched.toInt(), view.total.toInt()),
                Modifier.padding(horizontal = 16.dp, vertical = 4.dp).testTag("count"),
                color = MaterialTheme.colorScheme.onSurfaceVariant,
                style = MaterialTheme.typography.bodySmall,
            )
            PullToRefreshBox(view.status.refreshing, { on(UnitsEvent.Refresh) }, Modifier.weight(1f)) {
                when {
                    !view.status.loaded -> Nothing(stringResource(notLoadedLabel(view.status)))
                    view.total == 0u -> Nothing(stringResource(R.string.units_none))
                    view.matched == 0u ->
                        Nothing(stringResource(R.string.units_no_match), way = stringResource(R.string.clear_search)) {
                            on(UnitsEvent.Search(UnitsSearch(order = state.search.order)))
                        }
                    else -> UnitList(state.pages) { on(UnitsEvent.Open(it)) }
                }
            }
        }
    }
}

/** How old the place is that distances are told from: an order of yesterday looks like one of now. */
@Composable
private fun FromHere(here: MyLocation) {
    val age = stringResource(R.string.units_from_here, ageWords(here.ageMs))
    val lastKnown = stringResource(R.string.location_last_known).takeIf { here.fromLastKnown }
    Text(
        listOfNotNull(age, lastKnown).joinToString("\n"),
        Modifier.padding(horizontal = 16.dp, vertical = 4.dp).testTag("from-here"),
        style = MaterialTheme.typography.bodyMedium,
    )
}

@Composable
private fun SearchField(text: String, onChange: (String) -> Unit) {
    OutlinedTextField(
        text,
        onChange,
        Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 4.dp).testTag("search"),
        placeholder = { Text(stringResource(R.string.search_hint)) },
        leadingIcon = { Icon(Icons.Filled.Search, null) },
        trailingIcon = {
            if (text.isNotEmpty()) {
                IconButton({ onChange("") }) { Icon(Icons.Filled.Close, stringResource(R.string.clear_search)) }
            }
        },
        singleLine = true,
    )
}

@Composable
private fun UnitList(pages: UnitPages, onOpen: (Long) -> Unit) {
    LazyColumn(Modifier.fillMaxSize().testTag("units")) {
        items(pages.size) { index ->
            pages.row(index)?.let { row ->
                UnitLine(row, { onOpen(row.id) }, more = awayWords(row))
                HorizontalDivider()
            }
        }
    }
}

/** How far it is from here and whereto, where that was asked. */
@Composable
private fun awayWords(row: UnitRow): String? {
    val distance = distanceWords(row.distanceM ?: return null)
    return row.bearingDeg?.let { "$distance ${compassWords(it)}" } ?: distance
}

/** One unit: who it is, how old what is known of it is, what it does. */
@Composable
fun UnitLine(row: UnitRow, onOpen: () -> Unit, modifier: Modifier = Modifier, more: String? = null) {
    Column(
        modifier
            .fillMaxWidth()
            .clickable(onClick = onOpen)
            .heightIn(min = 64.dp)
            .padding(horizontal = 16.dp, vertical = 10.dp)
            .semantics(mergeDescendants = true) {},
        Arrangement.spacedBy(2.dp, Alignment.CenterVertically),
    ) {
        Text(row.name, style = MaterialTheme.typography.titleMedium)
        val facts = listOfNotNull(stringResource(kindLabel(row.kind)), row.plate, more)
        Text(
            facts.joinToString(" · "),
            color = MaterialTheme.colorScheme.onSurfaceVariant,
            style = MaterialTheme.typography.bodyMedium,
        )
        FlowRow(horizontalArrangement = Arrangement.spacedBy(12.dp), itemVerticalAlignment = Alignment.CenterVertically) {
            AgeLine(row.freshness, row.ageMs)
            row.speedMps?.takeIf { it >= MOVING_MPS }?.let {
                Text(speedWords(it), style = MaterialTheme.typography.bodyMedium)
            }
            if (row.disabled) Text(stringResource(R.string.unit_disabled), style = MaterialTheme.typography.bodyMedium)
        }
    }
}

/** Below this a speed is the receiver's noise and not worth a word. */
private const val MOVING_MPS = 0.5
