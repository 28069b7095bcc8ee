// Every command, view and field that the core offers is used by this app, or stands in the list of what it does not use
// with the reason. `bindings/api.snap` is the core's surface as it crosses the language boundary.
import Foundation
import Testing

@Suite struct ParityTests {
    /// What this app leaves alone on purpose.
    static let notUsed: [String: String] = [
        "toMercatorAll": "Apple's map projects by itself",
        "coastlines": "Apple's map brings its own",
        "fromMercator": "the map gives degrees",
        "distanceBearing": "views carry distance and direction already",
        "parseCoordinates": "no screen takes typed coordinates",
        "page": "the replay draws the line; a list of points is no screen of this app",
        "y": "only the width of the map is asked for, to know its zoom",
        "attributesJson": "an event's details are JSON; reading them is the core's",
        "positionId": "an event opens the unit, not the position",
        "category": "the server's own word; the kind is shown",
        "groupId": "the unit's screen names the groups",
        "parentId": "the filter lists groups by name; the core lets a group stand for those in it",
    ]

    /// Reporting this device's own position, which no screen of this app offers yet; its own place is CoreLocation's.
    static let reporting: Set<String> = [
        "activity", "batchDelayMs", "blocked", "boot", "cause", "complete", "crossing", "crossings", "fixes",
        "fromLastKnown", "geofenceName", "geofences", "inMemoryOnly", "intervalMs", "lastSuccessMs",
        "latitudeDeg", "levelPercent", "locate", "longitudeDeg", "mock", "myLocation", "newestSentMs",
        "oldestMs", "outbox", "powerSave", "queued", "reason", "record", "rejected", "reporting",
        "retrySetAside", "salvaged", "setAside", "setSurroundings", "sinceBootMs", "startReporting",
        "stopReporting", "thinned", "unitIdentifier", "wallMs",
    ]

    @Test func everythingThatTheCoreOffersIsUsedOrListed() throws {
        let offered = try Offered()
        #expect(offered.calls.count > 30 && offered.fields.count > 60)
        let words = try Self.words()
        let listed = Set(Self.notUsed.keys).union(Self.reporting)
        let neither = offered.calls.subtracting(words.called).union(offered.fields.subtracting(words.all))
        #expect(neither.subtracting(listed).sorted() == [], "offered by the core, neither used nor listed")
        #expect(listed.subtracting(neither).sorted() == [], "listed, but used by now or no longer offered")
    }

    /// What the core offers, by the names that Swift gives it.
    private struct Offered {
        /// Functions and methods.
        var calls: Set<String> = []
        /// Fields of records.
        var fields: Set<String> = []

        init() throws {
            let url = root.appendingPathComponent("../bindings/api.snap")
            var block = ""
            for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
                if !line.hasPrefix(" ") { block = String(line) }
                var parts = line.split(separator: " ")
                parts.removeAll { ["async", "constructor", "function"].contains($0) }
                guard let name = parts.first?.prefix(while: { $0.isLetter || $0.isNumber || $0 == "_" }) else {
                    continue
                }
                let inside = line.hasPrefix(" ")
                if block.hasPrefix("function ") || (inside && block.hasPrefix("object ")) {
                    calls.insert(camelCase(name))
                } else if inside && block.hasPrefix("record ") {
                    fields.insert(camelCase(name))
                }
            }
        }

        private func camelCase(_ name: Substring) -> String {
            let parts = name.split(separator: "_")
            return parts.dropFirst().reduce(String(parts.first ?? "")) {
                $0 + $1.prefix(1).uppercased() + $1.dropFirst()
            }
        }
    }

    /// Every name in the app's sources, and those that stand before a bracket.
    private static func words() throws -> (all: Set<String>, called: Set<String>) {
        var (all, called): (Set<String>, Set<String>) = ([], [])
        for folder in ["Sources", "App/Sources"].map({ root.appendingPathComponent($0) }) {
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
            for case let file as URL in files where file.pathExtension == "swift" {
                var word: [UInt8] = []
                for byte in try Data(contentsOf: file) {
                    let isPart = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x5F
                    if isPart {
                        word.append(byte)
                    } else if !word.isEmpty {
                        let text = String(decoding: word, as: UTF8.self)
                        all.insert(text)
                        if byte == 0x28 { called.insert(text) }
                        word = []
                    }
                }
            }
        }
        return (all, called)
    }

    private static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    }
}
