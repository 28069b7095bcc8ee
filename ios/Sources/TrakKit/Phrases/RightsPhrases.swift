// A person's rights to their data: copy, correct, erase, leave, and who looked.

extension Phrase {
    public static let yourData = Phrase("Your data", "您的数据")
    public static let asking = Phrase("Asking …", "正在查询…")
    public static let showMore = Phrase("Show more", "显示更多")
    static let rightsNotOffered = Phrase(
        "This server does not offer this. Nothing was changed. Ask your administrator.",
        "此服务器不提供该功能。未作任何更改。请联系管理员。")
    static let rightsInvalid = Phrase(
        "This cannot be taken as it is: a field is empty, too long, or ends before it begins. Nothing was changed.",
        "无法接受：内容为空、过长，或结束早于开始。未作任何更改。")
    static let rightsOffline = Phrase(
        "No connection, so the server was not asked. Nothing was changed. Check the network, then try again.",
        "无网络连接，未能询问服务器。未作任何更改。请检查网络后重试。")

    // Copy
    public static let copySave = Phrase("Save a copy of all my data", "保存我的全部数据")
    public static let copyMeans = Phrase(
        "Everything that is kept of you, in one ZIP file: profile, answers, units, positions as GPX, GeoJSON and CSV, alerts. The file is not encrypted: keep it where only you can read it.",
        "与您有关的全部数据，保存为一个 ZIP 文件：个人资料、同意记录、设备、位置（GPX、GeoJSON、CSV）和提醒。文件未加密，请存放在只有您能读取的地方。"
    )
    public static let copyBusy = Phrase(
        "Putting the copy together. A long track takes minutes.", "正在整理数据，轨迹较长时需要几分钟。")

    // Corrections
    public static let correct = Phrase("Correct my data", "更正我的数据")
    public static let newName = Phrase("Name", "姓名")
    public static let newEmail = Phrase("Account or mail address", "账号或邮箱")
    public static let newPhone = Phrase("New phone number", "新电话号码")
    public static let newPassword = Phrase("New password", "新密码")
    public static let emptyStays = Phrase("What is left empty stays as it is.", "留空则不变。")
    public static let save = Phrase("Save", "保存")
    public static let accountChanged = Phrase("Changed at the server.", "已在服务器上更改。")
    public static let askAdministrator = Phrase("Ask the administrator", "请管理员更正")
    public static let askAdministratorMeans = Phrase(
        "What only the administrator may change. They see what you write here.",
        "只有管理员才能更改的内容。管理员会看到您在此填写的内容。")
    public static let correctionAbout = Phrase("About", "关于内容")
    public static let correctionText = Phrase("What is wrong, and how it should be", "哪里有误，应改为什么")
    public static let correctionSend = Phrase("Send the request", "发送请求")
    public static let correctionSent = Phrase("The request was sent.", "请求已发送。")
    static let correctionAccountName = Phrase("Account name", "账号名称")
    static let correctionUnitName = Phrase("Unit name", "设备名称")
    static let correctionOther = Phrase("Something else", "其他")
    public static let requests = Phrase("Your requests", "您的请求")
    public static let requestsNone = Phrase("You have not asked for anything.", "您还没有提出请求。")
    static let requestOpen = Phrase("open", "待处理")
    static let requestDone = Phrase("done", "已完成")
    static let requestRefused = Phrase("refused", "已拒绝")
    static let requestMade = Phrase("{n}, asked {m}", "{n}，{m}提出")
    static let requestClosed = Phrase("{n}, answered {m}", "{n}，{m}答复")
    public static let requestAnswer = Phrase("Answer: {n}", "答复：{n}")

    // One's own track
    public static let ownTrack = Phrase("Erase my positions", "删除我的位置")
    public static let ownTrackMeans = Phrase(
        "Positions of your own units, at the server and on this device. What is erased cannot be brought back.",
        "您自己设备的位置，包括服务器和本机上的。删除后无法恢复。")
    public static let ownTrackNone = Phrase(
        "No unit of this account is your own. A unit is yours when this device reports it or the administrator made it yours.",
        "此账号下没有您自己的设备。由本机上报或由管理员指定给您的设备才是您自己的设备。")
    public static let unitLabel = Phrase("Unit", "设备")
    public static let firstDay = Phrase("From", "从")
    public static let lastDay = Phrase("To", "到")
    public static let eraseDays = Phrase("Erase everything of these days", "删除这些天的全部记录")
    public static let eraseDaysAsk = Phrase("Erase all positions of {n}, {m}?", "删除{n}在{m}的全部位置？")
    public static let daysFromTo = Phrase("{n} to {m}", "{n}至{m}")
    public static let erase = Phrase("Erase", "删除")
    public static let erased = Phrase("{n} positions erased.", "已删除 {n} 个位置。")
    public static let singlePoints = Phrase("Single points", "单个定位点")
    public static let showPoints = Phrase("Show the points", "显示定位点")
    public static let erasePoint = Phrase("Erase the point of {n}", "删除 {n} 的定位点")

