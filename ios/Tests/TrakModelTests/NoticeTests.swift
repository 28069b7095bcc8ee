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

    @Test func aNoticeStaysOverARestartUntilItIsAcknowledged() async throws {
        try tell("Passwords were read")
        let (app, fleet) = try await phone.startSignedIn(backend)
        #expect(fleet.notices.open.isEmpty)
        phone.show(fleet.notices.run)
        try await until("it is held up") { fleet.notices.open.count == 1 }
        await phone.end(app)

        let again = await phone.start()
        let notices = try again.fleet.notices
        phone.show(notices.run)
        try await until("it is still held up") { notices.open.count == 1 }
        let notice = try #require(notices.open.first)
        #expect(notice.kind == .security && again.words.notice(notice).title == "Passwords were read")
        #expect(Words(.chinese).notice(notice).title == "通知")
        try tell("The service ends", kind: "end-of-service")
        phone.clock.advance(ms: 60_000)
        try await until("the next one, too") { notices.open.count == 2 }
        #expect(notices.open.first?.id == notice.id, "the oldest first")
        #expect(again.words.kind(notice, of: 2) == "Security notice (1 of 2)")
        notices.reads = true
        await notices.acknowledge(notice)
        #expect(notices.open.map(\.kind) == [.endOfService] && notices.reads)
        let other = try #require(notices.open.first)
        await notices.acknowledge(other)
        #expect(notices.open.isEmpty && !notices.reads && notices.trouble == nil)
        await phone.end(again)
    }

    @Test func withoutAConnectionItCannotBeAcknowledgedAndStays() async throws {
        try tell("Passwords were read")
        let (app, fleet) = try await phone.startSignedIn(backend)
        phone.show(fleet.notices.run)
        try await until("it is held up") { fleet.notices.open.count == 1 }
        backend.stop()
        let notice = try #require(fleet.notices.open.first)
        await fleet.notices.acknowledge(notice)
        #expect(fleet.notices.trouble == .Offline && fleet.notices.open.count == 1)
        await phone.end(app)
    }
}
