// Decides how ages, lengths of time and moments are put into words. What counts as fresh is the core's.
import Foundation

extension Words {
    /// An age in milliseconds: `5 minutes ago`.
    public func ago(_ ageMs: Int64) -> String {
        let steps: [(ms: Int64, one: Phrase, many: Phrase)] = [
            (year, .agoYear, .agoYears), (day, .agoDay, .agoDays), (hour, .agoHour, .agoHours),
            (minute, .agoMinute, .agoMinutes), (second, .agoSecond, .agoSeconds),
        ]
        guard let step = steps.first(where: { ageMs >= $0.ms }) else { return self(.agoNow) }
        let count = ageMs / step.ms
        return count == 1 ? self(step.one) : self(step.many, count)
    }

    /// A length of time in its two largest parts, a zero left out: `3 h 12 min`.
    public func duration(_ ms: Int64) -> String {
        let ms = max(ms, 0)
        let parts: [(Int64, Phrase)] = [
            (ms / day, .days), (ms % day / hour, .hours), (ms % hour / minute, .minutes),
            (ms % minute / second, .seconds),
        ]
        let first = parts.firstIndex { $0.0 > 0 } ?? parts.count - 1
        // Seconds say nothing beside minutes.
        let last = min(first + 1, first == parts.count - 1 ? first : parts.count - 2)
        let told = parts[first...max(first, last)].filter { $0.0 > 0 }
        return told.isEmpty ? self(.seconds, 0) : told.map { self($0.1, $0.0) }.joined(separator: " ")
    }

    /// A moment in the person's time zone, in milliseconds since 1970: `25 Nov 2026 at 08:12:07`.
    public func moment(_ ms: Int64) -> String {
        written(ms, date: .medium, time: .medium)
    }

    /// A time of day: `08:12:07`.
    public func timeOfDay(_ ms: Int64) -> String {
        written(ms, date: .none, time: .medium)
    }

    /// A moment for somebody who may be in another country and another language: `2026-11-25 08:12 +08:00`.
    public func stamp(_ ms: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = timeZone
        formatter.dateFormat = "yyyy-MM-dd HH:mm XXX"
        return formatter.string(from: Date(milliseconds: ms))
    }

    /// A day: `25 Nov 2026`.
    public func date(_ ms: Int64) -> String {
        written(ms, date: .medium, time: .none)
    }

    private func written(_ ms: Int64, date: DateFormatter.Style, time: DateFormatter.Style) -> String {
        let formatter = DateFormatter()
        formatter.locale = language.locale
        formatter.timeZone = timeZone
        (formatter.dateStyle, formatter.timeStyle) = (date, time)
        return formatter.string(from: Date(milliseconds: ms))
    }
}

extension Date {
    /// Milliseconds since 1970, as the core counts.
    public init(milliseconds ms: Int64) {
        self.init(timeIntervalSince1970: Double(ms) / 1_000)
    }

    /// Milliseconds since 1970, as the core counts.
    public var milliseconds: Int64 {
        Int64((timeIntervalSince1970 * 1_000).rounded())
    }
}

private let second: Int64 = 1_000
private let minute = 60 * second
private let hour = 60 * minute
private let day = 24 * hour
private let year = 365 * day
