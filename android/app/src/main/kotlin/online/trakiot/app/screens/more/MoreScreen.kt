package online.trakiot.app.screens.more

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.ListItem
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R
import online.trakiot.app.core.CoreHolder
import online.trakiot.app.navigation.Destination
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.core.AccountView

/** What a person can do there. */
sealed interface MoreEvent {
    data class Go(val to: Destination) : MoreEvent

    data object Leave : MoreEvent
}

@Composable
fun MoreRoute(core: CoreHolder, account: AccountView, onGo: (Destination) -> Unit) {
    MoreScreen(account) { event ->
        when (event) {
            is MoreEvent.Go -> onGo(event.to)
            is MoreEvent.Leave -> core.leave()
        }
    }
}

/** The account and everything that is not looked at daily. */
@Composable
fun MoreScreen(account: AccountView, on: (MoreEvent) -> Unit) {
    var leaving by rememberSaveable { mutableStateOf(false) }
    Scaffold(topBar = { BackBar(stringResource(R.string.more_title), null) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding).verticalScroll(rememberScrollState())) {
            ListItem(
                headlineContent = { Text(account.name) },
                supportingContent = { Text("${account.email}\n${account.server}") },
                overlineContent = { if (account.cleartext) Text(stringResource(R.string.not_encrypted)) },
            )
            HorizontalDivider()
            Line(R.string.settings_title, "settings") { on(MoreEvent.Go(Destination.SettingsScreen)) }
            Line(R.string.privacy_title, "privacy") { on(MoreEvent.Go(Destination.Privacy)) }
            Line(R.string.about_title, "about") { on(MoreEvent.Go(Destination.About)) }
            HorizontalDivider()
            Line(R.string.sign_out, "sign-out") { leaving = true }
        }
    }
    if (leaving) {
        AlertDialog(
            onDismissRequest = { leaving = false },
            title = { Text(stringResource(R.string.sign_out)) },
            text = { Text(stringResource(R.string.sign_out_question)) },
            confirmButton = { TextButton({ on(MoreEvent.Leave) }) { Text(stringResource(R.string.sign_out_erase)) } },
            dismissButton = { TextButton({ leaving = false }) { Text(stringResource(R.string.cancel)) } },
        )
    }
}

@Composable
private fun Line(label: Int, tag: String, onClick: () -> Unit) {
    ListItem(headlineContent = { Text(stringResource(label)) }, modifier = Modifier.clickable(onClick = onClick).testTag(tag))
}
