package online.trakiot.app.reporting

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import kotlinx.coroutines.launch
import online.trakiot.app.TrakApplication

/** After a boot or an update reporting goes on where it was on. */
class RestartReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        if (intent.action !in expected) return
        val services = (context.applicationContext as TrakApplication).services
        val pending = goAsync()
        services.scope.launch {
            try {
                services.reporter.resume()
            } finally {
                pending?.finish()
            }
        }
    }

    private companion object {
        val expected = setOf(Intent.ACTION_BOOT_COMPLETED, Intent.ACTION_MY_PACKAGE_REPLACED)
    }
}
