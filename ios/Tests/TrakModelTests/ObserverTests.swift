// Observers end with their task and with the core, and leave nothing behind.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct ObserverTests {
    let phone: Phone
    let core: Trak

    init() throws {
        phone = try Phone()
        core = try Trak.open(folder: phone.folder.path, secrets: phone.secrets)
    }

    @Test func aCancelledReaderEnds() async {
        let changes = core.changes()
        let reader = Task { () -> Int in
            var count = 0
            for await _ in changes { count += 1 }
            return count
        }
        reader.cancel()
        #expect(await reader.value == 0)
        await core.shutdown()
    }

    @Test func aReaderThatWasCancelledBeforeItBeganEndsToo() async {
        let core = core
        let reader = Task { () -> Bool in
            await Task.yield()
            for await _ in core.changes() {}
            return true
        }
        reader.cancel()
        #expect(await reader.value)
        await core.shutdown()
    }

    @Test func aShutdownEndsAllReaders() async {
        let core = core
        let readers = (0..<10).map { _ in
            let changes = core.changes()
            return Task { for await _ in changes {} }
        }
        await core.shutdown()
        for reader in readers { await reader.value }
        // A reader that comes later ends at once.
        for await _ in core.changes() {}
    }

    /// Also the screens' own loop, which waits for changes and ticks at once.
    @Test func aScreenThatIsLeftStopsAskingTheCore() async throws {
        let model = AlertsModel(core: core, inbox: Inbox(core: core), clock: phone.clock)
        for _ in 0..<50 {
            let screen = Task { await model.run() }
            await Task.yield()
            screen.cancel()
            await screen.value
        }
        await core.shutdown()
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "counted on Linux only"))
    func tenThousandObserversLeaveNoMemory() async throws {
        try await openAndCancel(500)
        let before = try residentKilobytes()
        try await openAndCancel(10_000)
        let grown = try residentKilobytes() - before
        #expect(grown < 8_192, "grown by \(grown) kB")
        await core.shutdown()
    }

    private func openAndCancel(_ count: Int) async throws {
        for _ in 0..<count {
            weak var left: Observer?
            do {
                let observer = core.observe()
                left = observer
                let changes = Changes(observer)
                let reader = Task { for await _ in changes {} }
                reader.cancel()
                await reader.value
            }
            try #require(left == nil)
        }
    }

    /// What this process holds in memory, as the system counts it.
    private func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(Int(line.filter(\.isNumber)))
    }
}
