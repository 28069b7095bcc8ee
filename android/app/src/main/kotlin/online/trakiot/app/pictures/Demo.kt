package online.trakiot.app.pictures

import online.trakiot.app.screens.alerts.Inbox
import online.trakiot.core.AccountView
import online.trakiot.core.AlertRow
import online.trakiot.core.AttributeKind
import online.trakiot.core.EventKind
import online.trakiot.core.EventRow
import online.trakiot.core.FixSource
import online.trakiot.core.FleetStatus
import online.trakiot.core.FleetView
import online.trakiot.core.Freshness
import online.trakiot.core.HistorySource
import online.trakiot.core.HistoryView
import online.trakiot.core.LinkState
import online.trakiot.core.LinkToServer
import online.trakiot.core.MapPoint
import online.trakiot.core.MyLocation
import online.trakiot.core.NearbyRow
import online.trakiot.core.NearbyView
import online.trakiot.core.Place
import online.trakiot.core.TrackGap
import online.trakiot.core.TrackPoint
import online.trakiot.core.TrackStop
import online.trakiot.core.Trouble
import online.trakiot.core.Uncertainty
import online.trakiot.core.UnitAttribute
import online.trakiot.core.UnitDetails
import online.trakiot.core.UnitGroup
import online.trakiot.core.UnitKind
import online.trakiot.core.UnitRow
import online.trakiot.core.Viewport

/** A small fleet around Shanghai with its clock stopped, for previews and for pictures of the screens. */
object Demo {
    const val MINUTE_MS = 60_000L
    const val HOUR_MS = 60 * MINUTE_MS
    const val DAY_MS = 24 * HOUR_MS

    /** 25 November 2026, 06:00 UTC. */
    const val NOW_MS = 1_795_586_400_000

    val account = AccountView("Demo 调度", "demo@example.com", "https://trak.example.com/", cleartext = false, readonly = false)

    val live =
        FleetStatus(
            LinkToServer.Live, confirmedAtMs = NOW_MS, refreshing = false, loaded = true, trouble = null,
            unreadableElements = 0u, quarantinedPositions = 0u,
        )
    val offline =
        live.copy(link = LinkToServer.Offline(NOW_MS + MINUTE_MS), confirmedAtMs = NOW_MS - 3 * HOUR_MS, trouble = Trouble.Offline)
    val signedOut = live.copy(link = LinkToServer.SignedOut, trouble = Trouble.SignedOut)
    val loading = live.copy(link = LinkToServer.Connecting, confirmedAtMs = null, refreshing = true, loaded = false)

    private fun row(
        id: Long,
        name: String,
        plate: String?,
        kind: UnitKind,
        lat: Double,
        lon: Double,
        ageMs: Long,
        freshness: Freshness,
        speedMps: Double? = null,
        courseDeg: Double? = null,
    ) =
        UnitRow(
            id, name, plate, kind, groupId = 1,
            link = if (freshness == Freshness.LIVE) LinkState.ONLINE else LinkState.OFFLINE,
            disabled = false, Place(lat, lon), NOW_MS - ageMs, ageMs, freshness, speedMps, courseDeg, accuracyM = 8.0,
            doubt = null, futureHeldBack = false, distanceM = null, bearingDeg = null,
        )

    val rows =
        listOf(
            row(1, "冷链车 Cold van 012", "沪A·D1234", UnitKind.VAN, 31.2304, 121.4737, 20_000, Freshness.LIVE, 11.4, 42.0),
            row(2, "吊车 Crane 7", "沪B·K8812", UnitKind.CRANE, 31.2468, 121.5074, 3 * MINUTE_MS, Freshness.LIVE),
            row(3, "Excavator 挖掘机 3 with a name that is as long as names become", null, UnitKind.EXCAVATOR, 31.1990, 121.4350, 41 * MINUTE_MS, Freshness.RECENT),
            row(4, "Trailer 挂车 44", "苏E·9T21挂", UnitKind.TRAILER, 31.3041, 121.5160, 7 * HOUR_MS, Freshness.OLD),
            row(5, "Truck 货车 128", "浙A·77D02", UnitKind.TRUCK, 31.1443, 121.8083, 4_000, Freshness.LIVE, 22.2, 268.0),
            row(6, "Li Wei 李伟", null, UnitKind.PERSON, 31.2222, 121.4581, 12 * MINUTE_MS, Freshness.RECENT, 1.3, 120.0),
            row(7, "Tractor 拖拉机 2", "沪C·0021", UnitKind.TRACTOR, 31.4010, 121.2520, 9 * DAY_MS, Freshness.LOST),
            row(8, "Bus 班车 5", "沪D·55821", UnitKind.BUS, 31.2350, 121.4810, 90_000, Freshness.LIVE, 8.1, 181.0)
                .copy(disabled = true),
            row(9, "Spare tracker 备用", null, UnitKind.OTHER, 0.0, 0.0, 0, Freshness.LOST)
                .copy(place = null, fixTimeMs = null, ageMs = null, freshness = null, accuracyM = null, link = LinkState.UNKNOWN),
        )
    val groups = listOf(UnitGroup(1, 0, "华东 East"), UnitGroup(2, 0, "冷链 Cold chain"))

