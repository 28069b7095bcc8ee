// Decides how the choices of what a person is told of, and when not, are put together. What they mean, and whether they
// make sense, is the core's.
import Foundation
import Observation
import TrakKit

/// What the person is told of.
@MainActor @Observable public final class AlertSettingsModel {
    /// The kinds that are told.
    public private(set) var kinds: Set<EventKind>
    /// When nothing is told; nil for never quiet.
    public private(set) var quietHours: QuietHours?
    /// Whether the person forbade the system to show messages.
    public private(set) var isRefused = false
    /// Why the last choice was not kept.
    public private(set) var trouble: QueryError?

    /// Every kind that can be chosen, the most urgent first.
    public static let all: [EventKind] = [
        .alarm, .geofenceEnter, .geofenceExit, .overspeed, .stopped, .moving, .offline, .online, .unknown, .ignitionOn,
        .ignitionOff,
    ]

    @ObservationIgnored private let core: Trak
    @ObservationIgnored private let inbox: Inbox
    @ObservationIgnored private let pushes: any PushRegistrar
    @ObservationIgnored private let timeZone: TimeZone

    init(core: Trak, inbox: Inbox, pushes: any PushRegistrar, timeZone: TimeZone = .current) {
        (self.core, self.inbox, self.pushes, self.timeZone) = (core, inbox, pushes, timeZone)
        let settings = core.alertSettings()
        (kinds, quietHours) = (Set(settings.kinds), settings.quietHours)
    }

    /// Asks the system what it shows; the person may have been in its settings meanwhile.
    public func askSystem() async {
        isRefused = await pushes.isRefused()
    }

    /// Tells of a kind, or not.
    public func set(_ kind: EventKind, _ told: Bool) async {
        if told { kinds.insert(kind) } else { kinds.remove(kind) }
        await keep()
    }

    /// The same for a switch.
    public subscript(kind: EventKind) -> Bool {
        get { kinds.contains(kind) }
        set { Task { await set(kind, newValue) } }
    }

    /// Whether there are quiet hours, for a switch.
    public var isQuiet: Bool {
        get { quietHours != nil }
        set { Task { await setQuiet(newValue) } }
    }

    /// When it becomes quiet and when it ends to be, for a clock's face: today at that minute; which day it is says nothing.
    public var quietFrom: Date {
        get { Self.time(quietHours?.fromMinute ?? 0) }
        set { Task { await setQuiet(fromMinute: Self.minute(newValue)) } }
    }

    public var quietTo: Date {
        get { Self.time(quietHours?.toMinute ?? 0) }
        set { Task { await setQuiet(toMinute: Self.minute(newValue)) } }
    }

    /// Quiet every night in the zone of this device, or never.
    public func setQuiet(_ quiet: Bool) async {
        quietHours =
            quiet ? QuietHours(fromMinute: 22 * 60, toMinute: 7 * 60, timeZone: timeZone.identifier) : nil
        await keep()
    }

    /// Changes from when, until when or where; minutes of the day.
    public func setQuiet(fromMinute: UInt16? = nil, toMinute: UInt16? = nil, timeZone: String? = nil) async {
        guard let now = quietHours else { return }
        quietHours = QuietHours(
            fromMinute: fromMinute ?? now.fromMinute, toMinute: toMinute ?? now.toMinute,
            timeZone: timeZone ?? now.timeZone)
        await keep()
    }

    /// Zones whose name holds every word of `text`, in the order of their names.
    public static func timeZones(matching text: String) -> [String] {
        let words = text.lowercased().split(separator: " ")
        return TimeZone.knownTimeZoneIdentifiers.filter { zone in
            let name = zone.lowercased().replacingOccurrences(of: "_", with: " ")
            return words.allSatisfy { name.contains($0) }
        }
    }

    private static func time(_ minute: UInt16) -> Date {
        let (calendar, today) = (Calendar.current, Date())
        return calendar.date(bySettingHour: Int(minute) / 60, minute: Int(minute) % 60, second: 0, of: today) ?? today
    }

    private static func minute(_ time: Date) -> UInt16 {
        let parts = Calendar.current.dateComponents([.hour, .minute], from: time)
        return UInt16((parts.hour ?? 0) * 60 + (parts.minute ?? 0))
    }

    /// What the core refuses is told as refused, and what counts is shown again.
    private func keep() async {
        let chosen = AlertSettings(kinds: Self.all.filter(kinds.contains), quietHours: quietHours)
        switch await inbox.set(chosen) {
        case .success: trouble = nil
        case .failure(let error):
            let settings = core.alertSettings()
            (kinds, quietHours, trouble) = (Set(settings.kinds), settings.quietHours, error)
        }
    }
}
