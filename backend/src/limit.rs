//! How many requests an address may make, and whose address a request comes from.
//!
//! Decides by a bucket for each address that fills steadily: a burst is fine, more than the rate for long is not. Guessing
//! passwords is slowed down elsewhere (`throttle`).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use crate::error::Refusal;
use crate::server::State as Shared;

/// How many requests an address may make.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// So many a second for long; 0 for no limit.
    pub per_second: u32,
    /// So many at once.
    pub burst: u32,
}

/// Addresses remembered at once; the ones that have been still are forgotten first.
const ADDRESSES: usize = 100_000;

/// A bucket for each address.
pub(crate) struct Limiter {
    rate: Rate,
    /// Requests left and when that was counted, milliseconds.
    buckets: Mutex<HashMap<IpAddr, (f64, i64)>>,
}

impl Limiter {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Counts a request; the seconds to wait where it must not be made now.
    pub(crate) fn wait_s(&self, from: IpAddr, now_ms: i64) -> Option<u32> {
        if self.rate.per_second == 0 {
            return None;
        }
        let (per_ms, full) = (f64::from(self.rate.per_second) / 1_000.0, f64::from(self.rate.burst.max(1)));
        let filled = |(left, at): (f64, i64)| (left + (now_ms - at).max(0) as f64 * per_ms).min(full);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= ADDRESSES {
            buckets.retain(|_, bucket| filled(*bucket) < full);
        }
        if buckets.len() >= ADDRESSES {
            buckets.clear(); // a flood from everywhere: memory matters more
        }
        let bucket = buckets.entry(network(from)).or_insert((full, now_ms));
        let left = filled(*bucket);
        if left < 1.0 {
            *bucket = (left, now_ms);
            return Some(((1.0 - left) / per_ms / 1_000.0).ceil().max(1.0) as u32);
        }
        *bucket = (left - 1.0, now_ms);
        None
    }
}

/// A household has one address of IPv4 and a whole /64 of IPv6.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.into(),
            None => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        },
    }
}

/// Whose address a request comes from. A proxy for TLS stands on the same machine and appends its caller's address to
/// `X-Forwarded-For`; from anywhere else that header is the caller's own word and counts for nothing.
pub(crate) fn address(peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    let peer = peer.ip();
    if !peer.is_loopback() {
        return peer;
    }
    let mut lists = headers.get_all("x-forwarded-for").iter().filter_map(|list| list.to_str().ok());
    let last = lists.next_back().and_then(|list| list.rsplit(',').next());
    last.and_then(|text| text.trim().parse().ok()).unwrap_or(peer)
}

/// Refuses what is too much. Programs on the same machine are not limited.
pub(crate) async fn limited(
    State(state): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let from = address(peer, request.headers());
    if !from.is_loopback()
        && let Some(wait_s) = state.limiter.wait_s(from, state.now())
    {
        return Err(Refusal::TooMany(wait_s));
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::{Limiter, Rate, address};
    use axum::http::HeaderMap;

    #[test]
    fn a_burst_is_fine_and_more_must_wait() {
        let limiter = Limiter::new(Rate { per_second: 2, burst: 3 });
        let (a, b) = ("203.0.113.1".parse().unwrap(), "2001:db8::1".parse().unwrap());
        let waits: Vec<_> = (0..5).map(|_| limiter.wait_s(a, 1_000)).collect();
        assert_eq!(waits, [None, None, None, Some(1), Some(1)]);
        assert_eq!(limiter.wait_s(b, 1_000), None);
        assert_eq!(limiter.wait_s("2001:db8::ffff".parse().unwrap(), 1_000), None);
        assert_eq!(limiter.wait_s("2001:db8::2".parse().unwrap(), 1_000), None);
        assert_eq!(limiter.wait_s(b, 1_000), Some(1), "one household");
        assert_eq!(limiter.wait_s(a, 1_500), None);
        assert_eq!(limiter.wait_s(a, 1_500), Some(1));
        assert_eq!(limiter.wait_s(a, 0), Some(1), "a clock that went back gives nothing away");
        let none = Limiter::new(Rate { per_second: 0, burst: 0 });
        assert!((0..10_000).all(|_| none.wait_s(a, 0).is_none()));
    }

    #[test]
    fn only_the_machine_itself_may_speak_for_others() {
        let mut headers = HeaderMap::new();
        let from = |peer: &str, headers: &HeaderMap| address(peer.parse().unwrap(), headers).to_string();
        assert_eq!(from("127.0.0.1:1", &headers), "127.0.0.1");
        headers.insert("x-forwarded-for", "198.51.100.7, 203.0.113.9".parse().unwrap());
        assert_eq!(from("127.0.0.1:1", &headers), "203.0.113.9");
        assert_eq!(from("[::1]:1", &headers), "203.0.113.9");
        assert_eq!(from("192.0.2.1:1", &headers), "192.0.2.1");
        headers.insert("x-forwarded-for", "nobody".parse().unwrap());
        assert_eq!(from("127.0.0.1:1", &headers), "127.0.0.1");
    }
}
