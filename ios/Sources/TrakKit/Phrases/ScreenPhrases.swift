// What the screens say: titles, labels, buttons, empty states.

extension Phrase {
    public static let product = Phrase("TRAK-IOT.online", "TRAK-IOT.online")
    public static let unknown = Phrase("not known", "未知")
    static let levelAndAge = Phrase("{n}, {m}", "{n}，{m}")

    // Places in the app
    public static let units = Phrase("Units", "设备")
    public static let map = Phrase("Map", "地图")
    public static let nearby = Phrase("Nearby", "附近")
    public static let myLocation = Phrase("My location", "我的位置")
    public static let alerts = Phrase("Alerts", "提醒")
    public static let settings = Phrase("Settings", "设置")
    public static let history = Phrase("History", "轨迹")
    public static let about = Phrase("About", "关于")

    // Actions
    public static let cancel = Phrase("Cancel", "取消")
    public static let done = Phrase("Done", "完成")
    public static let retry = Phrase("Try again", "重试")
    public static let refresh = Phrase("Refresh", "刷新")
    public static let copy = Phrase("Copy", "复制")
    public static let copied = Phrase("Copied", "已复制")
    public static let share = Phrase("Share", "分享")
    public static let call = Phrase("Call", "拨打电话")
    public static let navigate = Phrase("Navigate in a map app", "在地图应用中导航")
    public static let appleMaps = Phrase("Apple Maps", "苹果地图")
    public static let amap = Phrase("Amap", "高德地图")
    public static let baiduMaps = Phrase("Baidu Maps", "百度地图")
    public static let nothingOpens = Phrase(
        "No app on this device opens this. Nothing was changed. Install one, or choose another.",
        "本机没有可打开的应用。未作任何更改。请安装或选择其他应用。")
    public static let follow = Phrase("Follow", "跟随")
    public static let stopFollowing = Phrase("Stop following", "停止跟随")
    public static let following = Phrase("Following {n}", "正在跟随 {n}")
    public static let clear = Phrase("Clear", "清除")

    // Honest state
    public static let statusSignedOut = Phrase("Signed out", "已退出登录")
    public static let statusConnecting = Phrase("Connecting …", "正在连接…")
    public static let statusLive = Phrase("Live", "实时")
    public static let statusOffline = Phrase("Offline", "离线")
    public static let statusConfirmed = Phrase("Offline, confirmed {n}", "离线，{n}确认")
    public static let statusRefreshing = Phrase("Refreshing …", "正在刷新…")
    public static let statusUnreadable = Phrase("{n} unreadable elements left out", "{n} 个无法读取的条目已略过")
    public static let statusQuarantined = Phrase(
        "{n} positions from the future held back", "{n} 个未来时间的位置已搁置")
    public static let notEncrypted = Phrase("Not encrypted", "未加密")
    public static let lastKnown = Phrase("These are last known positions.", "以下为最后已知位置。")
    public static let readonly = Phrase("Read only", "只读")

    // Opening and signing in
    public static let opening = Phrase("Opening …", "正在打开…")
    public static let signIn = Phrase("Sign in", "登录")
    public static let signInAgain = Phrase("Sign in again", "重新登录")
    public static let signInFirst = Phrase("Sign in to the app first", "请先在应用中登录")
    public static let signInIntro = Phrase(
        "Your administrator gives you the server address and the account.", "服务器地址和账号由管理员提供。")
    public static let server = Phrase("Server", "服务器")
    public static let account = Phrase("Account", "账号")
    public static let password = Phrase("Password", "密码")
    public static let code = Phrase("One-time code", "动态验证码")
    public static let allowCleartext = Phrase("Allow no encryption", "允许不加密")
    public static let cleartextMeans = Phrase(
        "Password and positions can be read on the way.", "密码和位置可能在途中被读取。")
    public static let certificates = Phrase("Company's own certificate", "公司自有证书")
    public static let addAuthority = Phrase("Add CA file", "添加 CA 文件")
    public static let authorityAdded = Phrase("CA file added ({n} bytes)", "已添加 CA 文件（{n} 字节）")
    public static let authorityMeans = Phrase(
        "Only for a company's own authority. A file trusted by mistake lets others read what you send.",
        "仅用于公司自有机构。误信文件会使他人能够读取您发送的内容。")
    public static let eraseCache = Phrase("Erase and sign in again", "清除并重新登录")

