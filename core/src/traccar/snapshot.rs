//! The fleet in one answer, or in Traccar's three.

use crate::decide::server_clock::ClockSample;
use crate::model::{Group, Secret, UnitId};
use crate::traccar::client::{Client, LARGE_REQUEST, LARGEST, LARGEST_FLEET};
use crate::traccar::decode::{self, Decoded, Members, RawPosition, RawUnit};
use crate::traccar::{ApiError, columns};

/// The fleet, or what changed of it.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Units.
    pub units: Vec<RawUnit>,
    /// Their newest positions, not yet judged.
    pub positions: Vec<RawPosition>,
    /// All groups, where the answer carries them.
    pub groups: Option<Vec<Group>>,
    /// Units that are gone; only with `full == false`.
    pub removed: Vec<UnitId>,
    /// Whether units not listed are gone.
    pub full: bool,
    /// Where the next snapshot may start, with a server that can.
    pub cursor: Option<String>,
    /// Elements that could not be read.
    pub rejected: u32,
    /// Units among them: while there are any, nobody knows which units are gone.
    pub rejected_units: u32,
    /// Whether `positions` holds the newest positions of all units, every one read: only then is one that is missing gone.
    pub all_positions: bool,
    /// Whether units and positions were read in one moment.
    pub at_once: bool,
    /// What the answers said of the server's clock.
    pub clock: Option<ClockSample>,
}

impl Client {
    /// The whole fleet, or with a server that can what changed since `cursor`.
    pub async fn snapshot(&self, token: &Secret, cursor: Option<&str>) -> Result<Snapshot, ApiError> {
        if self.kept_server_info().await?.has("fleet") {
            match self.snapshot_at_once(token, cursor).await {
                Err(ApiError::NotFound) => self.forget_server_info(), // announced but not there: the usual way still works
                answer => return answer,
            }
        }
        let ask =
            |path| Ok::<_, ApiError>(self.get(path)?.bearer_auth(token.expose()).timeout(LARGE_REQUEST));
        let (units, clock) = self.send(ask("api/devices")?, LARGEST_FLEET).await?;
        let (groups, _) = self.send(ask("api/groups")?, LARGEST).await?;
        let (positions, _) = self.send(ask("api/positions")?, LARGEST_FLEET).await?;
        let (units, groups, positions) =
            (decode::devices(&units)?, decode::groups(&groups)?, decode::positions(&positions)?);
        let rejected = units.rejected.len() + groups.rejected.len() + positions.rejected.len();
        Ok(Snapshot {
            units: units.items,
            positions: positions.items,
            groups: Some(groups.items),
            removed: Vec::new(),
            full: true,
            cursor: None,
            rejected: rejected as u32,
            rejected_units: units.rejected.len() as u32,
            all_positions: positions.rejected.is_empty(),
            at_once: false,
            clock,
        })
    }

    async fn snapshot_at_once(&self, token: &Secret, cursor: Option<&str>) -> Result<Snapshot, ApiError> {
        // A server that does not know the form answers with elements.
        match self.snapshot_in_form(token, cursor, Some("columns")).await {
            Err(ApiError::Unreadable) => {
                tracing::warn!("the fleet as columns cannot be read; it is asked for as elements");
                self.snapshot_in_form(token, cursor, None).await
            }
            answer => answer,
        }
    }

    async fn snapshot_in_form(
        &self,
        token: &Secret,
        cursor: Option<&str>,
        form: Option<&str>,
    ) -> Result<Snapshot, ApiError> {
        let request = self
            .get("api/trak/fleet")?
            .query(&[("since", cursor), ("form", form)])
            .bearer_auth(token.expose())
            .timeout(LARGE_REQUEST);
        let (body, clock) = self.send(request, LARGEST_FLEET).await?;
        Ok(Snapshot { clock, ..read_snapshot(&body)? })
    }
}

/// Reads the extension's snapshot, as elements or as columns.
pub fn read_snapshot(body: &[u8]) -> Result<Snapshot, ApiError> {
    let (mut units, mut positions, mut groups) =
        (Decoded::<RawUnit>::default(), Decoded::<RawPosition>::default(), None::<Decoded<Group>>);
    let (mut cursor, mut full, mut removed) = (None::<String>, None::<bool>, None::<Vec<i64>>);
    let mut unit_columns = None::<columns::Units<'_>>;
    let mut positions_came = false;
    let mut members = Members::open(body)?;
    while let Some(key) = members.next_key()? {
        positions_came |= key == "positions";
        match key.as_ref() {
            "devices" if members.is_object() => unit_columns = members.value()?,
            "devices" => members.list(&mut units)?,
            "positions" if members.is_object() => positions = columns::positions(&members.value()?)?,
            "positions" => members.list(&mut positions)?,
            "groups" => members.list(groups.get_or_insert_default())?,
            "cursor" => cursor = members.value()?,
            "full" => full = members.value()?,
            "removedDevices" => removed = members.value()?,
            _ => members.skip()?,
        }
    }
    let full = full.ok_or(ApiError::Unreadable)?;
    if let Some(block) = unit_columns {
        units = columns::units(&block, &positions.items)?;
    }
    let rejected = positions.rejected.len() + groups.as_ref().map_or(0, |g| g.rejected.len());
    Ok(Snapshot {
        units: units.items,
        positions: positions.items,
        groups: groups.map(|g| g.items),
        removed: removed.unwrap_or_default().into_iter().map(UnitId).collect(),
        full,
        cursor,
        rejected: (rejected + units.rejected.len()) as u32,
        rejected_units: units.rejected.len() as u32,
        all_positions: full && positions_came && positions.rejected.is_empty(),
        at_once: true,
        clock: None,
    })
}
