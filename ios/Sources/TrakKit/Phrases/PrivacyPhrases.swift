// Privacy: what is asked for, in plain words, and what became of it.

extension Phrase {
    public static let privacy = Phrase("Privacy", "隐私")
    public static let policy = Phrase("Privacy policy", "隐私政策")
    public static let consentTitle = Phrase("Before you begin", "开始之前")
    public static let consentMeans = Phrase(
        "The app asks your company's server for the units that you may see. For that it sends your account to the server that you name and keeps the last known fleet encrypted on this device. Nothing is sent and nothing is collected before you agree. Your own location, reporting and messages are each asked for when you use them, and you can end each of them at any time in Settings.",
        "本应用向您所在公司的服务器查询您有权查看的设备。为此，应用会将您的账号发送到您填写的服务器，并在本机加密保存最后已知的车队数据。在您同意之前，不会发送或收集任何数据。您自己的位置、上报和消息会在您使用时分别征求同意，您可以随时在设置中关闭。"
    )
    public static let consentAgree = Phrase("Agree", "同意")
    public static let consentDecline = Phrase("Do not agree", "不同意")
    public static let consentDeclined = Phrase(
        "You did not agree, so the app does nothing. Nothing was sent. You can agree at any time.",
        "您未同意，因此应用不会运行。未发送任何数据。您可以随时同意。")
    static let consentRequired = Phrase(
        "You have not agreed to the privacy policy yet. Nothing was sent.", "您尚未同意隐私政策。未发送任何数据。")
    static let consentRefused = Phrase(
        "You did not agree to this. Nothing was sent. You can change that in Settings, Privacy.",
        "您未同意此项。未发送任何数据。您可以在“设置”的“隐私”中更改。")
    static let consentWithdrawn = Phrase(
        "You ended your agreement to this. Nothing was sent. You can change that in Settings, Privacy.",
        "您已撤回对此项的同意。未发送任何数据。您可以在“设置”的“隐私”中更改。")
    static let consentPolicyChanged = Phrase(
        "The privacy policy has changed since you agreed. Nothing was sent. Read what changed and decide.",
        "隐私政策在您同意之后已更改。未发送任何数据。请阅读更改内容后决定。")
    static let recordHoldsMore = Phrase(
        "The server keeps {n} of your answers that are missing here: the end of the record on this device was cut off. The server's are the true ones. Check each switch and decide anew where it is wrong.",
        "服务器保存的同意记录比本机多 {n} 条：本机记录的末尾被截断。以服务器的记录为准。请核对每个开关，如有不符请重新决定。")
    static let recordDiffers = Phrase(
        "The server keeps other answers of yours than this device. Check each switch, decide anew where it is wrong, and tell your administrator.",
        "服务器保存的同意记录与本机不一致。请核对每个开关，如有不符请重新决定，并告知管理员。")
    public static let consentDamaged = Phrase(
        "The record of your answers was changed by something else, so it does not count. You are asked anew.",
        "您的同意记录被其他程序更改，因此无效。将重新征求您的同意。")
    static let consentFull = Phrase(
        "The storage is full, so your answer was not written. What you ended stays ended until the app ends. Free some space, then try again.",
        "存储空间已满，您的选择未能保存。您关闭的内容在应用结束前保持关闭。请清理空间后重试。")
    static let consentIo = Phrase(
        "Your answer cannot be written. What you ended stays ended until the app ends. Restart the device, then try again.",
        "无法保存您的选择。您关闭的内容在应用结束前保持关闭。请重启本机后重试。")
    static let consentUnknownPolicy = Phrase(
        "This version of the policy is not in the app. Update the app.", "应用中没有此版本的隐私政策。请更新应用。")

    // Purposes
    static let purposeAccount = Phrase("Account and fleet", "账号与车队")
    static let purposeAccountMeans = Phrase(
        "Signing in and asking your server for units and their positions. Ending it signs you out and erases everything that is kept here.",
        "登录并向服务器查询设备及其位置。关闭后将退出登录，并清除本机保存的全部内容。")
    static let purposeLocation = Phrase("My location on this screen", "在本机显示我的位置")
    static let purposeLocationMeans = Phrase(
        "Shows where you are and what is near you. It stays on this device.", "显示您的位置以及附近的设备。位置只保留在本机。")
    static let purposeReporting = Phrase("Reporting my position", "上报我的位置")
    static let purposeReportingMeans = Phrase(
        "Sends your position to your server while you have it switched on.", "在您开启期间，将您的位置发送到服务器。")
    static let purposePush = Phrase("Messages about alerts", "提醒消息推送")
    static let purposePushMeans = Phrase(
        "Alerts reach you while the app is closed. Apple and JPush deliver them; no position is in them.",
        "应用关闭时也能收到提醒。由苹果和极光推送传递，其中不含位置。")
    static let purposePushCollection = Phrase("Optional collection by JPush", "极光推送的可选信息收集")
    static let purposePushCollectionMeans = Phrase(
        "What JPush would collect beyond what it needs to deliver. Messages come without it, too.",
        "极光推送在投递所需之外收集的信息。不开启也能收到消息。")
    static let purposeDiagnostics = Phrase("Reports of faults", "故障报告")
    static let purposeDiagnosticsMeans = Phrase(
        "Faults of the app are told to its maker, without places, names and passwords.",
        "将应用故障告知开发者，不含位置、姓名和密码。")

    // Answers and their record
    static let answerNotAsked = Phrase("Not asked yet", "尚未询问")
    static let answerGiven = Phrase("Agreed, policy version {n}", "已同意，政策版本 {n}")
    static let answerRefused = Phrase("Not agreed", "未同意")
    static let answerWithdrawn = Phrase("Ended by you", "已撤回")
    static let actionGiven = Phrase("Agreed", "已同意")
    static let actionInformed = Phrase("Told of a change", "已告知更改")
    static let screenFirstRun = Phrase("First screen", "首次启动")
    static let screenFeature = Phrase("Where it is used", "使用功能时")
    static let screenTerminal = Phrase("PC terminal", "电脑终端")
    public static let consentRecord = Phrase("Record of my answers", "我的同意记录")
    public static let consentRecordEmpty = Phrase("Nothing was answered yet", "尚无记录")
    public static let saveCopy = Phrase("Save a copy", "保存副本")
    public static let endAccountAsk = Phrase("End the agreement and erase?", "撤回同意并清除？")
    public static let endAccount = Phrase("End and erase", "撤回并清除")

    // The policy
    public static let policyVersion = Phrase("Version {n}, from {m}", "版本 {n}，自 {m} 起")
    public static let policyVersionShort = Phrase("policy version {n}", "政策版本 {n}")
    public static let policyCompare = Phrase("What changed since version {n}", "自版本 {n} 以来的更改")
    public static let policyChanged = Phrase("The privacy policy changes", "隐私政策更改")
    public static let policyChangedMeans = Phrase(
        "From {n} the app needs your agreement to the new version. Until then what you agreed to counts.",
        "自 {n} 起，应用需要您同意新版本。在此之前，您此前的同意仍然有效。")
    public static let policyInformation = Phrase(
        "The privacy policy was changed without taking anything away from you.", "隐私政策已更新，不影响您的权利。")
    public static let policyUnderstood = Phrase("Understood", "知道了")
    public static let later = Phrase("Later", "稍后")
    static let policyAdded = Phrase("New", "新增")
    static let policyRemoved = Phrase("No longer there", "已删除")
}
