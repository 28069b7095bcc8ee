// Tells when another process writes to a file, so that no test asks over and over.
import Foundation

enum FileWatch {
    struct Failed: Error {}

    /// One element after each write to the file, however many came together, until the reading task ends.
    static func writes(to path: String) throws -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        #if os(Linux)
            let watch = inotify_init1(Int32(O_CLOEXEC | O_NONBLOCK))
            guard watch >= 0, inotify_add_watch(watch, path, UInt32(IN_MODIFY)) >= 0 else { throw Failed() }
            let source = DispatchSource.makeReadSource(fileDescriptor: watch)
            source.setEventHandler {
                // What is not read is told again at once.
                var events = [UInt8](repeating: 0, count: 4_096)
                while read(watch, &events, events.count) > 0 {}
                continuation.yield()
            }
        #else
            let watch = open(path, O_EVTONLY)
            guard watch >= 0 else { throw Failed() }
            let source = DispatchSource.makeFileSystemObjectSource(fileDescriptor: watch, eventMask: [.write, .extend])
            source.setEventHandler { continuation.yield() }
        #endif
        source.setCancelHandler { close(watch) }
        continuation.onTermination = { [source = Unchecked(source)] _ in source.value.cancel() }
        source.activate()
        return stream
    }

    /// Dispatch's sources may be cancelled from any thread; only their declaration does not say so.
    private struct Unchecked<Value>: @unchecked Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }
}
