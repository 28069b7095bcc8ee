package online.trakiot.app.screens.unit

import android.content.ClipData
import android.os.Build
import android.widget.Toast
import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.AssistChip
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.ClipEntry
import androidx.compose.ui.platform.LocalClipboard
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import kotlinx.coroutines.launch
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.navigation.Destination
import online.trakiot.app.platform.MapApp
import online.trakiot.app.platform.Outside
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.compassWords
import online.trakiot.app.ui.distanceWords
import online.trakiot.app.ui.kindLabel
import online.trakiot.app.ui.linkLabel
import online.trakiot.app.ui.number
import online.trakiot.app.ui.parts.AgeLine
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Fact
import online.trakiot.app.ui.parts.Line
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.parts.StatusBanner
import online.trakiot.app.ui.speedWords
import online.trakiot.app.ui.sharedWords
import online.trakiot.app.ui.timeWords
import online.trakiot.core.PositionDoubt
import online.trakiot.core.Trak
import online.trakiot.core.UnitDetails
import online.trakiot.core.asked
import online.trakiot.core.formatCoordinates

@Composable
fun UnitRoute(
    services: Services,
    trak: Trak,
    id: Long,
    onBack: () -> Unit,
    onSignIn: () -> Unit,
    onGo: (Destination) -> Unit,
) {
    val unit by coreView(trak, id) { it.unit(id) }
    val format by services.settings.coordinateFormat.collectAsStateWithLifecycle()
    val scope = rememberCoroutineScope()
    val context = LocalContext.current
    val outside = Outside(context)
    val clipboard = LocalClipboard.current
    var mapApps by remember { mutableStateOf(emptyList<MapApp>()) }
    fun tells(opened: Boolean, @StringRes words: Int) {
        if (!opened) Toast.makeText(context, words, Toast.LENGTH_LONG).show()
    }
    fun navigates(app: MapApp?) {
        mapApps = emptyList()
        val row = unit?.row ?: return
        val place = row.place ?: return
        tells(app != null && outside.navigate(app, place, row.name), R.string.no_map_app)
    }
    UnitScreen(UnitState(unit, format, trak.nowMs(), mapApps)) { event ->
        val place = unit?.row?.place
        when (event) {
            is UnitEvent.Back -> onBack()
            is UnitEvent.Nearby -> onGo(Destination.NearUnit(id))
            is UnitEvent.History -> onGo(Destination.UnitHistory(id))
            is UnitEvent.Watch -> onGo(Destination.WatchedUnit(id))
            is UnitEvent.Copy ->
                place?.let { formatCoordinates(it, format) }?.let { words ->
                    scope.launch { clipboard.setClipEntry(ClipEntry(ClipData.newPlainText(words, words))) }
                    // From Android 13 on the system itself shows what was copied.
                    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) Toast.makeText(context, R.string.copied, Toast.LENGTH_SHORT).show()
                }
            is UnitEvent.Navigate -> outside.mapApps().let { if (it.size > 1) mapApps = it else navigates(it.firstOrNull()) }
            is UnitEvent.NavigateWith -> navigates(event.app)
            is UnitEvent.NavigateNot -> mapApps = emptyList()
            is UnitEvent.Share ->
                place?.let { outside.share(sharedWords(unit?.row?.name, formatCoordinates(it, format), unit?.row?.fixTimeMs)) }
            is UnitEvent.Call -> unit?.phone?.let { tells(outside.call(it), R.string.no_phone_app) }
            is UnitEvent.Refresh -> scope.launch { asked { trak.refresh() } }
            is UnitEvent.SignIn -> onSignIn()
        }
    }
}

