package online.trakiot.app.screens.privacy

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.selection.toggleable
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Switch
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.consentActionLabel
import online.trakiot.app.ui.consentErrorLabel
import online.trakiot.app.ui.consentScreenLabel
import online.trakiot.app.ui.noConsentLabel
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.purposeLabel
import online.trakiot.app.ui.purposeMeaning
import online.trakiot.app.ui.timeWords
import online.trakiot.core.ConsentEntry
import online.trakiot.core.Purpose
import online.trakiot.core.PurposeView

/** The privacy centre: what was agreed to, each purpose by itself, and the record of all decisions. */
@Composable
fun PrivacyScreen(state: PrivacyState, on: (PrivacyEvent) -> Unit) {
    var leaving by rememberSaveable { mutableStateOf(false) }
    Scaffold(topBar = { BackBar(stringResource(R.string.privacy_title), { on(PrivacyEvent.Back) }) }) { padding ->
        LazyColumn(Modifier.fillMaxSize().padding(padding).testTag("privacy")) {
            state.error?.let { item { Notice(stringResource(consentErrorLabel(it))) } }
            if (state.damaged) item { Notice(stringResource(R.string.no_consent_damaged)) }
            item { SectionHead(stringResource(R.string.privacy_purposes)) }
            items(state.purposes, key = { it.purpose }) { one ->
                PurposeLine(one) { given -> if (one.purpose == Purpose.ACCOUNT && !given) leaving = true else on(PrivacyEvent.Decide(one.purpose, given)) }
            }
            item {
                SectionHead(stringResource(R.string.policy_title))
                Row(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
                    OutlinedButton({ on(PrivacyEvent.Read) }, Modifier.testTag("read-policy")) { Text(stringResource(R.string.policy_read)) }
                }
            }
            item {
                SectionHead(stringResource(R.string.privacy_record))
                Text(stringResource(R.string.privacy_record_means), Modifier.padding(horizontal = 16.dp), style = MaterialTheme.typography.bodyMedium)
                OutlinedButton({ on(PrivacyEvent.Export) }, Modifier.padding(horizontal = 16.dp, vertical = 8.dp).testTag("export-record")) {
                    Text(stringResource(R.string.history_export))
                }
            }
            items(state.record, key = { it.sequence.toLong() }) { EntryLine(it) }
        }
    }
    if (leaving) {
        AlertDialog(
            onDismissRequest = { leaving = false },
            title = { Text(stringResource(R.string.privacy_withdraw)) },
            text = { Text(stringResource(R.string.privacy_withdraw_means)) },
            confirmButton = {
                TextButton({ leaving = false; on(PrivacyEvent.Decide(Purpose.ACCOUNT, given = false)) }, Modifier.testTag("withdraw-all")) {
                    Text(stringResource(R.string.privacy_withdraw))
                }
            },
            dismissButton = { TextButton({ leaving = false }) { Text(stringResource(R.string.cancel)) } },
        )
    }
}

@Composable
private fun PurposeLine(one: PurposeView, onChange: (Boolean) -> Unit) {
    Row(
        Modifier
            .fillMaxWidth()
            .toggleable(one.permitted, role = Role.Switch, onValueChange = onChange)
            .testTag("purpose-${one.purpose.name}")
            .heightIn(min = 64.dp)
            .padding(horizontal = 16.dp, vertical = 8.dp),
        Arrangement.spacedBy(16.dp),
        Alignment.CenterVertically,
    ) {
        Column(Modifier.weight(1f), Arrangement.spacedBy(2.dp)) {
            Text(stringResource(purposeLabel(one.purpose)), style = MaterialTheme.typography.titleMedium)
            Text(stringResource(purposeMeaning(one.purpose)), style = MaterialTheme.typography.bodyMedium)
            one.missingWhy?.let {
                Text(
                    stringResource(noConsentLabel(it)),
                    color = MaterialTheme.colorScheme.onSurfaceVariant,
                    style = MaterialTheme.typography.bodySmall,
                )
            }
        }
        Switch(one.permitted, null)
    }
}

@Composable
private fun EntryLine(entry: ConsentEntry) {
    Column(
        Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp).semantics(mergeDescendants = true) {},
        Arrangement.spacedBy(2.dp),
    ) {
        val what = stringResource(consentActionLabel(entry.action))
        Text("$what: ${stringResource(purposeLabel(entry.purpose))}", style = MaterialTheme.typography.bodyLarge)
        val version = stringResource(R.string.policy_version, entry.policyVersion.toInt())
        Text(
            "${timeWords(entry.atMs)} · $version · ${stringResource(consentScreenLabel(entry.screen))}",
            color = MaterialTheme.colorScheme.onSurfaceVariant,
            style = MaterialTheme.typography.bodyMedium,
        )
    }
}
