package online.trakiot.app.ui.parts

import android.Manifest.permission.POST_NOTIFICATIONS
import android.os.Build
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts.RequestPermission
import androidx.compose.runtime.Composable

/** Asks the system to let notifications be shown, where it wants to be asked (Android 13 and later). Only by a person's tap. */
@Composable
fun rememberNotificationQuestion(): () -> Unit {
    val question = rememberLauncherForActivityResult(RequestPermission()) {}
    return { if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) question.launch(POST_NOTIFICATIONS) }
}
