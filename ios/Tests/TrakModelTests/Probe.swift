// Starts and kills the process that the tests bring along.
import Foundation
import TrakTestSupport

@testable import TrakModel

struct Probe {
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()

    /// Starts it; it signs in by itself.
    init(backend: Backend, folder: URL, secrets: URL) throws {
        // It is built into the folder that the tests are run from.
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("trak-probe")
        process.arguments = [folder.path, secrets.path, backend.url, Backend.email]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data((Backend.password + "\n").utf8))
    }

    /// How many units it sees, as soon as the server has confirmed the fleet.
    func waitForFleet() -> String {
        String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Without a word of warning.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
