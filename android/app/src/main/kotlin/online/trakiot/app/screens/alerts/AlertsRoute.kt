package online.trakiot.app.screens.alerts

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import online.trakiot.app.core.coreView
import online.trakiot.app.core.storedView
import online.trakiot.core.Trak
import online.trakiot.core.asked

@Composable
fun AlertsRoute(trak: Trak, onOpen: (Long) -> Unit, onSettings: () -> Unit, onSignIn: () -> Unit) {
    var pages by rememberSaveable { mutableIntStateOf(1) }
    val inbox by storedView(trak, pages) { it.inbox(pages) }
    // With the time that ages are told from: they grow while nothing else changes.
    val told by coreView(trak) { it.status() to it.nowMs() }
    val (status, nowMs) = told
    var refreshing by remember { mutableStateOf(false) }
    val scope = rememberCoroutineScope()

    fun fetch() {
        refreshing = true
        scope.launch {
            asked { trak.refreshAlerts() } // the banner says why not
            refreshing = false
        }
    }
    LaunchedEffect(trak) { fetch() }
    AlertsScreen(AlertsState(inbox, status, nowMs, refreshing)) { event ->
        when (event) {
            is AlertsEvent.Open -> {
                scope.launch(Dispatchers.IO) { asked { trak.acknowledgeAlerts(listOf(event.eventId)) } }
                onOpen(event.unitId)
            }
            is AlertsEvent.AcknowledgeAll -> scope.launch(Dispatchers.IO) { asked { trak.acknowledgeAlerts(trak.unseen()) } }
            is AlertsEvent.More -> pages++
            is AlertsEvent.Fetch -> fetch()
            is AlertsEvent.Settings -> onSettings()
            is AlertsEvent.Refresh -> scope.launch { asked { trak.refresh() } }
            is AlertsEvent.SignIn -> onSignIn()
        }
    }
}

/** The alerts that are new, on the pages that are not shown as well. */
private fun Trak.unseen(): List<Long> {
    val found = mutableListOf<Long>()
    var page = 0u
    do {
        val view = alerts(page++)
        found += view.rows.filter { !it.acknowledged }.map { it.event.id }
    } while (view.rows.isNotEmpty() && found.size < view.unread.toLong())
    return found
}

private fun Trak.inbox(pages: Int): Inbox {
    val first = alerts(0u)
    val later = (1 until pages).map { alerts(it.toUInt()) }
    val rows = (listOf(first) + later).flatMap { it.rows }.distinctBy { it.event.id }
    return Inbox(rows, first.total.toLong(), first.unread.toLong())
}
