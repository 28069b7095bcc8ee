// A key store that outlives the process: one file a secret, in a folder of the test's own.
import Foundation
import TrakKit

public final class FolderSecrets: SecretStore {
    public let folder: URL

    public init(_ folder: URL) {
        self.folder = folder
    }

    public func load(name: String) throws -> Data? {
        let file = folder.appendingPathComponent(name)
        return FileManager.default.fileExists(atPath: file.path) ? try Data(contentsOf: file) : nil
    }

    public func save(name: String, value: Data) throws {
        try value.write(to: folder.appendingPathComponent(name), options: .atomic)
    }

    public func remove(name: String) throws {
        let file = folder.appendingPathComponent(name)
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }
}
