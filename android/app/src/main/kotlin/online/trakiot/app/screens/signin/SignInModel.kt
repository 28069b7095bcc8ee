package online.trakiot.app.screens.signin

import androidx.lifecycle.SavedStateHandle
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
import java.util.Base64

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
    /** A private authority that the person chose the certificate of, for this server alone; PEM. */
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

/**
 * Holds what was entered while the window is rebuilt, and over the death of the process: an accepted link's server and its
 * only key must not be half forgotten. Password and code are not kept.
 */
class SignInModel(private val saved: SavedStateHandle) : ViewModel() {
    private val mutable = MutableStateFlow(restored())
    val state: StateFlow<SignInState> = mutable.asStateFlow()

    /** Fills in what is known already, where the person has not typed. */
    fun suggest(server: String, email: String) = change { it.copy(server = it.server.ifEmpty { server }, email = it.email.ifEmpty { email }) }

    /** Takes over what a link proposes and the person agreed to. */
    fun take(link: Link.Server) = change { SignInState(link.address, link.account.orEmpty(), pins = listOfNotNull(link.pinnedSpkiSha256)) }

    /** Whoever comes next finds nothing of what was entered. */
    fun forget() = change { SignInState() }

    fun on(event: SignInEvent, trak: Trak, done: (server: String) -> Unit) {
        when (event) {
            is SignInEvent.Server -> change { it.copy(server = event.text, cleartextAllowed = false, refusal = null, pins = emptyList(), authority = null) }
            is SignInEvent.Email -> change { it.copy(email = event.text, refusal = null) }
            is SignInEvent.Password -> change { it.copy(password = event.text, refusal = null) }
            is SignInEvent.Code -> change { it.copy(code = event.text, refusal = null) }
            is SignInEvent.Cleartext -> change { it.copy(cleartextAllowed = event.allowed) }
            is SignInEvent.Authority -> change { it.copy(authority = event.pem, refusal = null) }
            is SignInEvent.ChooseAuthority -> {} // the system's file picker answers with an authority
            is SignInEvent.Send -> send(trak, done)
        }
    }

    private fun send(trak: Trak, done: (server: String) -> Unit) {
        val asked = mutable.value
        if (!asked.ready) return
        change { it.copy(busy = true, refusal = null) }
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
                    change { SignInState() }
                    done(asked.server)
                }
                is Answer.Refused -> change { if (it.busy) it.refused(answer.error) else it } // not of what was left meanwhile
            }
        }
    }

    private fun change(how: (SignInState) -> SignInState) {
        mutable.update(how)
        val now = mutable.value
        saved[SERVER] = now.server
        saved[EMAIL] = now.email
        saved[CLEARTEXT] = now.cleartextAllowed
        saved[PINS] = ArrayList(now.pins.map(Base64.getEncoder()::encodeToString))
        saved[AUTHORITY] = now.authority
    }

    private fun restored() =
        SignInState(
            server = saved[SERVER] ?: "",
            email = saved[EMAIL] ?: "",
            cleartextAllowed = saved[CLEARTEXT] ?: false,
            pins = saved.get<ArrayList<String>>(PINS).orEmpty().map(Base64.getDecoder()::decode),
            authority = saved[AUTHORITY],
        )

    private fun SignInState.refused(error: SignInException): SignInState =
        copy(
            busy = false,
            refusal = error,
            codeAsked = codeAsked || error is SignInException.CodeNeeded || error is SignInException.WrongCode,
        )

    private companion object {
        const val SERVER = "server"
        const val EMAIL = "email"
        const val CLEARTEXT = "cleartext"
        const val PINS = "pins"
        const val AUTHORITY = "authority"
    }
}
