//! The operating system's clocks: the one place where the core reads them.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::model::{Clock, ClockReading, UtcMs};

/// The real clocks.
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn read(&self) -> ClockReading {
        let wall_ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        let monotonic_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        ClockReading { wall: UtcMs(wall_ms), monotonic_ms }
    }
}
