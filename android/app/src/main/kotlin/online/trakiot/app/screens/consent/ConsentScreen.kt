package online.trakiot.app.screens.consent

import androidx.activity.compose.BackHandler
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.R
import online.trakiot.app.core.decided
import online.trakiot.app.screens.policy.PolicyRoute
import online.trakiot.app.ui.consentErrorLabel
import online.trakiot.app.ui.noConsentLabel
import online.trakiot.app.ui.policyLanguage
import online.trakiot.core.Answer
import online.trakiot.core.ConsentAction
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentScreen
import online.trakiot.core.NoConsent
import online.trakiot.core.Purpose
import online.trakiot.core.Trak

/** What the first screen shows. */
data class ConsentState(val why: NoConsent, val error: ConsentException? = null)

/** What a person can do there. */
enum class ConsentEvent { Agree, Decline, Read }

@Composable
fun ConsentRoute(trak: Trak, why: NoConsent) {
    var reading by rememberSaveable { mutableStateOf(false) }
    var error by remember { mutableStateOf<ConsentException?>(null) }
    val scope = rememberCoroutineScope()
    val language = policyLanguage()
    if (reading) {
        BackHandler { reading = false }
        PolicyRoute(fromVersion = null) { reading = false }
        return
    }
    fun decide(action: ConsentAction) {
        scope.launch {
            val answer = withContext(Dispatchers.IO) { trak.decided(Purpose.ACCOUNT, action, ConsentScreen.FIRST_RUN, language) }
            error = (answer as? Answer.Refused)?.error
        }
    }
    ConsentScreen(ConsentState(why, error)) { event ->
        when (event) {
            ConsentEvent.Agree -> decide(ConsentAction.GIVEN)
            ConsentEvent.Decline -> decide(ConsentAction.REFUSED)
            ConsentEvent.Read -> reading = true
        }
    }
}

/** Says what the app does with data before it does anything; both answers are equally easy. */
@Composable
fun ConsentScreen(state: ConsentState, on: (ConsentEvent) -> Unit) {
    Column(Modifier.fillMaxSize().safeDrawingPadding(), horizontalAlignment = Alignment.CenterHorizontally) {
        Column(
            Modifier.weight(1f).widthIn(max = 640.dp).verticalScroll(rememberScrollState()).padding(24.dp),
            Arrangement.spacedBy(16.dp),
        ) {
            Text(
                stringResource(R.string.consent_title),
                Modifier.semantics { heading() },
                style = MaterialTheme.typography.headlineMedium,
            )
            val trouble = state.error?.let { consentErrorLabel(it) } ?: noConsentLabel(state.why).takeIf { state.why != NoConsent.NOT_ASKED }
            if (trouble != null) {
                Text(stringResource(trouble), color = MaterialTheme.colorScheme.error, style = MaterialTheme.typography.bodyLarge)
            }
            Text(stringResource(R.string.consent_what), style = MaterialTheme.typography.bodyLarge)
            Text(stringResource(R.string.consent_account), style = MaterialTheme.typography.bodyLarge)
            Text(stringResource(R.string.consent_location), style = MaterialTheme.typography.bodyLarge)
            Text(stringResource(R.string.consent_nothing_else), style = MaterialTheme.typography.bodyLarge)
            TextButton({ on(ConsentEvent.Read) }, Modifier.testTag("read-policy")) { Text(stringResource(R.string.policy_read)) }
        }
        Column(
            Modifier.widthIn(max = 640.dp).fillMaxWidth().padding(horizontal = 24.dp, vertical = 12.dp),
            Arrangement.spacedBy(8.dp),
        ) {
            val tall = Modifier.fillMaxWidth().heightIn(min = 52.dp)
            Button({ on(ConsentEvent.Agree) }, tall) { Text(stringResource(R.string.consent_agree)) }
            OutlinedButton({ on(ConsentEvent.Decline) }, tall) { Text(stringResource(R.string.consent_decline)) }
        }
    }
}
