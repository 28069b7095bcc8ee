// A change of server that a link proposes, beside what holds at present.
import Foundation

/// Shown to the person before anything of it holds.
public struct ServerProposal: Equatable, Sendable {
    /// The server of who is signed in; empty without a sign-in.
    public let presentServer: String
    /// The proposed one, as it stands in the link.
    public let server: String
    /// Whose account, where the link says so.
    public let account: String?
    /// SHA-256 of the only server key that would be accepted, 32 bytes, where the link pins one.
    public let pin: Data?

    /// The pin as people compare it: pairs of hexadecimal digits.
    public var fingerprint: String? { pin.map(Self.fingerprint) }

    /// Pairs of hexadecimal digits.
    public static func fingerprint(_ pin: Data) -> String {
        pin.map { String(format: "%02X", $0) }.joined(separator: " ")
    }
}
