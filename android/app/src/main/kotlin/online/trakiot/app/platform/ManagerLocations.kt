package online.trakiot.app.platform

import android.annotation.SuppressLint
import android.location.Location
import android.location.LocationManager
import android.os.Build
import android.os.Looper
import androidx.core.location.LocationListenerCompat
import androidx.core.location.LocationManagerCompat
import androidx.core.location.LocationRequestCompat
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import online.trakiot.core.SamplingProfile
import online.trakiot.core.WantedAccuracy

/** Android's own location service; works without Google's. The last known places come first. */
@SuppressLint("MissingPermission") // a refusal ends the flow
fun managerLocations(manager: LocationManager, profile: SamplingProfile, fine: Boolean): Flow<List<Location>> =
    callbackFlow {
        val listener =
            object : LocationListenerCompat {
                override fun onLocationChanged(location: Location) {
                    trySend(listOf(location))
                }

                override fun onLocationChanged(locations: List<Location>) {
                    trySend(locations)
                }
            }
        val request =
            LocationRequestCompat.Builder(profile.intervalMs.toLong())
                .setQuality(
                    when (profile.accuracy) {
                        WantedAccuracy.HIGH -> LocationRequestCompat.QUALITY_HIGH_ACCURACY
                        WantedAccuracy.BALANCED -> LocationRequestCompat.QUALITY_BALANCED_POWER_ACCURACY
                        WantedAccuracy.LOW -> LocationRequestCompat.QUALITY_LOW_POWER
                    },
                )
                .setMinUpdateDistanceMeters(profile.distanceM.toFloat())
                .setMaxUpdateDelayMillis(profile.batchDelayMs.toLong())
                .build()
        try {
            for (provider in locationProviders(profile.accuracy, fine, Build.VERSION.SDK_INT, manager.allProviders)) {
                manager.getLastKnownLocation(provider)?.let { trySend(listOf(it)) }
                LocationManagerCompat.requestLocationUpdates(manager, provider, request, listener, Looper.getMainLooper())
            }
        } catch (refused: SecurityException) {
            close()
        }
        awaitClose { LocationManagerCompat.removeUpdates(manager, listener) }
    }

/**
 * Which of the [present] sources are asked. The system's mix where there is one; elsewhere satellites and network side by
 * side, which the core tells apart. Satellites are never left out of what may notice that a stop has ended: the network
 * names no place where it has no connection, and many phones without Google's services have no such source at all.
 */
fun locationProviders(accuracy: WantedAccuracy, fine: Boolean, sdk: Int, present: Collection<String>): List<String> {
    val mixed = LocationManager.FUSED_PROVIDER in present
    val wanted =
        when (accuracy) {
            WantedAccuracy.LOW -> listOf(LocationManager.PASSIVE_PROVIDER, LocationManager.NETWORK_PROVIDER)
            WantedAccuracy.BALANCED ->
                if (mixed) listOf(LocationManager.FUSED_PROVIDER) else listOf(LocationManager.NETWORK_PROVIDER, LocationManager.GPS_PROVIDER)
            WantedAccuracy.HIGH -> listOf(LocationManager.FUSED_PROVIDER, LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER)
        }
    // Before Android 12 only the network's places come blurred; the other sources refuse whoever may not have precise ones.
    val open = if (fine || sdk >= Build.VERSION_CODES.S) wanted else listOf(LocationManager.NETWORK_PROVIDER)
    return open.filter { it in present }
}
