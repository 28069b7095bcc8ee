package online.trakiot.app.screens.retention

import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalResources
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.core.Loaded
import online.trakiot.app.core.fromServer
import online.trakiot.app.core.orNull
import online.trakiot.app.core.storedView
import online.trakiot.app.ui.parts.Awaited
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Fact
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.timeWords
import online.trakiot.core.RetentionRun
import online.trakiot.core.RetentionTerms
import online.trakiot.core.Trak

/** What the screen shows: the server's terms, and what this phone erased by itself. */
data class RetentionState(val terms: Loaded<RetentionTerms>, val runs: Loaded<List<RetentionRun>>)

@Composable
fun RetentionRoute(trak: Trak, onBack: () -> Unit) {
    val terms = fromServer(trak) { it.retentionTerms() }
    val runs by storedView(trak) { it.retentionRuns() }
    RetentionScreen(RetentionState(terms.loaded, runs), terms.again, onBack)
}

/** How long things are kept, and when what outlived its term was erased. */
@Composable
fun RetentionScreen(state: RetentionState, onAgain: () -> Unit, onBack: () -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.retention_title), onBack) }) { padding ->
        LazyColumn(Modifier.fillMaxSize().padding(padding).testTag("retention")) {
            item {
                SectionHead(stringResource(R.string.retention_server))
                Awaited(state.terms, onAgain) { Terms(it) }
                SectionHead(stringResource(R.string.retention_phone))
                Text(stringResource(R.string.retention_phone_means), Modifier.padding(horizontal = 16.dp), style = MaterialTheme.typography.bodyMedium)
                Awaited(state.runs, {}) {
                    if (it.isEmpty()) Text(stringResource(R.string.retention_no_run), Modifier.padding(16.dp))
                }
            }
            items(state.runs.orNull.orEmpty()) { Run(it) }
        }
    }
}

@Composable
private fun Terms(terms: RetentionTerms) {
    Fact(stringResource(R.string.retention_positions), daysWords(terms.positionDays))
    Fact(stringResource(R.string.retention_events), daysWords(terms.eventDays))
    Fact(stringResource(R.string.retention_last_run), terms.lastRunMs?.let { timeWords(it) } ?: stringResource(R.string.retention_never))
}

@Composable
private fun daysWords(days: UInt?): String {
    if (days == null) return stringResource(R.string.retention_no_term)
    return LocalResources.current.getQuantityString(R.plurals.days, days.toInt(), days.toInt())
}

@Composable
private fun Run(run: RetentionRun) {
    val counts =
        stringResource(
            R.string.retention_run, run.positions.toLong(), run.alerts.toLong(), run.readings.toLong(), run.caches.toLong(),
        )
    Fact(timeWords(run.atMs), counts)
}
