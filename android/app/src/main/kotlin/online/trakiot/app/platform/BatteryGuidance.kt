package online.trakiot.app.platform

import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.os.Build
import android.os.PowerManager

/** Makers whose phones end apps in the background in ways of their own. */
enum class PhoneMaker(private val names: List<String>, val autostart: List<Pair<String, String>>) {
    Xiaomi(
        listOf("xiaomi", "redmi", "poco"),
        listOf("com.miui.securitycenter" to "com.miui.permcenter.autostart.AutoStartManagementActivity"),
    ),
    Huawei(
        listOf("huawei"),
        listOf("com.huawei.systemmanager" to "com.huawei.systemmanager.startupmgr.ui.StartupNormalAppListActivity"),
    ),
    Honor(
        listOf("honor"),
        listOf("com.hihonor.systemmanager" to "com.hihonor.systemmanager.startupmgr.ui.StartupNormalAppListActivity"),
    ),
    Oppo(
        listOf("oppo", "realme", "oneplus"),
        listOf(
            "com.oplus.battery" to "com.oplus.startupapp.view.StartupAppListActivity",
            "com.coloros.safecenter" to "com.coloros.safecenter.startupapp.StartupAppListActivity",
        ),
    ),
    Vivo(
        listOf("vivo", "iqoo"),
        listOf("com.vivo.permissionmanager" to "com.vivo.permissionmanager.activity.BgStartUpManagerActivity"),
    ),
    Samsung(
        listOf("samsung"),
        listOf("com.samsung.android.lool" to "com.samsung.android.sm.battery.ui.BatteryActivity"),
    ),
    Other(emptyList(), emptyList());

    companion object {
        fun of(manufacturer: String): PhoneMaker =
            entries.firstOrNull { maker -> maker.names.any { manufacturer.equals(it, ignoreCase = true) } } ?: Other
    }
}

/** How the phone treats apps in the background. */
data class BatteryGuidance(val maker: PhoneMaker, val exempt: Boolean)

fun batteryGuidance(context: Context): BatteryGuidance {
    val power = context.getSystemService(PowerManager::class.java)
    return BatteryGuidance(PhoneMaker.of(Build.MANUFACTURER), power.isIgnoringBatteryOptimizations(context.packageName))
}

/** The maker's own page for starting in the background, the first that the phone may have. */
fun autostartPages(maker: PhoneMaker): List<Intent> =
    maker.autostart.map { (name, page) -> Intent().setComponent(ComponentName(name, page)) }
