package online.trakiot.app.reporting

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.Waits
import online.trakiot.app.core.CoreHolder
import online.trakiot.app.platform.DeviceClock
import online.trakiot.app.platform.LocationSource
import online.trakiot.app.platform.Settings
import online.trakiot.app.platform.SurroundingsSource
import online.trakiot.core.Answer
import online.trakiot.core.GapCause
import online.trakiot.core.RecordException
import online.trakiot.core.Recorded
import online.trakiot.core.SamplingProfile
import online.trakiot.core.Trak
import online.trakiot.core.Unsent
import online.trakiot.core.changes
import online.trakiot.core.recorded

/** Whether readings are being taken for reporting. Whether reporting is wanted at all is the core's to know. */
sealed interface Capture {
    data object Off : Capture

    data object Running : Capture

    /** It is on and does not run; a tap in the app tries again. */
    data class Refused(val why: StartRefusal) : Capture
}

/** Carries readings from the sensors to the core and the core's wishes back. Decides nothing of its own. */
class Reporter(
    private val core: CoreHolder,
    private val location: LocationSource,
    private val surroundings: SurroundingsSource,
    private val clock: DeviceClock,
    private val switch: ReportingSwitch,
    private val notice: StoppedNotice,
    private val settings: Settings,
    private val waits: Waits,
) {
    private val captureNow = MutableStateFlow<Capture>(Capture.Off)
    private val troubleNow = MutableStateFlow<RecordException?>(null)
    val capture: StateFlow<Capture> = captureNow.asStateFlow()

    /** What the core said to the newest reading, where it was no success. */
    val trouble: StateFlow<RecordException?> = troubleNow.asStateFlow()

    /** Switches reporting on for a unit and starts capture. */
    suspend fun start(unitIdentifier: String): Answer<SamplingProfile, RecordException> =
        withContext(Dispatchers.IO) {
            val trak = core.readyWithin(waits.openedMs) ?: return@withContext Answer.Refused(RecordException.Closed())
            val started = recorded {
                trak.setSurroundings(surroundings.now(), clock.now())
                trak.startReporting(unitIdentifier, clock.now())
            }
            if (started is Answer.Value) startCapture()
            started
        }

    /** Switches reporting off; capture ends with it. */
    suspend fun stop(unsent: Unsent): Answer<Unit, RecordException> =
        withContext(Dispatchers.IO) {
            val trak = core.readyWithin(waits.openedMs) ?: return@withContext Answer.Refused(RecordException.Closed())
            recorded { trak.stopReporting(GapCause.SWITCHED_OFF, unsent, clock.now()) }
        }

    /** Goes on with capture where reporting is on: after a boot, an update, a kill, or when the app is opened. */
    suspend fun resume() =
        withContext(Dispatchers.IO) {
            if (captureNow.value == Capture.Running) return@withContext
            val trak = core.readyWithin(waits.openedMs)
            when (trak?.wanted()) {
                true -> startCapture()
                false -> off()
                // Whether it is on cannot be asked: worth a word only where it was.
                null -> if (settings.reportingWasOn) refused(StartRefusal.NotOpened)
            }
        }

    /** Reads and records until reporting is off. Called by the service, whose notification says that it reports. */
    suspend fun run() =
        withContext(Dispatchers.IO) {
            val trak = core.readyWithin(waits.openedMs)
            when (trak?.wanted()) {
                true -> capture(trak)
                false -> off()
                null -> refused(StartRefusal.NotOpened)
            }
        }

    private suspend fun capture(trak: Trak) {
        captureNow.value = Capture.Running
        settings.reportingWasOn = true
        switch.watch(true)
        notice.gone()
        val profile = MutableStateFlow<SamplingProfile?>(null)

        fun note(answer: Answer<Recorded?, RecordException>): Boolean {
            troubleNow.value = (answer as? Answer.Refused)?.error
            if (answer is Answer.Value) answer.value?.let { profile.value = it.profile }
            // Everything else may pass: a full disk, a locked key store. What was read waits in the core.
            return !(answer is Answer.Refused && answer.error.isEnd())
        }
        val ended = CompletableDeferred<Unit>()
        fun goOn(answer: Answer<Recorded?, RecordException>) {
            if (!note(answer)) ended.complete(Unit)
        }
        try {
            coroutineScope {
                val work = launch {
                    launch { surroundings.changes().collect { goOn(recorded { trak.setSurroundings(it, clock.now()) }) } }
                    launch { trak.changes().collect { if (trak.wanted() == false) ended.complete(Unit) } }
                    launch {
                        while (true) {
                            goOn(recorded { trak.tick(clock.now()) })
                            delay(TICK_MS)
                        }
                    }
                    val allowed = surroundings.changes().map { it.permission to it.locationOn }.distinctUntilChanged()
                    combine(profile.filterNotNull(), allowed) { wanted, _ -> wanted }.collectLatest { wanted ->
                        readings(wanted).collect { goOn(recorded { trak.record(it, clock.now()) }) }
                    }
                }
                ended.await()
                work.cancelAndJoin()
            }
        } finally {
            captureNow.value = Capture.Off
        }
        if (trak.wanted() == false) off()
    }

    /** Readings; asked for again after a while where the system ended them, which it does without saying for how long. */
    private fun readings(wanted: SamplingProfile) = flow {
        while (true) {
            emitAll(location.fixes(wanted))
            delay(waits.readAgainMs)
        }
    }

    /** Reporting is on and does not run. */
    fun refused(why: StartRefusal) {
        captureNow.value = Capture.Refused(why)
        notice.tell(why)
    }

    private fun off() {
        captureNow.value = Capture.Off
        if (settings.reportingWasOn) { // nothing is written where it never was
            settings.reportingWasOn = false
            switch.watch(false)
        }
        notice.gone()
    }

    private fun startCapture() {
        switch.on(core.visible)?.let(::refused)
    }

    /** Whether reporting is on; nothing where the core cannot say. */
    private fun Trak.wanted(): Boolean? =
        when (val view = recorded { reporting() }) {
            is Answer.Value -> view.value?.unitIdentifier != null
            is Answer.Refused -> {
                troubleNow.value = view.error
                if (view.error.isEnd() && view.error !is RecordException.Closed) false else null
            }
        }

    private fun RecordException.isEnd(): Boolean =
        when (this) {
            is RecordException.SignedOut, is RecordException.NotReporting, is RecordException.Closed,
            is RecordException.ConsentRequired -> true
            is RecordException.InvalidInput, is RecordException.StorageFull, is RecordException.Storage,
            is RecordException.SecretStore, is RecordException.KeyMissing -> false
        }

    private companion object {
        /** What the core asks for while reporting is on. */
        const val TICK_MS = 60_000L
    }
}
