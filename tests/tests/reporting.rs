//! Reporting a phone's own position through the core and a real backend: nothing lost, nothing sent twice, nothing sent for
//! somebody else, and a person can see why nothing is sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::json;
use trak_core::decide::delivery::Blocked;
use trak_core::decide::geofence::Crossing;
use trak_core::engine::{RecordError, ReportAs, Trak, Unsent};
use trak_core::model::{
    BootId, DeviceTime, Fix, FixSource, Gap, GapCause, LocationPermission, Rejection, SetAsideReason,
    Surroundings, UtcMs,
};
use trak_core::simulate::{Faults, SimFleet, SimPhone};
use trak_core::view::{LinkToServer, ReportingView};
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, now, sign_in, until};

const ALLOWED: Surroundings = Surroundings {
    permission: LocationPermission::Always,
    location_on: true,
    battery: None,
    power_save: false,
};

fn at(start: UtcMs, seconds: i64) -> DeviceTime {
    DeviceTime {
        wall: start.plus_ms(seconds * 1_000),
        since_boot_ms: 1_000_000 + seconds.unsigned_abs() * 1_000,
        boot: BootId(3),
    }
}

/// A reading on a way north at 11 m/s.
fn fix(start: UtcMs, seconds: i64) -> Fix {
    Fix {
        latitude_deg: 31.0 + seconds as f64 * 1e-4,
        longitude_deg: 121.0,
        taken: at(start, seconds),
        accuracy_m: Some(4.0),
        altitude_m: Some(12.0),
        speed_mps: Some(11.1),
        course_deg: Some(0.0),
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
    }
}

fn phone_1() -> ReportAs {
    ReportAs { unit_identifier: "PHONE-1".into() }
}

fn view(trak: &Trak) -> ReportingView {
    trak.reporting().unwrap().unwrap()
}

/// Hands over a reading every 30 seconds; answers with the times of the accepted ones.
fn drive(trak: &Trak, start: UtcMs, seconds: std::ops::Range<i64>) -> Vec<i64> {
    let every_30 = seconds.step_by(30);
    every_30
        .flat_map(|second| trak.record(&[fix(start, second)], &at(start, second)).unwrap().accepted)
        .map(|one| one.fix_time.0)
        .collect()
}

async fn drained(trak: &Trak) {
    until(trak, "an empty outbox", |t| (view(t).outbox.queued == 0).then_some(())).await;
}

async fn stored(server: &Server, unit: i64) -> Vec<i64> {
    server.stored(unit).await.iter().map(|position| position.0).collect()
}

