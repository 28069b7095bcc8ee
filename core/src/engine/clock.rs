//! The operating system's clocks: the one place where the core reads them.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::model::{Clock, ClockReading, UtcMs};

/// The real clocks.
#[derive(Default)]
pub struct SystemClock {
    running: Running,
}

impl Clock for SystemClock {
    fn read(&self) -> ClockReading {
        let wall_ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        ClockReading { wall: UtcMs(wall_ms), monotonic_ms: self.running.ms() }
    }
}

/// The clock since the system started, its sleep included. `std::time::Instant` stands still while a Linux or an Apple
/// system sleeps: a phone that slept all night would show last evening's places as minutes old.
#[cfg(unix)]
#[derive(Default)]
struct Running;

#[cfg(unix)]
impl Running {
    #[allow(clippy::unused_self, reason = "elsewhere it counts from a start that it keeps")]
    fn ms(&self) -> u64 {
        use rustix::time::{ClockId, clock_gettime};
        // Apple's monotonic clock goes on in sleep, Linux's does not.
        #[cfg(target_vendor = "apple")]
        const COUNTS_SLEEP: ClockId = ClockId::Monotonic;
        #[cfg(not(target_vendor = "apple"))]
        const COUNTS_SLEEP: ClockId = ClockId::Boottime;
        let time = clock_gettime(COUNTS_SLEEP);
        u64::try_from(time.tv_sec).unwrap_or(0) * 1_000 + u64::try_from(time.tv_nsec).unwrap_or(0) / 1_000_000
    }
}

/// Windows' clock goes on in sleep by itself.
#[cfg(not(unix))]
struct Running(std::time::Instant);

#[cfg(not(unix))]
impl Default for Running {
    fn default() -> Self {
        Self(std::time::Instant::now())
    }
}

#[cfg(not(unix))]
impl Running {
    fn ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::SystemClock;
    use crate::model::Clock;

    /// The kernel's own word for the time since the start that counts sleep.
    fn uptime_ms() -> u64 {
        let said = std::fs::read_to_string("/proc/uptime").unwrap();
        (said.split(' ').next().unwrap().parse::<f64>().unwrap() * 1_000.0) as u64
    }

    #[test]
    #[cfg_attr(not(target_os = "linux"), ignore = "only Linux says it in a file")]
    fn it_counts_since_the_system_started_and_not_since_it_woke() {
        let (before, read, after) = (uptime_ms(), SystemClock::default().read().monotonic_ms, uptime_ms());
        // The kernel says hundredths of a second.
        assert!((before..=after + 10).contains(&read), "{before} {read} {after}");
    }
}
