// Decides when a screen asks the core again: when something changed, and when the clock ticks, because ages grow.
import TrakKit

/// Asks now, and again with each change and each tick, until the task is cancelled or the core is shut down.
@MainActor func watch(_ core: Trak, _ clock: any ShellClock, ask: @escaping @MainActor @Sendable () -> Void) async {
    let changes = core.changes()
    let ticks = clock.ticks(.ages)
    ask()
    await withTaskGroup(of: Void.self) { group in
        group.addTask { for await _ in changes { await ask() } }
        group.addTask { for await _ in ticks { await ask() } }
        // Ticks may go on for ever, changes end with the core.
        await group.next()
        group.cancelAll()
    }
}
