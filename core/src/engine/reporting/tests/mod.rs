//! Reporting on a disk that takes nothing, and what becomes of readings and of a withdrawal then.

mod stub;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Reporting;
use crate::decide::delivery::Blocked;
use crate::engine::{RecordError, ReportAs, Trak, Unsent};
use crate::model::{
    BootId, ConsentAction, DeviceTime, Fix, FixSource, GapCause, LocationPermission, Purpose, Surroundings,
    UtcMs,
};
use stub::{Phone, Plain, Stub, decision, recorded, until};

const START: i64 = 1_795_577_586_000;

fn at(seconds: i64) -> DeviceTime {
    DeviceTime {
        wall: UtcMs(START + seconds * 1_000),
        since_boot_ms: 1_000_000 + seconds.unsigned_abs() * 1_000,
        boot: BootId(3),
    }
}

/// A reading on a way north at 11 m/s.
fn fix(seconds: i64) -> Fix {
    Fix {
        latitude_deg: 31.0 + seconds as f64 * 1e-4,
        longitude_deg: 121.0,
        taken: at(seconds),
        accuracy_m: Some(4.0),
        altitude_m: None,
        speed_mps: Some(11.1),
        course_deg: Some(0.0),
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
    }
}

fn opened(trak: &Trak) -> Arc<Reporting> {
    trak.inner().reporting(false).unwrap().unwrap()
}

/// The disk takes nothing any more, or something again.
fn full(trak: &Trak, full: bool) {
    opened(trak).sending.outbox.disk_is_full.store(full, Ordering::Relaxed);
}

/// Reporting without a network, with fixes that wait.
fn reporting(phone: &Phone) -> Trak {
    let trak = phone.open();
    trak.set_conditions(false, true);
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".into() }, &at(0)).unwrap();
    for seconds in [0, 30, 60, 90] {
        trak.record(&[fix(seconds)], &at(seconds)).unwrap();
    }
    assert_eq!(queued(&trak), 4);
    trak
}

fn queued(trak: &Trak) -> u64 {
    trak.reporting().unwrap().map_or(0, |view| view.outbox.queued)
}

