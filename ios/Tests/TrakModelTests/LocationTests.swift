// This device's own location: nothing is read that is not allowed, nothing allowed before is shown as allowed now, and
// what counts as a place is the core's.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct LocationTests {
    let phone: Phone
    let core: Trak
    let privacy: PrivacyModel
    let model: MyLocationModel

    init() async throws {
        phone = try Phone()
        core = try Trak.open(folder: phone.folder.path, secrets: phone.secrets)
        let (platform, recorder) = (phone.platform(phone.secrets), Recorder(core: core))
        privacy = PrivacyModel(
            core: core, recorder: recorder, platform: platform, settings: AppSettings(defaults: phone.defaults),
            decided: {})
        model = MyLocationModel(recorder: recorder, platform: platform, privacy: privacy)
        // Before a sign-in it belongs to whoever signs in next.
        await privacy.decide(.locationOnScreen, .given, on: .firstRun)
    }

    private func allowedAndSeen() async throws {
        phone.location.change(.precise)
        phone.show(model.run)
        try await until("allowed") { model.access == .precise && phone.location.readerCount == 1 }
        phone.location.read(.bund, at: phone.clock.now)
        try await until("a place") { model.here?.place == .bund }
    }

    private func leave() async {
        await phone.leave()
        await core.shutdown()
    }

    @Test func nothingIsAskedWithoutATap() async throws {
        phone.show(model.run)
        try await until("it reads") { model.access == .notAsked }
        #expect(phone.location.asked == 0)
        model.ask()
        #expect(phone.location.asked == 1)
        await leave()
    }

    @Test func withoutConsentNoSensorIsTouched() async throws {
        try await allowedAndSeen()
        await privacy.decide(.locationOnScreen, .withdrawn, on: .firstRun)
        #expect(model.here == nil && model.origin == nil, "what was seen goes with the agreement")
        phone.location.read(.square, at: phone.clock.now)
        try await until("the place is gone") { model.here == nil }
        await phone.leave()
        try await until("nobody reads") { phone.location.readerCount == 0 }
        await model.run()
        #expect(phone.location.readerCount == 0 && model.here == nil, "it ends at once")
        await core.shutdown()
    }

    @Test func aPlaceGrowsOlderAndThenIsTheLastKnownOne() async throws {
        try await allowedAndSeen()
        #expect(model.here?.ageMs == 0 && model.here?.fromLastKnown == false)
        phone.clock.advance(ms: 90_000)
        try await until("older") { model.here?.ageMs == 90_000 }
        let settings = AppSettings(defaults: phone.defaults)
        let taken = settings.words.stamp(phone.clock.now.wallMs - 90_000)
        #expect(model.sharedText(settings) == "31.239700, 121.490000\n\(taken)", "as old as it is")
        phone.clock.advance(ms: 90_001)
        try await until("the last known one") { model.here?.fromLastKnown == true }
        await leave()
    }

    @Test func anAgreementThatCannotBeWrittenIsTold() async throws {
        await privacy.decide(.locationOnScreen, .withdrawn, on: .firstRun)
        // A disk that takes nothing: the folder is not there any more, and nothing can be made in its place.
        try FileManager.default.removeItem(at: phone.folder)
        try Data().write(to: phone.folder)
        await model.agree()
        #expect(model.trouble != nil && !model.isAgreed && phone.location.asked == 0)
        await core.shutdown()
    }

    @Test func distancesAreToldFromAPlaceOfNowOnly() async throws {
        try await allowedAndSeen()
        #expect(model.origin == .bund)
        phone.clock.advance(ms: 180_001)
        try await until("the last known one") { model.here?.fromLastKnown == true }
        #expect(model.origin == nil, "it is too old for that")
        phone.location.read(.bund, at: phone.clock.now)
        try await until("of now again") { model.origin == .bund }
        await phone.leave()
        #expect(model.origin == nil && model.here != nil, "nobody looks where this device goes any more")
        await core.shutdown()
    }

    @Test func aReadingThatTheCoreDoesNotBelieveIsNotShown() async throws {
        try await allowedAndSeen()
        phone.clock.move(ms: 1_000)
        phone.location.read(.square, at: phone.clock.now, mock: true)
        try await until("it says so") { model.isSimulated }
        #expect(model.here?.place == .bund, "what software made up is no place")
        phone.location.read(.london, at: phone.clock.now)
        try await until("it was judged") { !model.isSimulated }
        #expect(model.here?.place == .bund, "nobody flies to London in a second")
        await leave()
    }

    @Test func aReducedPermissionTakesThePrecisePlaceAway() async throws {
        try await allowedAndSeen()
        phone.location.change(.approximate)
        try await until("reduced") { model.access == .approximate && model.here == nil }
        phone.clock.move(ms: 1_000)
        phone.location.read(.square, at: phone.clock.now, accuracyM: 3_000)
        try await until("an approximate one") { model.here?.accuracyM == 3_000 && model.here?.approximate == true }
        await model.askForPrecise()
        #expect(phone.location.askedForPrecise == 1)
        await leave()
    }

    @Test(arguments: [LocationAccess.denied, .restricted, .off, .notAsked])
    func withoutPermissionThereIsNoPlace(access: LocationAccess) async throws {
        try await allowedAndSeen()
        phone.location.change(access)
        try await until("taken away") { model.access == access && model.here == nil }
        await leave()
    }

    @Test func theSensorsStopWhenTheScreenIsLeft() async throws {
        try await allowedAndSeen()
        await leave()
        try await until("nobody reads") { phone.location.readerCount == 0 }
    }
}
