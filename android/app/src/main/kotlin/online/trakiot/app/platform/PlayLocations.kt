package online.trakiot.app.platform

import android.annotation.SuppressLint
import android.content.Context
import android.location.Location
import android.os.Looper
import com.google.android.gms.common.ConnectionResult
import com.google.android.gms.common.GoogleApiAvailability
import com.google.android.gms.location.LocationCallback
import com.google.android.gms.location.LocationRequest
import com.google.android.gms.location.LocationResult
import com.google.android.gms.location.LocationServices
import com.google.android.gms.location.Priority
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import online.trakiot.core.SamplingProfile
import online.trakiot.core.WantedAccuracy

/** Google's location service, where the phone has it. */
interface PlayLocations {
    fun present(): Boolean

    /** Places, while collected; ends when a permission is missing, fails with [PlayDoesNotWork] where the service does not. */
    fun locations(profile: SamplingProfile): Flow<List<Location>>
}

/** The service is there and does not do what it is asked: too old, being updated, or switched off by the phone's owner. */
class PlayDoesNotWork(cause: Exception) : Exception(cause)

class GooglePlay(private val context: Context) : PlayLocations {
    override fun present() = GoogleApiAvailability.getInstance().isGooglePlayServicesAvailable(context) == ConnectionResult.SUCCESS

    override fun locations(profile: SamplingProfile) = playLocations(context, profile)
}

/** Saves battery by sharing with other apps. */
@SuppressLint("MissingPermission") // a refusal ends the flow
private fun playLocations(context: Context, profile: SamplingProfile): Flow<List<Location>> =
    callbackFlow {
        val client = LocationServices.getFusedLocationProviderClient(context)
        val callback =
            object : LocationCallback() {
                override fun onLocationResult(result: LocationResult) {
                    trySend(result.locations)
                }
            }
        val priority =
            when (profile.accuracy) {
                WantedAccuracy.HIGH -> Priority.PRIORITY_HIGH_ACCURACY
                WantedAccuracy.BALANCED -> Priority.PRIORITY_BALANCED_POWER_ACCURACY
                WantedAccuracy.LOW -> Priority.PRIORITY_LOW_POWER
            }
        val request =
            LocationRequest.Builder(priority, profile.intervalMs.toLong())
                .setMinUpdateDistanceMeters(profile.distanceM.toFloat())
                .setMaxUpdateDelayMillis(profile.batchDelayMs.toLong())
                .build()
        try {
            client.lastLocation.addOnSuccessListener { last: Location? -> last?.let { trySend(listOf(it)) } }
            client.requestLocationUpdates(request, callback, Looper.getMainLooper()).addOnFailureListener { close(PlayDoesNotWork(it)) }
        } catch (refused: SecurityException) {
            close()
        }
        awaitClose { client.removeLocationUpdates(callback) }
    }
