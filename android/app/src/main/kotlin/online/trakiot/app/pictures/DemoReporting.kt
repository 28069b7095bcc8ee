package online.trakiot.app.pictures

import online.trakiot.app.platform.BatteryGuidance
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.PhoneMaker
import online.trakiot.app.reporting.Capture
import online.trakiot.app.reporting.StartRefusal
import online.trakiot.app.screens.reporting.ReportingState
import online.trakiot.core.Blocked
import online.trakiot.core.Crossing
import online.trakiot.core.GapCause
import online.trakiot.core.OutboxStatus
import online.trakiot.core.OwnCrossing
import online.trakiot.core.Place
import online.trakiot.core.QueuedFix
import online.trakiot.core.Rejection
import online.trakiot.core.RejectionCount
import online.trakiot.core.ReportingGap
import online.trakiot.core.ReportingView
import online.trakiot.core.SamplingProfile
import online.trakiot.core.SetAsideFix
import online.trakiot.core.SetAsideReason
import online.trakiot.core.WantedAccuracy

/** Reporting in its states, with its clock stopped. */
object DemoReporting {
    private const val NOW_MS = Demo.NOW_MS
    private const val MINUTE_MS = Demo.MINUTE_MS

    private val outbox = OutboxStatus(0u, null, 0u, NOW_MS - 30_000, NOW_MS - 28_000, 0u)
    private val view =
        ReportingView(
            "PHONE-1", outbox, blocked = null, inMemoryOnly = 0u, gaps = emptyList(), rejected = emptyList(),
            SamplingProfile(30_000u, 0.0, WantedAccuracy.HIGH, 0u), moving = true, geofences = 2u, crossings = emptyList(),
            salvaged = null,
        )
    val off =
        ReportingState(
            view = null, trouble = null, Capture.Off, LocationAccess.Allowed(precise = true, always = false),
            agreed = true, setAside = emptyList(), identifier = "", suggestions = emptyList(), busy = false,
            BatteryGuidance(PhoneMaker.Other, exempt = false), NOW_MS,
        )
    val setup = off.copy(identifier = "车", suggestions = Demo.rows.filter { "车" in it.name }.take(3))
    val works =
        off.copy(
            view = view, capture = Capture.Running, access = LocationAccess.Allowed(precise = true, always = true),
            battery = BatteryGuidance(PhoneMaker.Xiaomi, exempt = true),
        )
    val blocked =
        works.copy(
            view =
                view.copy(
                    outbox = OutboxStatus(214u, NOW_MS - 2 * Demo.HOUR_MS, 2u, NOW_MS - 2 * Demo.HOUR_MS, NOW_MS - 2 * Demo.HOUR_MS, 0u),
                    blocked = Blocked.OFFLINE,
                    gaps =
                        listOf(
                            ReportingGap(NOW_MS - 5 * MINUTE_MS, null, GapCause.NO_READING),
                            ReportingGap(NOW_MS - 5 * Demo.HOUR_MS, NOW_MS - 4 * Demo.HOUR_MS, GapCause.LOCATION_OFF),
                        ),
                    rejected = listOf(RejectionCount(Rejection.ACCURACY, 17u), RejectionCount(Rejection.DUPLICATE, 3u)),
                    crossings = listOf(OwnCrossing("工地 Site 4", Crossing.ENTER, NOW_MS - Demo.HOUR_MS)),
                ),
            setAside =
                listOf(
                    aside("a", 50, SetAsideReason.REFUSED),
                    aside("b", 49, SetAsideReason.NO_ANSWER),
                ),
        )
    val refused =
        works.copy(
            capture = Capture.Refused(StartRefusal.NoPermission),
            access = LocationAccess.DeniedForGood,
        )

    private fun aside(id: String, minutesAgo: Int, reason: SetAsideReason) =
        SetAsideFix(QueuedFix(id, "PHONE-1", NOW_MS - minutesAgo * MINUTE_MS, Place(31.2, 121.4), 9.0, 3u), reason)
}
