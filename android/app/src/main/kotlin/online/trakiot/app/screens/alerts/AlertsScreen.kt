package online.trakiot.app.screens.alerts

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.Refresh
import androidx.compose.material.icons.filled.Settings
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.core.Loaded
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.eventLabel
import online.trakiot.app.ui.otherEventLabel
import online.trakiot.app.ui.parts.Awaited
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.app.ui.parts.StatusBanner
import online.trakiot.app.ui.timeWords
import online.trakiot.core.AlertRow
import online.trakiot.core.EventKind

/** The inbox: what happened to the units, newest first, and what of it the person has not seen. */
@Composable
fun AlertsScreen(state: AlertsState, on: (AlertsEvent) -> Unit) {
    val actions = @Composable {
        IconButton({ on(AlertsEvent.Fetch) }, Modifier.testTag("fetch-alerts")) {
            Icon(Icons.Filled.Refresh, stringResource(R.string.alerts_fetch))
        }
        IconButton({ on(AlertsEvent.Settings) }, Modifier.testTag("alert-settings")) {
            Icon(Icons.Filled.Settings, stringResource(R.string.alert_settings_title))
        }
    }
    Scaffold(topBar = { BackBar(stringResource(R.string.alerts_title), null, actions) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            StatusBanner(state.status, state.nowMs, { on(AlertsEvent.Refresh) }, { on(AlertsEvent.SignIn) })
            if (state.refreshing) LinearProgressIndicator(Modifier.fillMaxWidth())
            val inbox = (state.inbox as? Loaded.Has)?.value
            if (inbox == null) Awaited(state.inbox, { on(AlertsEvent.Fetch) }) {}
            else if (inbox.rows.isEmpty()) Nothing(stringResource(R.string.alerts_none))
            else Rows(inbox, state.nowMs, on)
        }
    }
}

@Composable
private fun Rows(inbox: Inbox, nowMs: Long, on: (AlertsEvent) -> Unit) {
    FlowRow(
        Modifier.fillMaxWidth().padding(start = 16.dp, end = 8.dp),
        Arrangement.SpaceBetween,
        itemVerticalAlignment = Alignment.CenterVertically,
    ) {
        val words = if (inbox.unread == 0L) stringResource(R.string.alerts_all_seen) else stringResource(R.string.alerts_unread, inbox.unread)
        Text(words, Modifier.padding(vertical = 14.dp).testTag("unread"), style = MaterialTheme.typography.bodyMedium)
        if (inbox.unread > 0L) {
            TextButton({ on(AlertsEvent.AcknowledgeAll) }, Modifier.testTag("acknowledge-all")) {
                Text(stringResource(R.string.alerts_acknowledge))
            }
        }
    }
    LazyColumn(Modifier.fillMaxSize().testTag("alerts")) {
        items(inbox.rows, key = { it.event.id }) { row ->
            AlertLine(row, nowMs) { on(AlertsEvent.Open(row.event.id, row.event.unitId)) }
            HorizontalDivider()
        }
        if (inbox.rows.size < inbox.total) {
            item { TextButton({ on(AlertsEvent.More) }, Modifier.padding(horizontal = 8.dp)) { Text(stringResource(R.string.show_more)) } }
        }
    }
}

/** One event; whether it is new is told by a mark, by the weight of the letters and to a screen reader. */
@Composable
private fun AlertLine(row: AlertRow, nowMs: Long, onOpen: () -> Unit) {
    val event = row.event
    val seen = stringResource(if (row.acknowledged) R.string.alert_seen else R.string.alert_new)
    Row(
        Modifier
            .fillMaxWidth()
            .clickable(onClick = onOpen)
            .testTag("alert")
            .heightIn(min = 56.dp)
            .padding(horizontal = 16.dp, vertical = 10.dp)
            .semantics(mergeDescendants = true) { stateDescription = seen },
        Arrangement.spacedBy(12.dp),
        Alignment.CenterVertically,
    ) {
        val mark = if (row.acknowledged) Modifier else Modifier.background(MaterialTheme.colorScheme.primary, CircleShape)
        Box(mark.size(10.dp))
        Column(Modifier.weight(1f)) {
            val other = if (event.kind == EventKind.OTHER) otherEventLabel(event.typeWord) else null
            val known = stringResource(other ?: eventLabel(event.kind))
            val what = if (event.kind == EventKind.OTHER && other == null) "$known: ${event.typeWord}" else known
            val weight = if (row.acknowledged) FontWeight.Normal else FontWeight.Bold
            Text(what, fontWeight = weight, style = MaterialTheme.typography.titleMedium)
            Text(event.unitName.ifEmpty { stringResource(R.string.unit_unknown) }, style = MaterialTheme.typography.bodyMedium)
            Text(
                "${ageWords((nowMs - event.atMs).coerceAtLeast(0))} · ${timeWords(event.atMs)}",
                color = MaterialTheme.colorScheme.onSurfaceVariant,
                style = MaterialTheme.typography.bodySmall,
            )
        }
    }
}
