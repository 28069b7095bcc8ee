package online.trakiot.app.platform

import android.annotation.SuppressLint
import android.content.Context
import android.location.Location
import android.os.Looper
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

/** Google's location service, which saves battery by sharing with other apps. Only for phones that have it. */
@SuppressLint("MissingPermission") // a refusal ends the flow
fun playLocations(context: Context, profile: SamplingProfile): Flow<List<Location>> =
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
            client.requestLocationUpdates(request, callback, Looper.getMainLooper()).addOnFailureListener { close() }
        } catch (refused: SecurityException) {
            close()
        }
        awaitClose { client.removeLocationUpdates(callback) }
    }
