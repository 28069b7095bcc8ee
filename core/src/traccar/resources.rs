//! What is asked for besides the fleet: tracks, events, geofences, the account.

use crate::model::{Account, Event, Geofence, Secret, UnitId, UtcMs};
use crate::traccar::ApiError;
use crate::traccar::client::{Client, LARGE_REQUEST, LARGEST, LARGEST_FLEET, account};
use crate::traccar::decode::{self, RawPosition};

impl Client {
    /// A unit's positions of a range, in the server's order.
    pub async fn history(
        &self,
        token: &Secret,
        unit: UnitId,
        from: UtcMs,
        to: UtcMs,
    ) -> Result<Vec<RawPosition>, ApiError> {
        let (from, to) = from.to_rfc3339().zip(to.to_rfc3339()).ok_or(ApiError::Unreadable)?;
        let request = self
            .get("api/positions")?
            .query(&[("deviceId", unit.0.to_string()), ("from", from), ("to", to)])
            .bearer_auth(token.expose())
            .timeout(LARGE_REQUEST);
        let (body, _) = self.send(request, LARGEST_FLEET).await?;
        let positions = decode::positions(&body)?;
        if !positions.rejected.is_empty() {
            tracing::warn!(count = positions.rejected.len(), "positions of a history could not be read");
        }
        Ok(positions.items)
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
