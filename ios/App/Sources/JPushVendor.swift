// JPush's SDK behind the platform's `PushVendor`. It is named in this file only, and only where the build has it
// (`scripts/apple jpush`). Nothing of it runs before `start`.
import Foundation
import TrakPlatform

#if canImport(JPush)
    import JPush

    @MainActor final class JPushVendor: PushVendor {
        private var started = false

        /// The key is the operator's own: a build setting, never in the sources.
        private let key = Bundle.main.infoDictionary?["JPUSHAppKey"] as? String ?? ""

        var isAvailable: Bool { !key.isEmpty }

        func start(collects: Bool, registered: @escaping @MainActor @Sendable (String?) -> Void) {
            // Said first, as the SDK wants it, and again whenever it changes.
            allow(collects)
            if !started {
                started = true
                JPUSHService.setLogOFF()
                JPUSHService.setLocationEanable(false)
                JPUSHService.setup(withOption: nil, appKey: key, channel: "App", apsForProduction: Self.isProduction)
            }
            // Each time: whoever agrees again in the same run needs the name again. Sendable, because the SDK calls it on
            // whichever thread: a closure of the main actor would end the app there.
            JPUSHService.registrationIDCompletionHandler { @Sendable _, id in
                // Without a name there is nothing to be told.
                guard let id, !id.isEmpty else { return }
                Task { @MainActor in registered(id) }
            }
        }

        func deliver(to deviceToken: Data) {
            JPUSHService.registerDeviceToken(deviceToken)
        }

        func stop() {
            // The SDK has no end. Without the system's registration and the server's nothing is delivered to it, and the next
            // start of the app does not start it. Asked of an SDK that was never started it would load it.
            if started { allow(false) }
        }

        private func allow(_ collects: Bool) {
            JGInforCollectionAuth.jCollectionAuth { @Sendable items in items.isAuth = collects }
        }

        #if DEBUG
            private static let isProduction = false
        #else
            private static let isProduction = true
        #endif
    }

    @MainActor func makePushVendor() -> (any PushVendor)? { JPushVendor() }
#else
    /// This build has no push service.
    @MainActor func makePushVendor() -> (any PushVendor)? { nil }
#endif
