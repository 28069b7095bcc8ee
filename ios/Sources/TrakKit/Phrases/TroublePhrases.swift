// Sentences for what went wrong: what happened, what it means for the person's data, what to do.

extension Phrase {
    // Trouble with what is shown
    static let troubleOffline = Phrase(
        "No connection. What you see is the last known state and stays. Check the network.",
        "无网络连接。显示的是最后已知状态，不会丢失。请检查网络。")
    static let troubleSignedOut = Phrase(
        "The server ended this sign-in. What you see stays. Sign in again.",
        "服务器已结束本次登录。显示的数据会保留。请重新登录。")
    static let troubleDenied = Phrase(
        "The server refuses this account. What you see stays. Ask your administrator.",
        "服务器拒绝此账号。显示的数据会保留。请联系管理员。")
    static let troubleTooMany = Phrase(
        "The server asks to wait {n} s. What you see stays.", "服务器要求等待 {n} 秒。显示的数据会保留。")
    static let troubleServer = Phrase(
        "The server has a problem (HTTP {n}). What you see stays. It is tried again by itself.",
        "服务器出现问题（HTTP {n}）。显示的数据会保留，系统会自动重试。")
    static let troubleUnreadable = Phrase(
        "The answer is not a tracking server's. What you see stays. Check the server address.",
        "应答并非来自定位服务器。显示的数据会保留。请检查服务器地址。")
    static let troubleStorageFull = Phrase(
        "The storage is full. What you see is current but is not kept for the next start. Free some space.",
        "存储空间已满。显示的数据是最新的，但不会保存到下次启动。请清理空间。")
    static let troubleSalvaged = Phrase(
        "The local cache was damaged. What could be read was kept, the rest comes from the server again.",
        "本地缓存已损坏。可读取的部分已保留，其余将从服务器重新获取。")
    static let troubleAccountEnded = Phrase(
        "The account has ended, as was asked for. Its data and keys on this device are erased. Ask your administrator for a new account if you need one.",
        "账号已按申请注销。本机上的账号数据和密钥均已清除。如仍需使用，请向管理员申请新账号。")
    static let troubleStorage = Phrase(
        "The local cache cannot be written. What you see is current but not kept.",
        "本地缓存无法写入。显示的数据是最新的，但不会保存。")
    static let denied = Phrase(
        "The server refuses this. Nothing was changed. Ask your administrator.", "服务器拒绝此请求。未作任何更改。请联系管理员。")
    static let notFound = Phrase(
        "It is not there any more. Nothing was changed. Refresh what you see.", "该内容已不存在。未作任何更改。请刷新。")
    static let badRange = Phrase(
        "The range must begin before it ends. Nothing was changed. Choose other days.", "时段的开始必须早于结束。未作任何更改。请重新选择日期。")
    static let closed = Phrase("The app is closing. Nothing was changed. Open it again.", "应用正在关闭。未作任何更改。请重新打开应用。")

    // Certificates
    static let certificateIssuer = Phrase(
        "The server's certificate comes from an unknown authority. Nothing was sent. If it is your company's own, add its CA file.",
        "服务器证书由未知机构签发。未发送任何数据。如为公司自有机构，请添加其 CA 文件。")
    static let certificateExpired = Phrase(
        "The server's certificate has expired. Nothing was sent. Ask the server's operator to renew it; check this device's clock.",
        "服务器证书已过期。未发送任何数据。请联系服务器运维更新证书，并检查本机时钟。")
    static let certificateNotYet = Phrase(
        "The server's certificate is not valid yet. Nothing was sent. This device's clock is probably wrong.",
        "服务器证书尚未生效。未发送任何数据。本机时钟可能有误。")
    static let certificateName = Phrase(
        "The certificate belongs to another server. Nothing was sent. Check the address.",
        "证书属于另一台服务器。未发送任何数据。请检查地址。")
    static let certificatePin = Phrase(
        "The server's key is not the pinned one. Nothing was sent. Someone may be in between: ask your administrator.",
        "服务器密钥与固定的密钥不符。未发送任何数据。连接可能被劫持，请联系管理员。")
    static let certificateOther = Phrase(
        "The server's certificate is not acceptable. Nothing was sent. Ask your administrator.",
        "服务器证书不可接受。未发送任何数据。请联系管理员。")

