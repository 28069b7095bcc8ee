package online.trakiot.app.platform

import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import online.trakiot.core.Place

/** Other apps of the phone: maps, telephone, sharing. A phone without one answers nothing. */
class Outside(private val context: Context) {
    private val maps = MapApps(context)

    /** The map apps that this phone has. */
    fun mapApps(): List<MapApp> = maps.installed()

    /** The way to a WGS-84 place. */
    fun navigate(app: MapApp, place: Place, name: String): Boolean = maps.start(app, place, name)?.let(::start) == true

    fun call(phone: String): Boolean = start(Intent(Intent.ACTION_DIAL, Uri.fromParts("tel", phone, null)))

    fun mail(address: String): Boolean = start(Intent(Intent.ACTION_SENDTO, Uri.parse("mailto:${Uri.encode(address, "@")}")))

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
