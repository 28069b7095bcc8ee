//! A person's rights over their own data as commands: see, copy, correct, erase.
//!
//! Decides what belongs together in each. Leaves the wire to `traccar`, the copy's form to `privacy` and the end of an
//! account to `ending`.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::decide::ownership::is_own;
use crate::decide::sanity::FUTURE_MS;
use crate::engine::keys::KeptSession;
use crate::engine::trak::Inner;
use crate::engine::{QueryError, RecordError, Trak};
use crate::history::{ExportFormat, Rules, export, track};
use crate::lock::{lock, read};
use crate::model::{
    AccessEntry, AccountChange, CorrectionField, CorrectionRequest, FleetUnit, QueuedFix, RetentionTerms,
    Secret, UnitId, UtcMs,
};
use crate::privacy::{Copy, CopyTrouble, Everything};
use crate::store::StoreError;
use crate::sync::session::Session;
use crate::traccar::ApiError;
use crate::view::{self, AccountView, PAGE_ROWS, UnitRow};

/// One part of a long track in the copy, milliseconds: a month is held in memory, not a life.
const PART_MS: i64 = 30 * 86_400_000;
/// A shorter part is not asked for, however many positions it has.
const SMALLEST_PART_MS: i64 = 86_400_000;
/// So many empty parts in a row are taken for the beginning.
const EMPTY_PARTS: u32 = 24;
/// Of the alerts so many, the newest.
const ALERTS: usize = 10_000;
/// What the manifest says of a damaged record of consents.
const DAMAGED: &str =
    "damaged: changed by something else than the app, kept as it was found, counts for nothing";

impl Trak {
    /// Everything of this person in one ZIP: profile, consents, devices, own positions (GPX, GeoJSON, CSV), what is not
    /// sent yet, alerts, who looked at it, a manifest with hashes. Needs the server.
    pub async fn copy_of_my_data(&self) -> Result<Vec<u8>, QueryError> {
        let inner = Arc::clone(self.inner());
        self.asked(|session, token| async move { inner.copy(&session, &token).await }).await
    }

    /// Asks the administrator for a correction that only they may make; the text is at most 2,000 characters.
    pub async fn ask_correction(
        &self,
        field: CorrectionField,
        text: String,
    ) -> Result<CorrectionRequest, QueryError> {
        if text.trim().is_empty() || text.chars().count() > 2_000 {
            return Err(QueryError::InvalidInput);
        }
        self.asked(|s, token| async move { Ok(s.client.ask_correction(&token, field, text.trim()).await?) })
            .await
    }

    /// The corrections asked for, with their state.
    pub async fn corrections(&self) -> Result<Vec<CorrectionRequest>, QueryError> {
        self.asked(|s, token| async move { Ok(s.client.corrections(&token).await?) }).await
    }

    /// Changes one's own name, mail, phone or password at the server.
    pub async fn change_account(&self, change: AccountChange) -> Result<AccountView, QueryError> {
        let blank = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
        if blank(&change.name) || blank(&change.email) {
            return Err(QueryError::InvalidInput);
        }
        let inner = Arc::clone(self.inner());
        self.asked(|session, token| async move {
            let id = lock(&session.account).id;
            let changed = session.client.change_account(&token, id, &change).await?;
            *lock(&session.account) = changed.clone();
            // The next start shows it too.
            if let Some(mut kept) = KeptSession::load(&*inner.secrets)?
                && kept.key().as_ref() == Some(&session.key)
            {
                kept.set_account(&changed);
                kept.save(&*inner.secrets)?;
            }
            session.touch();
            Ok(super::account::account_view(&session))
        })
        .await
    }

    /// The units whose positions are this person's own, by name: what they may erase. Needs no network.
    pub fn own_units(&self) -> Vec<UnitRow> {
        let Some(session) = self.inner().session() else { return Vec::new() };
        let account_id = lock(&session.account).id;
        let own = self.inner().own_units(&session, account_id);
        let (status, now) = (session.status(), session.as_of());
        let fleet = read(&session.fleet);
        let rows = own.iter().filter_map(|unit| view::unit::build(&fleet, unit.id, status, now));
        let mut rows: Vec<UnitRow> = rows.map(|unit| unit.row).collect();
        rows.sort_by(|one, other| one.name.cmp(&other.name).then(one.id.cmp(&other.id)));
        rows
    }

