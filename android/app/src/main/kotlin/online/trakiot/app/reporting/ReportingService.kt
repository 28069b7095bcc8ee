package online.trakiot.app.reporting

import android.app.Notification
import android.app.PendingIntent
import android.app.Service
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.Build
import android.os.IBinder
import androidx.core.app.NotificationChannelCompat
import androidx.core.app.NotificationCompat
import androidx.core.app.NotificationManagerCompat
import androidx.core.app.ServiceCompat
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import online.trakiot.app.MainActivity
import online.trakiot.app.R
import online.trakiot.app.TrakApplication
import online.trakiot.app.navigation.Destination
import online.trakiot.core.Unsent

/** Keeps the process alive and visible while this phone reports its position. */
class ReportingService : Service() {
    private val services get() = (application as TrakApplication).services
    private val reporter get() = services.reporter
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main)
    private var work: Job? = null

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        if (intent?.action == STOP) {
            scope.launch {
                reporter.stop(Unsent.SEND) // the work below ends with it
                if (work?.isActive != true) stopSelf()
            }
            return START_STICKY
        }
        // Without an intent the system has started it again after a kill: nobody asked beforehand whether it may run.
        val refusal = (if (intent == null) refusal() else null) ?: enterForeground()
        if (refusal != null) {
            keepPromise()
            reporter.refused(refusal)
            stopSelf()
            return START_NOT_STICKY
        }
        if (work?.isActive != true) {
            work = scope.launch {
                reporter.run()
                stopSelf()
            }
        }
        return START_STICKY
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    override fun onBind(intent: Intent?): IBinder? = null

    private fun refusal() = startRefusal(services.location.facts(), services.core.visible)

    private fun enterForeground(): StartRefusal? =
        try {
            val type = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION else 0
            ServiceCompat.startForeground(this, NOTIFICATION, notification(), type)
            null
        } catch (refused: SecurityException) {
            refusal() ?: StartRefusal.BySystem
        } catch (refused: IllegalStateException) {
            refusal() ?: StartRefusal.BySystem
        }

    /**
     * Whoever started the service promised that it would show itself, and the system ends a process that does not. Android 14
     * and later, which alone refuse a service for its type, take one that is short instead; it stops at once.
     */
    private fun keepPromise() {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.UPSIDE_DOWN_CAKE) return
        try {
            ServiceCompat.startForeground(this, NOTIFICATION, notification(), ServiceInfo.FOREGROUND_SERVICE_TYPE_SHORT_SERVICE)
        } catch (refused: SecurityException) {
            return // nothing more can be done; the person is told all the same
        } catch (refused: IllegalStateException) {
            return
        }
    }

    private fun notification(): Notification {
        val channel = NotificationChannelCompat.Builder(CHANNEL, NotificationManagerCompat.IMPORTANCE_LOW)
        NotificationManagerCompat.from(this)
            .createNotificationChannel(channel.setName(getString(R.string.reporting_title)).build())
        val open = Intent(this, MainActivity::class.java).putExtra(MainActivity.PLACE, Destination.Reporting.route)
        val stop = Intent(STOP, null, this, ReportingService::class.java)
        return NotificationCompat.Builder(this, CHANNEL)
            .setSmallIcon(R.drawable.ic_reporting)
            .setContentTitle(getString(R.string.reporting_notification))
            .setContentText(getString(R.string.reporting_notification_more))
            .setContentIntent(PendingIntent.getActivity(this, 0, open, PendingIntent.FLAG_IMMUTABLE))
            .addAction(0, getString(R.string.reporting_stop), PendingIntent.getService(this, 0, stop, PendingIntent.FLAG_IMMUTABLE))
            .setOngoing(true)
            .setForegroundServiceBehavior(NotificationCompat.FOREGROUND_SERVICE_IMMEDIATE)
            .build()
    }

    private companion object {
        const val NOTIFICATION = 1
        const val CHANNEL = "reporting"
        const val STOP = "online.trakiot.app.STOP_REPORTING"
    }
}
