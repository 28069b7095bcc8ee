package online.trakiot.app.pictures

import online.trakiot.app.core.Loaded
import online.trakiot.app.screens.account.AccountEntries
import online.trakiot.app.screens.account.AccountState
import online.trakiot.app.screens.alertsettings.AlertSettingsState
import online.trakiot.app.screens.cancel.CancelState
import online.trakiot.app.screens.notices.NoticesState
import online.trakiot.app.screens.owntrack.Days
import online.trakiot.app.screens.owntrack.Erased
import online.trakiot.app.screens.owntrack.OwnPoints
import online.trakiot.app.screens.owntrack.OwnTrackState
import online.trakiot.app.screens.retention.RetentionState
import online.trakiot.core.AccessEntry
import online.trakiot.core.AlertSettings
import online.trakiot.core.Cancellation
import online.trakiot.core.CancelException
import online.trakiot.core.CorrectionField
import online.trakiot.core.CorrectionRequest
import online.trakiot.core.EventKind
import online.trakiot.core.HistoryPoint
import online.trakiot.core.LookedAt
import online.trakiot.core.Notice
import online.trakiot.core.NoticeKind
import online.trakiot.core.QuietHours
import online.trakiot.core.RequestState
import online.trakiot.core.RetentionRun
import online.trakiot.core.RetentionTerms
import java.time.LocalDate

/** A person's rights over their own data, with the clock stopped. */
object DemoRights {
    private const val NOW_MS = Demo.NOW_MS
    private const val DAY_MS = Demo.DAY_MS

    private val before = AccountEntries(Demo.account.name, Demo.account.email)
    private val requests =
        listOf(
            CorrectionRequest(2, CorrectionField.PLATE, "沪A·D1234, not 沪A·D1243", RequestState.OPEN, null, NOW_MS - DAY_MS, null),
            CorrectionRequest(
                1, CorrectionField.UNIT_NAME, "Crane 7 is 吊车 7", RequestState.REFUSED, "The name is used by the site.", NOW_MS - 9 * DAY_MS,
                NOW_MS - 7 * DAY_MS,
            ),
        )
    val account = AccountState(before, before, CorrectionField.PLATE, "", Loaded.Has(requests), busy = false, outcome = null)

    private val points =
        Demo.track.take(4).map { HistoryPoint(it.atMs, it.place, 4.0, 90.0, null, 8.0, null, null) }
    val ownTrack =
        OwnTrackState(
            Demo.rows.subList(5, 6), Demo.rows[5].id, Days(LocalDate.of(2026, 11, 24), LocalDate.of(2026, 11, 25)),
            Loaded.Has(OwnPoints(points, 212)), busy = false, erased = null,
        )
    val ownTrackErased = ownTrack.copy(points = Loaded.Has(OwnPoints(emptyList(), 0)), erased = Erased.Points(212))
    val ownTrackNone = ownTrack.copy(units = emptyList(), unitId = null)

    val log =
        listOf(
            AccessEntry(NOW_MS - 40 * Demo.MINUTE_MS, "dispatch@example.com", LookedAt.POSITIONS),
            AccessEntry(NOW_MS - DAY_MS, "dispatch@example.com", LookedAt.HISTORY),
            AccessEntry(NOW_MS - 3 * DAY_MS, "王芳 boss@example.com", LookedAt.EXPORT),
        )
    val retention =
        RetentionState(
            Loaded.Has(RetentionTerms(180u, 180u, NOW_MS - 5 * Demo.HOUR_MS)),
            Loaded.Has(
                listOf(
                    RetentionRun(NOW_MS - 5 * Demo.HOUR_MS, 12uL, 340uL, 9uL, 0uL),
                    RetentionRun(NOW_MS - 29 * Demo.HOUR_MS, 3uL, 0uL, 0uL, 1uL),
                ),
            ),
        )
    val cancel = CancelState(Loaded.Has(null))
    val cancelRefused = cancel.copy(password = "password", codeAsked = true, refusal = CancelException.CodeNeeded())
    val cancelAsked = CancelState(Loaded.Has(Cancellation(NOW_MS - DAY_MS, NOW_MS + 20 * DAY_MS, done = false)))

    val alertSettings =
        AlertSettingsState(
            AlertSettings(listOf(EventKind.ALARM, EventKind.OVERSPEED, EventKind.GEOFENCE_EXIT), QuietHours(1_320u, 420u, "Asia/Shanghai")),
            pushes = true, pushable = true, phoneZone = "Asia/Shanghai",
        )
    val alertSettingsOff = alertSettings.copy(settings = AlertSettings(emptyList(), null), pushes = false, pushable = false)

    private val notice =
        Notice(
            7, NoticeKind.SECURITY, "A copy of the database was read by a stranger", "数据库副本被他人读取",
            "On 24 November a stranger read a copy of the database. Names and positions of September were in it, no passwords. " +
                "Change your password if you use it elsewhere.",
            "11 月 24 日，有他人读取了数据库副本，其中含有九月的姓名和位置，不含密码。如在别处使用相同密码，请修改。",
            NOW_MS - Demo.HOUR_MS, null,
        )
    val notices = NoticesState(listOf(notice), reading = false)
}
