package online.trakiot.app

import android.app.Application
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import online.trakiot.app.core.CoreHolder
import online.trakiot.app.platform.KeystoreSecretStore
import online.trakiot.app.platform.LocationSource
import online.trakiot.app.platform.NetworkWatch
import online.trakiot.app.platform.Settings
import online.trakiot.app.platform.SystemLocationSource
import online.trakiot.core.SecretStore
import online.trakiot.core.installLogging
import java.io.File

/** Everything that outlives a screen; one per process. */
class Services(
    val core: CoreHolder,
    val location: LocationSource,
    val settings: Settings,
)

/** The process. What a test replaces are the two doors to the system: secrets and location. */
open class TrakApplication : Application() {
    lateinit var services: Services
        private set

    protected open fun secrets(): SecretStore = KeystoreSecretStore(File(noBackupFilesDir, "secrets"))

    protected open fun location(settings: Settings): LocationSource = SystemLocationSource(this, settings)

    override fun onCreate() {
        super.onCreate()
        installLogging()
        start()
        NetworkWatch(this).start { available -> services.core.networkChanged(available) }
    }

    /** What a process begins with. */
    protected fun start() {
        val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
        val settings = Settings(this)
        val core = CoreHolder(File(noBackupFilesDir, "fleet"), secrets(), scope)
        services = Services(core, location(settings), settings)
    }
}
