//! When a token is renewed.
//!
//! Decides from its term alone. Leaves the asking to `sync::live`, which looks at every reconcile.

use crate::model::UtcMs;

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
