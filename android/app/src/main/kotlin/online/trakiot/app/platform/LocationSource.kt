package online.trakiot.app.platform

import android.Manifest.permission.ACCESS_BACKGROUND_LOCATION
import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.content.Context
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.location.Location
import android.location.LocationManager
import android.os.Build
import androidx.core.location.LocationManagerCompat
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.map
import online.trakiot.core.Fix
import online.trakiot.core.FixSource
import online.trakiot.core.SamplingProfile
import online.trakiot.core.WantedAccuracy

/** What a screen asks for that shows where the phone is. */
val LOOKING = SamplingProfile(intervalMs = 5_000uL, distanceM = 0.0, WantedAccuracy.HIGH, batchDelayMs = 0uL)

/** The door to the phone's own position. */
interface LocationSource {
    fun facts(): PermissionFacts

    /** What came of a question: whether the system would show it again is known only now. */
    fun answered(refusedForGood: Boolean)

    /** Readings as the core wants them, while collected; ends when the system refuses. */
    fun fixes(profile: SamplingProfile): Flow<List<Fix>>
}

fun LocationSource.access(): LocationAccess = locationAccess(facts())

/** Google's location service where the phone has it and it works, otherwise Android's own. Nothing of either runs before it is asked. */
class SystemLocationSource(
    private val context: Context,
    private val settings: Settings,
    private val clock: DeviceClock,
    private val play: PlayLocations = GooglePlay(context),
) : LocationSource {
    private val manager = context.getSystemService(LocationManager::class.java)

    override fun facts() =
        PermissionFacts(
            sdk = Build.VERSION.SDK_INT,
            coarse = has(ACCESS_COARSE_LOCATION),
            fine = has(ACCESS_FINE_LOCATION),
            background = Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q && has(ACCESS_BACKGROUND_LOCATION),
            locationOn = LocationManagerCompat.isLocationEnabled(manager),
            asked = settings.locationAsked,
            refusedForGood = settings.locationRefusedForGood,
        )

    override fun answered(refusedForGood: Boolean) {
        settings.locationAsked = true
        settings.locationRefusedForGood = refusedForGood
    }

    override fun fixes(profile: SamplingProfile): Flow<List<Fix>> {
        val own = managerLocations(manager, profile, has(ACCESS_FINE_LOCATION))
        val locations =
            if (play.present()) play.locations(profile).catch { if (it is PlayDoesNotWork) emitAll(own) else throw it }
            else own
        return locations.map { batch -> batch.map { it.toFix(clock) } }
    }

    private fun has(permission: String) = context.checkSelfPermission(permission) == PERMISSION_GRANTED
}

/** A reading exactly as the system gave it: what it did not say stays unsaid. */
fun Location.toFix(clock: DeviceClock): Fix =
    Fix(
        latitudeDeg = latitude,
        longitudeDeg = longitude,
        taken = clock.now().copy(wallMs = time, sinceBootMs = (elapsedRealtimeNanos / NANOS_A_MILLISECOND).toULong()),
        accuracyM = accuracy.toDouble().takeIf { hasAccuracy() },
        altitudeM = altitude.takeIf { hasAltitude() },
        speedMps = speed.toDouble().takeIf { hasSpeed() },
        courseDeg = bearing.toDouble().takeIf { hasBearing() },
        source =
            when (provider) {
                LocationManager.GPS_PROVIDER -> FixSource.GPS
                LocationManager.NETWORK_PROVIDER -> FixSource.NETWORK
                else -> FixSource.FUSED
            },
        mock = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) isMock else @Suppress("DEPRECATION") isFromMockProvider,
        battery = null, // the core knows it from the surroundings
        activity = null,
    )

private const val NANOS_A_MILLISECOND = 1_000_000
