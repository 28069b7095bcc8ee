package online.trakiot.app.screens.history

import online.trakiot.core.ExportFormat
import online.trakiot.core.HistoryView
import online.trakiot.core.QueryException
import online.trakiot.core.TrackPoint
import java.time.LocalDate
import java.time.ZoneId

/** The ranges offered: one tap each, in the phone's own days. */
enum class HistoryRange(private val fromDaysBack: Long, private val toDaysBack: Long) {
    TODAY(0, -1),
    YESTERDAY(1, 0),
    WEEK(6, -1),
    ;

    /** Start and end, milliseconds since 1970. */
    fun limits(today: LocalDate, zone: ZoneId): Pair<Long, Long> {
        fun startOf(day: LocalDate) = day.atStartOfDay(zone).toInstant().toEpochMilli()
        return startOf(today.minusDays(fromDaysBack)) to startOf(today.minusDays(toDaysBack))
    }
}

/** What a range brought. */
sealed interface HistoryAnswer {
    data object Loading : HistoryAnswer

    data class Refused(val error: QueryException) : HistoryAnswer

    data class Loaded(val summary: HistoryView, val line: List<TrackPoint>) : HistoryAnswer
}

/** What the screen shows. */
data class HistoryState(
    val unitName: String,
    val range: HistoryRange,
    val answer: HistoryAnswer,
    val replayAt: Int,
)

/** What a person can do there. */
sealed interface HistoryEvent {
    data class Range(val range: HistoryRange) : HistoryEvent

    data class Replay(val at: Int) : HistoryEvent

    data class Export(val format: ExportFormat) : HistoryEvent

    data object Again : HistoryEvent

    data object Back : HistoryEvent
}
