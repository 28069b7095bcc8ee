package online.trakiot.app

import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.runBlocking
import online.trakiot.app.core.CoreState
import online.trakiot.app.platform.DeviceClock
import online.trakiot.app.platform.LocationSource
import online.trakiot.app.platform.PermissionFacts
import online.trakiot.app.platform.Settings
import online.trakiot.app.platform.SurroundingsSource
import online.trakiot.app.push.PushRegistrar
import online.trakiot.core.Battery
import online.trakiot.core.DeviceTime
import online.trakiot.core.Fix
import online.trakiot.core.FixSource
import online.trakiot.core.LocationPermission
import online.trakiot.core.SamplingProfile
import online.trakiot.core.SecretStore
import online.trakiot.core.SecretStoreException
import online.trakiot.core.Surroundings
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/** The app with the doors to the system replaced: Robolectric has no Keystore and no satellites. */
class TestApplication : TrakApplication() {
    val kept = MemorySecrets()
    /** Patient, because the machine may be busy; how long a person would wait is not what is tested. */
    override val waits get() = Waits(readAgainMs = 100, openedMs = 60_000, toldMs = 60_000)
    val time = FakeClock()
    val around = FakeSurroundings()
    val here = FakeLocation(time) { around.now().let { it.locationOn && it.permission != LocationPermission.NONE } }
    val pushes = FakeRegistrar()

    override fun secrets(): SecretStore = kept

    override fun clock(): DeviceClock = time

    override fun location(settings: Settings, clock: DeviceClock): LocationSource = here

    override fun surroundings(location: LocationSource): SurroundingsSource = around

    override fun registrar(): PushRegistrar = pushes

    /** The process dies and starts again: what is on the disk and in the key store is all that is left. */
    fun startAgain() {
        runBlocking { (services.core.state.first { it !is CoreState.Opening } as? CoreState.Ready)?.trak?.shutdown() }
        start()
    }
}

class MemorySecrets : SecretStore {
    private val values = ConcurrentHashMap<String, ByteArray>()

    /** What the key store says instead of answering. */
    @Volatile var broken: SecretStoreException? = null

    /** What was kept is there and cannot be opened any more, as after the loss of the Keystore's key. */
    @Volatile var lost = false

    override fun load(name: String): ByteArray? = answering {
        values[name]?.also { if (lost) throw SecretStoreException.Unavailable() }
    }

    override fun save(name: String, value: ByteArray) = answering { values[name] = value }

    override fun remove(name: String) = answering { values.remove(name); Unit }

    private fun <T> answering(work: () -> T): T {
        broken?.let { throw it }
        return work()
    }
}

/** The real time, or that of a track while it is replayed. */
class FakeClock : DeviceClock {
    @Volatile var replayedMs: Long? = null

    override fun now(): DeviceTime = at(replayedMs ?: System.currentTimeMillis())

    fun at(wallMs: Long) = DeviceTime(wallMs, (wallMs - STARTED_MS).toULong(), 3uL)

    private companion object {
        const val STARTED_MS = 1_700_000_000_000
    }
}

/** A push service that knows this phone as soon as it is started. */
class FakeRegistrar : PushRegistrar {
    /** What it was asked for. */
    val asked = ConcurrentLinkedQueue<String>()
    override val available = true

    override fun start(collects: Boolean): String {
        asked += if (collects) "collects" else "starts"
        return "1a0018970a8c3f2e001"
    }

    override fun stop() {
        if (asked.isNotEmpty()) asked += "stops"
    }
}

class FakeSurroundings : SurroundingsSource {
    val said =
        MutableStateFlow(Surroundings(LocationPermission.ALWAYS, locationOn = true, Battery(80.0, charging = false), powerSave = false))

    override fun now(): Surroundings = said.value

    override fun changes(): Flow<Surroundings> = said
}

/** One place in Shanghai, or a track that is read from where it was left. */
class FakeLocation(private val clock: FakeClock, private val allowed: () -> Boolean = { true }) : LocationSource {
    var facts =
        PermissionFacts(
            sdk = 35, coarse = true, fine = true, background = true, locationOn = true, asked = true, refusedForGood = false,
        )
    val track = ConcurrentLinkedQueue<Fix>()

    /** How often the system ends the readings before any came. */
    val ends = AtomicInteger()
    @Volatile var profile: SamplingProfile? = null

    /** Called whenever somebody asks what is allowed. */
    var factsAsked: () -> Unit = {}

    override fun facts(): PermissionFacts = facts.also { factsAsked() }

    override fun answered(refusedForGood: Boolean) {
        facts = facts.copy(asked = true, refusedForGood = refusedForGood)
    }

    override fun fixes(profile: SamplingProfile): Flow<List<Fix>> = flow {
        this@FakeLocation.profile = profile
        if (ends.getAndUpdate { (it - 1).coerceAtLeast(0) } > 0) return@flow
        if (!allowed()) awaitCancellation()
        if (track.isEmpty() && clock.replayedMs == null) emit(listOf(fix(LAT_DEG, LON_DEG, System.currentTimeMillis())))
        while (true) {
            val next = track.poll() ?: break
            clock.replayedMs = next.taken.wallMs
            emit(listOf(next))
        }
        awaitCancellation()
    }

    /** A drive north from a place in Shanghai at 11 m/s that ends now. */
    fun drives(minutes: Int) {
        val end = System.currentTimeMillis()
        for (second in 0..minutes * 60 step 30) {
            track += fix(LAT_DEG + second * 1e-4, LON_DEG, end - (minutes * 60 - second) * 1_000L, speedMps = 11.1)
        }
    }

    fun fix(latitudeDeg: Double, longitudeDeg: Double, wallMs: Long, speedMps: Double? = null) =
        Fix(
            latitudeDeg, longitudeDeg, clock.at(wallMs), accuracyM = 12.0, altitudeM = 8.0, speedMps,
            courseDeg = speedMps?.let { 0.0 }, FixSource.GPS, mock = false, battery = null, activity = null,
        )

    companion object {
        const val LAT_DEG = 31.2304
        const val LON_DEG = 121.4737
    }
}
