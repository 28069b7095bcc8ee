package online.trakiot.app.screens.history

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.CircularProgressIndicator
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
import androidx.compose.ui.unit.min
import java.time.LocalDate
import java.time.format.DateTimeFormatter
import java.time.format.FormatStyle
import kotlin.math.roundToInt
import online.trakiot.app.R
import online.trakiot.app.map.Camera
import online.trakiot.app.map.Drawn
import online.trakiot.app.map.MapCanvas
import online.trakiot.app.map.drawUnit
import online.trakiot.app.ui.distanceWords
import online.trakiot.app.ui.locale
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Choices
import online.trakiot.app.ui.parts.Fact
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.parts.wayOut
import online.trakiot.app.ui.queryWords
import online.trakiot.app.ui.spanWords
import online.trakiot.app.ui.speedWords
import online.trakiot.app.ui.timeWords
import online.trakiot.core.ExportFormat
import online.trakiot.core.HistorySource
import online.trakiot.core.HistoryView
import online.trakiot.core.TrackPoint
import online.trakiot.core.Viewport

/** A unit's track of a range: map, replay, stays, gaps drawn as gaps, export. */
@Composable
fun HistoryScreen(state: HistoryState, on: (HistoryEvent) -> Unit) {
    val title = stringResource(R.string.history_title, state.unitName)
    Scaffold(topBar = { BackBar(title, { on(HistoryEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            Ranges(state.range, on)
            when (val answer = state.answer) {
                is HistoryAnswer.Loading ->
                    Box(Modifier.fillMaxSize(), Alignment.Center) { CircularProgressIndicator() }
                is HistoryAnswer.Refused -> {
                    val (words, way) = wayOut(answer.error) { on(HistoryEvent.Again) }
                    Nothing(queryWords(answer.error), way = words, onWay = way)
                }
                is HistoryAnswer.Loaded ->
                    if (answer.line.isEmpty()) Nothing(stringResource(R.string.history_none))
                    else Track(answer, state, on)
            }
        }
    }
    state.choosing?.let { DaysDialog(it, state.range, on) }
}

@Composable
private fun Ranges(chosen: HistoryRange, on: (HistoryEvent) -> Unit) {
    // What was chosen freely stands at the end, and leads to choosing anew.
    val free = chosen as? HistoryRange.Days
    Choices(HistoryRange.offered + free, { it == chosen }, { rangeWords(it) }) { range ->
        on(if (range == null || range == free) HistoryEvent.ChooseDays(true) else HistoryEvent.Range(range))
    }
}

@Composable
private fun rangeWords(range: HistoryRange?): String =
    when (range) {
        is HistoryRange.Today -> stringResource(R.string.history_today)
        is HistoryRange.Yesterday -> stringResource(R.string.history_yesterday)
        is HistoryRange.Week -> stringResource(R.string.history_week)
        is HistoryRange.Days ->
            if (range.first == range.last) dayWords(range.first)
            else stringResource(R.string.history_days, dayWords(range.first), dayWords(range.last))
        null -> stringResource(R.string.history_choose)
    }

@Composable
private fun dayWords(day: LocalDate): String = day.format(DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM).withLocale(locale()))

@Composable
private fun Track(answer: HistoryAnswer.Loaded, state: HistoryState, on: (HistoryEvent) -> Unit) {
    BoxWithConstraints(Modifier.fillMaxSize()) {
        // A map takes every finger that moves on it: the rest has to be reachable beside it.
        val map = @Composable { modifier: Modifier -> TrackMap(answer, state, modifier) }
        if (maxWidth > maxHeight) {
            Row {
                map(Modifier.weight(1f).fillMaxHeight())
                Rest(answer, state.replayAt, on, Modifier.weight(1f))
            }
        } else {
            val mapHeight = min(280.dp, maxHeight * 0.45f)
            Column {
                map(Modifier.fillMaxWidth().height(mapHeight))
                Rest(answer, state.replayAt, on, Modifier.weight(1f))
            }
        }
    }
}

@Composable
private fun Rest(answer: HistoryAnswer.Loaded, replayAt: Int, on: (HistoryEvent) -> Unit, modifier: Modifier) {
    Column(modifier.fillMaxWidth().verticalScroll(rememberScrollState()).testTag("track")) {
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
private fun TrackMap(answer: HistoryAnswer.Loaded, state: HistoryState, modifier: Modifier) {
    val line = answer.line
    val drawn = state.layer?.drawn ?: Drawn.TRUE
    val density = LocalDensity.current.density
    var size by remember { mutableStateOf(Size.Zero) }
    var moved by remember(line) { mutableStateOf<Camera?>(null) }
    val camera = moved ?: remember(line, size) { if (size == Size.Zero) Camera() else Camera.showing(line.bounds(), size, density, drawn) }
    val color = MaterialTheme.colorScheme.primary
    val words = stringResource(R.string.history_map_described, line.size)
    MapCanvas(
        camera,
        onCamera = { moved = it },
        onTap = { _, _ -> },
        modifier.semantics { contentDescription = words },
        state.layer,
        onSize = { size = it },
    ) {
        answer.track.draw(this, camera, color)
        val at = answer.track.world[state.replayAt.coerceIn(line.indices)]
        drawUnit(camera.toScreen(at, this.size, density), color, null, chosen = true)
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
