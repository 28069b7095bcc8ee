// Keeps the core's secrets in the Keychain of this device: readable after the first unlock, never in a backup that goes
// elsewhere, never synchronised. It fails closed: whatever is not a clear answer is an error, and the core then opens
// nothing.
import Foundation
import Security
import TrakKit

/// The core's `SecretStore`. Called from the core's own threads.
public final class Keychain: SecretStore {
    private let service: String

    /// `service` names the app's entries.
    public init(service: String = "online.trakiot.core") {
        self.service = service
    }

    public func load(name: String) throws -> Data? {
        var query = entry(name)
        query[kSecReturnData as String] = true
        query[kSecMatchLimit as String] = kSecMatchLimitOne
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        try Self.check(status)
        guard let value = found as? Data else { throw SecretStoreError.Unavailable }
        return value
    }

    public func save(name: String, value: Data) throws {
        let query = entry(name)
        let change: [String: Any] = [
            kSecValueData as String: value,
            kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        ]
        let status = SecItemUpdate(query as CFDictionary, change as CFDictionary)
        guard status == errSecItemNotFound else { return try Self.check(status) }
        try Self.check(SecItemAdd(query.merging(change) { _, new in new } as CFDictionary, nil))
    }

    public func remove(name: String) throws {
        let status = SecItemDelete(entry(name) as CFDictionary)
        if status != errSecItemNotFound { try Self.check(status) }
    }

    private func entry(_ name: String) -> [String: Any] {
        [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: service,
            kSecAttrAccount as String: name,
            kSecAttrSynchronizable as String: false,
            kSecUseDataProtectionKeychain as String: true,
        ]
    }

    private static func check(_ status: OSStatus) throws(SecretStoreError) {
        switch status {
        case errSecSuccess: return
        // Before the first unlock since the start.
        case errSecInteractionNotAllowed: throw .Locked
        default: throw .Unavailable
        }
    }
}
