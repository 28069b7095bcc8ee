package online.trakiot.app.platform

import android.content.Context
import android.os.SystemClock
import android.provider.Settings.Global
import online.trakiot.core.DeviceTime

/** The phone's clocks. */
interface DeviceClock {
    fun now(): DeviceTime
}

/** The system's. A boot is told from another by the number that Android counts. */
class SystemDeviceClock(context: Context) : DeviceClock {
    private val boot = Global.getInt(context.contentResolver, Global.BOOT_COUNT, 0).toULong()

    override fun now() =
        DeviceTime(System.currentTimeMillis(), SystemClock.elapsedRealtime().toULong(), boot)
}
