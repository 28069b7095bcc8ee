package online.trakiot.app.ui

import android.content.res.Resources
import android.text.format.DateFormat as AndroidDateFormat
import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.ui.platform.LocalConfiguration
import androidx.compose.ui.platform.LocalResources
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R
import online.trakiot.core.EventKind
import online.trakiot.core.Freshness
import online.trakiot.core.LinkState
import online.trakiot.core.UnitKind
import java.text.DateFormat
import java.text.NumberFormat
import java.text.SimpleDateFormat
import java.util.Date
import java.util.Locale

private const val MINUTE_MS = 60_000L
private const val HOUR_MS = 60 * MINUTE_MS
private const val DAY_MS = 24 * HOUR_MS
private const val MONTHS_MS = 180 * DAY_MS

/** The language the screen is drawn in; follows the app's own language, not the phone's. */
@Composable
fun locale(): Locale = LocalConfiguration.current.locales[0]

/** An age in words, in the largest unit that says enough. */
@Composable
fun ageWords(ageMs: Long?): String = LocalResources.current.ageWords(ageMs)

/** The same where there is no screen. */
fun Resources.ageWords(ageMs: Long?): String =
    when {
        ageMs == null -> getString(R.string.age_unknown)
        ageMs < MINUTE_MS -> getString(R.string.age_now)
        ageMs < HOUR_MS -> plural(R.plurals.age_minutes, ageMs / MINUTE_MS)
        ageMs < DAY_MS -> plural(R.plurals.age_hours, ageMs / HOUR_MS)
        else -> plural(R.plurals.age_days, ageMs / DAY_MS)
    }

/** A time span in words: of a stay, of a drive. */
@Composable
fun spanWords(spanMs: Long): String {
    val minutes = spanMs / MINUTE_MS
    return if (minutes < 60) LocalResources.current.plural(R.plurals.span_minutes, minutes)
    else stringResource(R.string.span_hours, minutes / 60, minutes % 60)
}

private fun Resources.plural(id: Int, count: Long): String {
    val number = count.coerceAtMost(Int.MAX_VALUE.toLong()).toInt()
    return getQuantityString(id, number, number)
}

/** A distance in metres or kilometres. */
@Composable
fun distanceWords(meters: Double): String = LocalResources.current.distanceWords(meters)

/** The same where there is no screen. */
fun Resources.distanceWords(meters: Double): String {
    val locale = configuration.locales[0]
    return if (meters < 1_000) getString(R.string.metres, number(meters, 0, locale))
    else getString(R.string.kilometres, number(meters / 1_000, if (meters < 100_000) 1 else 0, locale))
}

/** A speed in kilometres an hour. */
@Composable
fun speedWords(metersPerSecond: Double): String = stringResource(R.string.speed_kmh, number(metersPerSecond * 3.6, 0))

private val compass =
    intArrayOf(
        R.string.north,
        R.string.north_east,
        R.string.east,
        R.string.south_east,
        R.string.south,
        R.string.south_west,
        R.string.west,
        R.string.north_west,
    )

/** A direction as one of eight words. */
@Composable
fun compassWords(bearingDeg: Double): String = LocalResources.current.compassWords(bearingDeg)

/** The same where there is no screen. */
fun Resources.compassWords(bearingDeg: Double): String =
    getString(compass[Math.floorMod(Math.round(bearingDeg / 45.0), 8L).toInt()])

/** A number as the person's language writes it. */
@Composable
fun number(value: Double, decimals: Int): String = number(value, decimals, locale())

private fun number(value: Double, decimals: Int, locale: Locale): String {
    val format = NumberFormat.getNumberInstance(locale)
    format.minimumFractionDigits = 0
    format.maximumFractionDigits = decimals
    return format.format(value)
}

/** Date and time as the person's language writes them, in the phone's time zone. */
@Composable
fun timeWords(atMs: Long): String = LocalResources.current.timeWords(atMs)

/** The same where there is no screen. */
fun Resources.timeWords(atMs: Long): String =
    DateFormat.getDateTimeInstance(DateFormat.MEDIUM, DateFormat.SHORT, configuration.locales[0]).format(Date(atMs))

/** Where there is little room: without the year, but for what is so old that the day alone could be of another one. */
fun Resources.shortTimeWords(atMs: Long, nowMs: Long): String {
    if (nowMs - atMs > MONTHS_MS) return timeWords(atMs)
    val locale = configuration.locales[0]
    return SimpleDateFormat(AndroidDateFormat.getBestDateTimePattern(locale, "MMMdjmm"), locale).format(Date(atMs))
}

/** A moment for somebody who may be in another country and another language: with the zone's distance from UTC. */
fun stampWords(atMs: Long): String = SimpleDateFormat("yyyy-MM-dd HH:mm XXX", Locale.ROOT).format(Date(atMs))

/** What is handed to other apps: a place without its time would be taken for one of now. */
fun sharedWords(name: String?, coordinates: String?, atMs: Long?): String =
    listOfNotNull(name, coordinates, atMs?.let(::stampWords)).joinToString("\n")

@StringRes
fun freshnessLabel(freshness: Freshness?): Int =
    when (freshness) {
        Freshness.LIVE -> R.string.freshness_live
        Freshness.RECENT -> R.string.freshness_recent
        Freshness.OLD -> R.string.freshness_old
        Freshness.LOST -> R.string.freshness_lost
        null -> R.string.freshness_none
    }

@StringRes
fun linkLabel(link: LinkState): Int =
    when (link) {
        LinkState.ONLINE -> R.string.link_online
        LinkState.OFFLINE -> R.string.link_offline
        LinkState.UNKNOWN -> R.string.link_unknown
    }

@StringRes
fun kindLabel(kind: UnitKind): Int =
    when (kind) {
        UnitKind.CAR -> R.string.kind_car
        UnitKind.VAN -> R.string.kind_van
        UnitKind.TRUCK -> R.string.kind_truck
        UnitKind.BUS -> R.string.kind_bus
        UnitKind.TRAILER -> R.string.kind_trailer
        UnitKind.CRANE -> R.string.kind_crane
        UnitKind.EXCAVATOR -> R.string.kind_excavator
        UnitKind.TRACTOR -> R.string.kind_tractor
        UnitKind.MOTORCYCLE -> R.string.kind_motorcycle
        UnitKind.BICYCLE -> R.string.kind_bicycle
        UnitKind.SHIP -> R.string.kind_ship
        UnitKind.TRAIN -> R.string.kind_train
        UnitKind.PLANE -> R.string.kind_plane
        UnitKind.HELICOPTER -> R.string.kind_helicopter
        UnitKind.PERSON -> R.string.kind_person
        UnitKind.ANIMAL -> R.string.kind_animal
        UnitKind.OTHER -> R.string.kind_other
    }

@StringRes
fun eventLabel(kind: EventKind): Int =
    when (kind) {
        EventKind.ONLINE -> R.string.event_online
        EventKind.OFFLINE -> R.string.event_offline
        EventKind.UNKNOWN -> R.string.event_unknown
        EventKind.MOVING -> R.string.event_moving
        EventKind.STOPPED -> R.string.event_stopped
        EventKind.OVERSPEED -> R.string.event_overspeed
        EventKind.GEOFENCE_ENTER -> R.string.event_geofence_enter
        EventKind.GEOFENCE_EXIT -> R.string.event_geofence_exit
        EventKind.ALARM -> R.string.event_alarm
        EventKind.IGNITION_ON -> R.string.event_ignition_on
        EventKind.IGNITION_OFF -> R.string.event_ignition_off
        EventKind.OTHER -> R.string.event_other
    }
