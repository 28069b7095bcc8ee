package online.trakiot.app.screens.cancel

import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import kotlinx.coroutines.launch
import online.trakiot.app.core.Loaded
import online.trakiot.app.core.fromServer
import online.trakiot.core.Answer
import online.trakiot.core.CancelException
import online.trakiot.core.Trak
import online.trakiot.core.asked
import online.trakiot.core.cancelled

@Composable
fun CancelRoute(trak: Trak, onBack: () -> Unit) {
    val ends = fromServer(trak) { it.cancellation() }
    var entered by remember { mutableStateOf(CancelState(Loaded.Waiting)) }
    val scope = rememberCoroutineScope()

    fun send() {
        val (password, code) = entered.password to entered.code.trim().ifEmpty { null }
        entered = entered.copy(busy = true, refusal = null)
        scope.launch {
            entered =
                when (val answer = cancelled { trak.cancelAccount(password, code) }) {
                    is Answer.Value -> CancelState(Loaded.Waiting).also { ends.again() }
                    is Answer.Refused -> entered.refused(answer.error)
                }
        }
    }

    fun keep() {
        entered = entered.copy(busy = true, keepRefusal = null)
        scope.launch {
            entered =
                when (val answer = asked { trak.keepAccount() }) {
                    is Answer.Value -> CancelState(Loaded.Waiting).also { ends.again() }
                    is Answer.Refused -> entered.copy(busy = false, keepRefusal = answer.error)
                }
        }
    }
    CancelScreen(entered.copy(cancellation = ends.loaded)) { event ->
        when (event) {
            is CancelEvent.Back -> onBack()
            is CancelEvent.Password -> entered = entered.copy(password = event.text, refusal = null)
            is CancelEvent.Code -> entered = entered.copy(code = event.text, refusal = null)
            is CancelEvent.Send -> send()
            is CancelEvent.Keep -> keep()
            is CancelEvent.Again -> ends.again()
        }
    }
}

private fun CancelState.refused(error: CancelException): CancelState =
    copy(busy = false, refusal = error, codeAsked = codeAsked || error is CancelException.CodeNeeded || error is CancelException.WrongCode)
