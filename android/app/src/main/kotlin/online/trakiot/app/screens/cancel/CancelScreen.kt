package online.trakiot.app.screens.cancel

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.input.PasswordVisualTransformation
import androidx.compose.ui.text.input.VisualTransformation
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.core.Loaded
import online.trakiot.app.ui.cancelWords
import online.trakiot.app.ui.dayWords
import online.trakiot.app.ui.parts.Awaited
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Fact
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.queryWords
import online.trakiot.app.ui.timeWords
import online.trakiot.core.CancelException
import online.trakiot.core.Cancellation
import online.trakiot.core.QueryException

/** What the screen shows. The password is kept in memory only. */
data class CancelState(
    val cancellation: Loaded<Cancellation?>,
    val password: String = "",
    val code: String = "",
    val codeAsked: Boolean = false,
    val busy: Boolean = false,
    val refusal: CancelException? = null,
    val keepRefusal: QueryException? = null,
)

/** What a person can do there. */
sealed interface CancelEvent {
    data object Back : CancelEvent

    data class Password(val text: String) : CancelEvent

    data class Code(val text: String) : CancelEvent

    data object Send : CancelEvent

    data object Keep : CancelEvent

    data object Again : CancelEvent
}

/** The end of the account: what goes, what the law keeps, by when; and the way back while it is not done. */
@Composable
fun CancelScreen(state: CancelState, on: (CancelEvent) -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.leave_title), { on(CancelEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding).imePadding().verticalScroll(rememberScrollState()).testTag("cancel")) {
            Awaited(state.cancellation, { on(CancelEvent.Again) }) { ends -> if (ends == null) Ask(state, on) else Ends(ends, state, on) }
        }
    }
}

private val wide = Modifier.fillMaxWidth().padding(horizontal = 16.dp)

@Composable
private fun Ends(ends: Cancellation, state: CancelState, on: (CancelEvent) -> Unit) {
    Notice(stringResource(if (ends.done) R.string.leave_done else R.string.leave_asked, dayWords(ends.deadlineMs)), Modifier.testTag("ends"))
    Fact(stringResource(R.string.leave_requested), timeWords(ends.requestedMs))
    Fact(stringResource(R.string.leave_deadline), dayWords(ends.deadlineMs))
    state.keepRefusal?.let { Notice(queryWords(it)) }
    if (!ends.done) {
        Button({ on(CancelEvent.Keep) }, wide.padding(vertical = 8.dp).heightIn(min = 52.dp).testTag("keep-account"), enabled = !state.busy) {
            Text(stringResource(R.string.leave_keep))
        }
    }
}

@Composable
private fun Ask(state: CancelState, on: (CancelEvent) -> Unit) {
    Column(Modifier.padding(vertical = 16.dp), Arrangement.spacedBy(12.dp)) {
        for (words in listOf(R.string.leave_means, R.string.leave_kept, R.string.leave_when)) {
            Text(stringResource(words), wide, style = MaterialTheme.typography.bodyLarge)
        }
        Secret(state.password, R.string.password, "cancel-password", KeyboardType.Password) { on(CancelEvent.Password(it)) }
        if (state.codeAsked) Secret(state.code, R.string.one_time_code, "cancel-code", KeyboardType.Number) { on(CancelEvent.Code(it)) }
        state.refusal?.let {
            Text(
                cancelWords(it),
                wide.testTag("cancel-refusal").semantics { liveRegion = LiveRegionMode.Assertive },
                color = MaterialTheme.colorScheme.error,
            )
        }
        Button(
            { on(CancelEvent.Send) },
            wide.heightIn(min = 52.dp).testTag("cancel-send"),
            enabled = !state.busy && state.password.isNotEmpty(),
        ) {
            Text(stringResource(R.string.leave_send))
        }
    }
}

@Composable
private fun Secret(text: String, label: Int, tag: String, keyboard: KeyboardType, onChange: (String) -> Unit) {
    OutlinedTextField(
        text,
        onChange,
        wide.testTag(tag),
        label = { Text(stringResource(label)) },
        singleLine = true,
        visualTransformation = if (keyboard == KeyboardType.Password) PasswordVisualTransformation() else VisualTransformation.None,
        keyboardOptions = KeyboardOptions(autoCorrectEnabled = false, keyboardType = keyboard),
    )
}
