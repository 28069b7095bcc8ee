package online.trakiot.app.screens.consent

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
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.tooling.preview.Preview
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.ui.TrakTheme

/** What the first screen shows. */
data class ConsentState(val declined: Boolean)

/** What a person can do there. */
enum class ConsentEvent { Agree, Decline }

@Composable
fun ConsentRoute(services: Services) {
    var declined by rememberSaveable { mutableStateOf(false) }
    ConsentScreen(ConsentState(declined)) { event ->
        when (event) {
            ConsentEvent.Agree -> services.settings.agree(System.currentTimeMillis())
            ConsentEvent.Decline -> declined = true
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
            Text(stringResource(R.string.consent_what), style = MaterialTheme.typography.bodyLarge)
            Text(stringResource(R.string.consent_account), style = MaterialTheme.typography.bodyLarge)
            Text(stringResource(R.string.consent_location), style = MaterialTheme.typography.bodyLarge)
            Text(stringResource(R.string.consent_nothing_else), style = MaterialTheme.typography.bodyLarge)
            if (state.declined) {
                Text(
                    stringResource(R.string.consent_declined),
                    color = MaterialTheme.colorScheme.error,
                    style = MaterialTheme.typography.bodyLarge,
                )
            }
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

@Preview
@Composable
private fun ConsentPreview() = TrakTheme { ConsentScreen(ConsentState(declined = false)) {} }
