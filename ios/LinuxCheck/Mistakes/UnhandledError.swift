// error: .*not handled
import UserNotifications

func ask() async -> Bool { await UNUserNotificationCenter.current().requestAuthorization(options: [.alert]) }
