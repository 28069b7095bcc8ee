package online.trakiot.app.platform

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.location.LocationManager
import android.os.BatteryManager
import android.os.PowerManager
import androidx.core.content.ContextCompat
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.distinctUntilChanged
import online.trakiot.core.Battery
import online.trakiot.core.Surroundings

/** What the phone allows and how its battery stands. */
interface SurroundingsSource {
    fun now(): Surroundings

    /** The same whenever it changes, the present first. */
    fun changes(): Flow<Surroundings>
}

/** The system's word on it. */
class SystemSurroundings(private val context: Context, private val location: LocationSource) : SurroundingsSource {
    private val power = context.getSystemService(PowerManager::class.java)

    override fun now(): Surroundings {
        val facts = location.facts()
        return Surroundings(locationPermission(facts), facts.locationOn, battery(), powerSave = power.isPowerSaveMode)
    }

    override fun changes(): Flow<Surroundings> =
        callbackFlow {
            val receiver =
                object : BroadcastReceiver() {
                    override fun onReceive(context: Context, intent: Intent) {
                        trySend(now())
                    }
                }
            val filter = IntentFilter(Intent.ACTION_BATTERY_CHANGED)
            filter.addAction(PowerManager.ACTION_POWER_SAVE_MODE_CHANGED)
            filter.addAction(LocationManager.MODE_CHANGED_ACTION)
            filter.addAction(LocationManager.PROVIDERS_CHANGED_ACTION)
            ContextCompat.registerReceiver(context, receiver, filter, ContextCompat.RECEIVER_NOT_EXPORTED)
            trySend(now())
            awaitClose { context.unregisterReceiver(receiver) }
        }.conflate().distinctUntilChanged()

    private fun battery(): Battery? {
        val said = context.registerReceiver(null, IntentFilter(Intent.ACTION_BATTERY_CHANGED)) ?: return null
        val level = said.getIntExtra(BatteryManager.EXTRA_LEVEL, -1)
        val scale = said.getIntExtra(BatteryManager.EXTRA_SCALE, -1)
        if (level < 0 || scale <= 0) return null
        return Battery(levelPercent = 100.0 * level / scale, charging = said.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) != 0)
    }
}
