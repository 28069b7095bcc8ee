package online.trakiot.app.screens.reporting

import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalContext
import androidx.core.app.NotificationManagerCompat
import androidx.lifecycle.compose.LifecycleResumeEffect
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.core.given
import online.trakiot.app.core.permits
import online.trakiot.app.platform.Outside
import online.trakiot.app.platform.batteryGuidance
import online.trakiot.app.ui.parts.rememberAccess
import online.trakiot.app.ui.parts.rememberNotificationQuestion
import online.trakiot.app.ui.policyLanguage
import online.trakiot.core.Answer
import online.trakiot.core.ConsentScreen
import online.trakiot.core.FleetQuery
import online.trakiot.core.RecordException
import online.trakiot.core.ReportingView
import online.trakiot.core.SetAsideFix
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.UnitFilter
import online.trakiot.core.UnitOrder
import online.trakiot.core.Unsent
import online.trakiot.core.recorded

/** With the time that its ages are told from: they grow while the view stays the same. */
private data class Asked(val view: ReportingView?, val setAside: List<SetAsideFix>, val error: RecordException?, val nowMs: Long)

@Composable
fun ReportingRoute(services: Services, trak: Trak, onBack: () -> Unit) {
    val reporter = services.reporter
    val handle = rememberAccess(services, trak, purpose = null)
    val context = LocalContext.current
    var identifier by rememberSaveable { mutableStateOf("") }
    var chosen by rememberSaveable { mutableStateOf(false) }
    var busy by remember { mutableStateOf(false) }
    var refused by remember { mutableStateOf<RecordException?>(null) }
    var battery by remember { mutableStateOf(batteryGuidance(context)) }
    var notified by remember { mutableStateOf(NotificationManagerCompat.from(context).areNotificationsEnabled()) }
    val agreed by coreView(trak) { it.consents().permits(Purpose.REPORTING) }
    val language = policyLanguage()
    val asked by coreView(trak) { it.asked() }
    val suggestions by coreView(trak, identifier, chosen) { core ->
        if (identifier.isBlank() || chosen) emptyList()
        else core.fleet(FleetQuery(identifier, UnitFilter(), UnitOrder.NAME, null, 0u)).rows.take(SUGGESTIONS)
    }
    val capture by reporter.capture.collectAsStateWithLifecycle()
    val trouble by reporter.trouble.collectAsStateWithLifecycle()
    val scope = rememberCoroutineScope()
    LifecycleResumeEffect(reporter) {
        battery = batteryGuidance(context)
        notified = NotificationManagerCompat.from(context).areNotificationsEnabled()
        scope.launch { reporter.resume() } // a refused start is tried again where it may succeed
        onPauseOrDispose {}
    }
    // A refusal hides the notification, never the reporting.
    val notifications = rememberNotificationQuestion()
    val outside = Outside(context)

    fun command(work: suspend () -> Answer<*, RecordException>) {
        busy = true
        scope.launch {
            refused = (work() as? Answer.Refused)?.error
            busy = false
        }
    }
    val state =
        ReportingState(
            asked.view, refused ?: trouble ?: asked.error, capture, handle.access, agreed, asked.setAside, identifier, suggestions,
            busy, battery, asked.nowMs, asked.error.unreadable, notified,
        )
    ReportingScreen(state) { event ->
        when (event) {
            is ReportingEvent.Back -> onBack()
            is ReportingEvent.Identifier -> {
                identifier = event.text
                chosen = false
            }
            is ReportingEvent.Choose -> {
                identifier = trak.unit(event.unitId)?.uniqueId.orEmpty()
                chosen = true
            }
            is ReportingEvent.Start -> {
                notifications()
                command {
                    // What is not written down is refused by the core, in its own words.
                    if (!agreed) withContext(Dispatchers.IO) { trak.given(Purpose.REPORTING, ConsentScreen.FEATURE, language) }
                    reporter.start(identifier)
                }
            }
            is ReportingEvent.Stop -> command { reporter.stop(if (event.erase) Unsent.ERASE else Unsent.SEND) }
            is ReportingEvent.Resume -> scope.launch { reporter.resume() }
            is ReportingEvent.Retry -> command { recorded { trak.retrySetAside() } }
            is ReportingEvent.Need -> handle.go(event.need)
            is ReportingEvent.EraseDevice -> services.core.eraseDevice()
            is ReportingEvent.AppSettings -> outside.appSettings()
            is ReportingEvent.BatterySettings -> outside.batterySettings()
            is ReportingEvent.MakerSettings -> outside.autostartSettings(battery.maker)
        }
    }
}

private fun Trak.asked(): Asked =
    when (val answer = recorded { reporting() to setAside() }) {
        is Answer.Value -> Asked(answer.value.first, answer.value.second, null, nowMs())
        is Answer.Refused -> Asked(null, emptyList(), answer.error, nowMs())
    }

/** What keeps the phone from reading its own; that nobody is signed in any more is no such thing. */
internal val RecordException?.unreadable: RecordException?
    get() = this?.takeUnless { it is RecordException.SignedOut || it is RecordException.Closed }

private const val SUGGESTIONS = 4