    // Who looked
    public static let accessLog = Phrase("Who looked at my data", "谁查看过我的数据")
    public static let accessLogMeans = Phrase(
        "Looks of others at your own units and at your record of answers, newest first.",
        "他人对您自己的设备和同意记录的查看，最新的在前。")
    public static let accessLogNone = Phrase("Nobody else has looked", "没有他人查看过")
    static let lookedPositions = Phrase("Where your unit is", "您的设备的位置")
    static let lookedHistory = Phrase("Where it was", "您的设备的轨迹")
    static let lookedExport = Phrase("A file of where it was", "轨迹文件")
    static let lookedConsents = Phrase("Your record of answers", "您的同意记录")
    static let lookedUnit = Phrase("The unit itself", "设备信息")
    static let lookedOther = Phrase("Something that this version of the app does not know", "此版本应用不认识的内容")

    // How long
    public static let retention = Phrase("How long data is kept", "数据保留期限")
    public static let atServer = Phrase("At the server", "服务器上")
    public static let positions = Phrase("Positions", "位置")
    public static let events = Phrase("Events", "事件")
    public static let lastErased = Phrase("Last erased", "上次删除")
    public static let never = Phrase("never", "从未")
    static let noTerm = Phrase("no term is set", "未设期限")
    public static let onThisDevice = Phrase("On this device", "本机")
    public static let retentionMeans = Phrase(
        "What has outlived the terms of the privacy policy is erased every day.", "超过隐私政策所列期限的数据每天自动删除。")
    public static let retentionNoRun = Phrase("Nothing has been erased yet", "尚未删除任何内容")
    static let runPositions = Phrase("positions {n}", "位置 {n}")
    static let runAlerts = Phrase("alerts {n}", "提醒 {n}")
    static let runReadings = Phrase("readings {n}", "读数 {n}")
    static let runCaches = Phrase("accounts {n}", "账号 {n}")

    // Leaving
    public static let leave = Phrase("Cancel the account", "注销账号")
    public static let leaveMeans = Phrase(
        "The server deletes your positions, your own units, your consents and the account, in this order, within 15 working days. Until it is done you can keep the account with one tap, and this device goes on working. The law wants the log of who looked at what to be kept; your name in it is replaced.",
        "服务器将在 15 个工作日内依次删除您的位置、您自己的设备、您的同意记录和账号。完成前您可以一键保留账号，本机可继续使用。法律要求保留访问日志，其中您的姓名会被替换。"
    )
    public static let leaveSend = Phrase("Cancel my account", "注销我的账号")
    public static let leaveAsk = Phrase("Cancel the account for good?", "确定注销账号？")
    public static let leaveEnds = Phrase("The account will be deleted by {n}.", "账号将在 {n} 前删除。")
    public static let leaveDone = Phrase("The account was deleted; the deadline was {n}.", "账号已删除，期限为 {n}。")
    public static let leaveRequested = Phrase("Asked for", "申请时间")
    public static let leaveDeadline = Phrase("Done by", "最迟完成")
    public static let leaveKeep = Phrase("Keep my account", "保留我的账号")
    static let leaveWrongPassword = Phrase("Wrong password. Nothing was changed.", "密码错误。未作任何更改。")
    static let leaveLastAdministrator = Phrase(
        "This is the last administrator's account. Nothing was changed. Make somebody else administrator first.",
        "这是最后一个管理员账号。未作任何更改。请先指定其他管理员。")
    public static let eraseDevice = Phrase("Erase this device", "清除本机数据")
    public static let eraseDeviceMeans = Phrase(
        "You are signed out. Units, alerts, positions that were not sent yet, the record of your answers and the keys on this device are erased. The server keeps what it has.",
        "您将退出登录。本机上的设备、提醒、尚未发送的位置、同意记录和密钥都会被清除。服务器上的数据不受影响。")
    static let leftRevoked = Phrase(
        "Signed out. The server has ended this sign-in.", "已退出登录。服务器已结束此次登录。")
    static let leftStillValid = Phrase(
        "Signed out here. The server could not be told, so the sign-in stays valid there until it ends by itself. Ask your administrator if this device was lost or lent.",
        "已在本机退出。未能通知服务器，该登录在服务器上仍有效，直到自行到期。如本机丢失或借给他人，请联系管理员。")
    static let leftErased = Phrase(
        "Signed out. Nothing of the account is left on this device.", "已退出登录。本机不再保留此账号的任何数据。")
}
