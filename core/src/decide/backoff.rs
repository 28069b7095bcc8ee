//! When the next try of a failed connection starts.
//!
//! Decides the waiting time; leaves the waiting to its caller and the random number to whoever has one.

/// The first wait's upper end.
const FIRST_MS: u64 = 1_000;
/// The longest wait.
const LONGEST_MS: u64 = 120_000;
/// The longest wait that a server can ask for, seconds.
const LONGEST_ASKED_S: u32 = 3_600;

/// How long a server's `Retry-After` in seconds is obeyed, in milliseconds: not even a network that returns ends it sooner.
pub fn asked_ms(retry_after_s: Option<u32>) -> u64 {
    retry_after_s.map_or(0, |seconds| u64::from(seconds.min(LONGEST_ASKED_S)) * 1_000)
}

/// Doubles from 1 s to 2 min with jitter over the upper half of each step, so that a thousand phones that lost the
/// same server do not return in the same second and none returns at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after one more failure, in milliseconds. `random` is uniform in 0..1. A server's `Retry-After` in
    /// seconds is honoured when longer, up to an hour, and keeps its jitter on top.
    pub fn next_ms(&mut self, random: f64, retry_after_s: Option<u32>) -> u64 {
        let step = FIRST_MS.saturating_mul(1 << self.failures.min(10)).min(LONGEST_MS);
        self.failures = self.failures.saturating_add(1);
        let jittered = step / 2 + (step as f64 / 2.0 * random.clamp(0.0, 1.0)) as u64;
        match asked_ms(retry_after_s) {
            0 => jittered,
            asked_ms => jittered.max(asked_ms + jittered / 10),
        }
    }

    /// After a success, or when the network or the foreground returned.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, asked_ms};

    #[test]
    fn grows_to_two_minutes_and_starts_over() {
        let mut backoff = Backoff::default();
        let upper: Vec<u64> = (0..9).map(|_| backoff.next_ms(1.0, None)).collect();
        assert_eq!(upper, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]);
        assert_eq!(backoff.next_ms(0.0, None), 60_000, "half of the step is never given away");
        backoff.reset();
        assert_eq!(backoff.next_ms(0.5, None), 750);
    }

    #[test]
    fn honours_retry_after() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.next_ms(1.0, Some(30)), 30_100);
        assert_eq!((asked_ms(Some(30)), asked_ms(Some(u32::MAX)), asked_ms(None)), (30_000, 3_600_000, 0));
        assert!(
            backoff.next_ms(1.0, Some(u32::MAX)) < 3_700_000,
            "an absurd value does not end the product's life"
        );
        for _ in 0..100 {
            assert!(backoff.next_ms(1.0, None) <= 120_000);
        }
    }
}
