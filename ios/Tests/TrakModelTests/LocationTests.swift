// This device's own location: nothing is read that is not allowed, and nothing allowed before is shown as allowed now.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct LocationTests {
    let phone: Phone
    let model: MyLocationModel

    init() throws {
        phone = try Phone()
        model = MyLocationModel(location: phone.location, clock: phone.clock)
    }

    @Test func nothingIsAskedWithoutATap() async throws {
        phone.show(model.run)
        try await until("it reads") { model.access == .notAsked }
        #expect(phone.location.asked == 0)
        model.ask()
        #expect(phone.location.asked == 1)
        await phone.leave()
    }

    @Test func aReadingGrowsOlder() async throws {
        phone.location.change(.precise)
        phone.show(model.run)
        phone.show(model.tick)
        try await until("allowed") { model.access == .precise && phone.location.readerCount == 1 }
        phone.location.read(.bund, atMs: phone.clock.nowMs)
        try await until("a reading") { model.ageMs == 0 }
        phone.clock.advance(ms: 90_000)
        try await until("older") { model.ageMs == 90_000 }
        await phone.leave()
    }

    @Test func aReducedPermissionTakesThePrecisePlaceAway() async throws {
        phone.location.change(.precise)
        phone.show(model.run)
        try await until("allowed") { phone.location.readerCount == 1 }
        phone.location.read(.bund, atMs: phone.clock.nowMs)
        try await until("a reading") { model.reading != nil }
        phone.location.change(.approximate)
        try await until("reduced") { model.access == .approximate }
        #expect(model.reading == nil && model.ageMs == nil)
        phone.location.read(.square, atMs: phone.clock.nowMs, accuracyM: 3_000)
        try await until("an approximate one") { model.reading?.accuracyM == 3_000 }
        await model.askForPrecise()
        #expect(phone.location.askedForPrecise == 1)
        await phone.leave()
    }

    @Test(arguments: [LocationAccess.denied, .restricted, .off, .notAsked])
    func withoutPermissionThereIsNoPlace(access: LocationAccess) async throws {
        phone.location.change(.precise)
        phone.show(model.run)
        try await until("allowed") { phone.location.readerCount == 1 }
        phone.location.read(.bund, atMs: phone.clock.nowMs)
        try await until("a reading") { model.reading != nil }
        phone.location.change(access)
        try await until("taken away") { model.access == access }
        #expect(model.reading == nil && model.ageMs == nil)
        await phone.leave()
    }

    @Test func theSensorsStopWhenTheScreenIsLeft() async throws {
        phone.location.change(.precise)
        phone.show(model.run)
        try await until("it reads") { phone.location.readerCount == 1 && model.access == .precise }
        await phone.leave()
        try await until("nobody reads") { phone.location.readerCount == 0 }
    }
}
