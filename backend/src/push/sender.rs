//! The durable queue.
//!
//! An event is put into the outbox in its own transaction; from there it becomes calls, one an account and language, and
//! each call is sent until JPush has it. Who is told is decided whenever a call is sent: whoever lost the permission, is
//! quiet or no longer wants the kind is not told. A cid is on the disk before the first try, so that a kill loses no
//! message and, for the day that a cid lives, sends none twice.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use trak_core::decide::alert::account_code;

use super::jpush::{AUDIENCE, Jpush, Outcome, Push};
use super::registration::{Language, Platform};
use super::text::{Happening, Message, message, short};
use crate::auth::usable;
use crate::db::push::{Call, Kept};
use crate::db::{Database, Transaction};
use crate::error::Refusal;
use crate::model::{Event, User};
use crate::server::State;

/// How often it is looked for something to send.
const LOOK: Duration = Duration::from_millis(250);
/// Events looked at, and calls sent, before it is looked again.
const AT_ONCE: usize = 50;
/// An event this old is no news any more, milliseconds; less than a cid lives.
const STALE_MS: i64 = 12 * 3_600_000;
/// The longest wait between two tries, milliseconds.
const LONGEST_WAIT_MS: i64 = 10 * 60_000;

/// Everything that a call needs to be sent.
struct Ready {
    phones: Vec<Kept>,
    message: Message,
    extras: Value,
    time_to_live_s: i64,
}

/// Sends until stopped.
pub(crate) async fn run(state: State, jpush: Jpush, stop: CancellationToken) {
    let mut sender = Sender { state, jpush, cids: VecDeque::new(), wait_until: 0, failures: 0 };
    let mut looks = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = looks.tick() => {}
        }
        if sender.round().await.is_err() {
            tracing::error!("what waits to be pushed could not be looked at");
        }
    }
}

struct Sender {
    state: State,
    jpush: Jpush,
    /// Fetched and not yet used. Lost with the process, which costs nothing.
    cids: VecDeque<String>,
    /// Nothing is asked of JPush before, milliseconds.
    wait_until: i64,
    /// In a row, of the service as a whole.
    failures: u32,
}

impl Sender {
    async fn round(&mut self) -> Result<(), Refusal> {
        let now = self.state.now();
        let work = move |db: &Database| {
            if db.outbox_waits()? {
                db.transaction(|t| spread(t, now))?;
            }
            db.due_calls(now, AT_ONCE)
        };
        let calls = self.state.db.run(work).await?;
        for call in calls {
            if self.state.now() < self.wait_until {
                break;
            }
            self.send(call).await?;
        }
        Ok(())
    }

    async fn send(&mut self, call: Call) -> Result<(), Refusal> {
        let now = self.state.now();
        let asked = call.clone();
        let ready = self.state.db.run(move |db| db.transaction(|t| ready(t, &asked, now))).await?;
        let Some(ready) = ready else {
            return self.state.db.run(move |db| db.forget_call(call.id)).await;
        };
        let cid = match &call.cid {
            Some(cid) => cid.clone(),
            None => match self.cid().await {
                Ok(cid) => {
                    let (id, kept) = (call.id, cid.clone());
                    self.state.db.run(move |db| db.set_cid(id, &kept)).await?;
                    cid
                }
                Err(outcome) => {
                    self.hold(outcome, now);
                    return Ok(());
                }
            },
        };
        let mut platforms: Vec<Platform> = ready.phones.iter().map(|p| p.registration.platform).collect();
        platforms.sort_unstable();
        platforms.dedup();
        let push = Push {
            cid: &cid,
            audience: ready.phones.iter().map(|p| p.registration.registration_id.as_str()).collect(),
            platforms,
            message: &ready.message,
            extras: ready.extras,
            time_to_live_s: ready.time_to_live_s,
        };
        let (outcome, wait_s) = self.jpush.push(&push).await;
        if let Some(wait_s) = wait_s {
            self.wait_until = self.wait_until.max(now + wait_s * 1_000);
        }
        let phones = ready.phones;
        match outcome {
            Outcome::Sent => {
                self.failures = 0;
                self.state.db.run(move |db| db.forget_call(call.id)).await
            }
            Outcome::UnknownRegistration => {
                self.failures = 0;
                self.state.db.run(move |db| unknown(db, &call, &phones, now)).await
            }
            Outcome::Refused => {
                tracing::error!("a push was refused and is given up");
                self.state.db.run(move |db| db.forget_call(call.id)).await
            }
            Outcome::Later => {
                // The service, not the call, is to blame: everything waits.
                self.hold(outcome, now);
                let next_at = now + backoff_ms(call.tries);
                self.state.db.run(move |db| db.call_again(call.id, next_at)).await
            }
            Outcome::TooMany(_) | Outcome::Misconfigured => {
                self.hold(outcome, now);
                Ok(())
            }
        }
    }

    async fn cid(&mut self) -> Result<String, Outcome> {
        if self.cids.is_empty() {
            self.cids = self.jpush.cids().await?.into();
        }
        self.cids.pop_front().ok_or(Outcome::Later)
    }

