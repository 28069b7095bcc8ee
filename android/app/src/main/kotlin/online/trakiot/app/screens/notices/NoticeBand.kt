package online.trakiot.app.screens.notices

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.WindowInsets
import androidx.compose.foundation.layout.consumeWindowInsets
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.statusBars
import androidx.compose.foundation.layout.windowInsetsPadding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.compose.LocalLifecycleOwner
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import androidx.lifecycle.repeatOnLifecycle
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.ui.noticeLabel
import online.trakiot.app.ui.queryWords
import online.trakiot.app.ui.text
import online.trakiot.app.ui.timeWords
import online.trakiot.app.ui.title
import online.trakiot.core.AccountView
import online.trakiot.core.LinkToServer
import online.trakiot.core.Notice
import online.trakiot.core.QueryException
import online.trakiot.core.Trak

/** What is held up above the screens. */
data class NoticesState(val notices: List<Notice>, val reading: Boolean, val error: QueryException? = null)

/** What a person can do there. */
enum class NoticesEvent { Read, Later, Acknowledge }

private const val EVERY_MS = 5 * 60_000L

/** Asks while the app is looked at: at once, whenever the connection comes back, and every few minutes. */
@Composable
fun WithNotices(services: Services, trak: Trak, account: AccountView, content: @Composable () -> Unit) {
    val board = services.notices
    val open by board.open.collectAsStateWithLifecycle()
    val connected by coreView(trak) { it.status().link is LinkToServer.Live }
    val lifecycle = LocalLifecycleOwner.current.lifecycle
    LaunchedEffect(trak, account.server, account.email) { board.clear() }
    LaunchedEffect(trak, account.server, account.email, connected) {
        lifecycle.repeatOnLifecycle(Lifecycle.State.STARTED) {
            while (true) {
                board.refresh(trak)
                delay(EVERY_MS)
            }
        }
    }
    var reading by rememberSaveable { mutableStateOf(false) }
    var error by remember { mutableStateOf<QueryException?>(null) }
    val scope = rememberCoroutineScope()
    Noticed(NoticesState(open, reading, error), content) { event ->
        when (event) {
            NoticesEvent.Read -> reading = true
            NoticesEvent.Later -> reading = false
            NoticesEvent.Acknowledge ->
                open.firstOrNull()?.let { notice ->
                    scope.launch {
                        error = board.acknowledge(trak, notice.id)
                        reading = error != null
                    }
                }
        }
    }
}

/** [content] below the band of the oldest notice that is not acknowledged; without one [content] alone. */
@Composable
fun Noticed(state: NoticesState, content: @Composable () -> Unit, on: (NoticesEvent) -> Unit) {
    val notice = state.notices.firstOrNull()
    Column(Modifier.fillMaxSize()) {
        if (notice != null) Band(notice, state.notices.size) { on(NoticesEvent.Read) }
        val insets = if (notice == null) WindowInsets(0) else WindowInsets.statusBars
        Box(Modifier.weight(1f).consumeWindowInsets(insets)) { content() }
    }
    if (notice != null && state.reading) Whole(notice, state.error, on)
}

@Composable
private fun Band(notice: Notice, count: Int, onRead: () -> Unit) {
    val scheme = MaterialTheme.colorScheme
    Surface(Modifier.fillMaxWidth().testTag("notice"), color = scheme.errorContainer, contentColor = scheme.onErrorContainer) {
        Row(
            Modifier.windowInsetsPadding(WindowInsets.statusBars).padding(start = 16.dp, end = 8.dp).heightIn(min = 56.dp),
            Arrangement.spacedBy(8.dp),
            Alignment.CenterVertically,
        ) {
            Column(Modifier.weight(1f).padding(vertical = 8.dp).semantics { liveRegion = LiveRegionMode.Assertive }) {
                val kind = stringResource(noticeLabel(notice.kind))
                Text(
                    if (count == 1) kind else stringResource(R.string.notice_first_of, kind, count),
                    style = MaterialTheme.typography.labelLarge,
                )
                Text(notice.title(), maxLines = 6, overflow = TextOverflow.Ellipsis, style = MaterialTheme.typography.bodyMedium)
            }
            TextButton(onRead, Modifier.testTag("notice-read")) {
                Text(stringResource(R.string.notice_read), color = scheme.onErrorContainer)
            }
        }
    }
}

@Composable
private fun Whole(notice: Notice, error: QueryException?, on: (NoticesEvent) -> Unit) {
    AlertDialog(
        onDismissRequest = { on(NoticesEvent.Later) },
        title = { Text(notice.title()) },
        text = {
            Column(Modifier.verticalScroll(rememberScrollState()), Arrangement.spacedBy(8.dp)) {
                Text(notice.text())
                Text(timeWords(notice.createdMs), style = MaterialTheme.typography.bodySmall)
                error?.let { Text(queryWords(it), color = MaterialTheme.colorScheme.error) }
            }
        },
        confirmButton = {
            TextButton({ on(NoticesEvent.Acknowledge) }, Modifier.testTag("notice-acknowledge")) {
                Text(stringResource(R.string.notice_acknowledge))
            }
        },
        dismissButton = { TextButton({ on(NoticesEvent.Later) }) { Text(stringResource(R.string.policy_change_later)) } },
    )
}
