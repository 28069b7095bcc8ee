package online.trakiot.app

import android.app.Application
import android.content.res.Configuration
import java.io.File
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch
import online.trakiot.app.core.CoreHolder
import online.trakiot.app.core.CoreState
import online.trakiot.app.core.NoticeBoard
import online.trakiot.app.core.permits
import online.trakiot.app.map.MapLayer
import online.trakiot.app.map.Maps
import online.trakiot.app.navigation.Links
import online.trakiot.app.platform.DeviceClock
import online.trakiot.app.platform.KeystoreSecretStore
import online.trakiot.app.platform.LocationSource
import online.trakiot.app.platform.NetworkWatch
import online.trakiot.app.platform.Settings
import online.trakiot.app.platform.SurroundingsSource
import online.trakiot.app.platform.SystemDeviceClock
import online.trakiot.app.platform.SystemLocationSource
import online.trakiot.app.platform.SystemSurroundings
import online.trakiot.app.push.JPushRegistrar
import online.trakiot.app.push.PushKeeper
import online.trakiot.app.push.PushRegistrar
import online.trakiot.app.reporting.Reporter
import online.trakiot.app.reporting.ReportingSwitch
import online.trakiot.app.reporting.StoppedNotice
import online.trakiot.app.ui.policyLanguage
import online.trakiot.app.widget.NearestWidget
import online.trakiot.core.Purpose
import online.trakiot.core.SecretStore
import online.trakiot.core.installLogging

/** Everything that outlives a screen; one per process. */
class Services(
    val core: CoreHolder,
    val location: LocationSource,
    val surroundings: SurroundingsSource,
    val clock: DeviceClock,
    val settings: Settings,
    val reporter: Reporter,
    val push: PushKeeper,
    val notices: NoticeBoard,
    val links: Links,
    val maps: Maps,
    val scope: CoroutineScope,
)

/** How long the app waits for the system and for the core, where somebody else waits for the app. */
data class Waits(
    /** After the system ended the readings, until they are asked for again. */
    val readAgainMs: Long = 30_000,
    /** For the core to open, within the ten seconds that the system gives a receiver. */
    val openedMs: Long = 8_000,
    /** For the core to say whether a message is shown. */
    val toldMs: Long = 3_000,
)

/** The process. What a test replaces are the doors to the system: secrets, location, what is around, clocks, pushes. */
open class TrakApplication : Application() {
    lateinit var services: Services
        private set

    protected open fun secrets(): SecretStore = KeystoreSecretStore(File(noBackupFilesDir, "secrets"))

    protected open fun clock(): DeviceClock = SystemDeviceClock(this)

    protected open fun location(settings: Settings, clock: DeviceClock): LocationSource =
        SystemLocationSource(this, settings, clock)

    protected open fun surroundings(location: LocationSource): SurroundingsSource = SystemSurroundings(this, location)

    protected open fun registrar(): PushRegistrar = JPushRegistrar(this)

    protected open val waits: Waits get() = Waits()

    protected open fun mapLayers(): List<MapLayer> = MapLayer.all(resources)

    override fun onConfigurationChanged(newConfig: Configuration) {
        super.onConfigurationChanged(newConfig)
        services.push.languageChanged()
    }

    override fun onCreate() {
        super.onCreate()
        installLogging()
        start()
        NetworkWatch(this).start { available -> services.core.networkChanged(available) }
    }

    /** No map server is asked without the consent that everything begins with. */
    private fun maps(core: CoreHolder) = Maps(this, mapLayers()) {
        (core.state.value as? CoreState.Ready)?.trak?.consents()?.permits(Purpose.ACCOUNT) == true
    }

    /** What a process begins with. */
    protected fun start() {
        val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
        val settings = Settings(this)
        val clock = clock()
        val location = location(settings, clock)
        val surroundings = surroundings(location)
        val core = CoreHolder(File(noBackupFilesDir, "fleet"), secrets(), scope, settings::forget)
        val reporter = Reporter(core, location, surroundings, clock, ReportingSwitch(this, location), StoppedNotice(this), settings, waits)
        val links = Links()
        val push = PushKeeper(core, registrar(), clock, links, scope, waits) { policyLanguage(resources.configuration.locales[0]) }
        services = Services(core, location, surroundings, clock, settings, reporter, push, NoticeBoard(), links, maps(core), scope)
        push.begin()
        scope.launch { NearestWidget.follow(this@TrakApplication, services) }
    }
}