/// With a network again, once whatever waits has been sent: a fix that was recorded last is the sign.
async fn sent(phone: &Phone, trak: &Trak, stub: &Stub) -> Vec<String> {
    trak.decide(decision(Purpose::Reporting, ConsentAction::Given), Unsent::Send).unwrap();
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".into() }, &at(9_000)).unwrap();
    trak.record(&[fix(9_000)], &at(9_000)).unwrap();
    trak.set_conditions(true, true);
    until(trak, "an empty outbox", |trak| queued(trak) == 0).await;
    assert!(phone.has_outbox());
    let stored = crate::lock::lock(&stub.told).stored.clone();
    let (last, before) = stored.split_last().unwrap();
    assert_eq!(UtcMs::parse(last), Some(at(9_000).wall));
    before.to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_with_erase_sends_nothing_more_though_the_disk_is_full() {
    let stub = Stub::start().await;
    let phone = Phone::signed_in(&stub.url);
    let trak = reporting(&phone);
    full(&trak, true);
    assert_eq!(trak.record(&[fix(120)], &at(120)).unwrap_err(), RecordError::StorageFull);
    trak.decide(decision(Purpose::Reporting, ConsentAction::Withdrawn), Unsent::Erase).unwrap();
    assert!(!phone.has_outbox(), "removing needs no space");
    trak.set_conditions(true, true);
    trak.inner().start_sending();
    assert!(matches!(trak.record(&[fix(150)], &at(150)), Err(RecordError::NotReporting)));
    assert_eq!(queued(&trak), 0);
    trak.shutdown().await;

    let trak = phone.open();
    assert_eq!(sent(&phone, &trak, &stub).await, Vec::<String>::new(), "also what waited in memory is gone");
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_off_with_erase_does_the_same() {
    let stub = Stub::start().await;
    let phone = Phone::signed_in(&stub.url);
    let trak = reporting(&phone);
    full(&trak, true);
    trak.stop_reporting(GapCause::SwitchedOff, Unsent::Erase, &at(120)).unwrap();
    assert!(!phone.has_outbox());
    assert_eq!(sent(&phone, &trak, &stub).await, Vec::<String>::new());
    trak.shutdown().await;
}

/// What another program of this person withdraws, or this one just before it is killed.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_never_reached_the_outbox_sends_nothing_and_erases_at_the_next_start() {
    let stub = Stub::start().await;
    let phone = Phone::signed_in(&stub.url);
    let trak = reporting(&phone);
    let withdrawn = decision(Purpose::Reporting, ConsentAction::Withdrawn);
    trak.inner().consents.decide(withdrawn, &at(100)).unwrap();
    trak.set_conditions(true, true);
    until(&trak, "the reason", |trak| {
        trak.reporting().unwrap().unwrap().blocked == Some(Blocked::ConsentRequired)
    })
    .await;
    assert!(matches!(trak.record(&[fix(120)], &at(120)), Err(RecordError::ConsentRequired(_))));
    assert_eq!((queued(&trak), stub.uploads()), (4, 0));
    trak.shutdown().await;

    let trak = phone.open();
    assert_eq!(trak.reporting().unwrap().unwrap().unit_identifier, None, "off from the first look");
    trak.inner().start_sending();
    until(&trak, "the erasing", |trak| queued(trak) == 0).await;
    let gaps = trak.reporting().unwrap().unwrap().gaps;
    assert_eq!(gaps.first().map(|gap| gap.cause), Some(GapCause::ConsentWithdrawn));
    assert_eq!(stub.uploads(), 0);
    assert_eq!(trak.my_location(&at(130)), None, "nor is the last place kept");
    assert_eq!(sent(&phone, &trak, &stub).await, Vec::<String>::new());
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_off_on_a_full_disk_ends_capture_and_keeps_what_waits() {
    let stub = Stub::start().await;
    let phone = Phone::signed_in(&stub.url);
    let trak = reporting(&phone);
    full(&trak, true);
    assert_eq!(trak.record(&[fix(120)], &at(120)).unwrap_err(), RecordError::StorageFull);
    let ended = trak.stop_reporting(GapCause::SwitchedOff, Unsent::Send, &at(130));
    assert_eq!(ended.unwrap_err(), RecordError::StorageFull);
    let view = trak.reporting().unwrap().unwrap();
    assert_eq!((view.unit_identifier, view.profile, view.in_memory_only), (None, None, 1));
    assert_eq!(trak.record(&[fix(150)], &at(150)).unwrap_err(), RecordError::StorageFull);
    assert_eq!(trak.reporting().unwrap().unwrap().in_memory_only, 1, "switched off: nothing more is taken");
    full(&trak, false);
    assert_eq!(trak.record(&[fix(180)], &at(180)).unwrap_err(), RecordError::NotReporting);
    assert_eq!((queued(&trak), trak.reporting().unwrap().unwrap().in_memory_only), (5, 0));
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_wait_in_memory_while_the_disk_is_full_and_are_kept_with_the_next() {
    let stub = Stub::start().await;
    let phone = Phone::signed_in(&stub.url);
    let trak = reporting(&phone);
    full(&trak, true);
    for seconds in [120, 150] {
        assert_eq!(trak.record(&[fix(seconds)], &at(seconds)).unwrap_err(), RecordError::StorageFull);
    }
    assert_eq!(trak.reporting().unwrap().unwrap().in_memory_only, 2);
    assert_eq!(trak.tick(&at(160)).unwrap_err(), RecordError::StorageFull);
    full(&trak, false);
    assert_eq!(trak.record(&[fix(180)], &at(180)).unwrap().accepted.len(), 3);
    assert_eq!((queued(&trak), trak.reporting().unwrap().unwrap().in_memory_only), (7, 0));
    // More than fit give way from the oldest end.
    full(&trak, true);
    for seconds in 0..1_100 {
        let _full = trak.record(&[fix(200 + seconds)], &at(200 + seconds));
    }
    assert_eq!(trak.reporting().unwrap().unwrap().in_memory_only, 1_000);
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_of_two_callers_and_a_clock_wait_on_a_full_disk_and_none_gives_way_to_another() {
    let stub = Stub::start().await;
    let phone = Phone::signed_in(&stub.url);
    let trak = reporting(&phone);
    full(&trak, true);
    std::thread::scope(|scope| {
        for caller in 0..2 {
            let trak = &trak;
            scope.spawn(move || {
                let mut seen = 0;
                for number in 0..100 {
                    let seconds = 120 + 2 * number + caller;
                    assert_eq!(
                        trak.record(&[fix(seconds)], &at(seconds)).unwrap_err(),
                        RecordError::StorageFull
                    );
                    assert_eq!(trak.tick(&at(seconds)).unwrap_err(), RecordError::StorageFull);
                    let waiting = trak.reporting().unwrap().unwrap().in_memory_only;
                    assert!(waiting > seen, "{waiting} after {seen}");
                    seen = waiting;
                }
            });
        }
    });
    assert_eq!(trak.reporting().unwrap().unwrap().in_memory_only, 200);
    full(&trak, false);
    trak.tick(&at(400)).unwrap();
    assert_eq!(trak.reporting().unwrap().unwrap().in_memory_only, 0);
    trak.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_in_memory_are_kept_by_a_shutdown_and_by_a_sign_out() {
    for sign_out in [false, true] {
        let stub = Stub::start().await;
        let phone = Phone::signed_in(&stub.url);
        let trak = reporting(&phone);
        let account = trak.inner().session().unwrap().key.clone();
        full(&trak, true);
        assert_eq!(trak.record(&[fix(120)], &at(120)).unwrap_err(), RecordError::StorageFull);
        full(&trak, false);
        if sign_out {
            trak.sign_out(true).await.unwrap();
        }
        trak.shutdown().await;
        let folder = crate::engine::keys::outbox_folder(phone.folder.path(), &account);
        let key = crate::engine::keys::outbox_key(&*phone.secrets, &account, &folder).ok().unwrap();
        let outbox = crate::store::outbox::Outbox::open(&folder, &key, account).unwrap().outbox;
        let times: Vec<i64> =
            outbox.next(9).unwrap().iter().map(|queued| (queued.fix.fix_time.0 - START) / 1_000).collect();
        assert_eq!(times, [0, 30, 60, 90, 120], "signed out: {sign_out}");
    }
}

/// A server that asks to be left alone is, whatever network comes and goes and whoever looks at the screen.
#[tokio::test(flavor = "multi_thread")]
async fn retry_after_is_obeyed_though_the_network_and_the_foreground_return() {
    for asked in [
        "429 Too Many Requests\r\nretry-after: 2",
        "503 Service Unavailable\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:39 GMT",
    ] {
        let stub = Stub::start().await;
        crate::lock::lock(&stub.told).refusals.push_back(asked.to_owned());
        let phone = Phone::signed_in(&stub.url);
        let trak = reporting(&phone);
        trak.set_conditions(true, true);
        until(&trak, "patience", |trak| {
            let view = trak.reporting().unwrap().unwrap();
            let left_ms = view.not_before.map(|at| at.since_ms(trak.inner().wall_now()));
            view.blocked == Some(Blocked::ServerBusy)
                && left_ms.is_some_and(|ms| (1_000..=2_000).contains(&ms))
        })
        .await;
        for _ in 0..5 {
            trak.set_conditions(false, false);
            trak.set_conditions(true, true);
            tokio::task::yield_now().await;
        }
        until(&trak, "an empty outbox", |trak| queued(trak) == 0).await;
        let at = crate::lock::lock(&stub.told).uploads_at.clone();
        assert_eq!(at.len(), 2, "asked twice in all");
        assert!(
            at[1].duration_since(at[0]).as_millis() >= 2_000,
            "{asked}: {:?}",
            at[1].duration_since(at[0])
        );
        assert_eq!(trak.reporting().unwrap().unwrap().not_before, None);
        trak.shutdown().await;
    }
}

/// Nothing shown is more precise than what the system allows now, whether or not this phone reports.
#[tokio::test(flavor = "multi_thread")]
async fn a_precise_place_is_not_shown_once_only_an_approximate_one_is_allowed() {
    let blurred = Surroundings {
        permission: LocationPermission::Approximate,
        location_on: true,
        battery: None,
        power_save: false,
    };
    let stub = Stub::start().await;
    let phone = Phone::signed_in(&stub.url);
    for reports in [false, true] {
        let trak = phone.open();
        trak.set_conditions(false, true);
        if reports {
            trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".into() }, &at(0)).unwrap();
            trak.record(&[fix(0)], &at(0)).unwrap();
            trak.stop_reporting(GapCause::SwitchedOff, Unsent::Send, &at(1)).unwrap();
        } else {
            let precise = Surroundings { permission: LocationPermission::Always, ..blurred };
            trak.locate(&[fix(0)], &precise, &at(0)).unwrap();
        }
        assert!(trak.my_location(&at(2)).is_some_and(|here| !here.approximate));
        trak.set_surroundings(blurred, &at(3)).unwrap();
        assert_eq!(trak.my_location(&at(4)), None);
        // Nor after the permission was given back for a moment: what may not be shown is not kept.
        let precise = Surroundings { permission: LocationPermission::Always, ..blurred };
        trak.set_surroundings(precise, &at(5)).unwrap();
        assert_eq!(trak.my_location(&at(6)), None);
        trak.shutdown().await;
        let trak = phone.open();
        assert_eq!(trak.my_location(&at(7)), None, "reporting was on: {reports}");
        trak.shutdown().await;
    }
}

/// The first answer does not wait for the sensors: it is the last known place, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_after_a_start_is_the_last_known_place_before_any_reading() {
    let stub = Stub::start().await;
    let phone = Phone::signed_in(&stub.url);
    let trak = reporting(&phone);
    trak.shutdown().await;
    for later_s in [100, 3_000] {
        let trak = phone.open();
        let here = trak.my_location(&at(later_s)).unwrap(); // the first call of all
        assert_eq!(here.age_ms, (later_s - 90) * 1_000);
        assert_eq!(here.from_last_known, later_s == 3_000, "a place of {later_s} s ago");
        assert!((here.place.lat_deg() - 31.009).abs() < 1e-9 && here.accuracy_m == Some(4.0));
        // The phone was switched off in between: whatever the clocks say, it is not a reading of now.
        let rebooted = DeviceTime { boot: BootId(4), since_boot_ms: 1_000, ..at(later_s) };
        assert!(trak.my_location(&rebooted).unwrap().from_last_known);
        trak.shutdown().await;
    }
}

/// Against plain Traccar's recorded answers: a fix whose answer was lost is looked for before it is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn a_fix_without_an_answer_is_looked_for_before_it_is_sent_again() {
    let answers = || {
        Some((
            recorded("07-misc.md", "server as admin")?,
            recorded("03-devices.md", "by uniqueId=")?,
            recorded("04-osmand.md", "JSON body through the web port (POST /)")?,
            recorded("04-osmand.md", "positions, driver1")?,
            recorded("04-osmand.md", "history of device 4")?,
        ))
    };
    let Some((server, devices, taken, there, nothing)) = answers() else { return };
    // The time of a position in the recorded list of unit 1; half a minute later there is none.
    let first = UtcMs::parse("2026-11-25T03:32:06Z").unwrap();
    let stub = Stub::start().await;
    crate::lock::lock(&stub.told).plain = Some(Plain {
        server,
        devices,
        // No answer, though the fix was stored; no answer, and it was not; then all is well.
        osmand: [None, None, Some(taken.clone()), Some(taken)].into(),
        positions: [there, nothing].into(),
        asked: Vec::new(),
    });
    let phone = Phone::signed_in(&stub.url);
    let trak = phone.open();
    trak.set_conditions(false, true);
    let at = |seconds: i64| DeviceTime { wall: first.plus_ms(seconds * 1_000), ..at(seconds) };
    trak.start_reporting(&ReportAs { unit_identifier: "VAN-001".into() }, &at(0)).unwrap();
    for seconds in [0, 30, 60] {
        trak.record(&[Fix { taken: at(seconds), ..fix(seconds) }], &at(seconds)).unwrap();
    }
    assert_eq!(queued(&trak), 3);
    trak.set_conditions(true, true);
    until(&trak, "an empty outbox", |trak| queued(trak) == 0).await;
    let asked = crate::lock::lock(&stub.told).plain.take().unwrap().asked;
    let short: Vec<&str> = asked
        .iter()
        .map(|line| {
            let sent = |seconds| line.contains(&at(seconds).wall.to_rfc3339().unwrap());
            match line.split(['?', ' ']).nth(1).unwrap() {
                "/" => ["sent 0", "sent 30", "sent 60"][[0, 30, 60].into_iter().position(sent).unwrap()],
                "/api/devices" => "which unit",
                _ => "is it there",
            }
        })
        .collect();
    assert_eq!(
        short,
        ["sent 0", "which unit", "is it there", "sent 30", "is it there", "sent 30", "sent 60"],
        "in order, none sent twice that is there, and none left out that is not"
    );
    assert!(asked[1].ends_with("uniqueId=VAN-001"), "{}", asked[1]);
    assert!(asked[2].contains("deviceId=1&from=2026-11-25T03"), "{}", asked[2]);
    assert_eq!(trak.reporting().unwrap().unwrap().outbox.newest_sent, Some(at(60).wall));
    trak.shutdown().await;
}
