package online.trakiot.app.screens.alerts

import online.trakiot.app.core.Loaded
import online.trakiot.core.AlertRow
import online.trakiot.core.FleetStatus

/** The inbox as far as it is shown: the first pages of it. */
data class Inbox(val rows: List<AlertRow>, val total: Long, val unread: Long)

/** What the screen shows. */
data class AlertsState(val inbox: Loaded<Inbox>, val status: FleetStatus, val nowMs: Long, val refreshing: Boolean = false)

/** What a person can do there. */
sealed interface AlertsEvent {
    /** Opens the unit; its alert counts as seen. */
    data class Open(val eventId: Long, val unitId: Long) : AlertsEvent

    data object AcknowledgeAll : AlertsEvent

    data object More : AlertsEvent

    /** What happened while the live stream did not run. */
    data object Fetch : AlertsEvent

    data object Settings : AlertsEvent

    data object Refresh : AlertsEvent

    data object SignIn : AlertsEvent
}
