// The operator's notices are held up until the person has said that they read them, and the server knows.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct NoticeTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    private func tell(_ title: String, kind: String = "security") throws {
        try backend.administer([
            "notice", "add", "--kind", kind, "--account", Backend.email, "--title-en", title, "--title-zh", "通知",
            "--text-en", "What happened, and what to do.", "--text-zh", "发生了什么，该怎么做。",
        ])
    }

    /// Signs in and waits until the notices are held up.
    private func started(_ count: Int = 1) async throws -> (AppModel, NoticesModel) {
        let (app, _) = try await phone.startSignedIn(backend)
        return (app, try await watched(app, count))
    }

    private func watched(_ app: AppModel, _ count: Int) async throws -> NoticesModel {
        let notices = try #require(app.notices)
        phone.show(notices.run)
        try await until("they are held up") { notices.open.count == count }
        return notices
    }

    @Test func aNoticeStaysUntilItIsAcknowledgedTheOldestFirst() async throws {
        try tell("Passwords were read")
        let (app, notices) = try await started()
        let notice = try #require(notices.open.first)
        #expect(notice.kind == .security && app.words.notice(notice).title == "Passwords were read")
        #expect(Words(.chinese).notice(notice).title == "通知")
        try tell("The service ends", kind: "end-of-service")
        phone.clock.advance(ms: 60_000)
        try await until("the next one, too") { notices.open.count == 2 }
        #expect(notices.open.first?.id == notice.id, "the oldest first")
        #expect(app.words.kind(notice, of: 2) == "Security notice (1 of 2)")
        await notices.acknowledge(notice)
        #expect(notices.open.map(\.kind) == [.endOfService])
        let other = try #require(notices.open.first)
        await notices.acknowledge(other)
        #expect(notices.open.isEmpty && notices.trouble == nil)
        await phone.end(app)
    }

    @Test func itIsHeldUpOnEveryScreenAndAfterARestartWithoutANetwork() async throws {
        try tell("Passwords were read")
        let (app, notices) = try await started()
        app.signInAgain()
        _ = try app.form
        #expect(app.notices === notices && notices.open.count == 1, "over the sign-in")
        await app.backToFleet()
        let fleet = try app.fleet
        for area in Area.allCases {
            fleet.router.show(area)
            #expect(app.notices?.open.count == 1, "\(area)")
        }
        await app.opened(link: "trakiot://server?address=https://other.example")
        #expect(app.showsProposal && app.notices?.open.count == 1, "over what a link proposes")
        await phone.end(app)
        #expect(app.notices == nil)

        backend.stop()
        let offline = await phone.start()
        let kept = try await watched(offline, 1)
        let notice = try #require(kept.open.first)
        await kept.acknowledge(notice)
        #expect(kept.trouble == .Offline && kept.open.count == 1, "the server has to know")
        try backend.start()
        await kept.acknowledge(notice)
        #expect(kept.trouble == nil && kept.open.isEmpty)
        await phone.end(offline)

        backend.stop()
        let again = await phone.start()
        let none = try #require(again.notices)
        await none.all.ask()
        #expect(none.open.isEmpty, "once read it does not come back")
        await phone.end(again)
    }

    @Test func whoeverComesNextSeesNothingOfIt() async throws {
        try tell("Passwords were read")
        let (app, _) = try await started()
        #expect(await app.signOut(keepCache: true) == nil)
        #expect(app.notices == nil)
        await phone.end(app)
    }
}
