package online.trakiot.app.screens.history

import java.time.LocalDate
import java.time.ZoneId
import online.trakiot.app.map.Drawn
import online.trakiot.app.map.MapLayer
import online.trakiot.app.map.TrackLine
import online.trakiot.core.ExportFormat
import online.trakiot.core.HistoryView
import online.trakiot.core.QueryException
import online.trakiot.core.TrackPoint

/** Which days, in the phone's own calendar. */
sealed interface HistoryRange {
    /** The first and the last day. */
    fun days(today: LocalDate): Pair<LocalDate, LocalDate>

    /** Start and end, milliseconds since 1970. */
    fun limits(today: LocalDate, zone: ZoneId): Pair<Long, Long> {
        fun startOf(day: LocalDate) = day.atStartOfDay(zone).toInstant().toEpochMilli()
        val (first, last) = days(today)
        return startOf(first) to startOf(last.plusDays(1))
    }

    data object Today : HistoryRange {
        override fun days(today: LocalDate) = today to today
    }

    data object Yesterday : HistoryRange {
        override fun days(today: LocalDate) = today.minusDays(1).let { it to it }
    }

    data object Week : HistoryRange {
        override fun days(today: LocalDate) = today.minusDays(6) to today
    }

    /** Any day, or any days one after the other. */
    data class Days(val first: LocalDate, val last: LocalDate) : HistoryRange {
        override fun days(today: LocalDate) = first to last
    }

    /** As text, for the system to keep. */
    fun saved(): String =
        when (this) {
            is Today -> "today"
            is Yesterday -> "yesterday"
            is Week -> "week"
            is Days -> "$first $last"
        }

    companion object {
        /** One tap each. */
        val offered: List<HistoryRange> get() = listOf(Today, Yesterday, Week)

        fun restored(saved: String): HistoryRange =
            offered.firstOrNull { it.saved() == saved } ?: saved.split(' ').map(LocalDate::parse).let { (first, last) -> Days(first, last) }
    }
}

/** What a range brought. */
sealed interface HistoryAnswer {
    data object Loading : HistoryAnswer

    data class Refused(val error: QueryException) : HistoryAnswer

    /** [track]: the line as it is drawn on the map's layer. */
    data class Loaded(val summary: HistoryView, val line: List<TrackPoint>, val track: TrackLine = Drawn.TRUE.line(line)) : HistoryAnswer
}

/** What the screen shows. */
data class HistoryState(
    val unitName: String,
    val range: HistoryRange,
    val answer: HistoryAnswer,
    val replayAt: Int,
    /** What the map is drawn on; the coastlines alone without one. */
    val layer: MapLayer? = null,
    /** Whether the person is choosing days, and today. */
    val choosing: LocalDate? = null,
)

/** What a person can do there. */
sealed interface HistoryEvent {
    data class Range(val range: HistoryRange) : HistoryEvent

    data class ChooseDays(val open: Boolean) : HistoryEvent

    data class Replay(val at: Int) : HistoryEvent

    data class Export(val format: ExportFormat) : HistoryEvent

    data object Again : HistoryEvent

    data object Back : HistoryEvent
}
