//! What is asked for besides the fleet: tracks, events, geofences, the account.

use crate::model::{Account, Event, Geofence, Secret, UnitId, UtcMs};
use crate::traccar::ApiError;
use crate::traccar::client::{Client, LARGE_REQUEST, LARGEST, LARGEST_FLEET, account};
use crate::traccar::decode::{self, RawPosition};

/// Units that one request for a report names: their numbers, at most 19 digits each, make an address of less than 8 KB,
/// the longest line that the usual servers and proxies take.
pub const UNITS_OF_A_REPORT: usize = 240;

impl Client {
    /// Hands a unit's positions of a range to `each` as they arrive, in the server's order. Answers with how many could
    /// not be read.
    pub async fn each_position(
        &self,
        token: &Secret,
        unit: UnitId,
        range: (UtcMs, UtcMs),
        each: impl FnMut(RawPosition),
    ) -> Result<u64, ApiError> {
        let (from, to) = range.0.to_rfc3339().zip(range.1.to_rfc3339()).ok_or(ApiError::Unreadable)?;
        let request = self
            .get("api/positions")?
            .query(&[("deviceId", unit.0.to_string()), ("from", from), ("to", to)])
            .bearer_auth(token.expose())
            .timeout(LARGE_REQUEST);
        self.each_of(request, each).await
    }

    /// A unit's positions of a short range, in the server's order.
    pub async fn history(
        &self,
        token: &Secret,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<Vec<RawPosition>, ApiError> {
        let mut positions = Vec::new();
        self.each_position(token, unit, (from, to), |position| positions.push(position)).await?;
        Ok(positions)
    }

    /// Hands the events of a range, of `units`, to `each` as they arrive. Answers with how many could not be read.
    ///
    /// Traccar's report of no unit in particular is empty, so the units are named, in as many requests as that takes. A
    /// server that says so reports of all that the account sees at once.
    pub async fn events_between(
        &self,
        token: &Secret,
        units: &[UnitId],
        from: UtcMs,
        to: UtcMs,
        mut each: impl FnMut(Event),
    ) -> Result<u64, ApiError> {
        let (from, to) = from.to_rfc3339().zip(to.to_rfc3339()).ok_or(ApiError::Unreadable)?;
        let all_at_once = self.kept_server_info().await?.has("reports");
        let parts = if all_at_once { vec![&[][..]] } else { units.chunks(UNITS_OF_A_REPORT).collect() };
        let mut unreadable = 0;
        for part in parts {
            let of_part: Vec<(&str, i64)> = part.iter().map(|unit| ("deviceId", unit.0)).collect();
            let request = self
                .get("api/reports/events")?
                .query(&[("from", from.as_str()), ("to", to.as_str()), ("type", "allEvents")])
                .query(&of_part)
                .bearer_auth(token.expose())
                .timeout(LARGE_REQUEST);
            unreadable += self.each_of(request, &mut each).await?;
        }
        Ok(unreadable)
    }

    /// A unit's positions behind `since` until `now`.
    pub async fn positions_since(
        &self,
        token: &Secret,
        unit: UnitId,
        since: UtcMs,
        now: UtcMs,
    ) -> Result<Vec<RawPosition>, ApiError> {
        let mut positions = self.history(token, unit, since, now).await?;
        positions.retain(|position| position.fix_time > since);
        Ok(positions)
    }

    /// An account as the server has it now.
    pub async fn account(&self, token: &Secret, account_id: i64) -> Result<Account, ApiError> {
        let request = self.get(&format!("api/users/{account_id}"))?.bearer_auth(token.expose());
        let (body, _) = self.send(request, LARGEST).await?;
        account(&body).ok_or(ApiError::Unreadable)
    }

    /// One event.
    pub async fn event(&self, token: &Secret, event_id: i64) -> Result<Event, ApiError> {
        let request = self.get(&format!("api/events/{event_id}"))?.bearer_auth(token.expose());
        let (body, _) = self.send(request, LARGEST).await?;
        decode::event(&body).ok_or(ApiError::Unreadable)
    }

    /// The geofences that the account sees. Those whose area cannot be read are left out and counted.
    pub async fn geofences(&self, token: &Secret) -> Result<(Vec<Geofence>, u32), ApiError> {
        let request = self.get("api/geofences")?.bearer_auth(token.expose()).timeout(LARGE_REQUEST);
        let (body, _) = self.send(request, LARGEST_FLEET).await?;
        let geofences = decode::geofences(&body)?;
        Ok((geofences.items, geofences.rejected.len() as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::UNITS_OF_A_REPORT;

    #[test]
    fn a_report_of_as_many_units_as_it_takes_fits_into_one_line() {
        let line = "GET /api/reports/events?from=2026-11-25T03%3A33%3A06.000%2B00%3A00&to=2026-11-25T03%3A33%3A06.000%2B00%3A00&type=allEvents HTTP/1.1";
        let units = format!("&deviceId={}", i64::MAX).len() * UNITS_OF_A_REPORT;
        assert!(line.len() + units < 8_000);
    }
}
