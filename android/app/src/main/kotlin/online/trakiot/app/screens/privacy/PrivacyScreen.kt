package online.trakiot.app.screens.privacy

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.consentActionLabel
import online.trakiot.app.ui.consentErrorLabel
import online.trakiot.app.ui.consentScreenLabel
import online.trakiot.app.ui.noConsentLabel
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Line
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.Outcome
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.parts.Sure
import online.trakiot.app.ui.parts.SwitchLine
import online.trakiot.app.ui.parts.UnsentQuestion
import online.trakiot.app.ui.purposeLabel
import online.trakiot.app.ui.purposeMeaning
import online.trakiot.app.ui.queryWords
import online.trakiot.app.ui.timeWords
import online.trakiot.core.ConsentEntry
import online.trakiot.core.Purpose
import online.trakiot.core.PurposeView
import online.trakiot.core.ServerCopy

/** The privacy centre: what was agreed to, each purpose by itself, and the record of all decisions. */
@Composable
fun PrivacyScreen(state: PrivacyState, on: (PrivacyEvent) -> Unit) {
    var leaving by rememberSaveable { mutableStateOf(false) }
    var ending by rememberSaveable { mutableStateOf(false) }
    var erasing by rememberSaveable { mutableStateOf(false) }
    Scaffold(topBar = { BackBar(stringResource(R.string.privacy_title), { on(PrivacyEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            Outcome(state.error?.let { stringResource(consentErrorLabel(it)) })
            LazyColumn(Modifier.weight(1f).fillMaxWidth().testTag("privacy")) {
                if (state.damaged) item { Notice(stringResource(R.string.no_consent_damaged)) }
                serverCopyWords(state.consents.serverCopy)?.let { words -> item { Notice(stringResource(words.first, *words.second)) } }
                item { SectionHead(stringResource(R.string.privacy_purposes)) }
                items(state.purposes, key = { it.purpose }) { one ->
                    PurposeLine(one) { given ->
                        when {
                            one.purpose == Purpose.ACCOUNT && !given -> leaving = true
                            one.purpose == Purpose.REPORTING && !given && state.unsent > 0 -> ending = true
                            else -> on(PrivacyEvent.Decide(one.purpose, given))
                        }
                    }
                }
                item {
                    SectionHead(stringResource(R.string.policy_title))
                    Row(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
                        OutlinedButton({ on(PrivacyEvent.Read) }, Modifier.testTag("read-policy")) { Text(stringResource(R.string.policy_read)) }
                    }
                }
                item { YourData(state.copy, on) { erasing = true } }
                item {
                    SectionHead(stringResource(R.string.privacy_record))
                    Text(stringResource(R.string.privacy_record_means), Modifier.padding(horizontal = 16.dp), style = MaterialTheme.typography.bodyMedium)
                    OutlinedButton({ on(PrivacyEvent.Export) }, Modifier.padding(horizontal = 16.dp, vertical = 8.dp).testTag("export-record")) {
                        Text(stringResource(R.string.history_export))
                    }
                    state.recordSaved?.let {
                        Notice(stringResource(if (it) R.string.history_saved else R.string.history_not_saved), Modifier.testTag("record-outcome"))
                    }
                }
                items(state.record, key = { it.sequence.toLong() }) { EntryLine(it) }
            }
        }
    }
    if (leaving) {
        val withdraw = stringResource(R.string.privacy_withdraw)
        Sure(withdraw, stringResource(R.string.privacy_withdraw_means), withdraw, { leaving = false }) {
            on(PrivacyEvent.Decide(Purpose.ACCOUNT, given = false))
        }
    }
    if (ending) UnsentQuestion(stringResource(R.string.privacy_withdraw), state.unsent.toInt(), { ending = false }) { on(PrivacyEvent.EndReporting(it)) }
    if (erasing) {
        val erase = stringResource(R.string.erase_device)
        Sure(erase, stringResource(R.string.erase_device_means), erase, { erasing = false }) { on(PrivacyEvent.EraseDevice) }
    }
}

/** What a record says that differs from its copy at the server; nothing where it does not. */
private fun serverCopyWords(copy: ServerCopy): Pair<Int, Array<Any>>? =
    when (copy) {
        is ServerCopy.Unknown, is ServerCopy.Same -> null
        is ServerCopy.HoldsMore -> R.string.record_holds_more to arrayOf<Any>(copy.entries.toInt())
        is ServerCopy.Differs -> R.string.record_differs to emptyArray<Any>()
    }

@Composable
private fun YourData(copy: CopyState, on: (PrivacyEvent) -> Unit, onErase: () -> Unit) {
    SectionHead(stringResource(R.string.privacy_your_data))
    Text(stringResource(R.string.copy_means), Modifier.padding(horizontal = 16.dp), style = MaterialTheme.typography.bodyMedium)
    OutlinedButton(
        { on(PrivacyEvent.Copy) },
        Modifier.padding(horizontal = 16.dp, vertical = 8.dp).testTag("copy"),
        enabled = copy != CopyState.Busy,
    ) {
        Text(stringResource(R.string.copy_save))
    }
    copyWords(copy)?.let { Notice(it, Modifier.testTag("copy-outcome")) }
    for (right in Right.entries) {
        Line(stringResource(right.label), "right-${right.name}", stringResource(right.means)) { on(PrivacyEvent.Go(right)) }
    }
    Line(stringResource(R.string.erase_device), "erase-device", stringResource(R.string.erase_device_line), onErase)
}

@Composable
private fun copyWords(copy: CopyState): String? =
    when (copy) {
        is CopyState.None -> null
        is CopyState.Busy -> stringResource(R.string.copy_busy)
        is CopyState.Saved -> stringResource(R.string.history_saved)
        is CopyState.NotWritten -> stringResource(R.string.history_not_saved)
        is CopyState.Refused -> queryWords(copy.error)
    }

@Composable
private fun PurposeLine(one: PurposeView, onChange: (Boolean) -> Unit) {
    SwitchLine(
        stringResource(purposeLabel(one.purpose)),
        one.permitted,
        "purpose-${one.purpose.name}",
        stringResource(purposeMeaning(one.purpose)),
        one.missingWhy?.let { stringResource(noConsentLabel(it)) },
        onChange,
    )
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