    // Units
    public static let search = Phrase("Name, plate, number, phone …", "名称、车牌、编号、电话…")
    public static let shownOf = Phrase("{n} of {m}", "{n} / {m}")
    public static let unitsLoading = Phrase("Loading the fleet …", "正在载入车队…")
    public static let unitsUnknown = Phrase("Nothing is known yet", "尚无数据")
    public static let unitsUnknownMore = Phrase(
        "There was no connection so far. Check the network, then try again.", "至今没有连接。请检查网络后重试。")
    public static let unitsEmpty = Phrase("No units", "没有设备")
    public static let unitsEmptyMore = Phrase(
        "This account sees no units. Ask your administrator to grant some.", "此账号没有可见设备。请联系管理员授权。")
    public static let noMatch = Phrase("No unit matches", "没有符合的设备")
    public static let noMatchMore = Phrase(
        "Search and filter let nothing through.", "当前搜索和筛选没有结果。")
    public static let order = Phrase("Order", "排序")
    public static let orderName = Phrase("Name", "名称")
    public static let orderFreshest = Phrase("Freshest", "最新")
    public static let orderNearest = Phrase("Nearest", "最近")
    public static let filter = Phrase("Filter", "筛选")
    public static let filterOn = Phrase("Filter, on", "筛选，已启用")
    public static let state = Phrase("State", "状态")
    public static let link = Phrase("Link", "连接")
    public static let kind = Phrase("Kind", "类型")
    public static let group = Phrase("Group", "分组")
    public static let age = Phrase("Age", "时间")
    public static let any = Phrase("Any", "不限")
    public static let under = Phrase("Under {n}", "{n}内")
    public static let disabled = Phrase("Switched off", "已停用")

    // Unit
    public static let unitGone = Phrase("This unit is not there any more", "该设备已不存在")
    public static let unitGoneMore = Phrase(
        "The account no longer sees it. Ask your administrator.", "此账号已看不到该设备。请联系管理员。")
    public static let position = Phrase("Position", "位置")
    public static let details = Phrase("Details", "详情")
    public static let attributes = Phrase("Attributes", "属性")
    public static let coordinates = Phrase("Coordinates", "坐标")
    public static let address = Phrase("Address", "地址")
    public static let speedLabel = Phrase("Speed", "速度")
    public static let course = Phrase("Course", "航向")
    public static let altitudeLabel = Phrase("Altitude", "海拔")
    public static let accuracy = Phrase("Accuracy", "精度")
    public static let fixTaken = Phrase("Fix taken", "定位时间")
    public static let fixTime = Phrase("On the clock", "定位时刻")
    public static let received = Phrase("Received", "接收时间")
    public static let lastContact = Phrase("Last contact", "最近联系")
    public static let name = Phrase("Name", "名称")
    public static let plate = Phrase("Plate", "车牌")
    public static let identifier = Phrase("Identifier", "标识")
    public static let model = Phrase("Model", "型号")
    public static let phone = Phrase("Phone", "电话")
    public static let contact = Phrase("Contact", "联系人")
    public static let nearbyUnits = Phrase("Units nearby", "附近的设备")

    // Map
    public static let clusterOf = Phrase("{n} units", "{n} 个设备")
    public static let openCluster = Phrase("Units here", "此处的设备")
    public static let zoomIn = Phrase("Zooms in", "放大")
    public static let opensList = Phrase("Opens as a list", "以列表打开")
    public static let showAll = Phrase("Show all", "显示全部")
    public static let asList = Phrase("As a list", "列表")
    public static let asMap = Phrase("As a map", "地图")
    public static let mapEmpty = Phrase("No unit in this part of the map.", "地图此范围内没有设备。")

    // Nearby
    public static let around = Phrase("Around {n}", "{n} 周围")
    public static let aroundMe = Phrase("Around me", "我的周围")
    public static let radius = Phrase("Radius", "半径")
    public static let within = Phrase("{n} within {m}", "{m} 内有 {n} 个")
    public static let aroundPlace = Phrase("Around a place", "某地周围")
    public static let aroundPlaceMeans = Phrase(
        "Coordinates in any usual notation: degrees, minutes, UTM, MGRS.", "可使用常见的坐标格式：度、度分秒、UTM、MGRS。")
    public static let placeUnreadable = Phrase(
        "These are no coordinates, so nothing was looked for. Write them like 31.2304, 121.4737.",
        "这不是坐标，未进行查找。请按 31.2304, 121.4737 的形式填写。")
    public static let find = Phrase("Find", "查找")
    public static let aroundMiddle = Phrase("What is near the middle of the map", "查找地图中心附近的设备")
    public static let nobodyNear = Phrase("Nobody within {n}", "{n} 内没有设备")
    public static let fromPlaceOf = Phrase("from your place of {n}", "从您 {n} 的位置算起")
    public static let nearbyFrom = Phrase("From where you were {n}", "从您{n}所在的位置算起")
    public static let fromWhereYouWere = Phrase("from where you were {n}", "从您{n}所在的位置算起")
    public static let widen = Phrase("Widen the circle", "扩大范围")
    public static let originUnknown = Phrase("This unit has no position", "该设备没有位置")
    public static let originUnknownMore = Phrase("Nothing can be near it.", "无法查找附近。")
    public static let directionUnknown = Phrase("direction unknown", "方向未知")

