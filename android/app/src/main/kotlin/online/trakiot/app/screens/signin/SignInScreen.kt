package online.trakiot.app.screens.signin

import android.content.ContentResolver
import android.net.Uri
import androidx.activity.ComponentActivity
import androidx.activity.compose.BackHandler
import androidx.activity.compose.LocalActivity
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts.OpenDocument
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.text.KeyboardActions
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.Checkbox
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.ImeAction
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.input.PasswordVisualTransformation
import androidx.compose.ui.text.input.VisualTransformation
import androidx.compose.ui.unit.dp
import androidx.lifecycle.ViewModelProvider
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.signInWords
import online.trakiot.core.Link
import online.trakiot.core.Trak
import java.io.IOException

@Composable
fun SignInRoute(
    services: Services,
    trak: Trak,
    email: String,
    linked: Link.Server?,
    onDone: () -> Unit,
    onBack: (() -> Unit)?,
) {
    val owner = LocalActivity.current as ComponentActivity
    val model = ViewModelProvider(owner)[SignInModel::class.java]
    LaunchedEffect(model) { model.suggest(services.settings.server, email) }
    LaunchedEffect(model, linked) { linked?.let(model::take) }
    val state by model.state.collectAsStateWithLifecycle()
    val back =
        onBack?.let { leave ->
            {
                model.forget()
                leave()
            }
        }
    if (back != null) BackHandler(onBack = back)
    val scope = rememberCoroutineScope()
    val files = LocalContext.current.contentResolver
    val done = { server: String ->
        services.settings.server = server
        onDone()
    }
    val authority =
        rememberLauncherForActivityResult(OpenDocument()) { from ->
            if (from != null) scope.launch { model.on(SignInEvent.Authority(files.certificate(from)), trak, done) }
        }
    SignInScreen(state, back) { event ->
        if (event is SignInEvent.ChooseAuthority) authority.launch(arrayOf("*/*"))
        else model.on(event, trak, done)
    }
}

/** A certificate's file; what cannot be read is handed on empty, and refused in its own words. */
private suspend fun ContentResolver.certificate(from: Uri): ByteArray =
    withContext(Dispatchers.IO) {
        try {
            openInputStream(from)?.use { it.readBytes() }?.takeIf { it.size <= LARGEST_BYTES } ?: ByteArray(0)
        } catch (unreadable: IOException) {
            ByteArray(0)
        } catch (notOurs: SecurityException) {
            ByteArray(0)
        }
    }

private const val LARGEST_BYTES = 256 * 1024

@Composable
private fun AuthorityChosen(on: (SignInEvent) -> Unit) {
    Row(verticalAlignment = Alignment.CenterVertically) {
        Text(stringResource(R.string.authority_chosen), Modifier.weight(1f), style = MaterialTheme.typography.bodySmall)
        TextButton({ on(SignInEvent.Authority(null)) }) { Text(stringResource(R.string.authority_remove)) }
    }
}

/** Server, account, password; each refusal has its own sentence and way out. */
@Composable
fun SignInScreen(state: SignInState, onBack: (() -> Unit)?, on: (SignInEvent) -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.sign_in_title), onBack) }) { padding ->
        Column(
            Modifier.fillMaxSize().padding(padding).imePadding().verticalScroll(rememberScrollState()),
            horizontalAlignment = Alignment.CenterHorizontally,
        ) {
            Column(Modifier.widthIn(max = 560.dp).padding(24.dp), Arrangement.spacedBy(12.dp)) {
                val entered = { text: String -> on(SignInEvent.Server(text)) }
                Entry(state.server, entered, R.string.server, "server", KeyboardType.Uri, !state.busy)
                Entry(state.email, { on(SignInEvent.Email(it)) }, R.string.account, "email", KeyboardType.Email, !state.busy)
                Entry(
                    state.password,
                    { on(SignInEvent.Password(it)) },
                    R.string.password,
                    "password",
                    KeyboardType.Password,
                    !state.busy,
                    last = !state.codeAsked,
                    onLast = { on(SignInEvent.Send) },
                )
                if (state.codeAsked) {
                    Entry(
                        state.code,
                        { on(SignInEvent.Code(it)) },
                        R.string.one_time_code,
                        "code",
                        KeyboardType.Number,
                        !state.busy,
                        last = true,
                        onLast = { on(SignInEvent.Send) },
                    )
                }
                if (state.authority != null) AuthorityChosen(on)
                if (state.pins.isNotEmpty()) {
                    Text(stringResource(R.string.sign_in_pinned), style = MaterialTheme.typography.bodySmall)
                }
                if (state.cleartextAsked) CleartextChoice(state.cleartextAllowed) { on(SignInEvent.Cleartext(it)) }
                state.refusal?.let {
                    Text(
                        signInWords(it),
                        Modifier.testTag("refusal").semantics { liveRegion = LiveRegionMode.Assertive },
                        color = MaterialTheme.colorScheme.error,
                    )
                }
                if (state.authorityAsked) {
                    OutlinedButton({ on(SignInEvent.ChooseAuthority) }, Modifier.fillMaxWidth().testTag("authority")) {
                        Text(stringResource(R.string.authority_choose))
                    }
                    Text(stringResource(R.string.authority_means), style = MaterialTheme.typography.bodySmall)
                }
                Button(
                    { on(SignInEvent.Send) },
                    Modifier.fillMaxWidth().heightIn(min = 52.dp).testTag("sign-in"),
                    enabled = state.ready,
                ) {
                    if (state.busy) CircularProgressIndicator(Modifier.size(20.dp), strokeWidth = 2.dp)
                    else Text(stringResource(R.string.sign_in))
                }
                Text(
                    stringResource(R.string.sign_in_help),
                    color = MaterialTheme.colorScheme.onSurfaceVariant,
                    style = MaterialTheme.typography.bodySmall,
                )
            }
        }
    }
}

@Composable
private fun Entry(
    text: String,
    onChange: (String) -> Unit,
    label: Int,
    tag: String,
    keyboard: KeyboardType,
    enabled: Boolean,
    last: Boolean = false,
    onLast: () -> Unit = {},
) {
    OutlinedTextField(
        text,
        onChange,
        Modifier.fillMaxWidth().testTag(tag),
        enabled = enabled,
        label = { Text(stringResource(label)) },
        singleLine = true,
        visualTransformation =
            if (keyboard == KeyboardType.Password) PasswordVisualTransformation() else VisualTransformation.None,
        keyboardOptions =
            KeyboardOptions(
                autoCorrectEnabled = false,
                keyboardType = keyboard,
                imeAction = if (last) ImeAction.Go else ImeAction.Next,
            ),
        keyboardActions = KeyboardActions(onGo = { onLast() }),
    )
}

@Composable
private fun CleartextChoice(allowed: Boolean, onChange: (Boolean) -> Unit) {
    Row(
        Modifier.fillMaxWidth().toggleable(allowed, role = Role.Checkbox, onValueChange = onChange),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Checkbox(allowed, null, Modifier.padding(end = 12.dp))
        Text(stringResource(R.string.cleartext_choice))
    }
}
