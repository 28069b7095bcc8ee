package online.trakiot.app.screens.reporting

import online.trakiot.app.platform.BatteryGuidance
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationNeed
import online.trakiot.app.reporting.Capture
import online.trakiot.core.RecordException
import online.trakiot.core.ReportingView
import online.trakiot.core.SetAsideFix
import online.trakiot.core.UnitRow

/** What the screen shows. */
data class ReportingState(
    /** Nothing when this account has never reported. */
    val view: ReportingView?,
    val trouble: RecordException?,
    val capture: Capture,
    val access: LocationAccess,
    /** Whether the person has agreed to it. */
    val agreed: Boolean,
    val setAside: List<SetAsideFix>,
    val identifier: String,
    /** Units that what was typed may mean. */
    val suggestions: List<UnitRow>,
    val busy: Boolean,
    val battery: BatteryGuidance,
    val nowMs: Long,
    /** Why what is kept of it cannot be read: whether it is on is not known then. */
    val unreadable: RecordException? = null,
    /** Whether the system shows this app's notifications. */
    val notified: Boolean = true,
) {
    val on: Boolean get() = view?.unitIdentifier != null

    /** What waits or lies aside, so that a stop has to say what becomes of it. */
    val unsent: Long get() = view?.outbox?.let { (it.queued + it.setAside).toLong() } ?: 0
}

/** What a person can do there. */
sealed interface ReportingEvent {
    data object Back : ReportingEvent

    data class Identifier(val text: String) : ReportingEvent

    data class Choose(val unitId: Long) : ReportingEvent

    data object Start : ReportingEvent

    data class Stop(val erase: Boolean) : ReportingEvent

    /** The system refused the service: once more, now that the app is open. */
    data object Resume : ReportingEvent

    data object Retry : ReportingEvent

    data class Need(val need: LocationNeed) : ReportingEvent

    /** Where only the key is gone, nothing else helps. */
    data object EraseDevice : ReportingEvent

    data object AppSettings : ReportingEvent

    data object BatterySettings : ReportingEvent

    data object MakerSettings : ReportingEvent
}
