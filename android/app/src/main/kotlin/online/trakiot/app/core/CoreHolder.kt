package online.trakiot.app.core

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import online.trakiot.core.Answer
import online.trakiot.core.OpenException
import online.trakiot.core.SecretStore
import online.trakiot.core.Trak
import online.trakiot.core.asked
import online.trakiot.core.forgetAccount
import java.io.File

/** Whether the core can be asked. */
sealed interface CoreState {
    data object Opening : CoreState

    data class Ready(val trak: Trak) : CoreState

    data class Failed(val error: OpenException) : CoreState
}

/** Opens the core off the main thread and keeps telling it what only the system knows. */
class CoreHolder(
    private val folder: File,
    private val secrets: SecretStore,
    private val scope: CoroutineScope,
    /** What else the phone keeps of an account goes with it. */
    private val erased: () -> Unit,
) {
    private val mutable = MutableStateFlow<CoreState>(CoreState.Opening)
    private val departed = MutableStateFlow<Departure?>(null)
    private var networkAvailable = true

    /** Whether the app is on the screen. */
    @Volatile
    var visible = false
        private set
    val state: StateFlow<CoreState> = mutable.asStateFlow()

    /** What became of the last leaving, until it is told. */
    val departure: StateFlow<Departure?> = departed.asStateFlow()

    init {
        open()
    }

    /** The core, as soon as it is open. */
    suspend fun ready(): Trak = state.filterIsInstance<CoreState.Ready>().first().trak

    /** The same, with an end: nothing where it could not be opened, or not within so long. */
    suspend fun readyWithin(patienceMs: Long): Trak? {
        val opened = withTimeoutOrNull(patienceMs) { state.first { it !is CoreState.Opening } }
        return (opened as? CoreState.Ready)?.trak
    }

    /** Opens; again after a failure that the person has mended. */
    fun open() {
        if (mutable.value is CoreState.Ready) return
        mutable.value = CoreState.Opening
        scope.launch(Dispatchers.IO) {
            mutable.value =
                try {
                    CoreState.Ready(Trak.open(folder.path, secrets))
                } catch (error: OpenException) {
                    CoreState.Failed(error)
                }
            tell()
        }
    }

    /** Erases the account that cannot be opened any more, so that a new sign-in is possible. */
    fun eraseAndOpen() {
        mutable.value = CoreState.Opening
        scope.launch(Dispatchers.IO) {
            try {
                forgetAccount(folder.path, secrets)
                erased()
                open()
            } catch (error: OpenException) {
                mutable.value = CoreState.Failed(error)
            }
        }
    }

    fun networkChanged(available: Boolean) {
        networkAvailable = available
        tell()
    }

    fun foregroundChanged(now: Boolean) {
        visible = now
        tell()
    }

    /** Keeps the fleet fresh from now on; harmless when it is already. */
    fun startLive() {
        (state.value as? CoreState.Ready)?.trak?.startLive()
    }

    /**
     * Signs out and erases what is kept, whatever the connection. Not bound to a screen: the one that asked is gone as
     * soon as nobody is signed in.
     */
    fun leave() = depart { Departure.SignedOut(it.signOut(keepCache = false).revoked) }

    /** Signs out and erases everything of the account, what was not sent and the record of decisions included. */
    fun eraseDevice() = depart {
        it.eraseThisDevice()
        erased()
        Departure.Erased
    }

    /** The person has read what became of leaving. */
    fun departureTold() {
        departed.value = null
    }

    private fun depart(how: suspend (Trak) -> Departure) {
        val trak = (state.value as? CoreState.Ready)?.trak ?: return
        scope.launch {
            departed.value =
                when (val answer = asked { how(trak) }) {
                    is Answer.Value -> answer.value
                    is Answer.Refused -> Departure.Refused(answer.error)
                }
        }
    }

    private fun tell() {
        val trak = (state.value as? CoreState.Ready)?.trak ?: return
        trak.setConditions(networkAvailable, visible)
        if (visible) trak.startLive()
    }
}
