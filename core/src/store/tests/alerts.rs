//! The inbox and what outlives its term.

use super::{event, open, position};
use crate::decide::alert::Known;
use crate::decide::retention::outdated;
use crate::model::{Event, UnitId, UtcMs};
use crate::store::{Change, MetaChange, Retain};

const DAY_MS: i64 = 86_400_000;
const NOW: UtcMs = UtcMs(1_795_577_586_476);

fn told(event: &Event) -> Change {
    Change { events: vec![event.clone()], told: vec![event.id], ..Change::default() }
}

#[test]
fn an_event_is_there_once_however_it_came_and_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let live = event(1, 7, 500);
    let push =
        Event { position_id: None, attributes_json: r#"{"geofenceName":"北仓"}"#.into(), ..live.clone() };
    store.apply(told(&push)).unwrap();
    assert_eq!(store.known_event(1).unwrap(), Some(Known { told: true, acknowledged: false }));
    store.insert_events(vec![push.completed_by(live.clone())]).unwrap();
    store.apply(told(&push)).unwrap(); // a push says less and changes nothing any more
    let (kept, acknowledged) = store.alerts(0, 50).unwrap().pop().unwrap();
    assert_eq!((kept.position_id, acknowledged), (live.position_id, false));
    assert_eq!(kept.attributes_json, r#"{"alarm":"sos","geofenceName":"北仓"}"#);
    store.insert_events(vec![event(2, 7, 400), event(3, 7, 600)]).unwrap();
    assert_eq!(store.known_event(2).unwrap(), Some(Known::default()));
    assert_eq!(store.known_event(4).unwrap(), None);
    let ids = |page: Vec<(Event, bool)>| page.into_iter().map(|(event, _)| event.id).collect::<Vec<_>>();
    assert_eq!(ids(store.alerts(0, 2).unwrap()), [3, 1]);
    assert_eq!(ids(store.alerts(2, 2).unwrap()), [2]);
    store.acknowledge(vec![3, 99]).unwrap();
    assert_eq!(store.alert_counts().unwrap(), (3, 2));
}

#[test]
fn what_has_outlived_its_term_is_erased_and_the_run_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let ago = |days: i64| NOW.plus_ms(-days * DAY_MS);
    store.insert_events([80, 90, 400].map(|days| event(days, 7, ago(days).0)).to_vec()).unwrap();
    let track = [170, 178, 181, 300].map(|days| position(7, days, ago(days).0)).to_vec();
    store.apply(Change::history(UnitId(7), ago(310), ago(160), track)).unwrap();
    store.apply(Change::history(UnitId(8), ago(310), ago(200), vec![position(8, 1, ago(250).0)])).unwrap();
    let run = |at: UtcMs| Change {
        retain: Some(Retain { at, outdated: outdated(at), readings: 3 }),
        ..Change::default()
    };
    store.apply(run(NOW)).unwrap();
    let later = NOW.plus_ms(2 * DAY_MS);
    store.apply(run(later)).unwrap();
    let kept: Vec<i64> = store.alerts(0, 9).unwrap().into_iter().map(|(event, _)| event.id).collect();
    assert_eq!(kept, [80]);
    let kept: Vec<i64> =
        store.positions_of(UnitId(7), UtcMs(0), NOW).unwrap().into_iter().map(|p| p.id.0).collect();
    assert_eq!(kept, [170], "two days later the one of 178 days ago has gone too");
    assert_eq!(store.history_coverage(UnitId(7)).unwrap(), [(outdated(later).history_before, ago(160))]);
    assert!(store.history_coverage(UnitId(8)).unwrap().is_empty());
    let runs: Vec<_> = store
        .retention_runs(9)
        .unwrap()
        .into_iter()
        .map(|r| (r.at, r.alerts, r.positions, r.readings))
        .collect();
    assert_eq!(runs, [(later, 0, 1, 3), (NOW, 2, 3, 3)]);
}

#[test]
fn settings_and_the_name_of_the_registration_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let kept = |text: &str| Some(text.to_owned());
    {
        let store = open(folder.path());
        let meta = MetaChange {
            alert_settings: kept("{}"),
            push_install: kept("a"),
            notices: kept("[]"),
            ..MetaChange::default()
        };
        store.submit(Change { meta, ..Change::default() });
        let meta = MetaChange { push_install: kept(""), ..MetaChange::default() };
        store.apply(Change { meta, ..Change::default() }).unwrap();
    }
    let meta = open(folder.path()).meta().unwrap();
    assert_eq!((meta.alert_settings, meta.push_install, meta.notices), (kept("{}"), kept(""), kept("[]")));
}
