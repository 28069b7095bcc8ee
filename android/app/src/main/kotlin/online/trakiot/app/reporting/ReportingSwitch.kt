package online.trakiot.app.reporting

import android.content.Context
import android.content.Intent
import androidx.core.content.ContextCompat
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationSource
import online.trakiot.app.platform.access

/** Starts the service where the system lets it. A refusal is a state, never a crash. */
class ReportingSwitch(private val context: Context, private val location: LocationSource) {
    /** Answers with why not. */
    fun on(): StartRefusal? {
        // Asked beforehand: a service that was promised and then refused would end the process.
        val access = location.access()
        if (access !is LocationAccess.Allowed && access !is LocationAccess.SwitchedOff) return StartRefusal.NoPermission
        return try {
            ContextCompat.startForegroundService(context, Intent(context, ReportingService::class.java))
            null
        } catch (refused: SecurityException) {
            StartRefusal.NoPermission
        } catch (refused: IllegalStateException) {
            StartRefusal.FromBackground // Android 12 and later
        }
    }
}
