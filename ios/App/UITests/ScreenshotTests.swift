// Starts the app, agrees to the policy, and takes pictures of the first two screens: in both languages, in the usual and in
// the largest size of text. The system's own audit looks for texts that are cut and signs without words. Runs on a Mac only.
import XCTest

final class ScreenshotTests: XCTestCase {
    private static let largest = "UICTContentSizeCategoryAccessibilityXXXL"

    @MainActor func testFirstScreensInBothLanguagesAndTheLargestText() throws {
        for (language, agree) in [("en", "Agree"), ("zh-Hans", "同意")] {
            for size in ["UICTContentSizeCategoryL", Self.largest] {
                let app = XCUIApplication()
                app.launchArguments = [
                    "-AppleLanguages", "(\(language))", "-UIPreferredContentSizeCategoryName", size,
                ]
                app.launch()
                let button = app.buttons[agree].firstMatch
                // A run before may have agreed already.
                if button.waitForExistence(timeout: 10) {
                    try look(app, "consent-\(language)-\(size)")
                    while !button.isHittable { app.swipeUp() }
                    button.tap()
                }
                XCTAssertTrue(app.secureTextFields.firstMatch.waitForExistence(timeout: 10))
                try look(app, "sign-in-\(language)-\(size)")
                app.terminate()
            }
        }
    }

    @MainActor private func look(_ app: XCUIApplication, _ name: String) throws {
        let picture = XCTAttachment(screenshot: app.screenshot())
        picture.name = name
        picture.lifetime = .keepAlways
        add(picture)
        try app.performAccessibilityAudit(for: [.dynamicType, .textClipped, .sufficientElementDescription, .hitRegion])
    }
}
