package online.trakiot.app.screens.history

import androidx.compose.foundation.layout.padding
import androidx.compose.material3.DatePickerDialog
import androidx.compose.material3.DateRangePicker
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.SelectableDates
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.material3.rememberDateRangePickerState
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneOffset
import online.trakiot.app.R

/** Any day or days up to today; a first day alone is one day. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun DaysDialog(today: LocalDate, range: HistoryRange, on: (HistoryEvent) -> Unit) {
    val (first, last) = range.days(today)
    val state =
        rememberDateRangePickerState(
            initialSelectedStartDateMillis = first.picked(),
            initialSelectedEndDateMillis = last.picked(),
            selectableDates = UpTo(today),
        )
    val chosen = state.selectedStartDateMillis?.day()?.let { HistoryRange.Days(it, state.selectedEndDateMillis?.day() ?: it) }
    DatePickerDialog(
        onDismissRequest = { on(HistoryEvent.ChooseDays(false)) },
        confirmButton = {
            TextButton({ chosen?.let { on(HistoryEvent.Range(it)) } }, Modifier.testTag("show-days"), enabled = chosen != null) {
                Text(stringResource(R.string.history_show))
            }
        },
        dismissButton = { TextButton({ on(HistoryEvent.ChooseDays(false)) }) { Text(stringResource(R.string.cancel)) } },
    ) {
        DateRangePicker(
            state,
            Modifier.weight(1f),
            title = { Text(stringResource(R.string.history_choose_title), Modifier.padding(start = 24.dp, top = 16.dp)) },
        )
    }
}

@OptIn(ExperimentalMaterial3Api::class)
private class UpTo(private val today: LocalDate) : SelectableDates {
    override fun isSelectableDate(utcTimeMillis: Long): Boolean = utcTimeMillis.day() <= today

    override fun isSelectableYear(year: Int): Boolean = year <= today.year
}

/** The picker's days begin in UTC, wherever the phone is. */
private fun LocalDate.picked(): Long = atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()

private fun Long.day(): LocalDate = Instant.ofEpochMilli(this).atZone(ZoneOffset.UTC).toLocalDate()
