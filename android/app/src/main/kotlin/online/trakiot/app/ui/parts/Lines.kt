package online.trakiot.app.ui.parts

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.toggleable
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Switch
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.core.Loaded
import online.trakiot.app.ui.queryWords
import online.trakiot.core.QueryException

/** A line that leads to another screen, or does something. */
@Composable
fun Line(label: String, tag: String, more: String? = null, onClick: () -> Unit) {
    ListItem(
        headlineContent = { Text(label) },
        supportingContent = more?.let { { Text(it) } },
        modifier = Modifier.clickable(onClick = onClick).testTag(tag),
    )
}

/** Something that is on or off, with what it means. */
@Composable
fun SwitchLine(label: String, on: Boolean, tag: String, more: String? = null, detail: String? = null, onChange: (Boolean) -> Unit) {
    Row(
        Modifier
            .fillMaxWidth()
            .toggleable(on, role = Role.Switch, onValueChange = onChange)
            .testTag(tag)
            .heightIn(min = 56.dp)
            .padding(horizontal = 16.dp, vertical = 8.dp),
        Arrangement.spacedBy(16.dp),
        Alignment.CenterVertically,
    ) {
        Column(Modifier.weight(1f), Arrangement.spacedBy(2.dp)) {
            Text(label, style = MaterialTheme.typography.titleMedium)
            more?.let { Text(it, style = MaterialTheme.typography.bodyMedium) }
            detail?.let { Text(it, color = MaterialTheme.colorScheme.onSurfaceVariant, style = MaterialTheme.typography.bodySmall) }
        }
        Switch(on, null)
    }
}

/** Leads to the sign-in; nothing where there is none to lead to. */
val LocalSignIn = staticCompositionLocalOf<(() -> Unit)?> { null }

/** What helps after a question was refused: to sign in where that is what is missing, else to ask again. */
@Composable
fun wayOut(error: QueryException, onAgain: () -> Unit): Pair<String, () -> Unit> {
    val signIn = LocalSignIn.current.takeIf { error is QueryException.SignedOut }
    return if (signIn == null) stringResource(R.string.try_again) to onAgain else stringResource(R.string.sign_in_again) to signIn
}

/** [content] once it is there; meanwhile that it is being asked for, or why it is not and a way to ask again. */
@Composable
fun <T> Awaited(loaded: Loaded<T>, onAgain: () -> Unit, content: @Composable (T) -> Unit) {
    when (loaded) {
        is Loaded.Waiting -> {
            val words = stringResource(R.string.asking)
            Box(Modifier.fillMaxWidth().padding(24.dp), Alignment.Center) {
                CircularProgressIndicator(Modifier.semantics { contentDescription = words })
            }
        }
        is Loaded.Refused -> {
            val (words, way) = wayOut(loaded.error, onAgain)
            Notice(queryWords(loaded.error), way = words, onWay = way)
        }
        is Loaded.Has -> content(loaded.value)
    }
}

/** Asks before something that cannot be undone. */
@Composable
fun Sure(title: String, words: String, yes: String, onClose: () -> Unit, onYes: () -> Unit) {
    AlertDialog(
        onDismissRequest = onClose,
        title = { Text(title) },
        text = { Text(words) },
        confirmButton = {
            TextButton({ onClose(); onYes() }, Modifier.testTag("sure")) { Text(yes) }
        },
        dismissButton = { TextButton(onClose) { Text(stringResource(R.string.cancel)) } },
    )
}

/** Asks what becomes of fixes that were not sent when reporting ends. */
@Composable
fun UnsentQuestion(title: String, unsent: Int, onClose: () -> Unit, onEnd: (erase: Boolean) -> Unit) {
    AlertDialog(
        onDismissRequest = onClose,
        title = { Text(title) },
        text = { Text(stringResource(R.string.reporting_stop_question, unsent)) },
        confirmButton = {
            TextButton({ onClose(); onEnd(false) }, Modifier.testTag("stop-send")) { Text(stringResource(R.string.reporting_stop_send)) }
            TextButton({ onClose(); onEnd(true) }, Modifier.testTag("stop-erase")) { Text(stringResource(R.string.reporting_stop_erase)) }
        },
        dismissButton = { TextButton(onClose) { Text(stringResource(R.string.cancel)) } },
    )
}
