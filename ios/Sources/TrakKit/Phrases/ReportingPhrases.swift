// Reporting one's own position: the switch, the state that anyone can read, and why something is missing. Links, too.

extension Phrase {
    public static let reporting = Phrase("Report my position", "上报我的位置")
    public static let reportingOff = Phrase("Reporting is off", "未上报")
    public static let reportingAs = Phrase("Reporting as {n}", "正在以 {n} 上报")
    public static let reportingMeans = Phrase(
        "This device then sends its position to your server, also while the app is not on the screen. The system shows a sign while it does. You can switch it off at any time.",
        "开启后，本机会将位置发送到您的服务器，应用不在前台时也会发送，期间系统会显示标志。您可以随时关闭。")
    public static let reportingUnit = Phrase("Unit's identifier", "设备标识")
    public static let reportingChoose = Phrase("Or choose a unit", "或选择一个设备")
    public static let reportingStart = Phrase("Start reporting", "开始上报")
    public static let reportingAgree = Phrase("Agree and start reporting", "同意并开始上报")
    public static let reportingStop = Phrase("Stop reporting", "停止上报")
    public static let reportingStopAsk = Phrase("Stop reporting?", "停止上报？")
    public static let reportingStopMeans = Phrase(
        "{n} positions have not been sent yet.", "还有 {n} 个位置未发送。")
    public static let reportingStopSend = Phrase("Stop, still send them", "停止，继续发送未发送的位置")
    public static let reportingStopErase = Phrase("Stop and erase them", "停止并清除未发送的位置")
    public static let alwaysAsk = Phrase("Allow always", "始终允许定位")
    public static let alwaysMeans = Phrase(
        "So far location is allowed while the app is in use. Then reporting ends when the system ends the app. Allowed always, it goes on by itself.",
        "目前仅在使用应用期间允许定位：系统结束应用后上报会停止。选择始终允许后，上报会自动继续。")
    public static let approximateReports = Phrase(
        "Only an approximate location is allowed: what is reported may be kilometres off.",
        "仅允许模糊定位：上报的位置可能相差数公里。")

    // State
    public static let motionLabel = Phrase("Motion", "运动状态")
    public static let motionMoving = Phrase("Moving", "移动中")
    public static let motionStanding = Phrase("Standing", "静止")
    public static let rhythmLabel = Phrase("Readings", "读取频率")
    static let rhythm = Phrase("every {n}", "每 {n}")
    static let rhythmOrDistance = Phrase("every {n} or {m}", "每 {n}或 {m}")
    public static let geofencesWatched = Phrase("Geofences watched", "监视的围栏")
    public static let queue = Phrase("Waiting to be sent", "待发送")
    public static let queueEmpty = Phrase("Everything is sent", "已全部发送")
    public static let queueOldest = Phrase("Oldest of them", "其中最早")
    public static let lastSuccess = Phrase("Last sent", "最近发送成功")
    public static let newestSent = Phrase("Newest position sent", "最新已发送的位置")
    public static let neverSent = Phrase("Nothing sent yet", "尚未发送")
    public static let whyNotSent = Phrase("Why nothing is sent", "未发送的原因")
    public static let memoryOnly = Phrase(
        "The storage is full: {n} readings wait in memory and are lost when the app ends. Free some space.",
        "存储空间已满：{n} 条读数仅在内存中，应用结束后会丢失。请清理空间。")
    public static let setAside = Phrase("Set aside by the server", "服务器未接收")
    public static let setAsideMeans = Phrase(
        "The server would not take them. They are kept; your administrator can say why.",
        "服务器未接收这些位置。它们会保留在本机，原因请咨询管理员。")
    public static let setAsideRetry = Phrase("Send them again", "重新发送")
    public static let thinned = Phrase(
        "{n} positions were given up because too many waited.", "因等待过多，已舍弃 {n} 个位置。")
    static let salvagedWhole = Phrase(
        "The outbox was damaged; all {n} positions in it were saved.", "发件箱曾损坏，其中 {n} 个位置已全部保留。")
    static let salvagedPart = Phrase(
        "The outbox was damaged; {n} positions in it were saved, others are lost.",
        "发件箱曾损坏，保留了 {n} 个位置，其余已丢失。")
    public static let notCounted = Phrase("Readings that did not count, 48 h", "48 小时内未计入的读数")
    public static let ownCrossings = Phrase("Geofences crossed", "围栏进出")
    static let crossedIn = Phrase("Entered {n}", "进入{n}")
    static let crossedOut = Phrase("Left {n}", "离开{n}")
    public static let ownGaps = Phrase("Times without a position", "无位置的时段")
    public static let gapLasts = Phrase("since {n}", "自 {n} 起")
    public static let gapFromTo = Phrase("{n} to {m}", "{n} 至 {m}")

    // Why there was no fix
    static let gapPermission = Phrase("Permission was taken away or reduced", "定位权限被取消或降低")
    static let gapLocationOff = Phrase("Location was switched off", "定位服务已关闭")
    static let gapKilled = Phrase("The system had ended the app", "应用曾被系统结束")
    static let gapRestarted = Phrase("The device was off or started anew", "本机曾关机或重启")
    static let gapNoReading = Phrase("The sensors said nothing", "传感器无读数")
    static let gapConsent = Phrase("You withdrew your consent", "您撤回了同意")
    static let gapSignedOut = Phrase("Nobody was signed in", "未登录")
    static let gapSwitchedOff = Phrase("You switched reporting off", "您关闭了上报")

