// A real backend on loopback, in a process of its own, administered by its own command line.
import Foundation
import Testing
import TrakKit

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A running backend with an account that sees a small fleet. It ends with this object. One test has it to itself, so
/// nothing is touched from two threads.
final class Backend: @unchecked Sendable {
    static let email = "supervisor@example.com"
    static let password = "correct horse battery"

    let folder: URL
    private(set) var url = ""
    private var process: Process?
    /// Its standard input: the backend ends when this end is closed.
    private var held: Pipe?

    /// Starts one with three units, none of which has reported.
    static func withFleet() throws -> Backend {
        let backend = try Backend(database: try prepared.get())
        try backend.start()
        return backend
    }

    /// A database that each test gets a copy of: passwords are slow to make on purpose.
    private static let prepared = Result {
        let backend = try Backend()
        try backend.administer(
            ["account", "add", email, "--name", "Supervisor", "--password-file", "-"], input: password)
        try backend.addUnit("T1", name: "冷链一号", plate: "沪A12345", category: "truck")
        try backend.addUnit("T2", name: "Crane 7", plate: nil, category: "crane")
        try backend.addUnit("T3", name: "Trailer without news", plate: nil, category: "trailer")
        return try Data(contentsOf: URL(fileURLWithPath: backend.database))
    }

    init(database content: Data? = nil) throws {
        folder = try Folder.temporary()
        try content?.write(to: URL(fileURLWithPath: database))
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Serves, at the same address as before after a stop; `more` are further words of the command.
    func start(_ more: [String] = []) throws {
        let ready = folder.appendingPathComponent("ready")
        try? FileManager.default.removeItem(at: ready)
        let process = Process()
        process.executableURL = Self.program
        let bind = url.isEmpty ? "127.0.0.1:0" : url.replacingOccurrences(of: "http://", with: "")
        process.arguments =
            [
                "--database", database, "serve", "--bind", bind, "--ready-file", ready.path, "--until-input-ends",
            ] + more
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, FileHandle.nullDevice)
        try process.run()
        (self.process, held) = (process, input)
        // It says one line as soon as it listens.
        _ = output.fileHandleForReading.availableData
        url = try String(contentsOf: ready, encoding: .utf8)
    }

    /// Stops serving, as an outage does.
    func stop() {
        try? held?.fileHandleForWriting.close()
        process?.waitUntilExit()
        (process, held) = (nil, nil)
    }

    /// Makes a unit that the account sees.
    func addUnit(_ uniqueId: String, name: String, plate: String?, category: String) throws {
        let plate = plate.map { ["--plate", $0] } ?? []
        try administer(["unit", "add", uniqueId, "--name", name, "--category", category] + plate)
        try administer(["grant", "unit", Self.email, uniqueId])
    }

    /// One command of the backend's own command line; its output.
    @discardableResult
    func administer(_ words: [String], input: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = ["--database", database] + words
        let (stdin, stdout) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (stdin, stdout)
        try process.run()
        if let input { stdin.fileHandleForWriting.write(Data((input + "\n").utf8)) }
        try stdin.fileHandleForWriting.close()
        let answer = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(words)")
        return String(decoding: answer, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A tracker's upload in OsmAnd's form.
    func report(_ uniqueId: String, _ place: Place, atMs: Int64 = Date().milliseconds, speedKn: Double = 0) async throws
    {
        var link = try #require(URLComponents(string: url))
        link.queryItems = [
            URLQueryItem(name: "id", value: uniqueId),
            URLQueryItem(name: "lat", value: "\(place.latDeg)"),
            URLQueryItem(name: "lon", value: "\(place.lonDeg)"),
            URLQueryItem(name: "timestamp", value: "\(atMs)"),
            URLQueryItem(name: "speed", value: "\(speedKn)"),
            URLQueryItem(name: "accuracy", value: "5"),
        ]
        var request = URLRequest(url: try #require(link.url))
        request.httpMethod = "POST"
        let (_, answer) = try await URLSession.shared.data(for: request)
        try #require((answer as? HTTPURLResponse)?.statusCode == 200)
    }

    /// Whether something is part of what it keeps: of a backup, which has no free pages and no log.
    func holds(_ text: String) throws -> Bool {
        let copy = folder.appendingPathComponent("\(UUID().uuidString).copy")
        try administer(["backup", copy.path])
        defer { try? FileManager.default.removeItem(at: copy) }
        return try Data(contentsOf: copy).range(of: Data(text.utf8)) != nil
    }

    /// Waits until that is so, or not so any more, woken by what the backend writes. Fails after 20 seconds.
    func until(_ what: Comment, holds text: String, _ expected: Bool) async throws {
        let writes = try FileWatch.writes(to: database + "-wal")
        let inTime = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { [self] in
                if try holds(text) == expected { return true }
                for await _ in writes where try holds(text) == expected { return true }
                return false
            }
            group.addTask {
                try await Task.sleep(for: .seconds(20))
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        try #require(inTime, what)
    }

    /// A question of somebody else over the network; the status of the answer.
    @discardableResult
    func ask(_ path: String, as email: String, password: String = Backend.password) async throws -> Int {
        var request = URLRequest(url: try #require(URL(string: url + path)))
        let basic = Data("\(email):\(password)".utf8).base64EncodedString()
        request.setValue("Basic \(basic)", forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        return try #require(try await URLSession.shared.data(for: request).1 as? HTTPURLResponse).statusCode
    }

    private var database: String { folder.appendingPathComponent("backend.db").path }

    private static var program: URL {
        URL(fileURLWithPath: ProcessInfo.processInfo.environment["TRAK_BACKEND"] ?? "trak-backend")
    }
}

enum Folder {
    /// A folder that is there and empty.
    static func temporary() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}

extension Place {
    static let bund = Place(latDeg: 31.2397, lonDeg: 121.4900)
    static let square = Place(latDeg: 31.2304, lonDeg: 121.4737)
    static let london = Place(latDeg: 51.5007, lonDeg: -0.1246)
}
