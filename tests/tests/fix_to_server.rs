//! A phone's readings on their way: recorded, over an outage, to the server, each once and in order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;

use serde_json::json;
use trak_core::engine::{ReportAs, Trak, Unsent};
use trak_core::model::{Fix, GapCause, UtcMs};
use trak_core::simulate::replay::{self, TrackPoint};
use trak_core::simulate::{Delivery, Faults, SimFleet, SimPhone};
use trak_tests::server::Server;
use trak_tests::shell::{Phone, now, sign_in, until};

/// A real ride where it is at hand, else one that goes north at 12 m/s and rests for ten minutes on the way.
fn ride() -> Vec<TrackPoint> {
    let recorded = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/tracks/017.tsv"));
    if let Ok(text) = std::fs::read_to_string(recorded) {
        return replay::tsv(&text).unwrap();
    }
    println!("a made-up ride: no recorded tracks here");
    let line = |n: i64| {
        let (seconds, way) = if n < 60 { (n * 10, n) } else { (n * 10 + 600, n) };
        format!("121.4\t{}\t{seconds}\n", 31.0 + way as f64 * 0.00108)
    };
    replay::tsv(&(0..120).map(line).collect::<String>()).unwrap()
}

/// Hands everything over; the server is away during the middle third. Answers with the times of the accepted fixes.
async fn travel(trak: &Trak, server: &mut Option<Server>, folder: &Path, ride: &[Delivery]) -> Vec<i64> {
    let addr = server.as_ref().unwrap().addr;
    let mut accepted = Vec::new();
    for (at, (now, fixes, around)) in ride.iter().enumerate() {
        if at == ride.len() / 3 {
            server.take().unwrap().stop().await;
        }
        if at == ride.len() * 2 / 3 {
            *server = Some(Server::start_at(folder, addr).await);
            trak.set_conditions(false, true);
            trak.set_conditions(true, true);
        }
        trak.set_surroundings(*around, now).unwrap();
        accepted.extend(trak.record(fixes, now).unwrap().accepted.iter().map(|fix| fix.fix_time.0));
    }
    accepted
}

async fn arrives_once_and_in_order(
    deliveries: impl Fn(UtcMs) -> Vec<Delivery>,
) -> (Vec<(i64, f64, f64)>, Vec<Fix>) {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Some(Server::start(folder.path()).await);
    let running = server.as_ref().unwrap();
    let user = running.account("li@example.com", "secret-1").await;
    let unit = running.unit(json!({"name": "Phone", "uniqueId": "PHONE-1"})).await;
    running.grant(user, unit).await;
    let phone = Phone::default();
    let trak = phone.open();
    sign_in(&trak, &running.url(), "li@example.com", "secret-1").await.unwrap();

    let length_ms = deliveries(UtcMs(0)).iter().map(|(now, ..)| now.wall.0).max().unwrap();
    let ride = deliveries(now().plus_ms(-length_ms - 60_000));
    let report_as = ReportAs { unit_identifier: "PHONE-1".into() };
    trak.start_reporting(&report_as, &ride[0].0).unwrap();
    let accepted = travel(&trak, &mut server, folder.path(), &ride).await;
    let end = ride.last().unwrap().0;
    trak.stop_reporting(GapCause::SwitchedOff, Unsent::Send, &end).unwrap();
    until(&trak, "everything sent", |trak| {
        let view = trak.reporting().unwrap().unwrap();
        (view.outbox.queued == 0 && view.outbox.set_aside == 0).then_some(())
    })
    .await;
    let stored = server.as_ref().unwrap().stored(unit).await;
    trak.shutdown().await;

    let times: Vec<i64> = stored.iter().map(|(at, ..)| *at).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "in order, none twice");
    assert!(!accepted.is_empty());
    // Signs of life and what was held back until the end come besides.
    assert!(accepted.iter().all(|at| times.contains(at)), "what was recorded has arrived");
    (stored, ride.into_iter().flat_map(|(_, fixes, _)| fixes).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_ride_arrives_once_in_order_and_as_it_was() {
    let points = ride();
    let (stored, readings) =
        arrives_once_and_in_order(|start| replay::deliveries(&points, start).collect()).await;
    assert!(stored.len() > 20, "{}", stored.len());
    for (at, lat, lon) in stored {
        let same =
            |fix: &&Fix| (fix.latitude_deg - lat).abs() < 1e-9 && (fix.longitude_deg - lon).abs() < 1e-9;
        let reading = readings.iter().find(|fix| fix.taken.wall.0 == at && same(fix));
        assert!(reading.is_some(), "nothing is invented: place and time are those of a reading");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_with_faults_arrives_once_and_in_order() {
    let unit = SimFleet::new(5, 1).units().next().unwrap();
    let length_ms = 1_800_000;
    arrives_once_and_in_order(|start| {
        // Clocks that jump are told apart elsewhere; here the places and the order matter.
        let faults = Faults { clocks: Vec::new(), ..Faults::seeded(5, length_ms) };
        SimPhone::new(5, unit.clone(), start, length_ms, 1_000).with(faults).deliveries().collect()
    })
    .await;
}
