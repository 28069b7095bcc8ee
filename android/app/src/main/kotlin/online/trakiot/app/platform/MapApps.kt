package online.trakiot.app.platform

import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.net.Uri
import androidx.annotation.StringRes
import java.util.Locale
import online.trakiot.app.R
import online.trakiot.core.Datum
import online.trakiot.core.Place
import online.trakiot.core.drawOn

/**
 * The map apps that are asked for directions, each by its own link and in the datum that this link is read in. A `geo:`
 * link is WGS-84 (RFC 5870); the apps made for mainland China read it as GCJ-02 and would lead some 500 m astray.
 */
enum class MapApp(@param:StringRes val label: Int, val packageName: String?, private val datum: Datum) {
    AMAP(R.string.map_app_amap, "com.autonavi.minimap", Datum.GCJ02),
    BAIDU(R.string.map_app_baidu, "com.baidu.BaiduMap", Datum.GCJ02),
    TENCENT(R.string.map_app_tencent, "com.tencent.map", Datum.GCJ02),
    OTHER(R.string.map_app_other, null, Datum.WGS84),
    ;

    /** The way by car to a WGS-84 [place], as this app's link. */
    fun directions(place: Place, name: String): Uri {
        val to = drawOn(datum, place)
        val lat = degrees(to.latDeg)
        val lon = degrees(to.lonDeg)
        val link = Uri.Builder()
        return when (this) {
            // dev 0: the place is in GCJ-02 already; t 0: by car.
            AMAP ->
                link.scheme("amapuri").authority("route").path("/plan/").appendQueryParameter("sourceApplication", SOURCE)
                    .appendQueryParameter("dlat", lat).appendQueryParameter("dlon", lon).appendQueryParameter("dname", name)
                    .appendQueryParameter("dev", "0").appendQueryParameter("t", "0").build()
            BAIDU ->
                link.scheme("baidumap").authority("map").path("/direction")
                    .appendQueryParameter("destination", "name:${name.replace('|', ' ')}|latlng:$lat,$lon")
                    .appendQueryParameter("coord_type", "gcj02").appendQueryParameter("mode", "driving")
                    .appendQueryParameter("src", SOURCE).build()
            TENCENT ->
                link.scheme("qqmap").authority("map").path("/routeplan").appendQueryParameter("type", "drive")
                    .appendQueryParameter("to", name).appendQueryParameter("tocoord", "$lat,$lon")
                    .appendQueryParameter("referer", SOURCE).build()
            OTHER -> Uri.parse("geo:$lat,$lon?q=$lat,$lon(${Uri.encode(name)})")
        }
    }

    private companion object {
        const val SOURCE = "online.trakiot.app"

        fun degrees(value: Double): String = String.format(Locale.ROOT, "%.6f", value)
    }
}

/** Which of them this phone has; [MapApp.OTHER] stands for every app that reads `geo:` as it is meant. */
class MapApps(private val context: Context) {
    fun installed(): List<MapApp> = MapApp.entries.filter { app -> start(app, ANYWHERE, "") != null }

    /** What opens it; nothing where the phone does not have it. */
    fun start(app: MapApp, place: Place, name: String): Intent? {
        val view = Intent(Intent.ACTION_VIEW, app.directions(place, name))
        val found = context.packageManager.queryIntentActivities(view, 0).map { it.activityInfo }
        if (app.packageName != null) return view.setPackage(app.packageName).takeIf { found.any { it.packageName == app.packageName } }
        val (misread, right) = found.partition { activity -> MapApp.entries.any { it.packageName == activity.packageName } }
        if (right.isEmpty()) return null
        val out = misread.map { ComponentName(it.packageName, it.name) }.toTypedArray()
        return Intent.createChooser(view, null).putExtra(Intent.EXTRA_EXCLUDE_COMPONENTS, out)
    }

    private companion object {
        val ANYWHERE = Place(0.0, 0.0)
    }
}
