// Every phrase has both languages, and both take the same values.
import Foundation
import Testing

@testable import TrakKit

@Suite struct PhraseTests {
    /// Each phrase as it stands in the sources.
    struct Found: CustomTestStringConvertible, Sendable {
        let name: String
        let english: String
        let chinese: String
        var testDescription: String { name }
    }

    static let all: [Found] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/TrakKit/Phrases")
        let pattern = /static let (\w+) = Phrase\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\)/
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.flatMap { file -> [Found] in
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return text.matches(of: pattern).map {
                Found(name: String($0.1), english: String($0.2), chinese: String($0.3))
            }
        }
    }()

    @Test func thePhrasesAreFound() {
        #expect(Self.all.count > 200)
        #expect(Set(Self.all.map(\.name)).count == Self.all.count)
    }

    @Test(arguments: all) func bothLanguagesAreThere(phrase: Found) {
        // The product's name and units of measure are the same in both.
        let neutral = ["product", "levelAndAge", "shownOf"].contains(phrase.name)
        let hasChinese = phrase.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        let hasChineseInEnglish = phrase.english.unicodeScalars.contains { (0x3000...0x9FFF).contains($0.value) }
        #expect(neutral || hasChinese)
        #expect(!hasChineseInEnglish)
    }

    @Test(arguments: all) func bothLanguagesTakeTheSameValues(phrase: Found) {
        for place in ["{n}", "{m}"] {
            #expect(phrase.english.contains(place) == phrase.chinese.contains(place))
        }
    }
}
