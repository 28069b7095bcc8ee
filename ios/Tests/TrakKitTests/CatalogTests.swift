// What the system itself says for the app stands in string catalogs: every key has both languages, every text that is
// used is there, and nothing stands there in vain. What the app says stands in Phrases.
import Foundation
import Testing

@Suite struct CatalogTests {
    private static let ios = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")

    private struct Catalog: Decodable {
        struct Entry: Decodable {
            struct Localization: Decodable {
                struct Unit: Decodable {
                    let value: String
                }
                struct Units: Decodable {
                    let values: [String]
                }
                let stringUnit: Unit?
                let stringSet: Units?
                var texts: [String] { [stringUnit?.value].compactMap { $0 } + (stringSet?.values ?? []) }
            }
            let localizations: [String: Localization]
        }
        let sourceLanguage: String
        let strings: [String: Entry]

        init(_ name: String) throws {
            let url = CatalogTests.ios.appendingPathComponent("App/Resources/\(name).xcstrings")
            self = try JSONDecoder().decode(Catalog.self, from: Data(contentsOf: url))
        }
    }

    @Test(arguments: ["Localizable", "AppShortcuts", "InfoPlist"])
    func everyKeyHasBothLanguages(name: String) throws {
        let catalog = try Catalog(name)
        #expect(catalog.sourceLanguage == "en" && !catalog.strings.isEmpty)
        for (key, entry) in catalog.strings {
            // Where English is the key itself it need not be said again.
            let english = entry.localizations["en"]?.texts ?? (name == "Localizable" ? [key] : [])
            let chinese = entry.localizations["zh-Hans"]?.texts ?? []
            #expect(!english.isEmpty && !english.contains(""), "\(key)")
            #expect(!chinese.isEmpty && !chinese.contains(""), "\(key)")
            let isChinese = chinese.allSatisfy { $0.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }
            #expect(isChinese || key == "CFBundleDisplayName", "\(key)")
        }
    }

    @Test func everyTextOfIntentsAndWidgetsIsInTheCatalogAndNothingElse() throws {
        let catalog = try Set(Catalog("Localizable").strings.keys)
        var used: Set<String> = []
        let patterns = [
            /(?:title|shortTitle): "([^"\\]+)"/,
            /: (?:LocalizedStringResource|IntentDescription\?|TypeDisplayRepresentation) = "([^"]+)"/,
            /\.(?:configurationDisplayName|description)\("([^"]+)"\)/,
        ]
        for text in try Self.sources(["App/Sources", "Widgets"]) {
            for pattern in patterns { used.formUnion(text.matches(of: pattern).map { String($0.1) }) }
        }
        #expect(used.count > 5)
        #expect(used.subtracting(catalog).sorted() == [], "used, not in the catalog")
        #expect(catalog.subtracting(used).sorted() == [], "in the catalog, not used")
    }

    @Test func everyShortcutPhraseIsInTheCatalogAndNothingElse() throws {
        let catalog = try Set(Catalog("AppShortcuts").strings.keys)
        let used = try Self.sources(["App/Sources"]).flatMap { text in
            text.matches(of: /phrases: \["([^"]+)"\]/).map {
                $0.1.replacingOccurrences(of: "\\(.applicationName)", with: "${applicationName}")
            }
        }
        #expect(Set(used) == catalog)
    }

    @Test func everyPurposeOfInfoPlistIsInTheCatalog() throws {
        let plist = try String(contentsOf: Self.ios.appendingPathComponent("App/Info.plist"), encoding: .utf8)
        let catalog = try Catalog("InfoPlist").strings
        let purposes = plist.matches(of: /<key>(NS\w+UsageDescription|NearbyUnits)<\/key>\s*<string>([^<]+)<\/string>/)
        #expect(purposes.count >= 3)
        for purpose in purposes {
            let entry = try #require(catalog[String(purpose.1)], "\(purpose.1)")
            #expect(entry.localizations["en"]?.texts == [String(purpose.2)])
        }
        let keys = Set(purposes.map { String($0.1) }).union(["CFBundleDisplayName"])
        #expect(Set(catalog.keys) == keys)
    }

    @Test func everyPhraseIsSaidSomewhere() throws {
        let sources = try Self.sources(["Sources", "App/Sources", "Widgets"]).joined(separator: "\n")
        let said = Set(sources.matches(of: /\.(\w+)/).map { String($0.1) })
        let unsaid = PhraseTests.all.map(\.name).filter { !said.contains($0) }
        #expect(unsaid == [])
    }

    private static func sources(_ folders: [String]) throws -> [String] {
        try folders.flatMap { folder -> [String] in
            let files = FileManager.default.enumerator(
                at: ios.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            return try (files?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
                .map { try String(contentsOf: $0, encoding: .utf8) }
        }
    }
}
