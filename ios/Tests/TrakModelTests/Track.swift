// Tracks to be reported: one made up, and recorded ones where they are at hand.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

struct Track: CustomTestStringConvertible, Sendable {
    let name: String
    /// Where, and how many milliseconds after the first point.
    let points: [(place: Place, ms: Int64)]

    var testDescription: String { name }
    var lengthMs: Int64 { points.last?.ms ?? 0 }

    /// Metres, point by point.
    var lengthM: Double {
        zip(points, points.dropFirst()).reduce(0.0) { sum, step in
            sum + (distanceBearing(from: step.0.place, to: step.1.place)?.distanceM ?? 0)
        }
    }

    /// North at 11 m/s for five minutes, a reading a second.
    static let northwards = Track(
        name: "northwards",
        points: (0..<300).map { (Place(latDeg: 31.2 + Double($0) * 1e-4, lonDeg: 121.4), Int64($0) * 1_000) })

    /// Those at hand.
    static let all: [Track] = [northwards] + ["052", "018"].compactMap(recorded)

    /// A recorded one; says so where it is not at hand.
    private static func recorded(_ name: String) -> Track? {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../../shared/data/tracks/\(name).tsv")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            print("the recorded track \(name) is not at hand")
            return nil
        }
        let numbers = text.split(separator: "\n").map { $0.split(separator: "\t").compactMap { Double($0) } }
        guard let first = numbers.first, first.count == 3 else { return nil }
        return Track(
            name: name,
            points: numbers.filter { $0.count == 3 }.map {
                (Place(latDeg: $0[1], lonDeg: $0[0]), Int64((($0[2] - first[2]) * 1_000).rounded()))
            })
    }
}
