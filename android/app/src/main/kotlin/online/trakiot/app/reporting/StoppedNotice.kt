package online.trakiot.app.reporting

import android.annotation.SuppressLint
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import androidx.core.app.NotificationChannelCompat
import androidx.core.app.NotificationCompat
import androidx.core.app.NotificationManagerCompat
import online.trakiot.app.MainActivity
import online.trakiot.app.R
import online.trakiot.app.navigation.Destination
import online.trakiot.app.ui.stoppedLabel

/** Tells outside the app that reporting is on and does not run. A tap opens the app, which may start it. */
class StoppedNotice(private val context: Context) {
    private val notifications = NotificationManagerCompat.from(context)

    @SuppressLint("MissingPermission") // without the permission the system shows nothing, and the app still says it
    fun tell(why: StartRefusal) {
        val channel = NotificationChannelCompat.Builder(CHANNEL, NotificationManagerCompat.IMPORTANCE_HIGH)
        notifications.createNotificationChannel(channel.setName(context.getString(R.string.reporting_stopped_channel)).build())
        val open = Intent(context, MainActivity::class.java).putExtra(MainActivity.PLACE, Destination.Reporting.route)
        val words = context.getString(stoppedLabel(why))
        val notice =
            NotificationCompat.Builder(context, CHANNEL)
                .setSmallIcon(R.drawable.ic_reporting)
                .setContentTitle(context.getString(R.string.reporting_stopped))
                .setContentText(words)
                .setStyle(NotificationCompat.BigTextStyle().bigText(words))
                .setContentIntent(PendingIntent.getActivity(context, 0, open, PendingIntent.FLAG_IMMUTABLE))
                .setOnlyAlertOnce(true)
                .build()
        notifications.notify(NOTIFICATION, notice)
    }

    /** Reporting runs, or is off. */
    fun gone() = notifications.cancel(NOTIFICATION)

    companion object {
        const val NOTIFICATION = 2
        private const val CHANNEL = "reporting-stopped"
    }
}
