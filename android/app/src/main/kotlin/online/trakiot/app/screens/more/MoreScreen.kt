package online.trakiot.app.screens.more

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.ListItem
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.navigation.Destination
import online.trakiot.app.screens.reporting.unreadable
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Line
import online.trakiot.app.ui.parts.Sure
import online.trakiot.core.AccountView
import online.trakiot.core.Answer
import online.trakiot.core.Trak
import online.trakiot.core.recorded

/** What the screen shows. [reporting]: whether it is on; nothing where that cannot be read. */
data class MoreState(val account: AccountView, val reporting: Boolean?)

/** What a person can do there. */
sealed interface MoreEvent {
    data class Go(val to: Destination) : MoreEvent

    data object Leave : MoreEvent
}

@Composable
fun MoreRoute(services: Services, trak: Trak, account: AccountView, onGo: (Destination) -> Unit) {
    val reporting by coreView(trak) { core ->
        when (val answer = recorded { core.reporting()?.unitIdentifier != null }) {
            is Answer.Value -> answer.value
            is Answer.Refused -> if (answer.error.unreadable == null) false else null
        }
    }
    MoreScreen(MoreState(account, reporting)) { event ->
        when (event) {
            is MoreEvent.Go -> onGo(event.to)
            is MoreEvent.Leave -> services.core.leave()
        }
    }
}

/** The account and everything that is not looked at daily. */
@Composable
fun MoreScreen(state: MoreState, on: (MoreEvent) -> Unit) {
    val account = state.account
    var leaving by rememberSaveable { mutableStateOf(false) }
    Scaffold(topBar = { BackBar(stringResource(R.string.more_title), null) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding).verticalScroll(rememberScrollState())) {
            ListItem(
                headlineContent = { Text(account.name) },
                supportingContent = { Text("${account.email}\n${account.server}") },
                overlineContent = { if (account.cleartext) Text(stringResource(R.string.not_encrypted)) },
            )
            HorizontalDivider()
            Line(stringResource(R.string.my_location_title), "my-location") { on(MoreEvent.Go(Destination.MyLocation)) }
            val reporting =
                when (state.reporting) {
                    true -> R.string.reporting_is_on
                    false -> R.string.reporting_is_off
                    null -> R.string.refused_not_opened
                }
            Line(stringResource(R.string.reporting_title), "reporting-line", stringResource(reporting)) { on(MoreEvent.Go(Destination.Reporting)) }
            HorizontalDivider()
            Line(stringResource(R.string.settings_title), "settings") { on(MoreEvent.Go(Destination.SettingsScreen)) }
            Line(stringResource(R.string.privacy_title), "privacy") { on(MoreEvent.Go(Destination.Privacy)) }
            Line(stringResource(R.string.about_title), "about") { on(MoreEvent.Go(Destination.About)) }
            HorizontalDivider()
            Line(stringResource(R.string.sign_out), "sign-out") { leaving = true }
        }
    }
    if (leaving) {
        Sure(
            stringResource(R.string.sign_out),
            stringResource(R.string.sign_out_question),
            stringResource(R.string.sign_out_erase),
            onClose = { leaving = false },
        ) { on(MoreEvent.Leave) }
    }
}
