package online.trakiot.app.screens.owntrack

import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.mutableLongStateOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.core.Loaded
import online.trakiot.app.core.coreView
import online.trakiot.core.Answer
import online.trakiot.core.History
import online.trakiot.core.Trak
import online.trakiot.core.asked
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId

@Composable
fun OwnTrackRoute(trak: Trak, onBack: () -> Unit) {
    val zone = remember { ZoneId.systemDefault() }
    val today = remember(trak) { Instant.ofEpochMilli(trak.nowMs()).atZone(zone).toLocalDate().toEpochDay() }
    var fromDay by rememberSaveable { mutableLongStateOf(today) }
    var toDay by rememberSaveable { mutableLongStateOf(today) }
    var chosen by rememberSaveable { mutableStateOf<Long?>(null) }
    val units by coreView(trak) { it.ownUnits() }
    val unitId = chosen ?: units.firstOrNull()?.id
    val days = Days(LocalDate.ofEpochDay(fromDay), LocalDate.ofEpochDay(toDay))
    var attempt by remember { mutableIntStateOf(0) }
    var history by remember { mutableStateOf<History?>(null) }
    var points by remember { mutableStateOf<Loaded<OwnPoints>>(Loaded.Waiting) }
    var busy by remember { mutableStateOf(false) }
    var erased by remember { mutableStateOf<Erased?>(null) }
    val scope = rememberCoroutineScope()
    LaunchedEffect(trak, unitId, days, attempt) {
        if (unitId == null) return@LaunchedEffect
        val (from, to) = days.limits(zone)
        when (val got = asked { trak.history(unitId, from, to + 1) }) {
            is Answer.Refused -> points = Loaded.Refused(got.error)
            is Answer.Value -> {
                history = got.value
                points = Loaded.Has(withContext(Dispatchers.Default) { got.value.after(null) })
            }
        }
    }
    DisposableEffect(history) { // the track is large and lives in the core
        val shown = history
        onDispose { shown?.close() }
    }

    fun erase(from: Long, to: Long) {
        val unit = unitId ?: return
        busy = true
        scope.launch {
            erased =
                when (val answer = asked { trak.erasePositions(unit, from, to) }) {
                    is Answer.Value -> Erased.Points(answer.value.toLong())
                    is Answer.Refused -> Erased.Refused(answer.error)
                }
            busy = false
            attempt++
        }
    }
    OwnTrackScreen(OwnTrackState(units, unitId, days, points, busy, erased)) { event ->
        when (event) {
            is OwnTrackEvent.Back -> onBack()
            is OwnTrackEvent.Choose -> {
                chosen = event.unitId
                points = Loaded.Waiting
            }
            is OwnTrackEvent.Range -> {
                fromDay = event.days.from.toEpochDay()
                toDay = event.days.to.toEpochDay()
                points = Loaded.Waiting
                erased = null
            }
            is OwnTrackEvent.EraseRange -> days.limits(zone).let { (from, to) -> erase(from, to) }
            is OwnTrackEvent.ErasePoint -> erase(event.atMs, event.atMs)
            is OwnTrackEvent.More ->
                history?.let { track ->
                    val before = (points as? Loaded.Has)?.value
                    scope.launch { points = Loaded.Has(withContext(Dispatchers.Default) { track.after(before) }) }
                }
            is OwnTrackEvent.Again -> attempt++
        }
    }
}

/** The points shown before and the next page of them. */
private fun History.after(before: OwnPoints?): OwnPoints {
    val page = page((before?.points?.size ?: 0).toUInt())
    return OwnPoints(before?.points.orEmpty() + page.points, page.total.toInt())
}
