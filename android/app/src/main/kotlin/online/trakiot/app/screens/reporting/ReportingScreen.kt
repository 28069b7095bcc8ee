package online.trakiot.app.screens.reporting

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Button
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationNeed
import online.trakiot.app.reporting.Capture
import online.trakiot.app.ui.blockedLabel
import online.trakiot.app.ui.kindLabel
import online.trakiot.app.ui.lastSentWords
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.Sure
import online.trakiot.app.ui.parts.UnsentQuestion
import online.trakiot.app.ui.parts.lockedWords
import online.trakiot.app.ui.recordWords
import online.trakiot.app.ui.refusalLabel
import online.trakiot.app.ui.whyWords
import online.trakiot.core.RecordException
import online.trakiot.core.ReportingHealth
import online.trakiot.core.UnitRow
import online.trakiot.core.reportingHealth

/** Reporting this phone's own position: whether it works, and if not, why, in words that anyone can read. */
@Composable
fun ReportingScreen(state: ReportingState, on: (ReportingEvent) -> Unit) {
    var stopping by rememberSaveable { mutableStateOf(false) }
    var erasing by rememberSaveable { mutableStateOf(false) }
    var agreeing by rememberSaveable { mutableStateOf(false) }
    Scaffold(topBar = { BackBar(stringResource(R.string.reporting_title), { on(ReportingEvent.Back) }) }) { padding ->
        LazyColumn(Modifier.fillMaxSize().padding(padding).testTag("reporting")) {
            item { Status(state) }
            item { Access(state, on) }
            item {
                if (state.unreadable != null) {
                    if (state.unreadable is RecordException.KeyMissing) {
                        OutlinedButton({ erasing = true }, wide.testTag("erase-device")) { Text(stringResource(R.string.erase_device)) }
                    }
                } else if (state.on) {
                    val stop = { if (state.unsent > 0) stopping = true else on(ReportingEvent.Stop(erase = false)) }
                    OutlinedButton(stop, wide.testTag("stop"), enabled = !state.busy) { Text(stringResource(R.string.reporting_stop)) }
                } else {
                    Setup(state, on) { if (state.agreed) on(ReportingEvent.Start) else agreeing = true }
                }
            }
            state.view?.let { reportingFacts(it, state, on) }
            item { BatteryAdvice(state.battery, on) }
        }
    }
    if (erasing) {
        val erase = stringResource(R.string.erase_device)
        Sure(erase, stringResource(R.string.erase_device_means), erase, { erasing = false }) { on(ReportingEvent.EraseDevice) }
    }
    if (agreeing) AgreeQuestion({ agreeing = false }) { on(ReportingEvent.Start) }
    if (stopping) UnsentQuestion(stringResource(R.string.reporting_stop), state.unsent.toInt(), { stopping = false }) { on(ReportingEvent.Stop(it)) }
}

private val wide = Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp).heightIn(min = 52.dp)

@Composable
private fun Status(state: ReportingState) {
    val (words, standing) = statusWords(state)
    val scheme = MaterialTheme.colorScheme
    Surface(
        Modifier.fillMaxWidth().padding(16.dp),
        shape = MaterialTheme.shapes.large,
        color =
            when (standing) {
                Standing.Well -> scheme.primaryContainer
                Standing.Waits -> scheme.surfaceContainer
                Standing.Fails -> scheme.errorContainer
            },
    ) {
        Column(Modifier.padding(16.dp), Arrangement.spacedBy(4.dp)) {
            Text(
                words,
                Modifier.testTag("reporting-status").semantics { liveRegion = LiveRegionMode.Polite },
                style = MaterialTheme.typography.titleLarge,
            )
            state.view?.unitIdentifier?.let { Text(stringResource(R.string.reporting_for, it)) }
            // Where something worse is said above, this too: what waits is not lost.
            state.view?.blocked?.let { stringResource(blockedLabel(it)) }?.takeIf { it != words && state.on }?.let { Text(it) }
            state.trouble?.let { Text(recordWords(it), Modifier.testTag("reporting-trouble")) }
        }
    }
}

/** How it stands, for the colour; the words say it too. */
private enum class Standing { Well, Waits, Fails }

