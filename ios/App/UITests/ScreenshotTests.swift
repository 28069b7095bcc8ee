// Starts the app and takes pictures of the first screen in both languages. Runs on a Mac only.
import XCTest

final class ScreenshotTests: XCTestCase {
    @MainActor func testSignInInBothLanguages() {
        for language in ["en", "zh-Hans"] {
            let app = XCUIApplication()
            app.launchArguments = ["-AppleLanguages", "(\(language))"]
            app.launch()
            XCTAssertTrue(app.secureTextFields.firstMatch.waitForExistence(timeout: 10))
            let picture = XCTAttachment(screenshot: app.screenshot())
            picture.name = "sign-in-\(language)"
            picture.lifetime = .keepAlways
            add(picture)
            app.terminate()
        }
    }

    @MainActor func testSignInIsAccessible() throws {
        let app = XCUIApplication()
        app.launch()
        try app.performAccessibilityAudit()
    }
}
