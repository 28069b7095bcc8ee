// Every command, view and field that the core offers is used by this app, or stands in the list of what it does not use
// with the reason. `bindings/api.snap` is the core's surface as it crosses the language boundary.
import Foundation
import Testing

@Suite struct ParityTests {
    /// What this app leaves alone on purpose.
    static let notUsed: [String: String] = [
        "coastlines": "Apple's map brings its own",
        "fromMercator": "the map gives degrees",
        "distanceBearing": "views carry distance and direction already",
        "parseCoordinates": "no screen takes typed coordinates",
        "page": "the replay draws the line; a list of points is no screen of this app",
    ]

    @Test func everythingThatTheCoreOffersIsUsedOrListed() throws {
        let offered = try Self.offered()
        #expect(offered.count > 30)
        let sources = try Self.sources()
        for name in offered.sorted() {
            let used = sources.contains(try Regex("\\b\(name)\\b"))
            let listed = Self.notUsed[name] != nil
            #expect(used || listed, "\(name) is offered by the core, neither used nor listed")
            #expect(!(used && listed), "\(name) is used by now: take it off the list")
        }
        for name in Self.notUsed.keys { #expect(offered.contains(name), "\(name) is no longer offered") }
    }

    /// Functions, methods and fields of records by the names that Swift gives them.
    private static func offered() throws -> Set<String> {
        let url = root.appendingPathComponent("../bindings/api.snap")
        var names: Set<String> = []
        var block = ""
        for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
            if !line.hasPrefix(" ") { block = String(line) }
            let words = line.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "async ", with: "")
                .replacingOccurrences(of: "constructor ", with: "").replacingOccurrences(of: "function ", with: "")
            guard let name = words.firstMatch(of: /^\w+/)?.output else { continue }
            let isFunction = block.hasPrefix("function ")
            let isMember = line.hasPrefix(" ") && (block.hasPrefix("object ") || block.hasPrefix("record "))
            if isFunction || isMember { names.insert(camelCase(name)) }
        }
        return names
    }

    private static func sources() throws -> String {
        let folders = ["Sources", "App/Sources"].map { root.appendingPathComponent($0) }
        return try folders.flatMap { folder in
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
            return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
                .map { try String(contentsOf: $0, encoding: .utf8) }
        }.joined(separator: "\n")
    }

    private static func camelCase(_ name: Substring) -> String {
        let parts = name.split(separator: "_")
        return parts.dropFirst().reduce(String(parts.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    private static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    }
}
