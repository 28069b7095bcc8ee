package online.trakiot.app.screens.alertsettings

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.material3.TimeInput
import androidx.compose.material3.rememberTimePickerState
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.consentErrorLabel
import online.trakiot.app.ui.eventLabel
import online.trakiot.app.ui.locale
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Line
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.Outcome
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.parts.SwitchLine
import online.trakiot.app.ui.queryWords
import online.trakiot.core.AlertSettings
import online.trakiot.core.ConsentException
import online.trakiot.core.EventKind
import online.trakiot.core.QueryException
import online.trakiot.core.QuietHours
import java.time.LocalTime
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.time.format.FormatStyle

/** What the screen shows. */
data class AlertSettingsState(
    val settings: AlertSettings,
    /** Whether the person agreed to be told by pushes. */
    val pushes: Boolean,
    /** Whether this build of the app can be pushed to at all. */
    val pushable: Boolean,
    val phoneZone: String,
    /** Whether the system shows this app's notifications. */
    val shown: Boolean = true,
    val error: QueryException? = null,
    val consentError: ConsentException? = null,
)

/** What a person can do there. */
sealed interface AlertSettingsEvent {
    data object Back : AlertSettingsEvent

    data object SystemSettings : AlertSettingsEvent

    data class Pushes(val wanted: Boolean) : AlertSettingsEvent

    data class Kind(val kind: EventKind, val wanted: Boolean) : AlertSettingsEvent

    data class Quiet(val hours: QuietHours?) : AlertSettingsEvent
}

/** What a person is told of, and when not. Everything is kept in the inbox all the same. */
@Composable
fun AlertSettingsScreen(state: AlertSettingsState, on: (AlertSettingsEvent) -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.alert_settings_title), { on(AlertSettingsEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            Outcome(state.error?.let { queryWords(it) } ?: state.consentError?.let { stringResource(consentErrorLabel(it)) })
            LazyColumn(Modifier.weight(1f).fillMaxWidth().testTag("alert-settings-list")) {
                item {
                    SwitchLine(
                        stringResource(R.string.alert_pushes), state.pushes, "alert-pushes", stringResource(R.string.purpose_push_means),
                        if (state.pushable) null else stringResource(R.string.alert_pushes_not_set_up),
                    ) { on(AlertSettingsEvent.Pushes(it)) }
                    if (state.pushes && !state.shown) {
                        Notice(stringResource(R.string.alert_blocked), way = stringResource(R.string.open_settings)) { on(AlertSettingsEvent.SystemSettings) }
                    }
                    SectionHead(stringResource(R.string.alert_kinds))
                    Text(stringResource(R.string.alert_kinds_means), Modifier.padding(horizontal = 16.dp), style = MaterialTheme.typography.bodyMedium)
                }
                items(EventKind.entries, key = { it }) { kind ->
                    SwitchLine(stringResource(eventLabel(kind)), kind in state.settings.kinds, "kind-${kind.name}") {
                        on(AlertSettingsEvent.Kind(kind, it))
                    }
                }
                item { Quiet(state.settings.quietHours, state.phoneZone) { on(AlertSettingsEvent.Quiet(it)) } }
            }
        }
    }
}

private const val MINUTES_AN_HOUR = 60
private val EVENING = (22 * MINUTES_AN_HOUR).toUShort()
private val MORNING = (7 * MINUTES_AN_HOUR).toUShort()

private enum class Choosing { From, To, Zone }

@Composable
private fun Quiet(hours: QuietHours?, phoneZone: String, onChange: (QuietHours?) -> Unit) {
    var choosing by rememberSaveable { mutableStateOf<Choosing?>(null) }
    SectionHead(stringResource(R.string.quiet_title))
    SwitchLine(stringResource(R.string.quiet_hours), hours != null, "quiet", stringResource(R.string.quiet_means)) { on ->
        onChange(if (on) QuietHours(EVENING, MORNING, phoneZone) else null)
    }
    if (hours == null) return
    Line(stringResource(R.string.quiet_from), "quiet-from", clockWords(hours.fromMinute)) { choosing = Choosing.From }
    Line(stringResource(R.string.quiet_to), "quiet-to", clockWords(hours.toMinute)) { choosing = Choosing.To }
    Line(stringResource(R.string.quiet_zone), "quiet-zone", hours.timeZone) { choosing = Choosing.Zone }
    when (choosing) {
        Choosing.From -> TimeQuestion(hours.fromMinute, { choosing = null }) { onChange(hours.copy(fromMinute = it)) }
        Choosing.To -> TimeQuestion(hours.toMinute, { choosing = null }) { onChange(hours.copy(toMinute = it)) }
        Choosing.Zone -> ZoneQuestion(phoneZone, { choosing = null }) { onChange(hours.copy(timeZone = it)) }
        null -> {}
    }
}

@Composable
private fun clockWords(minute: UShort): String =
    LocalTime.of(minute.toInt() / MINUTES_AN_HOUR, minute.toInt() % MINUTES_AN_HOUR)
        .format(DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT).withLocale(locale()))

@OptIn(ExperimentalMaterial3Api::class)
@Composable
private fun TimeQuestion(minute: UShort, onClose: () -> Unit, onTime: (UShort) -> Unit) {
    val picked = rememberTimePickerState(minute.toInt() / MINUTES_AN_HOUR, minute.toInt() % MINUTES_AN_HOUR)
    AlertDialog(
        onDismissRequest = onClose,
        text = { TimeInput(picked) },
        confirmButton = {
            TextButton({ onClose(); onTime((picked.hour * MINUTES_AN_HOUR + picked.minute).toUShort()) }) { Text(stringResource(R.string.choose)) }
        },
        dismissButton = { TextButton(onClose) { Text(stringResource(R.string.cancel)) } },
    )
}

/** The zones of the database, this phone's first; found by a part of the name. */
@Composable
private fun ZoneQuestion(phoneZone: String, onClose: () -> Unit, onZone: (String) -> Unit) {
    var search by remember { mutableStateOf("") }
    val zones = remember { ZoneId.getAvailableZoneIds().filter { '/' in it && !it.startsWith("SystemV/") }.sorted() }
    val found = (listOf(phoneZone) + zones).distinct().filter { it.replace('_', ' ').contains(search.trim().replace('_', ' '), ignoreCase = true) }
    AlertDialog(
        onDismissRequest = onClose,
        title = { Text(stringResource(R.string.quiet_zone)) },
        text = {
            Column {
                OutlinedTextField(search, { search = it }, label = { Text(stringResource(R.string.quiet_zone_search)) }, singleLine = true)
                LazyColumn(Modifier.heightIn(max = 320.dp)) {
                    items(found, key = { it }) { zone ->
                        ListItem({ Text(zone) }, Modifier.clickable { onClose(); onZone(zone) })
                    }
                }
            }
        },
        confirmButton = { TextButton(onClose) { Text(stringResource(R.string.close)) } },
    )
}