    // Why a reading did not count
    static let rejectedNotOnEarth = Phrase("No place on earth", "不是有效坐标")
    static let rejectedNull = Phrase("Latitude and longitude 0", "经纬度为 0")
    static let rejectedAccuracy = Phrase("Too inexact", "精度过低")
    static let rejectedOlder = Phrase("Older than the newest one", "早于最新读数")
    static let rejectedDuplicate = Phrase("The same again", "重复")
    static let rejectedFuture = Phrase("From the future", "时间在未来")
    static let rejectedSpeed = Phrase("Faster than anybody moves", "速度不可能")
    static let rejectedMock = Phrase("Made up by software", "由软件模拟")
    static let rejectedDebounce = Phrase("Too soon after the one before", "与上一条间隔过短")
    static let rejectedStationary = Phrase("Nothing had moved", "未移动")

    // Why nothing is sent
    static let blockedOffline = Phrase(
        "No connection. What waits is kept and sent as soon as there is one.", "无网络连接。待发送的位置会保留，联网后自动发送。")
    static let blockedSignedOut = Phrase(
        "Nobody is signed in. What waits is kept. Sign in again.", "未登录。待发送的位置会保留。请重新登录。")
    static let blockedUnknownUnit = Phrase(
        "The server does not know this unit. What waits is kept. Check the identifier.",
        "服务器没有此设备。待发送的位置会保留。请检查标识。")
    static let blockedDenied = Phrase(
        "This account may not report for the unit. What waits is kept. Ask your administrator.",
        "此账号无权为该设备上报。待发送的位置会保留。请联系管理员。")
    static let blockedBusy = Phrase(
        "The server asks to wait. It is tried again by itself.", "服务器要求等待，系统会自动重试。")
    static let blockedNoAnswer = Phrase(
        "The server does not answer. It is tried again by itself.", "服务器无应答，系统会自动重试。")
    static let blockedCertificate = Phrase(
        "The server's certificate is not acceptable, so nothing was sent. Ask your administrator.",
        "服务器证书不可接受，因此未发送。请联系管理员。")
    static let blockedOther = Phrase(
        "Another program of yours is sending these positions.", "您的另一个程序正在发送这些位置。")
    static let blockedStorage = Phrase(
        "The outbox cannot be read. Start the app again: what can be read is kept.",
        "无法读取发件箱。请重新打开应用：可读取的内容会保留。")

    // Commands that failed
    static let recordSignedOut = Phrase("Nobody is signed in. Sign in first.", "未登录。请先登录。")
    static let recordNotReporting = Phrase("Reporting is off.", "上报已关闭。")
    static let recordInvalid = Phrase(
        "This is no unit's identifier. Nothing was changed.", "这不是有效的设备标识。未作任何更改。")
    static let recordFull = Phrase(
        "The storage is full. Readings wait in memory and are kept as soon as there is space.",
        "存储空间已满。读数暂存于内存，有空间后会保存。")
    static let recordKeyMissing = Phrase(
        "The outbox is there but its key is gone, so nobody can read it. Sign out and erase, then sign in again.",
        "发件箱存在，但密钥已丢失，无法读取。请退出并清除，然后重新登录。")

    // Links
    public static let linkTitle = Phrase("Link", "链接")
    static let linkNotOurs = Phrase(
        "This is not a link into this app. Nothing was changed.", "这不是本应用的链接。未作任何更改。")
    static let linkUnknownKind = Phrase(
        "This version of the app does not know such a link. Nothing was changed. Update the app.",
        "此版本的应用不支持该链接。未作任何更改。请更新应用。")
    static let linkMissing = Phrase(
        "The link lacks {n}. Nothing was changed. Ask whoever made it.", "链接缺少{n}。未作任何更改。请联系链接的制作者。")
    static let linkUnreadable = Phrase(
        "In the link {n} cannot be read. Nothing was changed. Ask whoever made it.",
        "链接中的{n}无法读取。未作任何更改。请联系链接的制作者。")
    static let linkPartUnit = Phrase("the unit's number", "设备编号")
    static let linkPartText = Phrase("the searched text", "搜索文字")
    static let linkPartAddress = Phrase("the server's address", "服务器地址")
    static let linkPartAccount = Phrase("the account", "账号")
    static let linkPartPin = Phrase("the server's key", "服务器密钥")
    public static let proposalTitle = Phrase("Sign in at another server?", "登录到其他服务器？")
    public static let proposalMeans = Phrase(
        "A link proposes this. Nothing is changed or sent yet. Agree only if you know who made the link: the server sees your account and password.",
        "这是某个链接提出的更改，目前尚未更改或发送任何内容。请仅在了解链接来源时同意：该服务器会得到您的账号和密码。")
    public static let proposalNow = Phrase("Server now", "当前服务器")
    public static let proposalThen = Phrase("Server then", "更改后的服务器")
    public static let proposalPin = Phrase("Only this server key", "仅接受此服务器密钥")
    public static let proposalAccept = Phrase("Fill in the sign-in", "填入登录表单")
    public static let pinned = Phrase("Only this server key is accepted", "仅接受此服务器密钥")
}
