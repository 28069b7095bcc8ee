// What no machine without Apple's systems can draw is at least looked for in the sources of the screens.
import Foundation
import Testing

@Suite struct ScreenSourceTests {
    private static let screens = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources/TrakScreens")

    private func sources() throws -> [(name: String, text: String)] {
        let files = try FileManager.default.contentsOfDirectory(at: Self.screens, includingPropertiesForKeys: nil)
        let swift = files.filter { $0.pathExtension == "swift" }
        try #require(swift.count > 20)
        return try swift.map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
    }

    /// A sheet covers the notice that is held up below it.
    @Test func everySheetHoldsUpTheNotices() throws {
        var sheets = 0
        for (name, text) in try sources() where name != "NoticeScreens.swift" {
            for sheet in text.matches(of: /\.sheet\([^{]*\{([^}]*)\}/) {
                sheets += 1
                #expect(sheet.1.contains(".noticesOnTop()"), "\(name): \(sheet.0)")
            }
        }
        #expect(sheets >= 4)
        let root = try #require(sources().first { $0.name == "RootScreen.swift" })
        #expect(root.text.contains(".noticesOnTop()"), "and so does everything else")
    }

    /// A place of this device that is shown without its age is taken for one of now.
    @Test func whoeverShowsThisDevicesPlaceTellsItsAge() throws {
        let showing = try sources().filter { $0.text.contains(/\blet here\b/) }
        #expect(showing.map(\.name).sorted() == ["MapScreen.swift", "MyLocationScreen.swift", "NearbyScreen.swift"])
        for (name, text) in showing {
            #expect(text.contains("here.fromLastKnown") && text.contains("app.words.ago(here.ageMs)"), "\(name)")
        }
    }

    /// An agreement that the disk did not take is told where it was given.
    @Test func whoeverAsksForAnAgreementTellsWhyItWasNotWritten() throws {
        let views = try sources().flatMap { $0.text.components(separatedBy: "\nprivate struct ") }
        let asking = views.filter { $0.contains(".decide(") || $0.contains(".agree()") }
        #expect(asking.count >= 3)
        for view in asking { #expect(view.contains(/model\.trouble/), "\(view.prefix(80))") }
    }

    /// Texts grow to several times their size: whatever holds one has no fixed height and no limit of lines.
    @Test func nothingCutsLargeText() throws {
        let cuts = [
            /\.lineLimit\(/, /\.truncationMode\(/, /\.minimumScaleFactor\(/, /\.font\(\.system\(size:/,
            /\.frame\([^)]*(?:maxHeight|height|maxWidth|width): *\d/, /\.fixedSize\(/, /\bLabeledContent\(/,
        ]
        for (name, text) in try sources() where name != "Roomy.swift" {
            for cut in cuts { #expect(text.firstMatch(of: cut) == nil, "\(name): \(cut)") }
        }
    }

    /// Every sign that can be touched has words: a toolbar's are its label's.
    @Test func everySignIsHiddenFromVoiceOverOrPartOfAButtonWithAName() throws {
        for (name, text) in try sources() {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated() where line.contains("Image(systemName:") {
                // The mark of a point of the map, whose button has the name.
                if name == "MapScreen.swift" || name == "HistoryScreen.swift" { continue }
                let below = lines[number..<min(number + 4, lines.count)].joined()
                #expect(below.contains(".accessibilityHidden(true)"), "\(name):\(number + 1)")
            }
        }
    }
}
