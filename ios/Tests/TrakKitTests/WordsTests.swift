// What people read, in both languages.
import Foundation
import Testing

@testable import TrakKit

@Suite struct WordsTests {
    let english = Words(.english, timeZone: .gmt)
    let chinese = Words(.chinese, timeZone: .gmt)

    @Test(arguments: [
        (Int64(0), "just now", "刚刚"),
        (999, "just now", "刚刚"),
        (1_000, "1 second ago", "1 秒前"),
        (59_999, "59 seconds ago", "59 秒前"),
        (60_000, "1 minute ago", "1 分钟前"),
        (5_400_000, "1 hour ago", "1 小时前"),
        (172_800_000, "2 days ago", "2 天前"),
        (94_608_000_000, "3 years ago", "3 年前"),
        (-5, "just now", "刚刚"),
    ])
    func agesInBothLanguages(ageMs: Int64, english: String, chinese: String) {
        #expect(self.english.ago(ageMs) == english)
        #expect(self.chinese.ago(ageMs) == chinese)
    }

    @Test(arguments: [
        (Int64(0), "0 s"), (59_000, "59 s"), (60_000, "1 min"), (61_000, "1 min"), (3_600_000, "1 h"),
        (11_520_000, "3 h 12 min"), (86_400_000, "1 d"), (90_000_000, "1 d 1 h"), (-1, "0 s"),
    ])
    func lengthsOfTimeHaveTwoPartsAtMost(ms: Int64, text: String) {
        #expect(english.duration(ms) == text)
    }

    @Test(arguments: [
        (0.4, "0 m"), (999.4, "999 m"), (999.6, "1 km"), (1_240.0, "1.2 km"), (99_940.0, "99.9 km"),
        (99_960.0, "100 km"), (12_345_678.0, "12346 km"), (Double.nan, "not known"), (Double.infinity, "not known"),
    ])
    func distances(metres: Double, text: String) {
        #expect(english.distance(metres) == text)
    }

    @Test(arguments: [
        (0.0, "N", "北"), (22.4, "N", "北"), (22.6, "NE", "东北"), (180.0, "S", "南"), (337.6, "N", "北"), (359.9, "N", "北"),
        (-90.0, "W", "西"),
    ])
    func directions(degrees: Double, english: String, chinese: String) {
        #expect(self.english.compass(degrees) == english)
        #expect(self.chinese.compass(degrees) == chinese)
    }

    @Test func momentsAreToldInThePersonsTimeZone() {
        let shanghai = Words(.english, timeZone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt)
        let ms: Int64 = 1_795_577_586_000  // 2026-11-25T03:33:06Z
        #expect(english.moment(ms).contains("3:33:06"))
        #expect(shanghai.moment(ms).contains("11:33:06"))
        #expect(chinese.moment(ms).contains("2026年11月25日"))
    }

    @Test(arguments: [
        (["zh-Hans-CN", "en"], Language.chinese), (["zh-Hant-TW"], .chinese), (["en-GB"], .english),
        (["ko-KR", "zh-CN"], .chinese), (["fr"], .english), ([], .english),
    ])
    func theFirstKnownPreferredLanguageIsSpoken(preferred: [String], language: Language) {
        #expect(Language(preferred: preferred) == language)
    }

    @Test(arguments: [
        (AttributeKind.batteryPercent, "88", "Battery", "88 %"),
        (.ignition, "true", "Ignition", "Yes"),
        (.ignition, "maybe", "Ignition", "maybe"),
        (.totalDistanceMetres, "1234567.8", "Total distance", "1235 km"),
        (.engineHoursMs, "11520000", "Engine hours", "3 h 12 min"),
        (.engineHoursMs, "1e300", "Engine hours", "1e300"),
        (.temperatureCelsius, "-4.25", "Temperature", "-4.2 °C"),
        (.speedLimitKnots, "27", "Speed limit", "50 km/h"),
        (.unknown, "{\"a\":1}", "io9", "{\"a\":1}"),
    ])
    func attributesHaveLabelsAndUnits(kind: AttributeKind, value: String, label: String, text: String) {
        let shown = english.attribute(UnitAttribute(key: "io9", kind: kind, value: value))
        #expect(shown.label == label)
        #expect(shown.value == text)
    }

    @Test func aDirectionThatSaysNothingIsNotTold() {
        let sure = english.near(row(bearingOffDeg: 10))
        let unsure = english.near(row(bearingOffDeg: 180))
        #expect(sure == "1.2 km ± 30 m, NE 47°")
        #expect(unsure == "1.2 km ± 30 m, direction unknown")
    }

    private func row(bearingOffDeg: Double) -> NearbyRow {
        let unit = UnitRow(
            id: 1, name: "Van", plate: nil, kind: .van, groupId: 0, link: .online, disabled: false, place: nil,
            fixTimeMs: nil, ageMs: nil, freshness: nil, speedMps: nil, courseDeg: nil, accuracyM: nil, doubt: nil,
            futureHeldBack: false, distanceM: 1_234, bearingDeg: 47)
        return NearbyRow(unit: unit, uncertainty: Uncertainty(distanceM: 30, bearingDeg: bearingOffDeg, ageMs: 0))
    }
}