    /// Erases positions of a unit of one's own at the server, both ends included, and what this device kept of them.
    /// Answers with how many the server erased.
    pub async fn erase_positions(&self, unit: UnitId, from: UtcMs, to: UtcMs) -> Result<u64, QueryError> {
        if from > to {
            return Err(QueryError::InvalidInput);
        }
        let trak = self.clone();
        self.asked(|session, token| async move {
            // What waits here would bring back what the server erases.
            let identifier = read(&session.fleet).unit(unit).map(|unit| unit.unique_id.clone());
            let hold = match trak.hold_sending() {
                Err(RecordError::KeyMissing) => None, // nobody can read it, so nothing of it is ever sent
                held => held.map_err(outbox_trouble)?,
            };
            let erased = session.client.erase_positions(&token, unit, from, to).await?;
            if let (Some(hold), Some(identifier)) = (&hold, identifier) {
                hold.erase(&identifier, from, to).map_err(outbox_trouble)?;
            }
            drop(hold);
            // What is read anew replaces what was kept of the range.
            session.fetch_history(unit, from, to.plus_ms(1)).await?;
            let cache = Arc::clone(&session);
            tokio::task::spawn_blocking(move || cache.cache.read(crate::store::Store::flush))
                .await
                .map_err(|_| QueryError::Closed)??;
            session.refresh().await?;
            Ok(erased)
        })
        .await
    }

    /// Who else looked at this person's units, newest first.
    pub async fn access_log(&self) -> Result<Vec<AccessEntry>, QueryError> {
        self.asked(|s, token| async move { Ok(s.client.access_log(&token).await?) }).await
    }

    /// How long the server keeps things.
    pub async fn retention_terms(&self) -> Result<RetentionTerms, QueryError> {
        self.asked(|s, token| async move { Ok(s.client.retention_terms(&token).await?) }).await
    }

    /// Runs a question that needs the server in a task of the engine's own; a refused token ends the sign-in.
    pub(super) async fn asked<T, F>(
        &self,
        work: impl FnOnce(Arc<Session>, Secret) -> F,
    ) -> Result<T, QueryError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, QueryError>> + Send + 'static,
    {
        let session = self.inner().session().ok_or(QueryError::SignedOut)?;
        let token = session.token().ok_or(QueryError::SignedOut)?;
        let work = work(Arc::clone(&session), token);
        let answer = self.run(work).await.ok_or(QueryError::Closed)?;
        if matches!(answer, Err(QueryError::SignedOut)) {
            session.mark_signed_out();
            session.stop.cancel();
            self.inner().settle_ending_after_refusal().await;
        }
        answer
    }
}

