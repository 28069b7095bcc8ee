package online.trakiot.app.platform

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.annotation.SuppressLint
import android.content.Context
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Build
import android.os.Looper
import androidx.core.location.LocationManagerCompat
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import online.trakiot.core.Place

/** What the system lets the app know of where it is. */
enum class LocationAccess { NotAsked, Denied, Approximate, Precise, SwitchedOff }

/** One reading of the phone's own position. */
data class Reading(
    val place: Place,
    val accuracyM: Double?,
    val takenAtMs: Long,
    val fromSatellites: Boolean,
)

/** The door to the phone's own position. */
interface LocationSource {
    fun access(): LocationAccess

    /** Readings while collected, the last known one first; ends when the system refuses. */
    fun readings(): Flow<Reading>
}

/** Android's own location service; works without Google's. */
class SystemLocationSource(private val context: Context, private val settings: Settings) : LocationSource {
    private val manager = context.getSystemService(LocationManager::class.java)

    override fun access(): LocationAccess =
        when {
            !has(ACCESS_COARSE_LOCATION) && !has(ACCESS_FINE_LOCATION) ->
                if (settings.locationAsked) LocationAccess.Denied else LocationAccess.NotAsked
            !LocationManagerCompat.isLocationEnabled(manager) -> LocationAccess.SwitchedOff
            has(ACCESS_FINE_LOCATION) -> LocationAccess.Precise
            else -> LocationAccess.Approximate
        }

    @SuppressLint("MissingPermission") // access() says which permission there is; a refusal in between ends the flow
    override fun readings(): Flow<Reading> =
        callbackFlow {
            val listener = LocationListener { trySend(it.toReading()) }
            try {
                for (provider in providers()) {
                    manager.getLastKnownLocation(provider)?.let { trySend(it.toReading()) }
                    manager.requestLocationUpdates(provider, INTERVAL_MS, 0f, listener, Looper.getMainLooper())
                }
            } catch (refused: SecurityException) {
                close()
            }
            awaitClose { manager.removeUpdates(listener) }
        }

    private fun providers(): List<String> {
        val wanted = mutableListOf<String>()
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) wanted += LocationManager.FUSED_PROVIDER
        wanted += LocationManager.NETWORK_PROVIDER
        if (has(ACCESS_FINE_LOCATION)) wanted += LocationManager.GPS_PROVIDER
        return wanted.filter { it in manager.allProviders }
    }

    private fun has(permission: String) = context.checkSelfPermission(permission) == PERMISSION_GRANTED

    private fun Location.toReading() =
        Reading(
            place = Place(latitude, longitude),
            accuracyM = if (hasAccuracy()) accuracy.toDouble() else null,
            takenAtMs = time,
            fromSatellites = provider == LocationManager.GPS_PROVIDER,
        )

    private companion object {
        const val INTERVAL_MS = 5_000L
    }
}
