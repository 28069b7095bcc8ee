package online.trakiot.app.reporting

import android.content.Context
import android.content.Intent
import androidx.core.content.ContextCompat
import online.trakiot.app.platform.LocationSource

/** Starts the service where the system lets it. A refusal is a state, never a crash. */
class ReportingSwitch(private val context: Context, private val location: LocationSource) {
    /** Whether the phone looks now and then that it still runs. */
    fun watch(on: Boolean) = if (on) ReportingWatch.begin(context) else ReportingWatch.end(context)

    /** Answers with why not. */
    fun on(visible: Boolean): StartRefusal? {
        startRefusal(location.facts(), visible)?.let { return it }
        return try {
            ContextCompat.startForegroundService(context, Intent(context, ReportingService::class.java))
            null
        } catch (refused: SecurityException) {
            StartRefusal.BySystem
        } catch (refused: IllegalStateException) {
            StartRefusal.BySystem // Android 12 and later: from the background, whatever the permissions
        }
    }
}
