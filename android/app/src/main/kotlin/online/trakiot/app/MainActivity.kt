package online.trakiot.app

import android.content.Intent
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import kotlinx.coroutines.launch
import online.trakiot.app.navigation.TrakApp
import online.trakiot.app.ui.TrakTheme
import online.trakiot.app.widget.NearestWidget

/** The one window; everything that outlives it is in [Services]. */
class MainActivity : ComponentActivity() {
    private val services get() = (application as TrakApplication).services

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        if (savedInstanceState == null) follow(intent) // a rebuilt window has followed its link already
        setContent { TrakTheme { TrakApp(services) } }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        follow(intent)
    }

    override fun onStart() {
        super.onStart()
        services.core.foregroundChanged(true)
        services.scope.launch { services.reporter.resume() } // the system may have ended the service
    }

    override fun onStop() {
        services.core.foregroundChanged(false)
        services.scope.launch { NearestWidget.update(applicationContext, services) }
        super.onStop()
    }

    private fun follow(intent: Intent) {
        if (intent.action == Intent.ACTION_VIEW) intent.dataString?.let(services.links::arrive)
        intent.getStringExtra(PLACE)?.let(services.links::go)
    }

    companion object {
        /** The route of a place in the app, for shortcuts, the widget and the notification. */
        const val PLACE = "place"
    }
}
