package online.trakiot.app.screens.signin

import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import online.trakiot.core.Answer
import online.trakiot.core.CertificateTrouble
import online.trakiot.core.Link
import online.trakiot.core.SignInException
import online.trakiot.core.SignInRequest
import online.trakiot.core.TlsSettings
import online.trakiot.core.Trak
import online.trakiot.core.trySignIn

/** What the sign-in shows. The password is kept in memory only, never in a saved state. */
data class SignInState(
    val server: String = "",
    val email: String = "",
    val password: String = "",
    val code: String = "",
    val codeAsked: Boolean = false,
    val cleartextAllowed: Boolean = false,
    val busy: Boolean = false,
    val refusal: SignInException? = null,
    /** The only keys that the server may have, from a link that the person agreed to; empty for no such rule. */
    val pins: List<ByteArray> = emptyList(),
    /** A private authority that the person chose the certificate of; PEM. */
    val authority: ByteArray? = null,
) {
    val ready: Boolean get() = !busy && server.isNotBlank() && email.isNotBlank() && password.isNotEmpty()

    /** Whether the person is offered to trust a private authority. */
    val authorityAsked: Boolean
        get() = authority == null && refusal is SignInException.BadCertificate && refusal.trouble == CertificateTrouble.UNKNOWN_ISSUER

    /** Whether the person has to be asked about an unencrypted connection. */
    val cleartextAsked: Boolean get() = refusal is SignInException.CleartextRefused || cleartextAllowed
}

/** What a person can do there. */
sealed interface SignInEvent {
    data class Server(val text: String) : SignInEvent

    data class Email(val text: String) : SignInEvent

    data class Password(val text: String) : SignInEvent

    data class Code(val text: String) : SignInEvent

    data class Cleartext(val allowed: Boolean) : SignInEvent

    /** A private authority's certificate, or none any more. */
    data class Authority(val pem: ByteArray?) : SignInEvent

    data object ChooseAuthority : SignInEvent

    data object Send : SignInEvent
}

/** Holds what was entered while the window is rebuilt. */
class SignInModel : ViewModel() {
    private val mutable = MutableStateFlow(SignInState())
    val state: StateFlow<SignInState> = mutable.asStateFlow()

    /** Fills in what is known already, where the person has not typed. */
    fun suggest(server: String, email: String) {
        mutable.update {
            it.copy(server = it.server.ifEmpty { server }, email = it.email.ifEmpty { email })
        }
    }

    /** Takes over what a link proposes and the person agreed to. */
    fun take(link: Link.Server) {
        mutable.value = SignInState(link.address, link.account.orEmpty(), pins = listOfNotNull(link.pinnedSpkiSha256))
    }

    fun on(event: SignInEvent, trak: Trak, done: (server: String) -> Unit) {
        when (event) {
            is SignInEvent.Server -> mutable.update { it.copy(server = event.text, cleartextAllowed = false, refusal = null, pins = emptyList()) }
            is SignInEvent.Email -> mutable.update { it.copy(email = event.text, refusal = null) }
            is SignInEvent.Password -> mutable.update { it.copy(password = event.text, refusal = null) }
            is SignInEvent.Code -> mutable.update { it.copy(code = event.text, refusal = null) }
            is SignInEvent.Cleartext -> mutable.update { it.copy(cleartextAllowed = event.allowed) }
            is SignInEvent.Authority -> mutable.update { it.copy(authority = event.pem, refusal = null) }
            is SignInEvent.ChooseAuthority -> {} // the system's file picker answers with an authority
            is SignInEvent.Send -> send(trak, done)
        }
    }

    private fun send(trak: Trak, done: (server: String) -> Unit) {
        val asked = mutable.value
        if (!asked.ready) return
        mutable.update { it.copy(busy = true, refusal = null) }
        viewModelScope.launch {
            val request =
                SignInRequest(
                    server = asked.server,
                    cleartextAllowed = asked.cleartextAllowed,
                    tls = TlsSettings(extraRootsPem = listOfNotNull(asked.authority), pinnedSpkiSha256 = asked.pins),
                    email = asked.email.trim(),
                    password = asked.password,
                    code = asked.code.trim().ifEmpty { null },
                )
            when (val answer = trak.trySignIn(request)) {
                is Answer.Value -> {
                    mutable.value = SignInState()
                    done(asked.server)
                }
                is Answer.Refused -> mutable.update { it.refused(answer.error) }
            }
        }
    }

    private fun SignInState.refused(error: SignInException): SignInState =
        copy(
            busy = false,
            refusal = error,
            codeAsked = codeAsked || error is SignInException.CodeNeeded || error is SignInException.WrongCode,
        )
}