/** The one sentence, the worst first: what only the phone knows, then what the core makes of the rest. */
@Composable
private fun statusWords(state: ReportingState): Pair<String, Standing> {
    val view = state.view
    if (state.unreadable != null) return stringResource(R.string.refused_not_opened) to Standing.Fails
    if (view == null || !state.on) return stringResource(R.string.reporting_is_off) to Standing.Well
    val capture = state.capture
    if (capture is Capture.Refused) return stringResource(refusalLabel(capture.why)) to Standing.Fails
    if (capture is Capture.Off) return stringResource(R.string.reporting_not_running) to Standing.Fails
    if (state.access !is LocationAccess.Allowed) return stringResource(R.string.reporting_no_position) to Standing.Fails
    return when (val health = reportingHealth(view, state.nowMs)) {
        is ReportingHealth.Off -> stringResource(R.string.reporting_is_off) to Standing.Well
        is ReportingHealth.Works -> stringResource(R.string.reporting_works, lastSentWords(view, state.nowMs)) to Standing.Well
        is ReportingHealth.Waits -> whyWords(health.why, view, state.nowMs) to Standing.Waits
        is ReportingHealth.Fails -> whyWords(health.why, view, state.nowMs) to Standing.Fails
    }
}

@Composable
private fun Access(state: ReportingState, on: (ReportingEvent) -> Unit) {
    val access = state.access
    val locked = lockedWords(access)
    when {
        locked != null ->
            Notice(locked.first, way = locked.second) { on(ReportingEvent.Need(LocationNeed.Precise)) }
        access is LocationAccess.Allowed && !access.precise ->
            Notice(stringResource(R.string.reporting_wants_precise), way = stringResource(R.string.location_make_precise)) {
                on(ReportingEvent.Need(LocationNeed.Precise))
            }
        access is LocationAccess.Allowed && !access.always && state.on ->
            Notice(stringResource(R.string.reporting_wants_always), way = stringResource(R.string.location_make_always)) {
                on(ReportingEvent.Need(LocationNeed.Always))
            }
    }
    if (state.on && !state.notified) {
        Notice(stringResource(R.string.reporting_unseen), way = stringResource(R.string.open_settings)) { on(ReportingEvent.AppSettings) }
    }
    if (state.on && locked == null && state.capture is Capture.Refused) {
        Notice(stringResource(R.string.reporting_start_again), way = stringResource(R.string.try_again)) { on(ReportingEvent.Resume) }
    }
}

@Composable
private fun Setup(state: ReportingState, on: (ReportingEvent) -> Unit, onStart: () -> Unit) {
    Column(Modifier.padding(vertical = 8.dp)) {
        Text(stringResource(R.string.reporting_what), Modifier.padding(horizontal = 16.dp))
        OutlinedTextField(
            state.identifier,
            { on(ReportingEvent.Identifier(it)) },
            Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp).testTag("identifier"),
            label = { Text(stringResource(R.string.reporting_identifier)) },
            supportingText = { Text(stringResource(R.string.reporting_identifier_help)) },
            singleLine = true,
            keyboardOptions = KeyboardOptions(autoCorrectEnabled = false),
        )
        for (row in state.suggestions) Suggestion(row) { on(ReportingEvent.Choose(row.id)) }
        val ready = !state.busy && state.identifier.isNotBlank() && state.access is LocationAccess.Allowed
        Button(onStart, wide.testTag("start"), enabled = ready) { Text(stringResource(R.string.reporting_start)) }
    }
}

@Composable
private fun Suggestion(row: UnitRow, onChoose: () -> Unit) {
    ListItem(
        headlineContent = { Text(row.name) },
        supportingContent = { Text(listOfNotNull(stringResource(kindLabel(row.kind)), row.plate).joinToString(" · ")) },
        modifier = Modifier.clickable(onClick = onChoose).testTag("suggestion"),
    )
}

@Composable
private fun AgreeQuestion(onClose: () -> Unit, onAgree: () -> Unit) {
    AlertDialog(
        onDismissRequest = onClose,
        title = { Text(stringResource(R.string.purpose_reporting)) },
        text = { Text(stringResource(R.string.purpose_reporting_means)) },
        confirmButton = {
            TextButton({ onClose(); onAgree() }, Modifier.testTag("agree-reporting")) { Text(stringResource(R.string.consent_agree)) }
        },
        dismissButton = { TextButton(onClose) { Text(stringResource(R.string.consent_decline)) } },
    )
}
