// Decides when this device's readings reach the core for reporting: from the person's switch on until it is switched off,
// also after the process was gone, and whether the app is on the screen or not. What is recorded, sent and said of it is
// the core's.
import Observation
import TrakKit

/// Reporting this device's own position: its switch and its state.
@MainActor @Observable public final class ReportingModel {
    /// What the core says of it; nil when this account has never reported.
    public private(set) var view: ReportingView?
    /// What the system allows.
    public private(set) var access: LocationAccess
    /// Why the last command, or the last reading, was not kept.
    public private(set) var trouble: RecordError?
    /// Whether a command runs.
    public private(set) var working = false
    /// The unit to report for, as the person types or chooses it.
    public var identifier = ""
    /// The present time, for ages; milliseconds since 1970.
    public private(set) var nowMs: Int64

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let recorder: Recorder
    @ObservationIgnored private let platform: Platform
    @ObservationIgnored private let privacy: PrivacyModel
    @ObservationIgnored private var capturing: Task<Void, Never>?

    init(core: Trak, recorder: Recorder, platform: Platform, privacy: PrivacyModel) {
        self.privacy = privacy
        (self.core, self.recorder, self.platform) = (core, recorder, platform)
        access = platform.location.access
        nowMs = platform.clock.nowMs
    }

    /// Whether this device reports.
    public var isOn: Bool { view?.unitIdentifier != nil }

    /// Whether there is enough to switch it on.
    public var canStart: Bool { !working && access.isAllowed && !identifier.isEmpty }

    /// Whether the device's readings are handed over at present.
    public var isCapturing: Bool { capturing != nil }

    /// Keeps the state right until the task is cancelled; for the screen.
    public func run() async {
        let (changes, ticks) = (core.changes(), platform.clock.ticks(.ages))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { await self.refresh() } }
            group.addTask { for await _ in ticks { await self.refresh() } }
            group.addTask { await self.watchAccess() }
            await refresh()
            await group.next()
            group.cancelAll()
        }
    }

    /// Goes on where the last process ended, or stops where nobody reports any more. Called whenever somebody else may
    /// be signed in.
    func resume() async {
        await refresh()
        guard isOn else { return await endCapture() }
        if let profile = view?.profile { platform.location.want(profile) }
        beginCapture()
    }

    /// Whether the person agreed to reporting before; if not, starting it says that it is an agreement.
    public var isAgreed: Bool { privacy.permits(.reporting) }

    /// Switches reporting on, or over to another unit. The person's tap is the agreement, where there is none yet.
    public func start() async {
        guard canStart else { return }
        if !isAgreed { await privacy.decide(.reporting, .given, on: .feature) }
        working = true
        defer { working = false }
        let now = platform.clock.now
        _ = await recorder.setSurroundings(access.surroundings(platform.power.power), now)
        switch await recorder.start(identifier, now) {
        case .success(let profile):
            trouble = nil
            platform.location.want(profile)
            beginCapture()
        case .failure(let error): trouble = error
        }
        await refresh()
    }

    /// Switches reporting off at once; what waits is sent or erased as the person chose.
    public func stop(_ unsent: Unsent) async {
        working = true
        defer { working = false }
        await endCapture()
        if case .failure(let error) = await recorder.stop(unsent, platform.clock.now) {
            trouble = error
            // It was not switched off, so readings go on being kept.
            return await resume()
        }
        trouble = nil
        await refresh()
    }

    /// What the server would not take waits again.
    public func retrySetAside() async {
        if case .failure(let error) = await recorder.retrySetAside() { trouble = error }
        await refresh()
    }

    /// Shows the system's question.
    public func ask() { platform.location.ask() }

    /// Shows the system's question whether readings may come always.
    public func askAlways() { platform.location.askAlways() }

    /// Chooses the unit that stands in a row of the list.
    public func choose(_ unit: Int64) {
        if let chosen = core.unit(id: unit)?.uniqueId { identifier = chosen }
    }

    /// Units whose name or plate matches what is typed, for choosing; the first page of them.
    public var candidates: [UnitRow] {
        let query = FleetQuery(text: identifier, filter: UnitFilter(), order: .name, origin: nil, offset: 0)
        return (try? core.fleet(query: query).rows) ?? []
    }

    /// What somebody else typed, and what they were refused, is not the next one's.
    func forget() {
        (identifier, trouble) = ("", nil)
    }

    /// Hands no more readings over and waits until the last ones are kept.
    func endCapture() async {
        capturing?.cancel()
        await capturing?.value
        capturing = nil
    }

    private func refresh() async {
        let answer = await recorder.view()
        nowMs = platform.clock.nowMs
        switch answer {
        case .success(let now): if now != view { view = now }
        // Signed out there is nothing to be shown; every other trouble is told.
        case .failure(.SignedOut), .failure(.Closed): view = nil
        case .failure(let error): trouble = error
        }
    }

    private func watchAccess() async {
        for await news in platform.location.news(for: .access) {
            if case .access(let access) = news { self.access = access }
        }
    }

    private func beginCapture() {
        guard capturing == nil else { return }
        let (power, minutes) = (platform.power.changes(), platform.clock.ticks(.minutes))
        capturing = Task { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.readSensors() }
                group.addTask { for await _ in power { await self.tellSurroundings() } }
                group.addTask { for await _ in minutes { await self.passTime() } }
            }
        }
    }

    private func readSensors() async {
        for await news in platform.location.news(for: .reporting) {
            switch news {
            case .access(let access):
                self.access = access
                await tellSurroundings()
            case .readings(let fixes): kept(await recorder.record(fixes, platform.clock.now))
            }
        }
    }

    private func tellSurroundings() async {
        let surroundings = access.surroundings(platform.power.power)
        kept(await recorder.setSurroundings(surroundings, platform.clock.now))
    }

    private func passTime() async {
        kept(await recorder.tick(platform.clock.now))
    }

    private func kept(_ answer: Result<Recorded, RecordError>) {
        kept(answer.map { Optional($0) })
    }

    private func kept(_ answer: Result<Recorded?, RecordError>) {
        switch answer {
        case .success(let recorded):
            if trouble != nil { trouble = nil }
            if let recorded { platform.location.want(recorded.profile) }
        case .failure(let error): trouble = error
        }
    }
}