    // Sign-in refusals
    static let noAddress = Phrase("Enter the server's address.", "请输入服务器地址。")
    static let badAddress = Phrase(
        "This is not a server address. Example: trak.example.com", "这不是有效的服务器地址。示例：trak.example.com")
    static let cleartextRefused = Phrase(
        "http:// is not encrypted: password and positions can be read on the way. Nothing was sent. Use https://, or allow it on purpose below.",
        "http:// 未加密：密码和位置可能在途中被读取。未发送任何数据。请使用 https://，或在下方明确允许。")
    static let badScheme = Phrase(
        "Only https:// and http:// addresses are possible.", "仅支持 https:// 和 http:// 地址。")
    static let credentialsInAddress = Phrase(
        "The address must not contain a name or password.", "地址中不能包含用户名或密码。")
    static let wrongPassword = Phrase(
        "Wrong account or password. Nothing changed. Check both; capitals count.",
        "账号或密码错误。未作任何更改。请检查，注意大小写。")
    static let codeNeeded = Phrase(
        "This account needs a one-time code. Enter the one your authenticator shows now.",
        "此账号需要动态验证码。请输入验证器当前显示的验证码。")
    static let wrongCode = Phrase(
        "The one-time code is wrong or has run out. Enter the one shown now.",
        "动态验证码错误或已过期。请输入当前显示的验证码。")
    static let accountDisabled = Phrase(
        "The account is disabled. Nothing was changed. Ask your administrator.", "账号已停用。未作任何更改。请联系管理员。")
    static let accountExpired = Phrase(
        "The account has expired. Nothing was changed. Ask your administrator.", "账号已过期。未作任何更改。请联系管理员。")
    static let tooManyTries = Phrase(
        "Too many tries. Nothing was changed. Wait {n} s, then try again.", "尝试次数过多。未作任何更改。请等待 {n} 秒后重试。")
    static let noConnection = Phrase(
        "The server cannot be reached. Nothing was changed. Check the network and the address.",
        "无法连接服务器。未作任何更改。请检查网络和地址。")
    static let notATrackingServer = Phrase(
        "This address answers, but it is not a tracking server. Nothing was changed. Check the address.",
        "该地址有应答，但不是定位服务器。未作任何更改。请检查地址。")
    static let signInServer = Phrase(
        "The server has a problem (HTTP {n}). Nothing was changed. Try again later.", "服务器出现问题（HTTP {n}）。未作任何更改。请稍后重试。")
    static let badTlsSettings = Phrase(
        "The CA file or the pin cannot be read. Nothing was sent. A CA file is PEM text, a pin 64 hexadecimal digits.",
        "无法读取 CA 文件或固定密钥。未发送任何数据。CA 文件为 PEM 文本，固定密钥为 64 位十六进制。")

    // Keychain and cache
    static let keychainLocked = Phrase(
        "The keychain is locked: unlock the device once, then try again. Nothing was opened.",
        "钥匙串已锁定：请先解锁本机，然后重试。未打开任何数据。")
    static let keychainUnavailable = Phrase(
        "The keychain cannot be used, so nothing was opened. Restart the device, then try again. If that does not help, erase what is kept here and sign in again.",
        "钥匙串不可用，因此未打开任何数据。请重启本机后重试。如仍无效，请清除本机数据后重新登录。")
    static let keyMissing = Phrase(
        "The local cache is there but its key is gone, so nobody can read it. Erase it and sign in again: the fleet comes from the server, positions that were not sent yet are lost.",
        "本地缓存存在，但密钥已丢失，无法读取。请清除缓存后重新登录，车队数据将从服务器获取，尚未发送的位置将丢失。")
    public static let eraseCacheMeans = Phrase(
        "Everything of this account on this device goes, also positions that were not sent yet. After the next sign-in the fleet comes from the server.",
        "本机上此账号的全部数据都将清除，包括尚未发送的位置。重新登录后，车队数据将从服务器获取。")
    static let folderTrouble = Phrase(
        "The app's folder cannot be used. Restart the device, then try again.", "应用的数据文件夹不可用。请重启本机后重试。")
    static let noThreads = Phrase(
        "The system gave the app no resources. Close other apps, then try again.",
        "系统未能提供资源。请关闭其他应用后重试。")
    static let storageTrouble = Phrase(
        "The local cache cannot be used: {n}. Nothing was changed.", "本地缓存不可用：{n}。未作任何更改。")
    static let storageWrongKey = Phrase("the key does not fit", "密钥不匹配")
    static let storageNewer = Phrase("a newer version wrote it; update the app", "由更新的版本写入，请更新应用")
    static let storageFull = Phrase("the storage is full", "存储空间已满")
    static let storageIo = Phrase("it cannot be read or written", "无法读写")
    static let storageCorrupt = Phrase("it is damaged; the next start salvages it", "已损坏，下次启动时修复")
    static let storageInternal = Phrase("internal fault {n}; tell the support", "内部故障 {n}，请联系技术支持")

    // Export
    static let exportNotWritten = Phrase(
        "The file cannot be written. Free some space, then try again.", "无法写入文件。请清理空间后重试。")
    static let exportTime = Phrase(
        "The track holds a time that files cannot hold. Choose another range.", "轨迹中有文件无法保存的时间。请选择其他时段。")
}
