package online.trakiot.app

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.runBlocking
import online.trakiot.app.core.CoreState
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationSource
import online.trakiot.app.platform.Reading
import online.trakiot.app.platform.Settings
import online.trakiot.core.Place
import online.trakiot.core.SecretStore
import java.util.concurrent.ConcurrentHashMap

/** The app with the two doors to the system replaced: Robolectric has no Keystore and no satellites. */
class TestApplication : TrakApplication() {
    private val kept = MemorySecrets()
    val here = FakeLocation()

    override fun secrets(): SecretStore = kept

    override fun location(settings: Settings): LocationSource = here

    /** The process dies and starts again: what is on the disk and in the key store is all that is left. */
    fun startAgain() {
        val core = services.core.state.value as CoreState.Ready
        runBlocking { core.trak.shutdown() }
        start()
    }
}

class MemorySecrets : SecretStore {
    private val values = ConcurrentHashMap<String, ByteArray>()

    override fun load(name: String): ByteArray? = values[name]

    override fun save(name: String, value: ByteArray) {
        values[name] = value
    }

    override fun remove(name: String) {
        values.remove(name)
    }
}

class FakeLocation : LocationSource {
    var access = LocationAccess.Precise
    var reading = Reading(Place(31.2304, 121.4737), accuracyM = 12.0, takenAtMs = 0, fromSatellites = true)

    override fun access(): LocationAccess = access

    override fun readings(): Flow<Reading> = flowOf(reading)
}
