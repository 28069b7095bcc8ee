// JPush's SDK 4.8.1 as far as the app uses it: declarations only, as Swift sees the Objective-C headers JPUSHService.h and
// JGInforCollectionAuth.h.
import Foundation

public class JPUSHService: NSObject {
    public class func setup(
        withOption launchingOption: [AnyHashable: Any]!, appKey: String!, channel: String!, apsForProduction: Bool
    ) {}
    public class func registerDeviceToken(_ deviceToken: Data!) {}
    public class func registrationIDCompletionHandler(_ completionHandler: ((Int32, String?) -> Void)!) {}
    public class func setLogOFF() {}
    public class func setLocationEanable(_ isEnable: Bool) {}
}

public class JGInforCollectionAuthItems: NSObject {
    public var isAuth = true
}

public class JGInforCollectionAuth: NSObject {
    public class func jCollectionAuth(_ authBlock: ((JGInforCollectionAuthItems) -> Void)?) {}
}
