//! How long a token is asked for, and when it is renewed.
//!
//! Decides from its term and from what the server can do. Leaves the asking to `sync::token`, which looks at every snapshot.

use crate::model::UtcMs;

/// How long a token is asked for where it can be renewed: whoever does not come for a month signs in again.
pub const RENEWABLE_MS: i64 = 30 * 86_400_000;
/// How long it is asked for at a plain Traccar server: what that gives for a token never outlives that token, so nothing but
/// the password extends it.
pub const FIXED_MS: i64 = 365 * 86_400_000;

/// How long the token of a sign-in is asked for.
pub fn life_ms(renewable: bool) -> i64 {
    if renewable { RENEWABLE_MS } else { FIXED_MS }
}

/// Whether a token issued at `issued_at` and ending at `expires_at` should be renewed: in the last quarter of its
/// term, so that a phone that is offline for days still comes back signed in. A token without an end never is.
pub fn should_renew(now: UtcMs, issued_at: UtcMs, expires_at: Option<UtcMs>) -> bool {
    let Some(expires_at) = expires_at else { return false };
    let term_ms = expires_at.since_ms(issued_at).max(0);
    expires_at.since_ms(now) <= term_ms / 4
}

#[cfg(test)]
mod tests {
    use super::should_renew;
    use crate::model::UtcMs;

    #[test]
    fn renews_in_the_last_quarter_of_the_term() {
        let day = |d: i64| UtcMs(d * 86_400_000);
        let table = [
            (day(0), Some(day(30)), false),
            (day(22), Some(day(30)), false),
            (day(23), Some(day(30)), true),
            (day(31), Some(day(30)), true),
            (day(31), None, false),
        ];
        for (now, expires_at, due) in table {
            assert_eq!(should_renew(now, day(0), expires_at), due, "{now:?}");
        }
    }
}
