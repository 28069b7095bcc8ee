package online.trakiot.app.screens.accesslog

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.core.Loaded
import online.trakiot.app.core.fromServer
import online.trakiot.app.core.orNull
import online.trakiot.app.ui.lookedAtLabel
import online.trakiot.app.ui.parts.Awaited
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.timeWords
import online.trakiot.core.AccessEntry
import online.trakiot.core.Trak

@Composable
fun AccessLogRoute(trak: Trak, onBack: () -> Unit) {
    val log = fromServer(trak) { it.accessLog() }
    AccessLogScreen(log.loaded, log.again, onBack)
}

/** Who else looked at this person's own units, newest first. */
@Composable
fun AccessLogScreen(log: Loaded<List<AccessEntry>>, onAgain: () -> Unit, onBack: () -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.access_log_title), onBack) }) { padding ->
        LazyColumn(Modifier.fillMaxSize().padding(padding).testTag("access-log")) {
            item {
                Text(stringResource(R.string.access_log_means), Modifier.padding(16.dp), style = MaterialTheme.typography.bodyMedium)
                Awaited(log, onAgain) {
                    if (it.isEmpty()) Text(stringResource(R.string.access_log_none), Modifier.padding(16.dp))
                }
            }
            items(log.orNull.orEmpty()) { entry ->
                Column(
                    Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp).semantics(mergeDescendants = true) {},
                    Arrangement.spacedBy(2.dp),
                ) {
                    Text(entry.by, style = MaterialTheme.typography.titleMedium)
                    Text(stringResource(lookedAtLabel(entry.what)), style = MaterialTheme.typography.bodyMedium)
                    Text(
                        timeWords(entry.atMs),
                        color = MaterialTheme.colorScheme.onSurfaceVariant,
                        style = MaterialTheme.typography.bodySmall,
                    )
                }
                HorizontalDivider()
            }
        }
    }
}
