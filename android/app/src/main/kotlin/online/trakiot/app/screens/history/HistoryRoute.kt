package online.trakiot.app.screens.history

import android.net.Uri
import android.widget.Toast
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts.CreateDocument
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.Saver
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalContext
import androidx.lifecycle.compose.LifecycleResumeEffect
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.map.Drawn
import online.trakiot.app.platform.removeDocument
import online.trakiot.app.platform.writeDocument
import online.trakiot.core.Answer
import online.trakiot.core.ExportException
import online.trakiot.core.ExportFormat
import online.trakiot.core.History
import online.trakiot.core.Trak
import online.trakiot.core.asked

@Composable
fun HistoryRoute(services: Services, trak: Trak, unitId: Long, onBack: () -> Unit) {
    var range by rememberSaveable(stateSaver = rangeSaver) { mutableStateOf(HistoryRange.Today) }
    var choosing by rememberSaveable { mutableStateOf(false) }
    val layer by services.maps.layer.collectAsStateWithLifecycle()
    val drawn = layer?.drawn ?: Drawn.TRUE
    var attempt by remember { mutableIntStateOf(0) }
    var replayAt by rememberSaveable(range) { mutableIntStateOf(0) }
    var history by remember { mutableStateOf<History?>(null) }
    var answer by remember { mutableStateOf<HistoryAnswer>(HistoryAnswer.Loading) }
    var day by remember { mutableStateOf(trak.today()) }
    LifecycleResumeEffect(trak) { // whoever left the app open finds this morning under "today", not yesterday
        day = trak.today()
        onPauseOrDispose {}
    }
    val limits = range.limits(day, ZoneId.systemDefault())
    LaunchedEffect(trak, unitId, limits, attempt, drawn) {
        answer = HistoryAnswer.Loading
        val (from, to) = limits
        when (val got = asked { trak.history(unitId, from, to) }) {
            is Answer.Refused -> answer = HistoryAnswer.Refused(got.error)
            is Answer.Value -> {
                history = got.value
                answer = withContext(Dispatchers.Default) { got.value.line().let { HistoryAnswer.Loaded(got.value.summary(), it, drawn.line(it)) } }
            }
        }
    }
    DisposableEffect(history) { // the track is large and lives in the core
        val shown = history
        onDispose { shown?.close() }
    }
    val name by coreView(trak, unitId) { it.unit(unitId)?.row?.name.orEmpty() }
    val export = rememberExport(history.takeIf { answer is HistoryAnswer.Loaded }, answer is HistoryAnswer.Refused)
    HistoryScreen(HistoryState(name, range, answer, replayAt, layer, day.takeIf { choosing })) { event ->
        when (event) {
            is HistoryEvent.Range -> {
                range = event.range
                choosing = false
            }
            is HistoryEvent.ChooseDays -> choosing = event.open
            is HistoryEvent.Replay -> replayAt = event.at
            is HistoryEvent.Export -> export(event.format, name)
            is HistoryEvent.Again -> attempt++
            is HistoryEvent.Back -> onBack()
        }
    }
}

private val rangeSaver = Saver<HistoryRange, String>({ it.saved() }, { HistoryRange.restored(it) })

/** The phone's own day, on the server's clock. */
private fun Trak.today(): LocalDate = Instant.ofEpochMilli(nowMs()).atZone(ZoneId.systemDefault()).toLocalDate()

/**
 * Writes the track where the person says, through the system's own file picker: no storage permission. The window, and the
 * process, may have gone meanwhile: the place is kept, and written to once the track is there again.
 */
@Composable
private fun rememberExport(track: History?, refused: Boolean): (ExportFormat, String) -> Unit {
    val context = LocalContext.current
    val files = context.contentResolver
    var format by rememberSaveable { mutableStateOf(ExportFormat.GPX) }
    var to by rememberSaveable { mutableStateOf<Uri?>(null) }
    LaunchedEffect(to, track, refused) {
        val file = to ?: return@LaunchedEffect
        if (track == null && !refused) return@LaunchedEffect
        val bytes = track?.let { withContext(Dispatchers.IO) { it.exported(format) } }
        val written = bytes != null && files.writeDocument(file, bytes)
        if (bytes == null) files.removeDocument(file)
        Toast.makeText(context, if (written) R.string.history_saved else R.string.history_not_saved, Toast.LENGTH_LONG).show()
        to = null
    }
    val picker = rememberLauncherForActivityResult(CreateDocument("application/octet-stream")) { to = it }
    return { chosen, name ->
        format = chosen
        val ending =
            when (chosen) {
                ExportFormat.GPX -> "gpx"
                ExportFormat.GEO_JSON -> "geojson"
                ExportFormat.CSV -> "csv"
            }
        picker.launch("$name.$ending")
    }
}

private fun History.exported(format: ExportFormat): ByteArray? =
    try {
        export(format)
    } catch (refused: ExportException) {
        null
    }
