package online.trakiot.app

import android.content.Intent
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import cn.jpush.android.api.NotificationMessage
import online.trakiot.app.push.PushReceiver
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** JPush's own receiver, as JPush calls it: a tap on a message while the app is not running. Has a process of its own. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class, qualifiers = "w360dp-h740dp-hdpi")
class PushReceiverTest {
    @get:Rule val rule = createAndroidComposeRule<MainActivity>()
    private val screen by lazy { Screen(rule) }
    private val app get() = rule.activity.application as TestApplication

    @Test
    fun aTapWhileTheAppIsNotRunningOpensTheUnit() {
        Backend(everySeconds = 100_000).use { backend ->
            screen.agrees()
            screen.signsIn(backend)
            screen.tag("units").assertIsDisplayed()
            app.startAgain()
            val message = NotificationMessage()
            message.notificationExtras = pushPayload(pushAccount(backend), event = 900_020)
            PushReceiver().onNotifyMessageOpened(app, message)
            val started = shadowOf(app).nextStartedActivity
            assertEquals(MainActivity::class.java.name, started.component?.className)
            assertEquals(Intent.FLAG_ACTIVITY_NEW_TASK, started.flags and Intent.FLAG_ACTIVITY_NEW_TASK)
            screen.appears()
            screen.sees(R.string.coordinates).assertIsDisplayed()
        }
    }
}
