// What the app says of this device's own location: each permission has its own text and way out.

extension Phrase {
    public static let locationAsk = Phrase("Where are you?", "您在哪里？")
    public static let locationAskMore = Phrase(
        "The app shows where you are and what is near you. It stays on this device unless you switch reporting on.",
        "应用将显示您的位置以及附近的设备。除非您开启上报，位置只保留在本机。")
    public static let locationAllow = Phrase("Allow location", "允许定位")
    public static let locationAgree = Phrase("Agree and allow location", "同意并允许定位")
    public static let locationAgreeFirst = Phrase(
        "Agree in the app first that your location is shown", "请先在应用中同意显示您的位置")
    public static let locationDenied = Phrase("Location is not allowed", "未允许定位")
    public static let locationDeniedMore = Phrase(
        "Allow it for this app in the system's settings. Everything else works without it.",
        "请在系统设置中为本应用允许定位。其他功能不受影响。")
    public static let locationRestricted = Phrase("Location is restricted", "定位受限")
    public static let locationRestrictedMore = Phrase(
        "A profile or screen time on this device forbids it. Ask who manages the device.",
        "本机的描述文件或屏幕使用时间禁止定位。请联系设备管理者。")
    public static let locationOff = Phrase("Location is switched off", "定位服务已关闭")
    public static let locationOffMore = Phrase(
        "Switch location services on in the system's settings.", "请在系统设置中打开定位服务。")
    public static let locationApproximate = Phrase(
        "Approximate location: the place may be kilometres off.", "模糊定位：位置可能相差数公里。")
    public static let locationPrecise = Phrase("Use precise location once", "本次使用精确定位")
    public static let locationWaiting = Phrase("Looking for a position …", "正在定位…")
    public static let openSettings = Phrase("Open settings", "打开系统设置")
    public static let source = Phrase("Source", "来源")
    static let sourceSystem = Phrase("System (satellites and networks)", "系统（卫星与网络）")
    static let sourceApproximate = Phrase("System, approximate", "系统（模糊定位）")
    static let sourceSatellites = Phrase("Satellites", "卫星")
    static let sourceNetwork = Phrase("Networks nearby", "附近的网络")
    static let sourceAddress = Phrase("Network address: a city at best", "网络地址：仅能精确到城市")
    public static let locationSimulated = Phrase(
        "The newest reading was made up by software and does not count.", "最新读数由软件模拟，未被采用。")
    public static let locationLastKnown = Phrase(
        "This is the last known place.", "这是最后已知的位置。")
    public static let locationNone = Phrase("No position yet", "尚无位置")
    public static let taken = Phrase("Taken", "定位时间")
}