    // History
    public static let load = Phrase("Load", "载入")
    public static let historyLoading = Phrase("Fetching the track …", "正在获取轨迹…")
    public static let historyEmpty = Phrase("No positions on these days", "这些天没有位置")
    public static let historyOther = Phrase(
        "Below is still what was shown before: {n} to {m}.", "下方仍是之前显示的日期：{n} 至 {m}。")
    public static let historyCached = Phrase(
        "Offline: only the part of the track that this device keeps; it may miss parts.",
        "离线：仅为本机保留的部分轨迹，可能不完整。")
    public static let distanceLabel = Phrase("Distance", "里程")
    public static let moving = Phrase("Moving", "行驶时长")
    public static let topSpeed = Phrase("Top speed", "最高速度")
    public static let stops = Phrase("Stops", "停留")
    public static let gaps = Phrase("Gaps", "缺失")
    public static let gapOf = Phrase("No data for {n}, {m} apart", "{n}无数据，相距 {m}")
    public static let points = Phrase("Points", "点数")
    public static let replay = Phrase("Replay", "回放")
    public static let export = Phrase("Export", "导出")
    public static let exported = Phrase("{n} saved", "已保存 {n}")

    // Settings and about
    public static let languageLabel = Phrase("Language", "语言")
    public static let asSystem = Phrase("As the system", "跟随系统")
    public static let coordinateFormat = Phrase("Coordinates", "坐标格式")
    public static let decimal = Phrase("Decimal degrees", "十进制度")
    public static let degreesMinutes = Phrase("Degrees, minutes", "度分")
    public static let degreesMinutesSeconds = Phrase("Degrees, minutes, seconds", "度分秒")
    public static let utm = Phrase("UTM grid", "UTM 坐标")
    public static let mgrs = Phrase("MGRS grid", "MGRS 坐标")
    public static let mapLayer = Phrase("Layer", "图层")
    public static let layerStreets = Phrase("Streets", "街道")
    public static let layerHybrid = Phrase("Satellite with streets", "卫星与街道")
    public static let layerSatellite = Phrase("Satellite", "卫星")
    public static let mapDatum = Phrase("Apple's map of mainland China", "苹果中国大陆地图")
    public static let mapDatumShifted = Phrase("Shifted (GCJ-02)", "偏移坐标（GCJ-02）")
    public static let mapDatumTrue = Phrase("Not shifted (WGS-84)", "未偏移（WGS-84）")
    public static let mapDatumMeans = Phrase(
        "For the layer that is shown. If units in mainland China stand some hundred metres beside their road, choose the other one.",
        "仅针对当前图层。如果中国大陆的设备偏离道路几百米，请选择另一项。")
    public static let signOut = Phrase("Sign out", "退出登录")
    public static let signOutAsk = Phrase("Sign out?", "退出登录？")
    public static let signOutErase = Phrase("Sign out and erase", "退出并清除")
    public static let signOutKeep = Phrase("Sign out, keep the fleet here", "退出，保留本机车队数据")
    public static let signOutMeans = Phrase(
        "Erasing removes everything of this account from this device.", "清除将从本机移除此账号的全部数据。")
    public static let version = Phrase("Version", "版本")
    public static let keptHere = Phrase("What is kept on this device", "本机保存的内容")
    public static let keptHereMore = Phrase(
        "The last known fleet, alerts, and positions that wait to be sent, encrypted; their keys lie in the keychain of this device and never leave it. Your own location stays on this device unless you switch reporting on.",
        "最后已知的车队数据、提醒和待发送的位置，均已加密；密钥保存在本机钥匙串中，不会离开本机。除非您开启上报，您自己的位置只保留在本机。")
}
