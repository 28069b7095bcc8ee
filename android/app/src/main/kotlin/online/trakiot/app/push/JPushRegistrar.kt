package online.trakiot.app.push

import android.content.ComponentName
import android.content.Context
import android.content.pm.PackageManager
import android.content.pm.PackageManager.COMPONENT_ENABLED_STATE_DISABLED
import android.content.pm.PackageManager.COMPONENT_ENABLED_STATE_ENABLED
import android.content.pm.PackageManager.DONT_KILL_APP
import cn.jiguang.api.JCoreInterface
import cn.jiguang.api.utils.JCollectionAuth
import cn.jpush.android.api.JPushInterface
import java.io.File

/**
 * JPush. Its components are switched off in the manifest, so that neither the system nor another app can start them; they
 * are switched on here, after the person agreed, and off again when they withdraw. Only [Vendor] names the SDK's classes, so
 * that nothing else loads them.
 */
class JPushRegistrar(private val context: Context) : PushRegistrar {
    override val available: Boolean by lazy { appKey(context).isNotBlank() }

    override fun start(collects: Boolean): String? {
        switch(COMPONENT_ENABLED_STATE_ENABLED)
        return Vendor.start(context, collects)
    }

    override fun stop() {
        if (!runs()) return
        Vendor.stop(context)
        switch(COMPONENT_ENABLED_STATE_DISABLED)
        forget()
    }

    /** Whether it was ever started and not stopped since, over restarts too: the system keeps what is switched on. */
    private fun runs(): Boolean =
        context.packageManager.getComponentEnabledSetting(component(COMPONENTS.first())) == COMPONENT_ENABLED_STATE_ENABLED

    private fun switch(state: Int) {
        for (name in COMPONENTS) context.packageManager.setComponentEnabledSetting(component(name), state, DONT_KILL_APP)
    }

    private fun component(name: String) = ComponentName(context.packageName, name)

    /** What the SDK keeps of this phone, its registration included. */
    private fun forget() {
        val preferences = File(context.dataDir, "shared_prefs").list().orEmpty().map { it.removeSuffix(".xml") }
        for (name in preferences) if (KEPT.any { name.startsWith(it) }) context.deleteSharedPreferences(name)
        for (file in context.filesDir.listFiles().orEmpty()) if (KEPT.any { file.name.startsWith(it) }) file.deleteRecursively()
        for (name in context.databaseList()) if (KEPT.any { name.startsWith(it) }) context.deleteDatabase(name)
    }

    companion object {
        /** All of JPush that the manifest names; each is switched off there. */
        val COMPONENTS =
            listOf(
                "online.trakiot.app.push.PushReceiver",
                "online.trakiot.app.push.PushConnection",
                "cn.jpush.android.service.PushService",
                "cn.jpush.android.service.DataProvider",
                "cn.jpush.android.service.PushReceiver",
                "cn.jpush.android.service.AlarmReceiver",
                "cn.jpush.android.service.JNotifyActivity",
                "cn.jpush.android.ui.PushActivity",
            )

        /** How what the SDK keeps is called. */
        private val KEPT = listOf("cn.jpush", "cn.jiguang", "jpush", "jiguang", ".jpush", ".jiguang")

        private fun appKey(context: Context): String {
            val said = context.packageManager.getApplicationInfo(context.packageName, PackageManager.GET_META_DATA).metaData
            return said?.getString("JPUSH_APPKEY").orEmpty()
        }
    }
}

/** The SDK itself, in a class of its own: loaded with the first call. */
private object Vendor {
    fun start(context: Context, collects: Boolean): String? {
        JCollectionAuth.setAuth(context, true)
        // What it would collect beyond what it needs to deliver: places, habits; and waking by, or of, other apps never.
        JPushInterface.setLbsEnable(context, collects)
        JPushInterface.setSmartPushEnable(context, collects)
        JCoreInterface.setWakeEnable(context, false)
        JPushInterface.setDebugMode(false)
        JPushInterface.init(context)
        if (JPushInterface.isPushStopped(context)) JPushInterface.resumePush(context)
        return JPushInterface.getRegistrationID(context).orEmpty().ifBlank { null }
    }

    fun stop(context: Context) {
        JPushInterface.clearAllNotifications(context)
        JPushInterface.stopPush(context)
        JCollectionAuth.setAuth(context, false)
    }
}
