package online.trakiot.app.screens.privacy

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.tooling.preview.Preview
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.ui.TrakTheme
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.timeWords

/** What the screen shows. */
data class PrivacyState(val consentedAtMs: Long)

@Composable
fun PrivacyRoute(services: Services, onBack: () -> Unit) {
    PrivacyScreen(PrivacyState(services.settings.consentedAtMs), onBack) {
        // Withdrawn whatever the server says; what is kept here goes first.
        services.core.leave { services.settings.withdraw() }
    }
}

/** What was agreed to and when; taken back as easily as it was given. */
@Composable
fun PrivacyScreen(state: PrivacyState, onBack: () -> Unit, onWithdraw: () -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.privacy_title), onBack) }) { padding ->
        Column(
            Modifier.fillMaxSize().padding(padding).verticalScroll(rememberScrollState()).padding(16.dp),
            Arrangement.spacedBy(16.dp),
        ) {
            Text(
                stringResource(R.string.privacy_agreed, timeWords(state.consentedAtMs)),
                style = MaterialTheme.typography.titleMedium,
            )
            Text(stringResource(R.string.consent_what))
            Text(stringResource(R.string.consent_account))
            Text(stringResource(R.string.consent_location))
            Text(stringResource(R.string.consent_nothing_else))
            OutlinedButton(onWithdraw, Modifier.testTag("withdraw")) { Text(stringResource(R.string.privacy_withdraw)) }
            Text(stringResource(R.string.privacy_withdraw_means), style = MaterialTheme.typography.bodySmall)
        }
    }
}

@Preview
@Composable
private fun PrivacyPreview() = TrakTheme { PrivacyScreen(PrivacyState(1_795_577_586_476), {}) {} }
