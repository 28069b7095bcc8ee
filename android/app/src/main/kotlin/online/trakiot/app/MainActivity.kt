package online.trakiot.app

import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import online.trakiot.app.navigation.TrakApp
import online.trakiot.app.ui.TrakTheme

/** The one window; everything that outlives it is in [Services]. */
class MainActivity : ComponentActivity() {
    private val services get() = (application as TrakApplication).services

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        setContent { TrakTheme { TrakApp(services) } }
    }

    override fun onStart() {
        super.onStart()
        services.core.foregroundChanged(true)
    }

    override fun onStop() {
        services.core.foregroundChanged(false)
        super.onStop()
    }
}
