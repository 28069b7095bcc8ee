package online.trakiot.app.screens.owntrack

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.Delete
import androidx.compose.material3.Button
import androidx.compose.material3.DatePicker
import androidx.compose.material3.DatePickerDialog
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.FilterChip
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.material3.rememberDatePickerState
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.core.orNull
import online.trakiot.app.ui.locale
import online.trakiot.app.ui.parts.Awaited
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.Outcome
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.parts.Sure
import online.trakiot.app.ui.queryWords
import online.trakiot.app.ui.timeWords
import online.trakiot.core.CoordinateFormat
import online.trakiot.core.HistoryPoint
import online.trakiot.core.formatCoordinates
import java.time.LocalDate
import java.time.format.DateTimeFormatter
import java.time.format.FormatStyle

/** A person's own track, to be erased: whole days or single points. */
@Composable
fun OwnTrackScreen(state: OwnTrackState, on: (OwnTrackEvent) -> Unit) {
    var sure by rememberSaveable { mutableStateOf(false) }
    val range = rangeWords(state.days)
    Scaffold(topBar = { BackBar(stringResource(R.string.own_track_title), { on(OwnTrackEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            Outcome(state.erased?.let { erasedWords(it) })
            LazyColumn(Modifier.weight(1f).fillMaxWidth().testTag("own-track")) {
                item { Text(stringResource(R.string.own_track_means), Modifier.padding(16.dp), style = MaterialTheme.typography.bodyMedium) }
                if (state.units.isEmpty()) {
                    item { Notice(stringResource(R.string.own_track_none)) }
                    return@LazyColumn
                }
                item { Units(state, on) }
                item { Range(state.days) { on(OwnTrackEvent.Range(it)) } }
                item {
                    Button(
                        { sure = true },
                        Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp).heightIn(min = 52.dp).testTag("erase-range"),
                        enabled = !state.busy,
                    ) {
                        Text(stringResource(R.string.own_track_erase_range))
                    }
                    SectionHead(stringResource(R.string.own_track_points))
                    Awaited(state.points, { on(OwnTrackEvent.Again) }) {
                        if (it.total == 0) Text(stringResource(R.string.history_none), Modifier.padding(16.dp))
                    }
                }
                val shown = state.points.orNull
                items(shown?.points.orEmpty()) { Point(it, !state.busy) { on(OwnTrackEvent.ErasePoint(it.fixTimeMs)) } }
                if (shown != null && shown.points.size < shown.total) {
                    item {
                        TextButton({ on(OwnTrackEvent.More) }, Modifier.padding(horizontal = 16.dp)) { Text(stringResource(R.string.show_more)) }
                    }
                }
            }
        }
    }
    if (sure) {
        val unit = state.units.firstOrNull { it.id == state.unitId }?.name.orEmpty()
        Sure(
            stringResource(R.string.own_track_erase_range),
            stringResource(R.string.own_track_sure, unit, range),
            stringResource(R.string.own_track_erase),
            onClose = { sure = false },
        ) { on(OwnTrackEvent.EraseRange) }
    }
}

@Composable
private fun erasedWords(erased: Erased): String =
    when (erased) {
        is Erased.Points -> stringResource(R.string.own_track_erased, erased.count)
        is Erased.Refused -> queryWords(erased.error)
    }

@Composable
private fun Units(state: OwnTrackState, on: (OwnTrackEvent) -> Unit) {
    FlowRow(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
        for (unit in state.units) {
            FilterChip(unit.id == state.unitId, { on(OwnTrackEvent.Choose(unit.id)) }, { Text(unit.name) })
        }
    }
}

@Composable
private fun Range(days: Days, onChange: (Days) -> Unit) {
    var choosing by rememberSaveable { mutableStateOf<Boolean?>(null) } // the beginning, or the end
    FlowRow(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
        OutlinedButton({ choosing = true }, Modifier.testTag("from-day")) { Text(stringResource(R.string.from_day, dateWords(days.from))) }
        OutlinedButton({ choosing = false }, Modifier.testTag("to-day")) { Text(stringResource(R.string.to_day, dateWords(days.to))) }
    }
    choosing?.let { start ->
        DayQuestion(if (start) days.from else days.to, { choosing = null }) { day ->
            onChange(if (start) days.startingAt(day) else days.endingAt(day))
        }
    }
}

@OptIn(ExperimentalMaterial3Api::class)
@Composable
private fun DayQuestion(day: LocalDate, onClose: () -> Unit, onDay: (LocalDate) -> Unit) {
    val picked = rememberDatePickerState(day.toEpochDay() * DAY_MS) // the picker counts in UTC
    DatePickerDialog(
        onDismissRequest = onClose,
        confirmButton = {
            TextButton({
                onClose()
                picked.selectedDateMillis?.let { onDay(LocalDate.ofEpochDay(Math.floorDiv(it, DAY_MS))) }
            }) { Text(stringResource(R.string.choose)) }
        },
        dismissButton = { TextButton(onClose) { Text(stringResource(R.string.cancel)) } },
    ) { DatePicker(picked) }
}

private const val DAY_MS = 86_400_000L

@Composable
private fun dateWords(day: LocalDate): String = day.format(DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM).withLocale(locale()))

@Composable
private fun rangeWords(days: Days): String = listOf(days.from, days.to).distinct().map { dateWords(it) }.joinToString(" – ")

@Composable
private fun Point(point: HistoryPoint, enabled: Boolean, onErase: () -> Unit) {
    Row(Modifier.fillMaxWidth().padding(start = 16.dp, end = 8.dp), Arrangement.spacedBy(8.dp), Alignment.CenterVertically) {
        val time = timeWords(point.fixTimeMs)
        Column(Modifier.weight(1f).padding(vertical = 4.dp)) {
            Text(time, style = MaterialTheme.typography.bodyLarge)
            Text(
                point.address ?: formatCoordinates(point.place, CoordinateFormat.DECIMAL).orEmpty(),
                color = MaterialTheme.colorScheme.onSurfaceVariant,
                style = MaterialTheme.typography.bodySmall,
            )
        }
        IconButton(onErase, Modifier.testTag("erase-point"), enabled) {
            Icon(Icons.Filled.Delete, stringResource(R.string.own_track_erase_point, time))
        }
    }
}
