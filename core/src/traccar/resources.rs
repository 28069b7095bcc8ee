//! What is asked for besides the fleet: tracks, events, geofences, the account.

use crate::model::{Account, Event, Geofence, Secret, UnitId, UtcMs};
use crate::traccar::ApiError;
use crate::traccar::client::{Client, LARGE_REQUEST, LARGEST, LARGEST_FLEET, account};
use crate::traccar::decode::{self, RawPosition};

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

    /// Hands the events of a range, of all units the account sees, to `each` as they arrive. Answers with how many could
    /// not be read.
    pub async fn events_between(
        &self,
        token: &Secret,
        from: UtcMs,
        to: UtcMs,
        each: impl FnMut(Event),
    ) -> Result<u64, ApiError> {
        let (from, to) = from.to_rfc3339().zip(to.to_rfc3339()).ok_or(ApiError::Unreadable)?;
        let request = self
            .get("api/reports/events")?
            .query(&[("from", from.as_str()), ("to", to.as_str()), ("type", "allEvents")])
            .bearer_auth(token.expose())
            .timeout(LARGE_REQUEST);
        self.each_of(request, each).await
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
