package online.trakiot.app.platform

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import online.trakiot.core.Place
import java.util.Locale

/** Other apps of the phone: maps, telephone, sharing. A phone without one answers nothing. */
class Outside(private val context: Context) {
    fun navigate(place: Place, name: String): Boolean {
        val at = String.format(Locale.ROOT, "%.6f,%.6f", place.latDeg, place.lonDeg)
        return start(Intent(Intent.ACTION_VIEW, Uri.parse("geo:$at?q=$at(${Uri.encode(name)})")))
    }

    fun call(phone: String): Boolean = start(Intent(Intent.ACTION_DIAL, Uri.fromParts("tel", phone, null)))

    fun mail(address: String): Boolean = start(Intent(Intent.ACTION_SENDTO, Uri.fromParts("mailto", address, null)))

    fun share(text: String): Boolean {
        val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, text)
        return start(Intent.createChooser(send, null))
    }

    /** The system's own page of this app: permissions, notifications. */
    fun appSettings(): Boolean =
        start(
            Intent(android.provider.Settings.ACTION_APPLICATION_DETAILS_SETTINGS)
                .setData(Uri.fromParts("package", context.packageName, null)),
        )

    /** Whether the phone may stop the app to save its battery: the system's list, then the maker's own page. */
    fun batterySettings(): Boolean = start(Intent(android.provider.Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS))

    fun autostartSettings(maker: PhoneMaker): Boolean = autostartPages(maker).any(::start) || appSettings()

    fun locationSettings(): Boolean = start(Intent(android.provider.Settings.ACTION_LOCATION_SOURCE_SETTINGS))

    private fun start(intent: Intent): Boolean =
        try {
            context.startActivity(intent.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
            true
        } catch (missing: ActivityNotFoundException) {
            false
        } catch (closed: SecurityException) {
            false // a page of the phone's maker that is not for other apps
        }
}