impl Inner {
    async fn copy(self: &Arc<Self>, session: &Arc<Session>, token: &Secret) -> Result<Vec<u8>, QueryError> {
        let spoiled = |_: CopyTrouble| QueryError::Unreadable;
        let mut copy = Copy::new();
        let account_id = lock(&session.account).id;
        let profile = session.client.account(token, account_id).await?;
        copy.add_json("profile.json", &profile_of(&profile.raw_json)).map_err(spoiled)?;
        self.copy_consents(&mut copy)?;
        session.cache.settle();
        let alerts: Vec<Value> = session
            .cache
            .read(|store| store.recent_events(ALERTS, None))?
            .into_iter()
            .map(|event| {
                json!({ "id": event.id, "type": event.type_word, "unit": event.unit_id.0, "at": event.at.to_rfc3339(),
                    "attributes": serde_json::from_str::<Value>(&event.attributes_json).unwrap_or_default() })
            })
            .collect();
        copy.add_json("alerts.json", &json!(alerts)).map_err(spoiled)?;
        match session.client.access_log(token).await {
            Ok(log) => {
                let log: Vec<Value> = log
                    .iter()
                    .map(|one| json!({ "at": one.at.to_rfc3339(), "by": one.by, "what": one.what.word() }))
                    .collect();
                copy.add_json("access-log.json", &json!(log)).map_err(spoiled)?;
            }
            // A plain Traccar server keeps none.
            Err(ApiError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        let mut unsent = self.unsent().map_err(|()| QueryError::Unreadable)?;
        unsent.extend(self.set_aside().map_err(|()| QueryError::Unreadable)?);
        copy.add_json("unsent.json", &json!(unsent.iter().map(fix_of).collect::<Vec<_>>()))
            .map_err(spoiled)?;
        let own = self.own_units(session, account_id);
        copy.add_json("devices.json", &json!(own.iter().map(device_of).collect::<Vec<_>>()))
            .map_err(spoiled)?;
        for unit in &own {
            self.copy_track(session, unit, &mut copy).await?;
        }
        copy.finish(session.server_now()).map_err(spoiled)
    }

    /// The record of consents; a damaged one, and what was moved aside, as it was found and with a word about it.
    fn copy_consents(&self, copy: &mut Copy) -> Result<(), QueryError> {
        let spoiled = |_: CopyTrouble| QueryError::Unreadable;
        let Everything { lines, whole, aside } =
            self.consents.everything().map_err(|_| QueryError::Storage(StoreError::Io))?;
        let mut damaged: Vec<(String, Vec<u8>)> = Vec::new();
        if whole {
            copy.add("consents.jsonl", &lines).map_err(spoiled)?;
        } else {
            damaged.push(("consents-damaged.jsonl".to_owned(), lines));
        }
        let numbered = aside.into_iter().zip(1..);
        damaged.extend(numbered.map(|(bytes, n)| (format!("consents-damaged-{n}.jsonl"), bytes)));
        for (name, bytes) in damaged {
            copy.add_noted(&name, &bytes, Some(DAMAGED)).map_err(spoiled)?;
        }
        Ok(())
    }

    fn own_units(self: &Arc<Self>, session: &Session, account_id: i64) -> Vec<FleetUnit> {
        let trak = Trak::of(Arc::clone(self));
        let reports_as = trak.reporting().ok().flatten().and_then(|view| view.unit_identifier);
        let fleet = read(&session.fleet);
        fleet
            .iter()
            .filter(|(_, entry)| is_own(&entry.unit, account_id, reports_as.as_deref()))
            .map(|(_, entry)| (*entry.unit).clone())
            .collect()
    }

    /// A unit's whole past, a month a file, newest first.
    async fn copy_track(
        &self,
        session: &Arc<Session>,
        unit: &FleetUnit,
        copy: &mut Copy,
    ) -> Result<(), QueryError> {
        // The server's clock is known to a second, and a fix may run ahead of it: all that counts as one is held.
        let (mut to, mut empty) = (session.server_now().plus_ms(FUTURE_MS + 1), 0);
        let mut part_ms = PART_MS;
        while empty < EMPTY_PARTS && to > UtcMs(0) {
            let from = to.plus_ms(-part_ms);
            let (positions, left_out_within_ms) = session.fetch_history(unit.id, from, to).await?;
            if left_out_within_ms > 0 && part_ms > SMALLEST_PART_MS {
                part_ms /= 2; // a copy leaves nothing out
                continue;
            }
            part_ms = (part_ms * 2).min(PART_MS);
            to = from;
            if positions.is_empty() {
                empty += 1;
                continue;
            }
            empty = 0;
            let track = track(&positions, &Rules::default());
            let first = positions.first().and_then(|p| p.fix_time.to_rfc3339()).unwrap_or_default();
            let day: String = first.chars().take(10).collect();
            for (format, ending) in
                [(ExportFormat::Gpx, "gpx"), (ExportFormat::GeoJson, "geojson"), (ExportFormat::Csv, "csv")]
            {
                let mut bytes = Vec::new();
                export(format, &unit.name, &positions, &track, &mut bytes)
                    .map_err(|_| QueryError::Unreadable)?;
                copy.add(&format!("positions/{}/{day}.{ending}", unit.id.0), &bytes)
                    .map_err(|_| QueryError::Unreadable)?;
            }
        }
        Ok(())
    }

    fn set_aside(self: &Arc<Self>) -> Result<Vec<QueuedFix>, ()> {
        let reporting = self.reporting(false).map_err(|_| ())?;
        let aside = reporting.map(|reporting| reporting.all_set_aside()).transpose().map_err(|_| ())?;
        Ok(aside.unwrap_or_default())
    }

    fn unsent(self: &Arc<Self>) -> Result<Vec<QueuedFix>, ()> {
        let trak = Trak::of(Arc::clone(self));
        let mut all = Vec::new();
        loop {
            let page = trak.outbox_page(all.len() as u32).map_err(|_| ())?;
            let whole = page.len() < PAGE_ROWS;
            all.extend(page);
            if whole {
                return Ok(all);
            }
        }
    }
}

fn outbox_trouble(error: RecordError) -> QueryError {
    match error {
        RecordError::Storage(error) => QueryError::Storage(error),
        RecordError::StorageFull => QueryError::Storage(StoreError::Full),
        RecordError::SecretStore(error) => QueryError::SecretStore(error),
        _ => QueryError::Storage(StoreError::Io),
    }
}

/// The account as the server has it, without what only protects it.
fn profile_of(raw_json: &str) -> Value {
    let mut profile: Value = serde_json::from_str(raw_json).unwrap_or_default();
    if let Some(fields) = profile.as_object_mut() {
        for secret in ["password", "hashedPassword", "salt", "totpKey", "token"] {
            fields.remove(secret);
        }
    }
    profile
}

fn device_of(unit: &FleetUnit) -> Value {
    json!({
        "id": unit.id.0, "name": unit.name, "uniqueId": unit.unique_id, "plate": unit.plate, "phone": unit.phone,
        "model": unit.model, "contact": unit.contact, "category": unit.category,
        "attributes": serde_json::from_str::<Value>(&unit.attributes_json).unwrap_or_default(),
    })
}

fn fix_of(queued: &QueuedFix) -> Value {
    json!({
        "id": queued.id.0.to_string(), "uniqueId": queued.unit_identifier,
        "fixTime": queued.fix.fix_time.to_rfc3339(),
        "latitude": queued.fix.place.lat_deg(), "longitude": queued.fix.place.lon_deg(),
        "accuracyM": queued.fix.accuracy_m, "speedMps": queued.fix.speed_mps, "courseDeg": queued.fix.course_deg,
    })
}
