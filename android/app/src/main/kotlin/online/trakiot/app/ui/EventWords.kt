package online.trakiot.app.ui

import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R

/** Traccar's words for alarms. */
private val alarms =
    mapOf(
        "general" to R.string.alarm_general,
        "sos" to R.string.alarm_sos,
        "vibration" to R.string.alarm_vibration,
        "movement" to R.string.alarm_movement,
        "lowspeed" to R.string.alarm_lowspeed,
        "overspeed" to R.string.alarm_overspeed,
        "fallDown" to R.string.alarm_fall_down,
        "lowPower" to R.string.alarm_low_power,
        "lowBattery" to R.string.alarm_low_battery,
        "fault" to R.string.alarm_fault,
        "powerOff" to R.string.alarm_power_off,
        "powerOn" to R.string.alarm_power_on,
        "door" to R.string.alarm_door,
        "lock" to R.string.alarm_lock,
        "unlock" to R.string.alarm_unlock,
        "geofence" to R.string.alarm_geofence,
        "geofenceEnter" to R.string.alarm_geofence_enter,
        "geofenceExit" to R.string.alarm_geofence_exit,
        "gpsAntennaCut" to R.string.alarm_gps_antenna_cut,
        "accident" to R.string.alarm_accident,
        "tow" to R.string.alarm_tow,
        "idle" to R.string.alarm_idle,
        "highRpm" to R.string.alarm_high_rpm,
        "hardAcceleration" to R.string.alarm_hard_acceleration,
        "hardBraking" to R.string.alarm_hard_braking,
        "hardCornering" to R.string.alarm_hard_cornering,
        "laneChange" to R.string.alarm_lane_change,
        "fatigueDriving" to R.string.alarm_fatigue_driving,
        "powerCut" to R.string.alarm_power_cut,
        "powerRestored" to R.string.alarm_power_restored,
        "jamming" to R.string.alarm_jamming,
        "temperature" to R.string.alarm_temperature,
        "parking" to R.string.alarm_parking,
        "bonnet" to R.string.alarm_bonnet,
        "footBrake" to R.string.alarm_foot_brake,
        "fuelLeak" to R.string.alarm_fuel_leak,
        "tampering" to R.string.alarm_tampering,
        "removing" to R.string.alarm_removing,
    )

/** What a tracker gives alarm about, one word or several; a word that nobody here knows stays the server's. */
@Composable
fun alarmWords(value: String): String =
    value.split(',').map { word -> alarms[word.trim()]?.let { stringResource(it) } ?: word.trim() }.joinToString(" · ")

/** Traccar's events beside the kinds that the product has, by its words for them. */
@StringRes
fun otherEventLabel(word: String): Int? =
    when (word) {
        "deviceInactive" -> R.string.event_inactive
        "deviceFuelDrop" -> R.string.event_fuel_drop
        "deviceFuelIncrease" -> R.string.event_fuel_increase
        "driverChanged" -> R.string.event_driver_changed
        "maintenance" -> R.string.event_maintenance
        "commandResult" -> R.string.event_command_result
        "media" -> R.string.event_media
        "textMessage" -> R.string.event_text_message
        else -> null
    }
