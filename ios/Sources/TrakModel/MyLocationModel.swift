// Decides when this device's own place is asked for: while a screen shows it and the system allows it. Which reading
// counts, how old it is and whether it is the last known one only, is the core's. The place stays on this device.
import Observation
import TrakKit

/// Where this device is, as far as the system allows.
@MainActor @Observable public final class MyLocationModel {
    /// What the system allows.
    public private(set) var access: LocationAccess
    /// Where, by the core's rules; nil as long as nothing is known, allowed or agreed to.
    public var here: MyLocation? { isAgreed ? seen : nil }
    /// Whether the newest reading was made up by software: such ones do not count.
    public private(set) var isSimulated = false

    private var seen: MyLocation?
    /// How many screens read the sensors.
    private var readers = 0

    @ObservationIgnored private let recorder: Recorder
    @ObservationIgnored private let platform: Platform

    @ObservationIgnored private let privacy: PrivacyModel

    init(recorder: Recorder, platform: Platform, privacy: PrivacyModel) {
        (self.recorder, self.platform, self.privacy) = (recorder, platform, privacy)
        access = platform.location.access
    }

    /// Whether the person agreed that this device's place is shown on its own screen.
    public var isAgreed: Bool { privacy.permits(.locationOnScreen) }

    /// Why the agreement was not written.
    public var trouble: ConsentError? { privacy.trouble }

    /// The person agrees; then the system's question is shown, where it was not answered yet.
    public func agree() async {
        await privacy.decide(.locationOnScreen, .given, on: .feature)
        if isAgreed { ask() }
    }

    /// From where distances are told that have no time of their own: a place of now, while a screen reads the sensors.
    /// One that was read before may be far behind.
    public var origin: Place? {
        guard readers > 0, let here, !here.fromLastKnown else { return nil }
        return here.place
    }

    /// Reads the sensors and lets the age grow until the task is cancelled; without consent it touches nothing and ends
    /// at once.
    public func run() async {
        guard isAgreed else { return seen = nil }
        readers += 1
        defer { readers -= 1 }
        let (news, ticks) = (platform.location.news(for: .screen), platform.clock.ticks(.ages))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await news in news { await self.heard(news) } }
            group.addTask { for await _ in ticks { await self.look([]) } }
            await group.next()
            group.cancelAll()
        }
    }

    /// Reads the sensors until there is a place of now, or so many ticks of the clock have passed; then what is known.
    func once(ticks: Int) async -> MyLocation? {
        let clock = platform.clock.ticks(.ages)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.readUntilFound() }
            group.addTask {
                var left = ticks
                for await _ in clock {
                    left -= 1
                    if left <= 0 { return }
                }
            }
            await group.next()
            group.cancelAll()
        }
        return here
    }

    private func readUntilFound() async {
        guard isAgreed else { return }
        for await news in platform.location.news(for: .screen) {
            await heard(news)
            if !access.isAllowed || here?.fromLastKnown == false { return }
        }
    }

    /// What is handed to other apps: the coordinates, and when this device was there.
    public func sharedText(_ settings: AppSettings) -> String? {
        guard let here, let coordinates = settings.coordinates(here.place) else { return nil }
        return "\(coordinates)\n\(settings.words.stamp(platform.clock.nowMs - here.ageMs))"
    }

    /// Shows the system's question.
    public func ask() {
        platform.location.ask()
    }

    /// Asks for the precise place until the app is left.
    public func askForPrecise() async {
        await platform.location.askForPrecise()
    }

    private func heard(_ news: LocationNews) async {
        switch news {
        case .access(let access):
            self.access = access
            await look([])
        case .readings(let fixes):
            isSimulated = fixes.last?.mock ?? isSimulated
            await look(fixes)
        }
    }

    private func look(_ fixes: [Fix]) async {
        if access.isAllowed {
            let (surroundings, now) = (access.surroundings(platform.power.power), platform.clock.now)
            let found = await recorder.locate(fixes, surroundings, now)
            // What was allowed may have been taken away meanwhile.
            if access.isAllowed, found != seen { seen = found }
        }
        if !access.isAllowed { (seen, isSimulated) = (nil, false) }
    }
}
