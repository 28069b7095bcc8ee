package online.trakiot.app.screens.owntrack

import online.trakiot.app.core.Loaded
import online.trakiot.core.HistoryPoint
import online.trakiot.core.QueryException
import online.trakiot.core.UnitRow
import java.time.LocalDate
import java.time.ZoneId

/** Whole days, both included. */
data class Days(val from: LocalDate, val to: LocalDate) {
    /** The first and the last millisecond. */
    fun limits(zone: ZoneId): Pair<Long, Long> =
        from.atStartOfDay(zone).toInstant().toEpochMilli() to to.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli() - 1

    fun startingAt(day: LocalDate) = Days(day, maxOf(day, to))

    fun endingAt(day: LocalDate) = Days(minOf(day, from), day)
}

/** The points of a range that are shown so far, and how many there are. */
data class OwnPoints(val points: List<HistoryPoint>, val total: Int)

/** What became of the last erasing. */
sealed interface Erased {
    data class Points(val count: Long) : Erased

    data class Refused(val error: QueryException) : Erased
}

/** What the screen shows. */
data class OwnTrackState(
    val units: List<UnitRow>,
    val unitId: Long?,
    val days: Days,
    val points: Loaded<OwnPoints>,
    val busy: Boolean,
    val erased: Erased?,
)

/** What a person can do there. */
sealed interface OwnTrackEvent {
    data object Back : OwnTrackEvent

    data class Choose(val unitId: Long) : OwnTrackEvent

    data class Range(val days: Days) : OwnTrackEvent

    data object EraseRange : OwnTrackEvent

    data class ErasePoint(val atMs: Long) : OwnTrackEvent

    data object More : OwnTrackEvent

    data object Again : OwnTrackEvent
}