    fn hold(&mut self, outcome: Outcome, now: i64) {
        let wait_ms = match outcome {
            Outcome::TooMany(seconds) => seconds * 1_000,
            Outcome::Misconfigured => {
                tracing::error!("the push service refuses the credentials or the application");
                LONGEST_WAIT_MS
            }
            _ => {
                let wait_ms = backoff_ms(self.failures);
                self.failures = self.failures.saturating_add(1);
                wait_ms
            }
        };
        self.wait_until = self.wait_until.max(now + wait_ms);
    }
}

/// 1 s, 2 s, 4 s and so on.
fn backoff_ms(tries: u32) -> i64 {
    (1_000 << tries.min(20)).min(LONGEST_WAIT_MS)
}

/// One phone alone that is not known is not registered. Of several each is tried alone.
fn unknown(db: &Database, call: &Call, phones: &[Kept], now: i64) -> Result<(), Refusal> {
    if let [phone] = phones {
        db.prune_registration(&phone.registration.registration_id)?;
        return db.forget_call(call.id);
    }
    let installs: Vec<String> = phones.iter().map(|phone| phone.install.clone()).collect();
    db.split_call(call, &installs, now)
}

/// An account that may act and sees a unit.
fn recipient(t: &Transaction<'_>, user: i64, device: i64, now: i64) -> Result<Option<User>, Refusal> {
    let Some(user) = t.user(user)?.filter(|user| usable(user, now).is_ok()) else { return Ok(None) };
    Ok(t.visible_devices(&user)?.contains(&device).then_some(user))
}

/// Makes calls of the events in the outbox.
fn spread(t: &Transaction<'_>, now: i64) -> Result<(), Refusal> {
    let taken = t.take_outbox(AT_ONCE)?;
    if taken.is_empty() {
        return Ok(());
    }
    let mut visible: HashMap<i64, HashSet<i64>> = HashMap::new();
    for user in t.registered_users()? {
        if let Some(user) = t.user(user)?.filter(|user| usable(user, now).is_ok()) {
            visible.insert(user.id, t.visible_devices(&user)?);
        }
    }
    for id in taken {
        let Some(event) = t.event(id)?.filter(|event| is_news(event, now)) else { continue };
        let mut users: Vec<i64> = visible
            .iter()
            .filter(|(_, seen)| seen.contains(&event.device_id))
            .map(|(user, _)| *user)
            .collect();
        users.sort_unstable();
        for user in users {
            let phones = t.registrations_of(user, now)?;
            let wanting = phones.iter().filter(|phone| phone.registration.wants(&event.kind, now));
            let mut groups: Vec<(Language, &str)> =
                wanting.map(|phone| (phone.registration.language, phone.server_url.as_str())).collect();
            groups.sort_unstable();
            groups.dedup();
            for (language, server_url) in groups {
                t.add_call(id, user, language, server_url, None, now)?;
            }
        }
    }
    Ok(())
}

fn is_news(event: &Event, now: i64) -> bool {
    now - event.event_time.0 < STALE_MS
}

/// What a call says and to whom, as things stand now; `None` where nobody is to be told any more.
fn ready(t: &Transaction<'_>, call: &Call, now: i64) -> Result<Option<Ready>, Refusal> {
    let Some(event) = t.event(call.event_id)?.filter(|event| is_news(event, now)) else { return Ok(None) };
    let Some(user) = recipient(t, call.user_id, event.device_id, now)? else { return Ok(None) };
    let Some(device) = t.device(event.device_id)? else { return Ok(None) };
    let mut phones = t.registrations_of(user.id, now)?;
    phones.retain(|phone| {
        phone.registration.language == call.language
            && phone.server_url == call.server_url
            && call.install.as_ref().is_none_or(|install| *install == phone.install)
            && phone.registration.wants(&event.kind, now)
    });
    phones.truncate(AUDIENCE);
    if phones.is_empty() {
        return Ok(None);
    }
    let geofence = match event.geofence_id {
        0 => None,
        id => t.geofence(id)?.map(|geofence| geofence.name),
    };
    let said = |name: &str| event.attributes.get(name).and_then(Value::as_str);
    let geofence = geofence.as_deref().or_else(|| said(super::forward::GEOFENCE_NAME));
    let happening = Happening { kind: &event.kind, unit: &device.name, geofence, alarm: said("alarm") };
    let mut extras = json!({
        "v": 1, "account": account_code(&call.server_url, user.id), "event": event.id, "unit": device.id,
        "type": event.kind, "at": event.event_time,
    });
    if let (Some(name), Some(extras)) = (geofence, extras.as_object_mut()) {
        extras.insert("geofence".to_owned(), short(name).into());
    }
    Ok(Some(Ready {
        message: message(call.language, &happening),
        phones,
        extras,
        time_to_live_s: ((event.event_time.0 + STALE_MS - now) / 1_000).clamp(60, STALE_MS / 1_000),
    }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn waits_grow_to_ten_minutes_and_an_account_is_named_as_the_app_names_it() {
        let waits: Vec<i64> = [0, 1, 9, 10, 60].into_iter().map(super::backoff_ms).collect();
        assert_eq!(waits, [1_000, 2_000, 512_000, 600_000, 600_000]);
        // printf 'http://127.0.0.1:8082/\n2' | sha256sum
        assert_eq!(super::account_code("http://127.0.0.1:8082/", 2), "2e9d9f46ef882a10");
    }
}
