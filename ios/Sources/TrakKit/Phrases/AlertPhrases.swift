// Alerts, what the person is told of, messages, and the operator's notices.

extension Phrase {
    public static let alertsUnknown = Phrase("No alerts are kept here", "本机没有已保存的提醒")
    public static let alertsUnknownMore = Phrase(
        "The server cannot be asked at present, so what happened meanwhile is not here yet. Nothing is lost: it comes with the connection.",
        "目前无法询问服务器，期间发生的提醒尚未显示。提醒不会丢失，恢复连接后将自动显示。")
    public static let alertsEmpty = Phrase("No alerts", "没有提醒")
    public static let alertsEmptyMore = Phrase(
        "What happens to your units shows here and stays here, also after a restart.",
        "您的设备发生的事件会显示并保留在此处，重启后也不会丢失。")
    public static let alertsLoading = Phrase("Asking for what was missed …", "正在获取错过的事件…")
    public static let alertsUnread = Phrase("{n} new", "{n} 条未读")
    public static let alertsAllSeen = Phrase("Nothing new", "没有未读")
    public static let alertsFetch = Phrase("Ask for what was missed", "获取错过的事件")
    public static let alertsSeen = Phrase("Mark all as seen", "全部标为已读")
    public static let alertNew = Phrase("New", "未读")
    public static let alertSeen = Phrase("Seen", "已读")
    public static let markSeen = Phrase("Mark as seen", "标为已读")

    public static let alertSettings = Phrase("Alert settings", "提醒设置")
    public static let alertKinds = Phrase("What to tell me of", "通知我的事件")
    public static let alertKindsMean = Phrase(
        "Everything is kept under Alerts; this decides what is told.", "所有事件都会保存在“提醒”中，这里决定通知哪些。")
    public static let pushTell = Phrase("Tell me by messages", "推送消息通知我")
    public static let pushNotSetUp = Phrase(
        "This build of the app has no key of the push service: nothing is sent to it.",
        "此版本应用没有推送服务的密钥，不会收到推送。")
    public static let pushRefused = Phrase(
        "The system does not show messages of this app. They stand under Alerts all the same. Allow them in the system's settings.",
        "系统未允许本应用显示通知。消息仍会保存在“提醒”中。请在系统设置中允许。")
    public static let quiet = Phrase("Quiet every day", "每天免打扰")
    public static let quietMeans = Phrase(
        "Nothing is told then, and it is not made up for later.", "此时段内不通知，之后也不补发。")
    public static let quietFrom = Phrase("From", "开始")
    public static let quietTo = Phrase("Until", "结束")
    public static let timeZone = Phrase("Time zone", "时区")
    public static let timeZoneSearch = Phrase("Part of the name", "名称的一部分")
    static let settingsRefused = Phrase(
        "These settings make no sense, so the ones before still count. Choose other hours or another time zone.",
        "这些设置无效，仍沿用之前的设置。请选择其他时段或时区。")

    // Messages that open nothing
    public static let pushTitle = Phrase("The message opens nothing", "无法打开该消息")
    static let pushUnreadable = Phrase(
        "It cannot be read. Nothing was kept of it. Look under Alerts.", "无法读取，未保存任何内容。请查看“提醒”。")
    static let pushNewer = Phrase(
        "It comes from a newer server. Nothing was kept of it. Update the app.", "它来自较新的服务器，未保存任何内容。请更新应用。")
    static let pushFuture = Phrase(
        "Its time lies in the future. Nothing was kept of it. Check the clock of this device.",
        "其时间在未来，未保存任何内容。请检查本机时钟。")
    static let pushOtherAccount = Phrase(
        "It is for another account than the one signed in. Nothing was kept of it. Sign in to that account to see it.",
        "该消息属于另一个账号，未保存任何内容。请登录该账号查看。")

    // Notices
    static let noticeSecurity = Phrase("Security notice", "安全通知")
    static let noticeEndOfService = Phrase("The service ends", "停止服务通知")
    static let noticeFirstOf = Phrase("{n} (1 of {m})", "{n}（共 {m} 条，第 1 条）")
    public static let noticeRead = Phrase("Read", "查看")
    public static let noticeAcknowledge = Phrase("I have read this", "我已知晓")
    public static let noticeStays = Phrase(
        "The server could not be told that you have read it, so it stays here. Try again with a connection.",
        "未能通知服务器您已阅读，因此仍显示在此。请联网后重试。")

    // What waits
    public static let waiting = Phrase("Positions one by one", "逐条查看位置")
    public static let waitingNone = Phrase("Nothing waits", "没有待发送的位置")
    static let tried = Phrase("tried {n} times", "已尝试 {n} 次")
    static let asideRefused = Phrase("The server refused it; it is kept here", "服务器拒绝，保留在本机")
    static let asideDenied = Phrase("The account may not report for the unit", "账号无权为该设备上报")
    static let asideUnknownUnit = Phrase("The server does not know the unit", "服务器没有此设备")
    static let asideNoAnswer = Phrase("The server did not answer to it", "服务器未应答")
    static let asideTooLarge = Phrase("It is too large for the server", "超出服务器允许的大小")
}
