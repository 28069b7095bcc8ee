package online.trakiot.app.screens.policy

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
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
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.R
import online.trakiot.app.core.decided
import online.trakiot.app.ui.consentErrorLabel
import online.trakiot.app.ui.policyLanguage
import online.trakiot.app.ui.timeWords
import online.trakiot.core.Answer
import online.trakiot.core.ConsentAction
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentScreen
import online.trakiot.core.Purpose
import online.trakiot.core.ToAsk
import online.trakiot.core.Trak

/** The policy has changed: what is different, and the person's decision. [onLater] is nothing once the new one applies. */
@Composable
fun PolicyChangeRoute(trak: Trak, change: ToAsk.MaterialChange, onLater: (() -> Unit)?) {
    val scope = rememberCoroutineScope()
    val language = policyLanguage()
    var refused by remember { mutableStateOf<ConsentException?>(null) }
    fun decide(action: ConsentAction) {
        scope.launch {
            val answer = withContext(Dispatchers.IO) { trak.decided(Purpose.ACCOUNT, action, ConsentScreen.POLICY_CHANGE, language) }
            refused = (answer as? Answer.Refused)?.error
        }
    }
    PolicyChangeScreen(
        change.effectiveMs,
        refused,
        onAgree = { decide(ConsentAction.GIVEN) },
        onDecline = { decide(ConsentAction.WITHDRAWN) },
        onLater,
    ) {
        PolicyRoute(change.fromVersion, onLater)
    }
}

@Composable
fun PolicyChangeScreen(
    effectiveMs: Long,
    refused: ConsentException?,
    onAgree: () -> Unit,
    onDecline: () -> Unit,
    onLater: (() -> Unit)?,
    policy: @Composable () -> Unit,
) {
    Column(Modifier.fillMaxSize().navigationBarsPadding()) {
        Box(Modifier.weight(1f)) { policy() }
        Column(Modifier.padding(horizontal = 16.dp, vertical = 8.dp), Arrangement.spacedBy(8.dp)) {
            Text(stringResource(R.string.policy_change_means, timeWords(effectiveMs)))
            refused?.let { Undecided(it) }
            val tall = Modifier.fillMaxWidth().heightIn(min = 48.dp)
            Button(onAgree, tall.testTag("policy-agree")) { Text(stringResource(R.string.consent_agree)) }
            OutlinedButton(onDecline, tall) { Text(stringResource(R.string.policy_change_decline)) }
            if (onLater != null) TextButton(onLater, tall) { Text(stringResource(R.string.policy_change_later)) }
        }
    }
}

/** Why the decision was not written, and what to do; read out, since whoever decided looks elsewhere by then. */
@Composable
internal fun Undecided(error: ConsentException) {
    Text(
        stringResource(consentErrorLabel(error)),
        Modifier.testTag("undecided").semantics { liveRegion = LiveRegionMode.Assertive },
        color = MaterialTheme.colorScheme.error,
    )
}
