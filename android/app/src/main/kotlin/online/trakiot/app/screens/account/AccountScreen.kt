package online.trakiot.app.screens.account

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.Button
import androidx.compose.material3.FilterChip
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.input.PasswordVisualTransformation
import androidx.compose.ui.text.input.VisualTransformation
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.core.orNull
import online.trakiot.app.ui.correctionLabel
import online.trakiot.app.ui.parts.Awaited
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Outcome
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.queryWords
import online.trakiot.app.ui.requestLabel
import online.trakiot.app.ui.timeWords
import online.trakiot.core.CorrectionField
import online.trakiot.core.CorrectionRequest

/** What a person may correct of their account, and what they may ask the administrator to. */
@Composable
fun AccountScreen(state: AccountState, on: (AccountEvent) -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.account_title), { on(AccountEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding).imePadding()) {
            Outcome(state.outcome?.let { outcomeWords(it) })
            LazyColumn(Modifier.weight(1f).fillMaxWidth().testTag("account")) {
                item { Own(state, on) }
                item { Ask(state, on) }
                item {
                    SectionHead(stringResource(R.string.corrections_asked))
                    Awaited(state.requests, { on(AccountEvent.Again) }) {
                        if (it.isEmpty()) Text(stringResource(R.string.corrections_none), Modifier.padding(16.dp))
                    }
                }
                items(state.requests.orNull.orEmpty(), key = { it.id }) { RequestLine(it) }
            }
        }
    }
}

@Composable
private fun outcomeWords(outcome: AccountOutcome): String =
    when (outcome) {
        is AccountOutcome.Changed -> stringResource(R.string.account_changed)
        is AccountOutcome.Asked -> stringResource(R.string.correction_sent)
        is AccountOutcome.Refused -> queryWords(outcome.error)
    }

private val sides = Modifier.fillMaxWidth().padding(horizontal = 16.dp)

@Composable
private fun Own(state: AccountState, on: (AccountEvent) -> Unit) {
    val entries = state.entries
    Column(Modifier.padding(vertical = 8.dp), Arrangement.spacedBy(8.dp)) {
        Entry(entries.name, R.string.account_name, "account-name", KeyboardType.Text) { on(AccountEvent.Enter(entries.copy(name = it))) }
        Entry(entries.email, R.string.account_email, "account-email", KeyboardType.Email) { on(AccountEvent.Enter(entries.copy(email = it))) }
        Entry(entries.phone, R.string.account_phone, "account-phone", KeyboardType.Phone, R.string.account_empty_stays) {
            on(AccountEvent.Enter(entries.copy(phone = it)))
        }
        Entry(entries.password, R.string.account_password, "account-password", KeyboardType.Password, R.string.account_empty_stays) {
            on(AccountEvent.Enter(entries.copy(password = it)))
        }
        val ready = !state.busy && entries.changeFrom(state.before) != null
        Button({ on(AccountEvent.Save) }, sides.heightIn(min = 52.dp).testTag("account-save"), enabled = ready) {
            Text(stringResource(R.string.account_save))
        }
    }
}

@Composable
private fun Entry(text: String, label: Int, tag: String, keyboard: KeyboardType, help: Int? = null, onChange: (String) -> Unit) {
    OutlinedTextField(
        text,
        onChange,
        sides.testTag(tag),
        label = { Text(stringResource(label)) },
        supportingText = help?.let { { Text(stringResource(it)) } },
        singleLine = true,
        visualTransformation = if (keyboard == KeyboardType.Password) PasswordVisualTransformation() else VisualTransformation.None,
        keyboardOptions = KeyboardOptions(autoCorrectEnabled = false, keyboardType = keyboard),
    )
}

@Composable
private fun Ask(state: AccountState, on: (AccountEvent) -> Unit) {
    SectionHead(stringResource(R.string.correction_title))
    Text(stringResource(R.string.correction_means), Modifier.padding(horizontal = 16.dp), style = MaterialTheme.typography.bodyMedium)
    FlowRow(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
        for (field in CorrectionField.entries) {
            FilterChip(field == state.field, { on(AccountEvent.Field(field)) }, { Text(stringResource(correctionLabel(field))) })
        }
    }
    OutlinedTextField(
        state.text,
        { on(AccountEvent.Words(it)) },
        sides.testTag("correction-text"),
        label = { Text(stringResource(R.string.correction_text)) },
        minLines = 2,
    )
    Button(
        { on(AccountEvent.Ask) },
        sides.padding(vertical = 8.dp).heightIn(min = 52.dp).testTag("correction-send"),
        enabled = !state.busy && state.text.isNotBlank(),
    ) {
        Text(stringResource(R.string.correction_send))
    }
}

@Composable
private fun RequestLine(request: CorrectionRequest) {
    Column(
        sides.padding(vertical = 8.dp).testTag("request").semantics(mergeDescendants = true) {},
        Arrangement.spacedBy(2.dp),
    ) {
        val state = stringResource(requestLabel(request.state))
        Text("${stringResource(correctionLabel(request.field))}: $state", style = MaterialTheme.typography.titleMedium)
        Text(request.text, style = MaterialTheme.typography.bodyMedium)
        request.answer?.let { Text(stringResource(R.string.request_answer, it), style = MaterialTheme.typography.bodyMedium) }
        val times = listOfNotNull(request.createdMs, request.closedMs).map { timeWords(it) }
        Text(
            times.joinToString(" – "),
            color = MaterialTheme.colorScheme.onSurfaceVariant,
            style = MaterialTheme.typography.bodySmall,
        )
    }
}
