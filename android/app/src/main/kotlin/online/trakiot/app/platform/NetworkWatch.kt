package online.trakiot.app.platform

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network

/** Tells whether any network is there at all; whether the server answers is the core's to find out. */
class NetworkWatch(context: Context) {
    private val manager = context.getSystemService(ConnectivityManager::class.java)

    fun start(changed: (available: Boolean) -> Unit) {
        manager.registerDefaultNetworkCallback(
            object : ConnectivityManager.NetworkCallback() {
                override fun onAvailable(network: Network) = changed(true)

                override fun onLost(network: Network) = changed(false)

                override fun onUnavailable() = changed(false)
            },
        )
    }
}
