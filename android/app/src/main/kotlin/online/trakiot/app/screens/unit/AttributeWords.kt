package online.trakiot.app.screens.unit

import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R
import online.trakiot.app.ui.alarmWords
import online.trakiot.app.ui.distanceWords
import online.trakiot.app.ui.number
import online.trakiot.app.ui.spanWords
import online.trakiot.core.AttributeKind
import online.trakiot.core.UnitAttribute

private const val MPS_PER_KNOT = 1852.0 / 3600.0

/** The label of an attribute; one that the product does not know keeps the server's key. */
@Composable
fun attributeLabel(attribute: UnitAttribute): String =
    when (attribute.kind) {
        AttributeKind.BATTERY_PERCENT, AttributeKind.BATTERY_VOLTS -> stringResource(R.string.attribute_battery)
        AttributeKind.POWER_VOLTS -> stringResource(R.string.attribute_power)
        AttributeKind.IGNITION -> stringResource(R.string.attribute_ignition)
        AttributeKind.MOTION -> stringResource(R.string.attribute_motion)
        AttributeKind.ODOMETER_METRES -> stringResource(R.string.attribute_odometer)
        AttributeKind.TOTAL_DISTANCE_METRES -> stringResource(R.string.attribute_total_distance)
        AttributeKind.DISTANCE_METRES -> stringResource(R.string.attribute_distance)
        AttributeKind.ENGINE_HOURS_MS -> stringResource(R.string.attribute_engine_hours)
        AttributeKind.FUEL_PERCENT, AttributeKind.FUEL_LITRES -> stringResource(R.string.attribute_fuel)
        AttributeKind.TEMPERATURE_CELSIUS -> stringResource(R.string.attribute_temperature, attribute.key)
        AttributeKind.HUMIDITY_PERCENT -> stringResource(R.string.attribute_humidity)
        AttributeKind.SATELLITES -> stringResource(R.string.attribute_satellites)
        AttributeKind.SIGNAL_STRENGTH -> stringResource(R.string.attribute_signal)
        AttributeKind.HDOP -> stringResource(R.string.attribute_hdop)
        AttributeKind.SPEED_LIMIT_KNOTS -> stringResource(R.string.attribute_speed_limit)
        AttributeKind.ALARM -> stringResource(R.string.attribute_alarm)
        AttributeKind.DRIVER_ID -> stringResource(R.string.attribute_driver)
        AttributeKind.CHARGING -> stringResource(R.string.attribute_charging)
        AttributeKind.RPM -> stringResource(R.string.attribute_rpm)
        AttributeKind.UNKNOWN -> attribute.key
    }

/** The value with its unit of measure; what is no number stays as the server said it. */
@Composable
fun attributeValue(attribute: UnitAttribute): String {
    val value = attribute.value.toDoubleOrNull()
    return when (attribute.kind) {
        AttributeKind.IGNITION, AttributeKind.MOTION, AttributeKind.CHARGING -> yesOrNo(attribute.value)
        AttributeKind.BATTERY_PERCENT, AttributeKind.FUEL_PERCENT, AttributeKind.HUMIDITY_PERCENT ->
            value?.let { "${number(it, 0)} %" }
        AttributeKind.BATTERY_VOLTS, AttributeKind.POWER_VOLTS -> value?.let { "${number(it, 1)} V" }
        AttributeKind.ODOMETER_METRES, AttributeKind.TOTAL_DISTANCE_METRES, AttributeKind.DISTANCE_METRES ->
            value?.let { distanceWords(it) }
        AttributeKind.ENGINE_HOURS_MS -> value?.let { spanWords(it.toLong()) }
        AttributeKind.FUEL_LITRES -> value?.let { "${number(it, 1)} L" }
        AttributeKind.TEMPERATURE_CELSIUS -> value?.let { "${number(it, 1)} °C" }
        AttributeKind.SPEED_LIMIT_KNOTS ->
            value?.let { stringResource(R.string.speed_kmh, number(it * MPS_PER_KNOT * 3.6, 0)) }
        AttributeKind.SATELLITES, AttributeKind.SIGNAL_STRENGTH, AttributeKind.HDOP, AttributeKind.RPM ->
            value?.let { number(it, 1) }
        AttributeKind.ALARM -> alarmWords(attribute.value)
        AttributeKind.DRIVER_ID, AttributeKind.UNKNOWN -> null
    } ?: attribute.value
}

@Composable
private fun yesOrNo(value: String): String? =
    when (value) {
        "true" -> stringResource(R.string.yes)
        "false" -> stringResource(R.string.no)
        else -> null
    }