    fun fleet(status: FleetStatus, shown: List<UnitRow> = rows, total: Int = rows.size) =
        FleetView(shown, shown.size.toUInt(), total.toUInt(), status)

    val unit =
        UnitDetails(
            rows[0], uniqueId = "SIM001000000012", model = "Foton Aumark", phone = "+86 21 5555 0112", contact = "王芳 Wang Fang",
            groupPath = listOf("华东 East", "冷链 Cold chain"), category = "van", altitudeM = 9.0,
            address = "上海市黄浦区人民大道 200 号", fixAgeMs = 20_000, receivedAgeMs = 18_000, link = LinkState.ONLINE,
            linkAgeMs = 5_000, rawFixTimeMs = null,
            attributes =
                listOf(
                    UnitAttribute("batteryLevel", AttributeKind.BATTERY_PERCENT, "87"),
                    UnitAttribute("ignition", AttributeKind.IGNITION, "true"),
                    UnitAttribute("temp1", AttributeKind.TEMPERATURE_CELSIUS, "-18.5"),
                    UnitAttribute("totalDistance", AttributeKind.TOTAL_DISTANCE_METRES, "128400512"),
                    UnitAttribute("io239", AttributeKind.UNKNOWN, "1"),
                ),
            status = live,
        )

    /** Without a connection whether the link is up is not known, and what is known ages. */
    val unitOffline =
        unit.copy(
            row = rows[0].copy(freshness = Freshness.OLD, ageMs = 3 * HOUR_MS, fixTimeMs = NOW_MS - 3 * HOUR_MS, link = LinkState.UNKNOWN),
            fixAgeMs = 3 * HOUR_MS, receivedAgeMs = 3 * HOUR_MS, link = LinkState.UNKNOWN, linkAgeMs = 3 * HOUR_MS, status = offline,
        )
    val unitWithoutPosition =
        unit.copy(
            row = rows[8], uniqueId = "SIM001000000999", phone = null, contact = null, altitudeM = null, address = null, fixAgeMs = null,
            receivedAgeMs = null, link = LinkState.UNKNOWN, linkAgeMs = null, attributes = emptyList(),
        )

    private fun spot(place: Place) = Viewport(place.latDeg, place.lonDeg, place.latDeg, place.lonDeg)

    val mapPoints =
        rows.mapNotNull { row ->
            row.place?.let { MapPoint(it, 1u, row.id, row.kind, row.courseDeg, row.freshness, spot(it), canSplit = false) }
        } + Place(31.05, 121.40).let { MapPoint(it, 128u, null, null, null, null, spot(it), canSplit = true) }

    val here =
        MyLocation(Place(31.2310, 121.4700), ageMs = 4_000, accuracyM = 12.0, FixSource.GPS, approximate = false, fromLastKnown = false)
    val hereBlurred = here.copy(accuracyM = 2_000.0, source = FixSource.FUSED, approximate = true)

    val nearby =
        NearbyView(
            listOf(0 to 358.0, 7 to 1_049.0, 5 to 1_501.0, 1 to 3_964.0).map { (index, distanceM) ->
                val unit = rows[index].copy(distanceM = distanceM, bearingDeg = 40.0 + 60 * index)
                NearbyRow(unit, Uncertainty(distanceM = 20.0 + 90 * index, bearingDeg = 4.0 + 30 * index, ageMs = 1_000))
            },
            within = 4u, here.place, radiusM = 5_000.0, live,
        )

    private fun event(id: Long, kind: EventKind, unit: Int, ageMs: Long) =
        EventRow(id, kind, "", rows[unit].id, rows[unit].name, NOW_MS - ageMs, null, "{}")

    private val events =
        listOf(
            event(9, EventKind.GEOFENCE_EXIT, 0, 2 * MINUTE_MS),
            event(8, EventKind.OVERSPEED, 4, 31 * MINUTE_MS),
            event(7, EventKind.ALARM, 1, 2 * HOUR_MS),
            event(6, EventKind.OFFLINE, 3, 7 * HOUR_MS),
            event(5, EventKind.OTHER, 6, 9 * DAY_MS).copy(typeWord = "maintenance"),
        )

    val inbox =
        Inbox(events.mapIndexed { index, event -> AlertRow(event, acknowledged = index >= 2) }, total = 140, unread = 2)

    val track =
        List(60) { step ->
            val far = if (step < 30) 0.0 else 0.03
            val place = Place(31.20 + step * 0.0016 + far, 121.42 + kotlin.math.sin(step / 9.0) * 0.03)
            TrackPoint(place, NOW_MS - (60 - step) * 4 * MINUTE_MS, segment = if (step < 30) 0u else 1u)
        }
    val history =
        HistoryView(
            unitId = 1, fromMs = NOW_MS - 14 * HOUR_MS, toMs = NOW_MS + 10 * HOUR_MS, HistorySource.SERVER,
            stops = listOf(TrackStop(NOW_MS - 3 * HOUR_MS, NOW_MS - 2 * HOUR_MS - 11 * MINUTE_MS, track[15].place)),
            gaps = listOf(TrackGap(track[29].atMs, track[30].atMs, 3_300.0)),
            distanceM = 18_240.0, movingMs = 3 * HOUR_MS + 9 * MINUTE_MS, maxSpeedMps = 23.4, points = 60u,
        )
}
