//! Slows guessing of passwords down: after some failures each further try waits twice as long, for the account and the
//! address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::limit::network;

/// Failures by account and address: how many, and when the last one was.
#[derive(Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, (u32, i64)>>,
}

/// Failures that cost nothing.
pub(crate) const FREE_PER_ACCOUNT: u32 = 8;
const FREE_PER_ADDRESS: u32 = 40;
/// Failures are forgotten after so long without a new one.
const FORGET_MS: i64 = 15 * 60_000;
const LONGEST_WAIT_S: i64 = 15 * 60;

fn keys(account: &str, from: Option<IpAddr>) -> impl Iterator<Item = String> {
    std::iter::once(account.to_owned()).chain(from.map(|ip| network(ip).to_string()))
}

fn waiting(
    failures: &HashMap<String, (u32, i64)>,
    account: &str,
    from: Option<IpAddr>,
    now: i64,
) -> Option<u32> {
    let wait = |key: &str, free: u32| {
        let (count, last) = failures.get(key)?;
        let over = count.checked_sub(free)?;
        let wait_s = (1_i64 << over.min(10)).min(LONGEST_WAIT_S);
        let left_ms = last + wait_s * 1_000 - now;
        (left_ms > 0).then(|| u32::try_from(left_ms.div_euclid(1_000) + 1).unwrap_or(1))
    };
    let of_account = wait(account, FREE_PER_ACCOUNT);
    let of_address = from.and_then(|ip| wait(&network(ip).to_string(), FREE_PER_ADDRESS));
    of_account.max(of_address)
}

impl Throttle {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, (u32, i64)>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds to wait before the next try counts, `None` when it may be made now.
    pub fn wait_s(&self, account: &str, from: Option<IpAddr>, now: i64) -> Option<u32> {
        waiting(&self.lock(), account, from, now)
    }

    /// Begins a try, which counts as a failure from now on; an error says how long it has to wait instead.
    pub fn begin(&self, account: &str, from: Option<IpAddr>, now: i64) -> Result<(), u32> {
        let mut failures = self.lock();
        if let Some(wait_s) = waiting(&failures, account, from, now) {
            return Err(wait_s);
        }
        failures.retain(|_, (_, last)| now - *last < FORGET_MS);
        for key in keys(account, from) {
            let entry = failures.entry(key).or_insert((0, now));
            *entry = (entry.0.saturating_add(1), now);
        }
        Ok(())
    }

    /// A try that was begun was no failure.
    pub fn take_back(&self, account: &str, from: Option<IpAddr>) {
        let mut failures = self.lock();
        for key in keys(account, from) {
            if let Some((count, _)) = failures.get_mut(&key) {
                *count = count.saturating_sub(1);
            }
        }
        failures.retain(|_, (count, _)| *count > 0);
    }

    /// A success clears the account, not the address: one good account must not buy guesses at others.
    pub fn succeeded(&self, account: &str, from: Option<IpAddr>) {
        self.take_back(account, from);
        self.lock().remove(account);
    }
}

#[cfg(test)]
mod tests {
    use super::Throttle;

    #[test]
    fn guessing_gets_slower_and_is_forgotten() {
        let throttle = Throttle::default();
        let ip = Some("127.0.0.1".parse().unwrap());
        for _ in 0..8 {
            assert_eq!(throttle.begin("a", ip, 0), Ok(()));
        }
        assert_eq!(throttle.begin("a", ip, 0), Err(2));
        let mut now = 0;
        for _ in 0..9 {
            now += i64::from(throttle.wait_s("a", ip, now).unwrap_or(0)) * 1_000;
            assert_eq!(throttle.begin("a", ip, now), Ok(()));
        }
        assert!(throttle.wait_s("a", ip, now).unwrap() > 500);
        assert_eq!(throttle.wait_s("b", ip, now), None, "another account from the same place");
        for n in 0..23 {
            assert_eq!(throttle.begin(&format!("c{n}"), ip, now), Ok(()));
        }
        assert!(throttle.wait_s("b", ip, now).is_some(), "the place itself guesses too much");
        let later = now + 16 * 60_000;
        throttle.begin("z", None, later).unwrap();
        assert_eq!(throttle.wait_s("a", ip, later), None, "forgotten");
    }

    #[test]
    fn what_was_no_failure_does_not_count() {
        let throttle = Throttle::default();
        let ip = Some("127.0.0.1".parse().unwrap());
        for n in 0..100 {
            assert_eq!(throttle.begin("a", ip, n), Ok(()));
            if n % 2 == 0 { throttle.take_back("a", ip) } else { throttle.succeeded("a", ip) }
        }
        assert_eq!(throttle.wait_s("a", ip, 100), None);
    }
}