/** Everything about one unit: three ages kept apart, each of them honest. */
@Composable
fun UnitScreen(state: UnitState, on: (UnitEvent) -> Unit) {
    val unit = state.unit
    Scaffold(topBar = { BackBar(unit?.row?.name ?: stringResource(R.string.unit_title), { on(UnitEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            if (unit == null) {
                Nothing(stringResource(R.string.unit_gone), way = stringResource(R.string.back)) { on(UnitEvent.Back) }
                return@Column
            }
            StatusBanner(unit.status, state.nowMs, { on(UnitEvent.Refresh) }, { on(UnitEvent.SignIn) })
            Column(Modifier.weight(1f).verticalScroll(rememberScrollState()).testTag("unit")) {
                AgeLine(unit.row.freshness, unit.fixAgeMs, Modifier.padding(horizontal = 16.dp, vertical = 8.dp))
                Actions(unit, on)
                SelectionContainer {
                    Column {
                        Position(unit, state)
                        About(unit)
                        Attributes(unit)
                    }
                }
            }
        }
    }
    if (state.mapApps.isNotEmpty()) WhichMapApp(state.mapApps, on)
}

@Composable
private fun WhichMapApp(apps: List<MapApp>, on: (UnitEvent) -> Unit) {
    AlertDialog(
        onDismissRequest = { on(UnitEvent.NavigateNot) },
        containerColor = MaterialTheme.colorScheme.surface,
        title = { Text(stringResource(R.string.navigate_with)) },
        text = {
            Column(Modifier.verticalScroll(rememberScrollState())) {
                for (app in apps) Line(stringResource(app.label), "map-app-${app.name}") { on(UnitEvent.NavigateWith(app)) }
            }
        },
        confirmButton = { TextButton({ on(UnitEvent.NavigateNot) }) { Text(stringResource(R.string.cancel)) } },
    )
}

@Composable
private fun Actions(unit: UnitDetails, on: (UnitEvent) -> Unit) {
    // All in sight: what is scrolled away is not found by hands in gloves.
    FlowRow(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
        val placed = unit.row.place != null
        if (placed) {
            AssistChip({ on(UnitEvent.Nearby) }, { Text(stringResource(R.string.nearby_units)) }, Modifier.testTag("nearby"))
            AssistChip({ on(UnitEvent.Watch) }, { Text(stringResource(R.string.watch)) }, Modifier.testTag("watch"))
            AssistChip({ on(UnitEvent.Navigate) }, { Text(stringResource(R.string.navigate)) })
            AssistChip({ on(UnitEvent.Copy) }, { Text(stringResource(R.string.copy)) }, Modifier.testTag("copy"))
            AssistChip({ on(UnitEvent.Share) }, { Text(stringResource(R.string.share)) }, Modifier.testTag("share"))
        }
        AssistChip({ on(UnitEvent.History) }, { Text(stringResource(R.string.history)) }, Modifier.testTag("history"))
        if (unit.phone != null) AssistChip({ on(UnitEvent.Call) }, { Text(stringResource(R.string.call)) })
    }
}

@Composable
private fun Position(unit: UnitDetails, state: UnitState) {
    SectionHead(stringResource(R.string.position))
    val row = unit.row
    val place = row.place
    if (place == null) {
        Text(stringResource(R.string.no_position), Modifier.padding(horizontal = 16.dp, vertical = 8.dp))
    } else {
        Fact(stringResource(R.string.coordinates), formatCoordinates(place, state.coordinates).orEmpty())
    }
    unit.address?.let { Fact(stringResource(R.string.address), it) }
    Fact(stringResource(R.string.fix_taken), withTime(unit.fixAgeMs, row.fixTimeMs))
    Fact(stringResource(R.string.fix_received), ageWords(unit.receivedAgeMs))
    Fact(stringResource(R.string.link), "${stringResource(linkLabel(row.link))} · ${ageWords(unit.linkAgeMs)}")
    row.speedMps?.let { Fact(stringResource(R.string.speed), speedWords(it)) }
    row.courseDeg?.let {
        Fact(stringResource(R.string.course), stringResource(R.string.degrees_and_word, number(it, 0), compassWords(it)))
    }
    unit.altitudeM?.let { Fact(stringResource(R.string.altitude), stringResource(R.string.metres, number(it, 0))) }
    row.accuracyM?.let { Fact(stringResource(R.string.accuracy), stringResource(R.string.plus_minus, distanceWords(it))) }
    val doubt =
        when (row.doubt) {
            PositionDoubt.ROLLOVER_CORRECTED -> R.string.doubt_rollover
            PositionDoubt.MARKED_INVALID -> R.string.doubt_invalid
            null -> null
        }
    if (doubt != null) Warning(stringResource(doubt))
    if (row.futureHeldBack) Warning(stringResource(R.string.future_held_back))
}

@Composable
private fun withTime(ageMs: Long?, atMs: Long?): String =
    if (atMs == null) ageWords(ageMs) else "${ageWords(ageMs)} · ${timeWords(atMs)}"

@Composable
private fun Warning(words: String) {
    Text(words, Modifier.padding(horizontal = 16.dp, vertical = 8.dp), color = MaterialTheme.colorScheme.error)
}

@Composable
private fun About(unit: UnitDetails) {
    SectionHead(stringResource(R.string.unit_about))
    Fact(stringResource(R.string.name), unit.row.name) // whole, however long: the bar may have to shorten it
    Fact(stringResource(R.string.kind), stringResource(kindLabel(unit.row.kind)))
    unit.row.plate?.let { Fact(stringResource(R.string.plate), it) }
    unit.model?.let { Fact(stringResource(R.string.model), it) }
    unit.phone?.let { Fact(stringResource(R.string.phone), it) }
    unit.contact?.let { Fact(stringResource(R.string.contact), it) }
    if (unit.groupPath.isNotEmpty()) Fact(stringResource(R.string.group), unit.groupPath.joinToString(" › "))
    Fact(stringResource(R.string.tracker_number), unit.uniqueId)
    if (unit.row.disabled) Warning(stringResource(R.string.unit_disabled_long))
}

@Composable
private fun Attributes(unit: UnitDetails) {
    if (unit.attributes.isEmpty()) return
    SectionHead(stringResource(R.string.attributes))
    for (attribute in unit.attributes) Fact(attributeLabel(attribute), attributeValue(attribute))
}
