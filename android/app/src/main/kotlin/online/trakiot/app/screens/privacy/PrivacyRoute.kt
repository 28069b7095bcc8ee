package online.trakiot.app.screens.privacy

import androidx.activity.ComponentActivity
import androidx.activity.compose.LocalActivity
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts.CreateDocument
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalContext
import androidx.lifecycle.ViewModelProvider
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.core.decided
import online.trakiot.app.navigation.Destination
import online.trakiot.app.platform.writeDocument
import online.trakiot.app.ui.parts.rememberNotificationQuestion
import online.trakiot.app.ui.policyLanguage
import online.trakiot.core.Answer
import online.trakiot.core.ConsentAction
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentScreen
import online.trakiot.core.ConsentView
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.Unsent
import online.trakiot.core.consented
import online.trakiot.core.recorded

@Composable
fun PrivacyRoute(services: Services, trak: Trak, onBack: () -> Unit, onGo: (Destination) -> Unit) {
    val consents by coreView(trak) { it.consents() }
    val record by coreView(trak) { core -> consented { core.consentRecord() } }
    val activity = LocalActivity.current as ComponentActivity
    val copies = ViewModelProvider(activity)[CopyModel::class.java]
    DisposableEffect(copies) { onDispose { if (!activity.isChangingConfigurations) copies.told() } }
    val copy by copies.state.collectAsStateWithLifecycle()
    val notifications = rememberNotificationQuestion()
    var refused by remember { mutableStateOf<ConsentException?>(null) }
    var recordSaved by rememberSaveable { mutableStateOf<Boolean?>(null) }
    val unsent by coreView(trak) { core -> recorded { core.reporting()?.outbox?.let { (it.queued + it.setAside).toLong() } } }
    val scope = rememberCoroutineScope()
    val language = policyLanguage()
    val files = LocalContext.current.contentResolver
    val save =
        // Of no type that the system knows: it would give the file another ending.
        rememberLauncherForActivityResult(CreateDocument("application/octet-stream")) { to ->
            if (to != null) {
                scope.launch {
                    when (val lines = withContext(Dispatchers.IO) { consented { trak.consentFile() } }) {
                        is Answer.Value -> recordSaved = files.writeDocument(to, lines.value)
                        is Answer.Refused -> refused = lines.error
                    }
                }
            }
        }
    val saveCopy =
        rememberLauncherForActivityResult(CreateDocument("application/zip")) { to -> if (to != null) copies.save(trak, files, to) }
    val entries = (record as? Answer.Value)?.value.orEmpty()

    fun decides(work: () -> Answer<ConsentView, ConsentException>) {
        scope.launch { refused = (withContext(Dispatchers.IO) { work() } as? Answer.Refused)?.error }
    }
    val error = refused ?: (record as? Answer.Refused)?.error
    PrivacyScreen(PrivacyState(consents, entries.asReversed(), error, copy, (unsent as? Answer.Value)?.value ?: 0, recordSaved)) { event ->
        when (event) {
            is PrivacyEvent.Back -> onBack()
            is PrivacyEvent.Read -> onGo(Destination.Policy)
            is PrivacyEvent.Go -> onGo(event.right.to)
            is PrivacyEvent.Copy -> saveCopy.launch("my-data.zip")
            is PrivacyEvent.EraseDevice -> services.core.eraseDevice()
            is PrivacyEvent.Export -> save.launch("consents.jsonl")
            is PrivacyEvent.Decide -> {
                if (event.purpose == Purpose.PUSH && event.given) notifications()
                val action = if (event.given) ConsentAction.GIVEN else ConsentAction.WITHDRAWN
                decides { trak.decided(event.purpose, action, ConsentScreen.PRIVACY_CENTRE, language) }
            }
            is PrivacyEvent.EndReporting -> {
                val unsent = if (event.erase) Unsent.ERASE else Unsent.SEND
                decides { trak.decided(Purpose.REPORTING, ConsentAction.WITHDRAWN, ConsentScreen.PRIVACY_CENTRE, language, unsent) }
            }
        }
    }
}
