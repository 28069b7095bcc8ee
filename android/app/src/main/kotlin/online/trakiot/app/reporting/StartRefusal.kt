package online.trakiot.app.reporting

import android.os.Build.VERSION_CODES
import online.trakiot.app.platform.PermissionFacts

/** Why reporting does not run though it is on. */
enum class StartRefusal {
    /** There is no permission to read the position. */
    NoPermission,

    /** Not from the background: the app has to be opened, or always be allowed. */
    FromBackground,

    /** The system refused, and the permissions are not why. */
    BySystem,

    /** What is kept on this phone cannot be read, so nothing can be recorded. */
    NotOpened,
}

/**
 * Whether the system would refuse, judged beforehand: a service that was promised and is then refused ends the process.
 * [visible]: whether the app is on the screen. A permission while in use is none in the background since Android 11: there
 * nothing would be read, and Android 14 refuses the service as well. Android 10 reads from any service that shows itself.
 */
fun startRefusal(facts: PermissionFacts, visible: Boolean): StartRefusal? =
    when {
        !facts.coarse && !facts.fine -> StartRefusal.NoPermission
        visible || facts.background || facts.sdk < VERSION_CODES.R -> null
        else -> StartRefusal.FromBackground
    }
