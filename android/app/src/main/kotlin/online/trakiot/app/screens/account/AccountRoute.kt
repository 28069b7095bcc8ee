package online.trakiot.app.screens.account

import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import kotlinx.coroutines.launch
import online.trakiot.app.core.fromServer
import online.trakiot.core.AccountView
import online.trakiot.core.Answer
import online.trakiot.core.CorrectionField
import online.trakiot.core.QueryException
import online.trakiot.core.Trak
import online.trakiot.core.asked

@Composable
fun AccountRoute(trak: Trak, account: AccountView, onBack: () -> Unit) {
    var name by rememberSaveable(account.name) { mutableStateOf(account.name) }
    var email by rememberSaveable(account.email) { mutableStateOf(account.email) }
    var phone by rememberSaveable { mutableStateOf("") }
    var password by remember { mutableStateOf("") } // never in a saved state
    var field by rememberSaveable { mutableStateOf(CorrectionField.ACCOUNT_NAME) }
    var text by rememberSaveable { mutableStateOf("") }
    var busy by remember { mutableStateOf(false) }
    var outcome by remember { mutableStateOf<AccountOutcome?>(null) }
    val requests = fromServer(trak) { it.corrections() }
    val scope = rememberCoroutineScope()

    fun <T> command(done: AccountOutcome, after: () -> Unit, work: suspend () -> T) {
        busy = true
        scope.launch {
            val answer: Answer<T, QueryException> = asked { work() }
            busy = false
            outcome =
                when (answer) {
                    is Answer.Value -> done.also { after() }
                    is Answer.Refused -> AccountOutcome.Refused(answer.error)
                }
        }
    }
    val before = AccountEntries(account.name, account.email)
    val entries = AccountEntries(name, email, phone, password)
    AccountScreen(AccountState(before, entries, field, text, requests.loaded, busy, outcome)) { event ->
        when (event) {
            is AccountEvent.Back -> onBack()
            is AccountEvent.Enter -> {
                name = event.entries.name
                email = event.entries.email
                phone = event.entries.phone
                password = event.entries.password
                outcome = null
            }
            is AccountEvent.Save ->
                entries.changeFrom(before)?.let { change ->
                    command(AccountOutcome.Changed, { phone = ""; password = "" }) { trak.changeAccount(change) }
                }
            is AccountEvent.Field -> field = event.field
            is AccountEvent.Words -> text = event.text
            is AccountEvent.Ask ->
                command(AccountOutcome.Asked, { text = ""; requests.again() }) { trak.askCorrection(field, text) }
            is AccountEvent.Again -> requests.again()
        }
    }
}
