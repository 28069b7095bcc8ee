// Decides which language is spoken and how a phrase takes a value. The phrases themselves stand in Phrases/, each with
// both languages on one line, so that neither can be forgotten.
import Foundation

/// The two languages, equals.
public enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case chinese = "zh-Hans"

    /// The first of the person's preferred languages that the app speaks; English when there is none.
    public init(preferred: [String]) {
        let known = preferred.lazy.compactMap { tag -> Language? in
            let primary = tag.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first
            return primary == "zh" ? .chinese : primary == "en" ? .english : nil
        }
        self = known.first ?? .english
    }

    /// Its name in itself.
    public var ownName: String {
        switch self {
        case .english: "English"
        case .chinese: "简体中文"
        }
    }

    /// How dates and numbers are written.
    public var locale: Locale { Locale(identifier: rawValue) }
}

/// One thing that the app says. `{n}` stands for a value, `{m}` for a second one.
public struct Phrase: Sendable {
    let english: String
    let chinese: String

    init(_ english: String, _ chinese: String) {
        (self.english, self.chinese) = (english, chinese)
    }
}

/// Speaks one language.
public struct Words: Sendable, Equatable {
    public let language: Language
    /// Where times of day are told.
    public let timeZone: TimeZone

    public init(_ language: Language, timeZone: TimeZone = .current) {
        (self.language, self.timeZone) = (language, timeZone)
    }

    /// The phrase as it stands.
    public func callAsFunction(_ phrase: Phrase) -> String {
        switch language {
        case .english: phrase.english
        case .chinese: phrase.chinese
        }
    }

    /// The phrase with its value, and its second one where it has two.
    public func callAsFunction(_ phrase: Phrase, _ n: some CustomStringConvertible, _ m: String = "") -> String {
        self(phrase).replacingOccurrences(of: "{n}", with: n.description).replacingOccurrences(of: "{m}", with: m)
    }
}
