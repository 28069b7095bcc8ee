package online.trakiot.app.screens.alertsettings

import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalContext
import androidx.core.app.NotificationManagerCompat
import androidx.lifecycle.compose.LifecycleResumeEffect
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.core.decided
import online.trakiot.app.core.permits
import online.trakiot.app.platform.Outside
import online.trakiot.app.ui.parts.rememberNotificationQuestion
import online.trakiot.app.ui.policyLanguage
import online.trakiot.core.AlertSettings
import online.trakiot.core.Answer
import online.trakiot.core.ConsentAction
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentScreen
import online.trakiot.core.Purpose
import online.trakiot.core.QueryException
import online.trakiot.core.Trak
import online.trakiot.core.asked
import java.time.ZoneId

@Composable
fun AlertSettingsRoute(services: Services, trak: Trak, onBack: () -> Unit) {
    val settings by coreView(trak) { it.alertSettings() }
    val pushes by coreView(trak) { it.consents().permits(Purpose.PUSH) }
    var error by remember { mutableStateOf<QueryException?>(null) }
    var consentError by remember { mutableStateOf<ConsentException?>(null) }
    val notifications = rememberNotificationQuestion()
    val language = policyLanguage()
    val context = LocalContext.current
    var shown by remember { mutableStateOf(NotificationManagerCompat.from(context).areNotificationsEnabled()) }
    LifecycleResumeEffect(context) {
        shown = NotificationManagerCompat.from(context).areNotificationsEnabled()
        onPauseOrDispose {}
    }
    val scope = rememberCoroutineScope()

    fun write(changed: AlertSettings) {
        scope.launch { error = (withContext(Dispatchers.IO) { asked { trak.setAlertSettings(changed) } } as? Answer.Refused)?.error }
    }
    val state = AlertSettingsState(settings, pushes, services.push.available, ZoneId.systemDefault().id, shown, error, consentError)
    AlertSettingsScreen(state) { event ->
        when (event) {
            is AlertSettingsEvent.Back -> onBack()
            is AlertSettingsEvent.SystemSettings -> Outside(context).appSettings()
            is AlertSettingsEvent.Pushes -> {
                if (event.wanted) notifications()
                val action = if (event.wanted) ConsentAction.GIVEN else ConsentAction.WITHDRAWN
                scope.launch {
                    val answer = withContext(Dispatchers.IO) { trak.decided(Purpose.PUSH, action, ConsentScreen.FEATURE, language) }
                    consentError = (answer as? Answer.Refused)?.error
                }
            }
            is AlertSettingsEvent.Kind ->
                write(settings.copy(kinds = if (event.wanted) settings.kinds + event.kind else settings.kinds - event.kind))
            is AlertSettingsEvent.Quiet -> write(settings.copy(quietHours = event.hours))
        }
    }
}
