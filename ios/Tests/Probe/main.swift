// A process to be killed: signs in, waits until the fleet is confirmed, says how many units it sees, and stays.
// usage: trak-probe FOLDER SECRETS SERVER ACCOUNT, the password on standard input
import Foundation
import TrakKit
import TrakTestSupport

let words = CommandLine.arguments
let core = try Trak.open(folder: words[1], secrets: FolderSecrets(URL(fileURLWithPath: words[2])))
_ = try core.decide(
    decision: ConsentDecision(
        purpose: .account, action: .given, policyVersion: core.consents().newestPolicy, language: .english,
        screen: .firstRun),
    unsent: .erase)
let changes = core.changes()
_ = try await core.signIn(
    request: SignInRequest(
        server: words[3], cleartextAllowed: false, tls: TlsSettings(extraRootsPem: [], pinnedSpkiSha256: []),
        email: words[4], password: readLine() ?? "", code: nil))
core.startLive()
for await _ in changes where core.status().link == .live {
    let all = FleetQuery(text: "", filter: UnitFilter(), order: .name, origin: nil, offset: 0)
    FileHandle.standardOutput.write(Data("\(try core.fleet(query: all).total)\n".utf8))
    break
}
// Whoever started it holds this open until it kills.
_ = readLine()
