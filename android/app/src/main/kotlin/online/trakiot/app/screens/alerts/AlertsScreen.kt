package online.trakiot.app.screens.alerts

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.launch
import online.trakiot.app.R
import online.trakiot.app.core.coreView
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.eventLabel
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.app.ui.parts.StatusBanner
import online.trakiot.app.ui.timeWords
import online.trakiot.core.EventKind
import online.trakiot.core.EventRow
import online.trakiot.core.FleetStatus
import online.trakiot.core.Trak
import online.trakiot.core.asked

/** What the screen shows. */
data class AlertsState(val events: List<EventRow>, val status: FleetStatus, val nowMs: Long)

/** What a person can do there. */
sealed interface AlertsEvent {
    data class Open(val unitId: Long) : AlertsEvent

    data object Refresh : AlertsEvent

    data object SignIn : AlertsEvent
}

@Composable
fun AlertsRoute(trak: Trak, onOpen: (Long) -> Unit, onSignIn: () -> Unit) {
    val events by coreView(trak) { it.events() }
    val status by coreView(trak) { it.status() }
    val scope = rememberCoroutineScope()
    AlertsScreen(AlertsState(events, status, trak.nowMs())) { event ->
        when (event) {
            is AlertsEvent.Open -> onOpen(event.unitId)
            is AlertsEvent.Refresh -> scope.launch { asked { trak.refresh() } }
            is AlertsEvent.SignIn -> onSignIn()
        }
    }
}

/** What happened to the units, newest first. */
@Composable
fun AlertsScreen(state: AlertsState, on: (AlertsEvent) -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.alerts_title), null) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            StatusBanner(state.status, state.nowMs, { on(AlertsEvent.Refresh) }, { on(AlertsEvent.SignIn) })
            if (state.events.isEmpty()) Nothing(stringResource(R.string.alerts_none))
            else {
                LazyColumn(Modifier.fillMaxSize().testTag("alerts")) {
                    items(state.events, key = { it.id }) { event ->
                        AlertLine(event, state.nowMs) { on(AlertsEvent.Open(event.unitId)) }
                        HorizontalDivider()
                    }
                }
            }
        }
    }
}

@Composable
private fun AlertLine(event: EventRow, nowMs: Long, onOpen: () -> Unit) {
    Column(
        Modifier
            .fillMaxWidth()
            .clickable(onClick = onOpen)
            .heightIn(min = 56.dp)
            .padding(horizontal = 16.dp, vertical = 10.dp)
            .semantics(mergeDescendants = true) {},
    ) {
        val known = stringResource(eventLabel(event.kind))
        val what = if (event.kind == EventKind.OTHER) "$known: ${event.typeWord}" else known
        Text(what, style = MaterialTheme.typography.titleMedium)
        Text(event.unitName.ifEmpty { stringResource(R.string.unit_unknown) }, style = MaterialTheme.typography.bodyMedium)
        Text(
            "${ageWords((nowMs - event.atMs).coerceAtLeast(0))} · ${timeWords(event.atMs)}",
            color = MaterialTheme.colorScheme.onSurfaceVariant,
            style = MaterialTheme.typography.bodySmall,
        )
    }
}