struct World {
    folder: tempfile::TempDir,
    server: Server,
    phone: Phone,
    li: i64,
    unit: i64,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let li = server.account("li@example.com", "secret-1").await;
    let unit = server.unit(json!({"name": "Phone", "uniqueId": "PHONE-1"})).await;
    server.grant(li, unit).await;
    World { folder, server, phone: Phone::default(), li, unit }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_without_a_network_arrives_in_order_when_it_returns() {
    let mut w = world().await;
    let start = now().plus_ms(-3_600_000);
    let trak = w.phone.open();
    assert_eq!(trak.record(&[fix(start, 0)], &at(start, 0)).unwrap_err(), RecordError::SignedOut);
    sign_in(&trak, &w.server.url(), "li@example.com", "secret-1").await.unwrap();
    assert_eq!(trak.record(&[fix(start, 0)], &at(start, 0)).unwrap_err(), RecordError::NotReporting);
    assert_eq!(trak.reporting().unwrap(), None, "nothing is kept of somebody who does not report");
    for bad in ["", "  ", "a\nb", &"x".repeat(200)] {
        let report_as = ReportAs { unit_identifier: bad.into() };
        assert_eq!(trak.start_reporting(&report_as, &at(start, 0)).unwrap_err(), RecordError::InvalidInput);
    }
    trak.start_reporting(&phone_1(), &at(start, 0)).unwrap();
    let addr = w.server.addr;
    w.server.stop().await;

    let mut recorded = drive(&trak, start, 0..900);
    assert!(recorded.len() >= 28, "{}", recorded.len());
    let shown =
        until(&trak, "the reason", |t| Some(view(t)).filter(|v| v.blocked == Some(Blocked::Offline))).await;
    assert_eq!((shown.outbox.queued, shown.outbox.oldest), (recorded.len() as u64, Some(UtcMs(recorded[0]))));
    assert_eq!((shown.unit_identifier.as_deref(), shown.moving), (Some("PHONE-1"), true));
    assert_eq!(shown.outbox.last_success, None);

    // The program starts again, still without a network: reporting goes on.
    trak.shutdown().await;
    let trak = w.phone.open();
    recorded.extend(drive(&trak, start, 900..1_200));
    assert_eq!(view(&trak).outbox.queued, recorded.len() as u64);
    let raw = w.phone.raw_bytes();
    for text in ["PHONE-1", "latitude", "SQLite format 3"] {
        assert!(
            !raw.windows(text.len()).any(|window| window == text.as_bytes()),
            "{text} is readable on the disk"
        );
    }

    let server = Server::start_at(w.folder.path(), addr).await;
    trak.set_conditions(false, true);
    trak.set_conditions(true, true);
    trak.start_live();
    drained(&trak).await;
    assert_eq!(stored(&server, w.unit).await, recorded);
    let shown = view(&trak);
    assert_eq!(shown.outbox.newest_sent, recorded.last().copied().map(UtcMs));
    assert!(shown.outbox.last_success.is_some_and(|at| now().since_ms(at) < 60_000));
    assert_eq!(shown.blocked, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_and_switching_accounts_neither_loses_nor_misattributes() {
    let w = world().await;
    let wang = w.server.account("wang@example.com", "secret-2").await;
    let other = w.server.unit(json!({"name": "Other", "uniqueId": "PHONE-2"})).await;
    w.server.grant(wang, other).await;
    let start = now().plus_ms(-3_600_000);
    let trak = w.phone.open();
    sign_in(&trak, &w.server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.set_conditions(false, true);
    trak.start_reporting(&phone_1(), &at(start, 0)).unwrap();
    let of_li = drive(&trak, start, 0..600);

    // Another person takes the phone.
    sign_in(&trak, &w.server.url(), "wang@example.com", "secret-2").await.unwrap();
    trak.set_conditions(true, true);
    assert_eq!(trak.record(&[fix(start, 700)], &at(start, 700)).unwrap_err(), RecordError::NotReporting);
    assert_eq!(trak.reporting().unwrap(), None);
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-2".into() }, &at(start, 700)).unwrap();
    let of_wang = drive(&trak, start, 700..1_000);
    drained(&trak).await;
    assert_eq!(stored(&w.server, other).await, of_wang);
    assert_eq!(
        stored(&w.server, w.unit).await,
        Vec::<i64>::new(),
        "nothing is sent for somebody who is not there"
    );
    // Signed out for good: the cache goes, and with nothing unsent the outbox too.
    trak.sign_out(false).await.unwrap();
    assert_eq!(trak.record(&[fix(start, 1_100)], &at(start, 1_100)).unwrap_err(), RecordError::SignedOut);

    sign_in(&trak, &w.server.url(), "li@example.com", "secret-1").await.unwrap();
    let shown = view(&trak);
    assert_eq!(
        (shown.unit_identifier, shown.gaps[0].cause),
        (None, GapCause::SignedOut),
        "reporting waits to be switched on"
    );
    trak.start_live();
    drained(&trak).await;
    assert_eq!(stored(&w.server, w.unit).await, of_li[..], "what waited is sent now");
    assert_eq!(stored(&w.server, other).await, of_wang);
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_ends_capture_at_once_and_sends_or_erases_as_chosen() {
    for unsent in [Unsent::Send, Unsent::Erase] {
        let w = world().await;
        let start = now().plus_ms(-3_600_000);
        let trak = w.phone.open();
        sign_in(&trak, &w.server.url(), "li@example.com", "secret-1").await.unwrap();
        trak.set_conditions(false, true);
        trak.start_reporting(&phone_1(), &at(start, 0)).unwrap();
        let mut recorded = drive(&trak, start, 0..300);
        trak.stop_reporting(GapCause::ConsentWithdrawn, unsent, &at(start, 300)).unwrap();
        assert_eq!(trak.record(&[fix(start, 330)], &at(start, 330)).unwrap_err(), RecordError::NotReporting);
        let shown = view(&trak);
        let gap = Gap { from: at(start, 300).wall, to: None, cause: GapCause::ConsentWithdrawn };
        assert_eq!((shown.gaps, shown.profile), (vec![gap], None));
        if unsent == Unsent::Erase {
            assert_eq!(shown.outbox.queued, 0);
            recorded.clear();
        } else {
            assert!(shown.outbox.queued >= recorded.len() as u64, "what was held back is decided too");
        }
        trak.set_conditions(true, true);
        drained(&trak).await;
        let there = stored(&w.server, w.unit).await;
        assert_eq!(there[..recorded.len()], recorded[..]);
        assert!(there.len() <= recorded.len() + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_see_why_nothing_is_sent_and_capture_goes_on() {
    let w = world().await;
    let proxy = Proxy::start(w.server.addr, |_| Fault::None).await;
    let start = now().plus_ms(-7_200_000);
    let trak = w.phone.open();
    sign_in(&trak, &proxy.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_reporting(&phone_1(), &at(start, 0)).unwrap();
    let mut recorded = drive(&trak, start, 0..60);
    drained(&trak).await;

    // The server is overloaded, then the administrator takes the unit away, then the token ends.
    let busy = |line: &str| {
        if line.starts_with("POST /api/trak/fixes") { Fault::StatusInstead(503) } else { Fault::None }
    };
    proxy.set(busy);
    recorded.extend(drive(&trak, start, 60..120));
    until(&trak, "busy", |t| (view(t).blocked == Some(Blocked::ServerBusy)).then_some(())).await;
    w.server.revoke(w.li, w.unit).await;
    proxy.set(|_| Fault::None);
    trak.set_conditions(false, true);
    trak.set_conditions(true, true);
    until(&trak, "unknown unit", |t| (view(t).blocked == Some(Blocked::UnknownUnit)).then_some(())).await;
    assert_eq!(view(&trak).outbox.set_aside, 0, "it may be mended: nothing is given up");
    proxy.set(
        |line| if line.starts_with("POST /api/trak/fixes") { Fault::StatusInstead(401) } else { Fault::None },
    );
    trak.set_conditions(false, true);
    trak.set_conditions(true, true);
    until(&trak, "signed out", |t| t.status().trouble.is_some().then_some(())).await;
    recorded.extend(drive(&trak, start, 120..300));
    assert!(view(&trak).outbox.queued > 8, "capture goes on");

    w.server.grant(w.li, w.unit).await;
    proxy.set(|_| Fault::None);
    sign_in(&trak, &proxy.url(), "li@example.com", "secret-1").await.unwrap();
    trak.start_live();
    drained(&trak).await;
    assert_eq!(stored(&w.server, w.unit).await, recorded);
    // A readings's rejection is named for two days.
    let wall = at(start, 400).wall;
    let mock = Fix { mock: true, ..fix(start, 400) };
    let rejected = trak.record(&[mock], &at(start, 400)).unwrap().rejected;
    assert_eq!(
        rejected.iter().map(|one| (one.reason, one.taken_wall)).collect::<Vec<_>>(),
        [(Rejection::Mock, wall)]
    );
    assert!(view(&trak).rejected.iter().any(|(reason, count)| (*reason, *count) == (Rejection::Mock, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_the_server_will_not_take_steps_aside_and_can_be_tried_again() {
    let w = world().await;
    let start = now().plus_ms(-3_600_000);
    let trak = w.phone.open();
    sign_in(&trak, &w.server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.set_conditions(false, true);
    trak.start_reporting(&phone_1(), &at(start, 0)).unwrap();
    let recorded = drive(&trak, start, 0..120);
    // A phone whose clock is a day ahead, with sensors that agree: plausible here, in the future there.
    let ahead = now().plus_ms(86_400_000);
    let poison = drive(&trak, ahead, 5_000..5_030);
    assert_eq!(poison.len(), 1);
    trak.set_conditions(true, true);
    drained(&trak).await;
    assert_eq!(stored(&w.server, w.unit).await, recorded);
    let aside = trak.set_aside().unwrap();
    assert_eq!((aside[0].0.fix.fix_time.0, aside[0].1), (poison[0], SetAsideReason::Refused));
    assert_eq!(trak.retry_set_aside().unwrap(), 1);
    until(&trak, "aside again", |t| (view(t).outbox.set_aside == 1).then_some(())).await;
    assert_eq!(view(&trak).outbox.queued, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn silences_have_causes_borders_are_crossed_and_the_place_is_known() {
    let w = world().await;
    let depot = w.server.geofence(w.li, "Depot", "CIRCLE (31.03 121.0, 500)").await;
    assert!(depot > 0);
    let start = now().plus_ms(-7_200_000);
    let trak = w.phone.open();
    sign_in(&trak, &w.server.url(), "li@example.com", "secret-1").await.unwrap();
    trak.locate(&[fix(start, 0)], &ALLOWED, &at(start, 0)).unwrap();
    let here = trak.my_location(&at(start, 2)).unwrap();
    assert_eq!(
        (here.age_ms, here.accuracy_m, here.source, here.approximate),
        (2_000, Some(4.0), FixSource::Gps, false)
    );
    assert!((here.place.lat_deg() - 31.0).abs() < 1e-9);
    trak.start_reporting(&phone_1(), &at(start, 0)).unwrap();
    trak.set_surroundings(ALLOWED, &at(start, 0)).unwrap();
    drive(&trak, start, 0..60);
    until(&trak, "the geofences", |t| (view(t).geofences == 1).then_some(())).await;
    drive(&trak, start, 60..600); // through the depot, whose middle is passed after 300 s
    let crossings: Vec<_> =
        view(&trak).crossings.iter().rev().map(|one| (one.geofence_name.clone(), one.crossing)).collect();
    assert_eq!(crossings, [("Depot".into(), Crossing::Enter), ("Depot".into(), Crossing::Exit)]);

    let off = Surroundings { location_on: false, ..ALLOWED };
    trak.set_surroundings(off, &at(start, 600)).unwrap();
    trak.set_surroundings(ALLOWED, &at(start, 900)).unwrap();
    drive(&trak, start, 930..960);
    trak.shutdown().await;
    let trak = w.phone.open();
    let last_known = trak.my_location(&at(start, 2_000)).unwrap();
    assert!(last_known.from_last_known && last_known.age_ms == 1_070_000, "{last_known:?}");
    drive(&trak, start, 2_000..2_030);
    let gaps: Vec<_> = view(&trak)
        .gaps
        .iter()
        .map(|gap| (gap.from.since_ms(start) / 1_000, gap.to.map(|to| to.since_ms(start) / 1_000), gap.cause))
        .collect();
    assert_eq!(gaps, [(930, Some(2_000), GapCause::Killed), (600, Some(930), GapCause::LocationOff)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_system_does_not_allow_is_a_gap_from_the_start() {
    let w = world().await;
    let start = now().plus_ms(-3_600_000);
    let trak = w.phone.open();
    sign_in(&trak, &w.server.url(), "li@example.com", "secret-1").await.unwrap();
    let none = Surroundings { permission: LocationPermission::None, ..ALLOWED };
    assert_eq!(trak.set_surroundings(none, &at(start, 0)).unwrap(), None, "reporting is off");
    trak.start_reporting(&phone_1(), &at(start, 10)).unwrap();
    let gap = Gap { from: at(start, 10).wall, to: None, cause: GapCause::PermissionLost };
    assert_eq!(view(&trak).gaps, [gap]);
    trak.set_surroundings(ALLOWED, &at(start, 60)).unwrap();
    drive(&trak, start, 90..120);
    assert_eq!(view(&trak).gaps, [Gap { to: Some(at(start, 90).wall), ..gap }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_with_every_fault_reports_what_the_rules_accept_and_nothing_else() {
    let w = world().await;
    let trak = w.phone.open();
    sign_in(&trak, &w.server.url(), "li@example.com", "secret-1").await.unwrap();
    let start = now().plus_ms(-5 * 3_600_000);
    let length_ms = 2 * 3_600_000;
    let unit = SimFleet::new(5, 20).units().nth(3).unwrap();
    let phone = SimPhone::new(11, unit, start, length_ms, 5_000).with(Faults::seeded(11, length_ms));
    let mut deliveries = phone.deliveries();
    let (first, fixes, around) = deliveries.next().unwrap();
    trak.start_reporting(&phone_1(), &first).unwrap();
    let mut recorded = Vec::new();
    let mut keep = |now: &DeviceTime, fixes: &[Fix], around| {
        let settled = trak.set_surroundings(around, now).unwrap().unwrap().accepted;
        let accepted = trak.record(fixes, now).unwrap().accepted;
        recorded.extend(settled.iter().chain(&accepted).map(|one| one.fix_time.0));
    };
    keep(&first, &fixes, around);
    let mut last = first;
    for (now, fixes, around) in deliveries {
        keep(&now, &fixes, around);
        last = now;
    }
    recorded.extend(trak.tick(&last).unwrap().accepted.iter().map(|one| one.fix_time.0));
    assert!(recorded.len() > 50, "{}", recorded.len());
    drained(&trak).await;
    let there = stored(&w.server, w.unit).await;
    assert!(there.is_sorted(), "time never runs back");
    assert_eq!(there, recorded, "each fix that was named is there, once, and no other");
}

/// The live stream obeys a server's `Retry-After` as the sender does: no network that returns cuts it short.
#[tokio::test(flavor = "multi_thread")]
async fn the_live_stream_leaves_a_server_alone_as_long_as_it_asks() {
    let w = world().await;
    let proxy = Proxy::start(w.server.addr, |_| Fault::None).await;
    let trak = w.phone.open();
    sign_in(&trak, &proxy.url(), "li@example.com", "secret-1").await.unwrap();
    let tries = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&tries);
    proxy.set(move |line| {
        let stream = line.starts_with("GET /api/socket");
        if stream {
            seen.lock().unwrap().push(Instant::now());
        }
        // The second try is let through.
        if seen.lock().unwrap().len() > 1 { Fault::None } else { Fault::Patience(2) }
    });
    trak.start_live();
    until(&trak, "no connection", |t| matches!(t.status().link, LinkToServer::Offline { .. }).then_some(()))
        .await;
    for _ in 0..5 {
        trak.set_conditions(false, false);
        trak.set_conditions(true, true);
        tokio::task::yield_now().await;
    }
    until(&trak, "a live stream", |t| (t.status().link == LinkToServer::Live).then_some(())).await;
    let tries = tries.lock().unwrap().clone();
    assert!(
        tries[1].duration_since(tries[0]).as_millis() >= 2_000,
        "{:?}",
        tries[1].duration_since(tries[0])
    );
    assert_eq!(tries.len(), 2);
    trak.shutdown().await;
}
