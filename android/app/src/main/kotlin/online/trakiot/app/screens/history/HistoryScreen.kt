package online.trakiot.app.screens.history

import androidx.compose.foundation.horizontalScroll
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.FilterChip
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Slider
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.map.Camera
import online.trakiot.app.map.MapCanvas
import online.trakiot.app.map.TrackLine
import online.trakiot.app.map.drawUnit
import online.trakiot.app.ui.distanceWords
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Fact
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.queryWords
import online.trakiot.app.ui.spanWords
import online.trakiot.app.ui.speedWords
import online.trakiot.app.ui.timeWords
import online.trakiot.core.ExportFormat
import online.trakiot.core.HistorySource
import online.trakiot.core.HistoryView
import online.trakiot.core.TrackPoint
import online.trakiot.core.Viewport
import online.trakiot.core.toMercator
import kotlin.math.roundToInt

/** A unit's track of a range: map, replay, stays, gaps drawn as gaps, export. */
@Composable
fun HistoryScreen(state: HistoryState, on: (HistoryEvent) -> Unit) {
    val title = stringResource(R.string.history_title, state.unitName)
    Scaffold(topBar = { BackBar(title, { on(HistoryEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            Ranges(state.range) { on(HistoryEvent.Range(it)) }
            when (val answer = state.answer) {
                is HistoryAnswer.Loading ->
                    Box(Modifier.fillMaxSize(), Alignment.Center) { CircularProgressIndicator() }
                is HistoryAnswer.Refused ->
                    Nothing(queryWords(answer.error), way = stringResource(R.string.try_again)) { on(HistoryEvent.Again) }
                is HistoryAnswer.Loaded ->
                    if (answer.line.isEmpty()) Nothing(stringResource(R.string.history_none))
                    else Track(answer, state.replayAt, on)
            }
        }
    }
}

@Composable
private fun Ranges(chosen: HistoryRange, onChoose: (HistoryRange) -> Unit) {
    Row(Modifier.horizontalScroll(rememberScrollState()).padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
        for (range in HistoryRange.entries) {
            val label =
                when (range) {
                    HistoryRange.TODAY -> R.string.history_today
                    HistoryRange.YESTERDAY -> R.string.history_yesterday
                    HistoryRange.WEEK -> R.string.history_week
                }
            FilterChip(range == chosen, { onChoose(range) }, { Text(stringResource(label)) })
        }
    }
}

@Composable
private fun Track(answer: HistoryAnswer.Loaded, replayAt: Int, on: (HistoryEvent) -> Unit) {
    Column(Modifier.verticalScroll(rememberScrollState()).testTag("track")) {
        TrackMap(answer.line, replayAt.coerceIn(answer.line.indices))
        Replay(answer.line, replayAt, on)
        Summary(answer.summary)
        SectionHead(stringResource(R.string.history_export))
        Row(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
            for ((format, name) in listOf(ExportFormat.GPX to "GPX", ExportFormat.GEO_JSON to "GeoJSON", ExportFormat.CSV to "CSV")) {
                OutlinedButton({ on(HistoryEvent.Export(format)) }) { Text(name) }
            }
        }
        Stays(answer.summary)
    }
}

@Composable
private fun TrackMap(line: List<TrackPoint>, replayAt: Int) {
    val density = LocalDensity.current.density
    var size by remember { mutableStateOf(Size.Zero) }
    var moved by remember(line) { mutableStateOf<Camera?>(null) }
    val camera = moved ?: remember(line, size) { if (size == Size.Zero) Camera() else Camera.showing(line.bounds(), size, density) }
    val track = remember(line) { TrackLine(line) }
    val color = MaterialTheme.colorScheme.primary
    val words = stringResource(R.string.history_map_described, line.size)
    MapCanvas(
        camera,
        onCamera = { moved = it },
        onTap = { _, _ -> },
        Modifier.fillMaxWidth().height(280.dp).semantics { contentDescription = words },
        onSize = { size = it },
    ) {
        track.draw(this, camera, color)
        drawUnit(camera.toScreen(toMercator(line[replayAt].place), this.size, density), color, null, chosen = true)
    }
}

private fun List<TrackPoint>.bounds(): Viewport =
    Viewport(
        southDeg = minOf { it.place.latDeg },
        westDeg = minOf { it.place.lonDeg },
        northDeg = maxOf { it.place.latDeg },
        eastDeg = maxOf { it.place.lonDeg },
    )

@Composable
private fun Replay(line: List<TrackPoint>, at: Int, on: (HistoryEvent) -> Unit) {
    val words = stringResource(R.string.history_replay)
    Column(Modifier.padding(horizontal = 16.dp, vertical = 4.dp)) {
        Slider(
            value = at.toFloat(),
            onValueChange = { on(HistoryEvent.Replay(it.roundToInt())) },
            modifier = Modifier.semantics { contentDescription = words },
            valueRange = 0f..(line.lastIndex.coerceAtLeast(1)).toFloat(),
        )
        Text(timeWords(line[at.coerceIn(line.indices)].atMs), style = MaterialTheme.typography.bodyMedium)
    }
}

@Composable
private fun Summary(summary: HistoryView) {
    if (summary.source == HistorySource.CACHE) {
        Text(
            stringResource(R.string.history_from_cache),
            Modifier.padding(16.dp),
            color = MaterialTheme.colorScheme.error,
        )
    }
    Fact(stringResource(R.string.history_distance), distanceWords(summary.distanceM))
    Fact(stringResource(R.string.history_moving), spanWords(summary.movingMs))
    summary.maxSpeedMps?.let { Fact(stringResource(R.string.history_max_speed), speedWords(it)) }
    Fact(stringResource(R.string.history_points), summary.points.toString())
}

@Composable
private fun Stays(summary: HistoryView) {
    if (summary.stops.isNotEmpty()) SectionHead(stringResource(R.string.history_stops))
    for (stop in summary.stops) Fact(timeWords(stop.fromMs), spanWords(stop.toMs - stop.fromMs))
    if (summary.gaps.isNotEmpty()) SectionHead(stringResource(R.string.history_gaps))
    for (gap in summary.gaps) {
        val apart = stringResource(R.string.history_gap_apart, spanWords(gap.toMs - gap.fromMs), distanceWords(gap.distanceM))
        Fact(timeWords(gap.fromMs), apart)
    }
}
