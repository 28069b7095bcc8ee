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
            for (provider in providers(profile.accuracy, fine).filter { it in manager.allProviders }) {
                manager.getLastKnownLocation(provider)?.let { trySend(listOf(it)) }
                LocationManagerCompat.requestLocationUpdates(manager, provider, request, listener, Looper.getMainLooper())
            }
        } catch (refused: SecurityException) {
            close()
        }
        awaitClose { LocationManagerCompat.removeUpdates(manager, listener) }
    }

/** The system's mix where there is one; on older phones satellites and network side by side, which the core tells apart. */
private fun providers(accuracy: WantedAccuracy, fine: Boolean): List<String> =
    when {
        accuracy == WantedAccuracy.LOW -> listOf(LocationManager.PASSIVE_PROVIDER, LocationManager.NETWORK_PROVIDER)
        !fine || accuracy == WantedAccuracy.BALANCED -> listOf(LocationManager.NETWORK_PROVIDER)
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.S ->
            listOf(LocationManager.FUSED_PROVIDER, LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER)
        else -> listOf(LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER)
    }
