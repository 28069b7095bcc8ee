// Signing in and out: every refusal is named, and what lowers security is never chosen for the person.
import Foundation
import Testing
import TrakKit

@testable import TrakModel

@MainActor @Suite struct SignInTests {
    let phone: Phone
    let backend: Backend

    init() throws {
        phone = try Phone()
        backend = try Backend.withFleet()
    }

    @Test func aNewPhoneAsksForASignInAndThenShowsTheFleet() async throws {
        let app = await phone.startAgreed()
        let form = try app.form
        #expect(form.server.isEmpty && form.refusal == nil && !form.canSignIn)
        form.fill(backend)
        #expect(form.canSignIn)
        await form.signIn()
        let fleet = try app.fleet
        #expect(app.account?.name == "Supervisor")
        #expect(app.account?.cleartext == true, "loopback is not encrypted, and that stays visible")
        #expect(form.password.isEmpty, "a password that was accepted is forgotten")
        phone.show(fleet.units.run)
        try await until("the fleet is there") { fleet.units.total == 3 }
        await phone.end(app)
    }

    @Test func aWrongPasswordChangesNothing() async throws {
        let app = await phone.startAgreed()
        let form = try app.form
        form.fill(backend, password: "wrong")
        await form.signIn()
        #expect(form.refusal == .WrongPassword)
        #expect(app.account == nil && !form.working)
        form.password = Backend.password
        await form.signIn()
        #expect(try app.fleet.status.link != .signedOut)
        await phone.end(app)
    }

    @Test func aDisabledAccountIsNamedSo() async throws {
        try backend.administer(["account", "disable", Backend.email])
        #expect(try await refusal() == .Disabled)
    }

    @Test func anAccountWithACodeIsAskedForIt() async throws {
        try backend.administer(["account", "totp", Backend.email])
        let app = await phone.startAgreed()
        let form = try app.form
        form.fill(backend)
        #expect(!form.asksForCode)
        await form.signIn()
        #expect(form.refusal == .CodeNeeded && form.asksForCode && !form.canSignIn)
        form.code = "000000"
        await form.signIn()
        #expect(form.refusal == .WrongCode && form.code.isEmpty, "a code that was refused is never tried twice")
        await phone.end(app)
    }

    @Test func aServerThatIsNotThereIsNoConnection() async throws {
        backend.stop()
        #expect(try await refusal() == .NoConnection)
    }

    @Test(arguments: [
        ("not a server", SignInError.AddressUnreadable),
        ("ftp://trak.example.com", .UnsupportedScheme),
        ("https://name:word@trak.example.com", .CredentialsInAddress),
    ])
    func addressesThatAreNone(address: String, expected: SignInError) async throws {
        #expect(try await refusal(server: address) == expected)
    }

    @Test func noEncryptionIsOfferedOnlyAfterTheCoreRefusedIt() async throws {
        let app = await phone.startAgreed()
        let form = try app.form
        form.fill(backend)
        form.server = "http://trak.example.com"
        #expect(!form.offersCleartext)
        await form.signIn()
        #expect(form.refusal == .CleartextRefused)
        #expect(form.offersCleartext && !form.cleartextAllowed, "offered, never chosen by itself")
        await phone.end(app)
    }

    @Test func aFileThatIsNoAuthorityIsRefusedBeforeAnythingIsSent() async throws {
        let app = await phone.startAgreed()
        let form = try app.form
        phone.files.chosen = Data("no certificate".utf8)
        await form.addAuthority()
        form.fill(backend)
        await form.signIn()
        #expect(form.refusal == .BadTlsSettings)
        form.removeAuthority()
        await form.signIn()
        #expect(app.account != nil)
        await phone.end(app)
    }

    @Test(arguments: [true, false])
    func afterASignOutTheNextStartAsksAgain(keepCache: Bool) async throws {
        let (app, _) = try await phone.startSignedIn(backend)
        #expect(await app.signOut(keepCache: keepCache) == nil)
        #expect(app.left == .revoked)
        #expect(throws: Never.self) { try app.consent }
        await phone.end(app)
        let again = await phone.startAgreed()
        #expect(try again.form.server.isEmpty, "the next person is asked anew")
        await phone.end(again)
    }

    @Test func aSignOutWithoutAConnectionSaysWhatStaysValid() async throws {
        let (app, _) = try await phone.startSignedIn(backend)
        backend.stop()
        #expect(await app.signOut(keepCache: false) == nil)
        #expect(app.left == .stillValid)
        #expect(app.account == nil)
        await phone.end(app)
    }

    @Test func everyRefusalHasASentenceOfItsOwnInBothLanguages() {
        let refusals: [SignInError] = [
            .AddressEmpty, .AddressUnreadable, .CleartextRefused, .UnsupportedScheme, .CredentialsInAddress,
            .BadTlsSettings, .WrongPassword, .CodeNeeded, .WrongCode, .Disabled, .Expired,
            .TooManyTries(retryAfterS: 30), .NoConnection, .BadCertificate(trouble: .expired), .NotATrackingServer,
            .Server(status: 502), .SecretStore(error: .Locked), .Storage(trouble: .full), .KeyMissing, .Closed,
            .ConsentRequired(why: .notAsked), .ConsentRecord(error: .Io),
        ]
        for language in Language.allCases {
            let sentences = refusals.map(Words(language).sentence)
            #expect(Set(sentences).count == refusals.count)
        }
    }

    private func refusal(server: String? = nil) async throws -> SignInError? {
        let app = await phone.startAgreed()
        let form = try app.form
        form.fill(backend)
        if let server { form.server = server }
        await form.signIn()
        await phone.end(app)
        return form.refusal
    }
}
