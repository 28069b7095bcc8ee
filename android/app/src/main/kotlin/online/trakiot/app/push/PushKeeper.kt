package online.trakiot.app.push

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeoutOrNull
import online.trakiot.app.Waits
import online.trakiot.app.core.CoreHolder
import online.trakiot.app.core.permits
import online.trakiot.app.navigation.Destination
import online.trakiot.app.navigation.Links
import online.trakiot.app.platform.DeviceClock
import online.trakiot.core.Answer
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.Purpose
import online.trakiot.core.PushPlatform
import online.trakiot.core.PushTelling
import online.trakiot.core.Trak
import online.trakiot.core.asked
import online.trakiot.core.changes
import online.trakiot.core.pushed

/** What the person's consents want of the service. */
private data class Wish(val runs: Boolean, val collects: Boolean)

/**
 * Keeps the push service as the person's consents want it, and carries what it brings to the core. Whether somebody is told
 * of a message, and which unit it opens, is the core's to say.
 */
class PushKeeper(
    private val core: CoreHolder,
    private val registrar: PushRegistrar,
    private val clock: DeviceClock,
    private val links: Links,
    private val scope: CoroutineScope,
    private val waits: Waits,
    private val language: () -> PolicyLanguage,
) {
    private val registration = MutableStateFlow<String?>(null)
    val available: Boolean get() = registrar.available

    /** Follows the consents from now on. */
    fun begin() {
        scope.launch {
            val trak = core.ready()
            val wishes = trak.changes().map { wish(trak) }.distinctUntilChanged().onEach(::follow)
            combine(wishes, registration) { wish, id -> id.takeIf { wish.runs } }
                .distinctUntilChanged()
                .collect { id -> asked { trak.setPushRegistration(id, PushPlatform.ANDROID, language()) } }
        }
    }

    /** The language of the app has changed: messages follow it. */
    fun languageChanged() {
        scope.launch {
            val id = registration.value ?: return@launch
            val trak = core.ready()
            if (wish(trak).runs) asked { trak.setPushRegistration(id, PushPlatform.ANDROID, language()) }
        }
    }

    /** The service has a name for this phone. */
    fun registered(id: String) {
        registration.value = id.ifBlank { null }
    }

    /**
     * A message arrived, before it is shown: whether to show it. Waits for the core, which a phone that was just woken for
     * the message is still opening; where that takes too long the message is shown, as the server meant it.
     */
    fun shows(payload: String): Boolean = runBlocking { withTimeoutOrNull(waits.toldMs) { arrived(payload) } ?: true }

    /** A message that shows nothing by itself. */
    fun received(payload: String) {
        scope.launch { arrived(payload) }
    }

    /** A person tapped a message: its unit opens, after the sign-in where there has to be one. */
    fun opened(payload: String) {
        scope.launch {
            val trak = core.ready()
            when (val answer = pushed { trak.pushOpened(payload) }) {
                is Answer.Value -> answer.value?.let { links.go(Destination.UnitDetails(it).route) }
                is Answer.Refused -> links.refused(answer.error)
            }
        }
    }

    private suspend fun arrived(payload: String): Boolean {
        val trak = core.ready()
        return when (val answer = pushed { trak.pushReceived(payload, clock.now().wallMs) }) {
            is Answer.Value -> answer.value.telling == PushTelling.TELL
            is Answer.Refused -> false // not for this person, not theirs to see any more, or no message of ours
        }
    }

    private fun wish(trak: Trak): Wish {
        val consents = trak.consents()
        val runs = registrar.available && consents.permits(Purpose.PUSH)
        return Wish(runs, collects = runs && consents.permits(Purpose.PUSH_COLLECTION))
    }

    private fun follow(wish: Wish) {
        if (wish.runs) registrar.start(wish.collects)?.let(::registered)
        else {
            registrar.stop()
            registration.value = null
        }
    }
}
