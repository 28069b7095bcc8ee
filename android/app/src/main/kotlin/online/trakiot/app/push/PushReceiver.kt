package online.trakiot.app.push

import android.content.Context
import android.content.Intent
import cn.jpush.android.api.CustomMessage
import cn.jpush.android.api.NotificationMessage
import cn.jpush.android.service.JCommonService
import cn.jpush.android.service.JPushMessageReceiver
import online.trakiot.app.MainActivity
import online.trakiot.app.TrakApplication

/** What JPush tells the app; handed over as it is. */
class PushReceiver : JPushMessageReceiver() {
    override fun isNeedShowNotification(context: Context, message: NotificationMessage, channel: String?): Boolean =
        context.push.shows(message.notificationExtras.orEmpty())

    override fun onMessage(context: Context, message: CustomMessage) = context.push.received(message.extra.orEmpty())

    override fun onNotifyMessageOpened(context: Context, message: NotificationMessage) {
        context.push.opened(message.notificationExtras.orEmpty())
        context.startActivity(Intent(context, MainActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
    }

    override fun onRegister(context: Context, registrationId: String?) = context.push.registered(registrationId.orEmpty())

    private val Context.push get() = (applicationContext as TrakApplication).services.push
}

/** JPush wants a service of the app's own to live in. */
class PushConnection : JCommonService()
