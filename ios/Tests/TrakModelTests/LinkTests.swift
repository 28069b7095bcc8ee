// Links into the app: they open what they name, also after a cold start and behind the sign-in, and change nothing that
// the person has not seen.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct LinkTests {
    let phone: Phone
    let backend: Backend
    static let pin = String(repeating: "0f", count: 32)

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    @Test func aLinkToAUnitOpensItAndASearchSearches() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        await app.opened(link: "trakiot://unit/2")
        #expect(fleet.router.area == .units && fleet.router[.units] == [.unit(2)])
        await app.opened(link: "trakiot://search?text=%E9%93%BE")
        #expect(fleet.units.text == "链" && fleet.router[.units].isEmpty)
        await phone.end(app)
    }

    @Test func aLinkWaitsForTheOpeningAndForTheSignIn() async throws {
        let app = await phone.startAgreed()
        await app.opened(link: "trakiot://unit/1")
        let form = try app.form
        form.fill(backend)
        await form.signIn()
        #expect(try app.fleet.router[.units] == [.unit(1)])
        await phone.end(app)

        let cold = AppModel(platform: phone.platform(phone.secrets))
        await cold.opened(link: "trakiot://unit/2")
        #expect(try cold.fleet.router[.units] == [.unit(2)])
        await phone.end(cold)
    }

    @Test func aProposedServerChangesNothingBeforeThePersonAgrees() async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        let link = "trakiot://server?address=trak.example.com&account=li%40example.com&pin=\(Self.pin)"
        await app.opened(link: link)
        let proposal = try #require(app.proposal)
        #expect(proposal.server == "trak.example.com" && proposal.account == "li@example.com")
        #expect(proposal.presentServer == app.account?.server, "what holds now stands beside it")
        #expect(proposal.fingerprint?.hasPrefix("0F 0F 0F") == true)
        #expect(try app.fleet === fleet, "nothing changed")
        app.showsProposal = false
        #expect(app.proposal == nil)
        #expect(try app.fleet === fleet)

        await app.opened(link: link)
        app.acceptProposal()
        let form = try app.form
        #expect(form.server == "trak.example.com" && form.email == "li@example.com" && form.password.isEmpty)
        #expect(form.pin?.count == 32)
        #expect(app.account?.email == Backend.email, "still signed in where one was")
        await app.backToFleet()
        #expect(throws: Never.self) { try app.fleet }
        await phone.end(app)
    }

    @Test(arguments: [
        ("https://example.com", LinkError.NotOurs), ("trakiot://erase", .UnknownKind),
        ("trakiot://unit/crane", .Unreadable(part: .unit)), ("trakiot://server?account=li", .Missing(part: .address)),
        ("trakiot://server?address=a&pin=12", .Unreadable(part: .pin)),
    ])
    func whatIsWrongWithALinkIsNamedAndNothingChanges(link: String, error: LinkError) async throws {
        let (app, fleet) = try await phone.startSignedIn(backend)
        await app.opened(link: link)
        #expect(app.linkTrouble == error && app.proposal == nil)
        #expect(try app.fleet === fleet && fleet.router[.units].isEmpty)
        #expect(Words(.english).sentence(error) != Words(.chinese).sentence(error))
        app.showsLinkTrouble = false
        #expect(app.linkTrouble == nil)
        await phone.end(app)
    }
}

@MainActor @Suite struct RouterTests {
    @Test func besideTheListAUnitTakesThePlaceOfTheOneBefore() {
        let router = Router()
        router.select(1)
        router.select(2)
        #expect(router[.units] == [.unit(1), .unit(2)], "on a phone one lies on the other")
        router.hasListBeside = true
        #expect(router.shown == .map, "the list is there already, so its own area shows the map")
        router.select(3)
        router.select(4)
        #expect(router[.map] == [.unit(4)])
        router.open(.history(4))
        #expect(router[.map] == [.unit(4), .history(4)])
        router.show(.alerts)
        #expect(router.shown == .alerts && router[.alerts].isEmpty)
    }
}
