//! None lost, none stored twice, order kept, time only forwards: the outbox on its disk and the rules of delivery against a
//! server of a few lines, over a network that does everything wrong, in a program that is killed.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::keep;
use crate::decide::delivery::{Answer, Fate, Sender};
use crate::model::{
    AcceptedFix, AccountKey, BootId, DeviceTime, FixId, FixKind, FixSource, LatLon, QueuedFix,
    SetAsideReason, UtcMs,
};
use crate::store::DatabaseKey;
use crate::store::outbox::{Outbox, OutboxChange};

const START: i64 = 1_795_577_586_000;

/// What becomes of one request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Network {
    Fine,
    Offline,
    LostRequest,
    LostAnswer,
    /// No answer in time; the server may have done as asked.
    TimedOut(bool),
    /// The answer says nothing of every second fix.
    PartlyReadable,
    /// 503 or 429 from something between.
    Busy,
    TooLarge,
    /// The request as a whole is refused, as by a guard that dislikes its bytes.
    Refused,
    /// Of the last fix the server says that it is wrong.
    RefusesTheLast,
    UnitUnknown,
    SignedOut,
    /// The program is killed before the answer comes, or just after.
    KilledBeforeTheAnswerIsKept,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Record(u8),
    Send(Network),
    Restart,
    /// The person asks for one more try of what was set aside.
    Retry,
}

fn network() -> impl Strategy<Value = Network> {
    use Network::{
        Busy, Fine, KilledBeforeTheAnswerIsKept, LostAnswer, LostRequest, Offline, PartlyReadable, Refused,
        RefusesTheLast, SignedOut, TimedOut, TooLarge, UnitUnknown,
    };
    prop_oneof![
        4 => Just(Fine),
        8 => prop::sample::select(vec![
            Offline, LostRequest, LostAnswer, TimedOut(false), TimedOut(true), PartlyReadable, Busy, TooLarge, Refused,
            RefusesTheLast, UnitUnknown, SignedOut, KilledBeforeTheAnswerIsKept,
        ]),
    ]
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => (1..6_u8).prop_map(Event::Record),
        8 => network().prop_map(Event::Send),
        1 => Just(Event::Restart),
        1 => Just(Event::Retry),
    ];
    prop::collection::vec(event, 1..80)
}

/// A server: knows fixes by their id (`batches`), or stores whatever comes, as plain Traccar does.
struct Server {
    batches: bool,
    stored: Vec<(FixId, UtcMs)>,
}

impl Server {
    fn has(&self, fix_time: UtcMs) -> bool {
        self.stored.iter().any(|(_, time)| *time == fix_time)
    }

    fn store(&mut self, fixes: &[QueuedFix]) {
        for queued in fixes {
            if !self.batches || self.stored.iter().all(|(id, _)| *id != queued.id) {
                self.stored.push((queued.id, queued.fix.fix_time));
            }
        }
    }

    fn take(&mut self, fixes: &[QueuedFix], network: Network) -> Answer {
        let stored = || vec![Fate::Stored; fixes.len()];
        match network {
            Network::Fine | Network::KilledBeforeTheAnswerIsKept => {
                self.store(fixes);
                Answer::PerFix(stored())
            }
            Network::Offline => Answer::Offline,
            Network::LostRequest => Answer::NoAnswer,
            Network::LostAnswer => {
                self.store(fixes);
                Answer::NoAnswer
            }
            Network::TimedOut(done) => {
                self.store(if done { fixes } else { &[] });
                Answer::Late
            }
            Network::PartlyReadable => {
                self.store(fixes);
                let mut fates = stored();
                fates.iter_mut().skip(1).step_by(2).for_each(|fate| *fate = Fate::Unclear);
                Answer::PerFix(fates)
            }
            Network::Busy => Answer::Later { retry_after_s: Some(30) },
            Network::TooLarge => Answer::TooLarge,
            Network::Refused => Answer::Refused,
            Network::RefusesTheLast => {
                let (_, before) = fixes.split_last().unwrap();
                self.store(before);
                let mut fates = stored();
                *fates.last_mut().unwrap() = Fate::Refused(SetAsideReason::Refused);
                Answer::PerFix(fates)
            }
            Network::UnitUnknown => Answer::Unit(SetAsideReason::UnknownUnit),
            Network::SignedOut => Answer::SignedOut,
        }
    }
}

struct World {
    folder: tempfile::TempDir,
    outbox: Option<Outbox>,
    sender: Sender,
    server: Server,
    recorded: Vec<UtcMs>,
    ever_aside: BTreeSet<UtcMs>,
}

impl World {
    fn new(batches: bool) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let server = Server { batches, stored: Vec::new() };
        let mut world = Self {
            folder,
            outbox: None,
            sender: Sender::default(),
            server,
            recorded: Vec::new(),
            ever_aside: BTreeSet::new(),
        };
        world.restart();
        world
    }

    /// The program ends without a word, and starts.
    fn restart(&mut self) {
        drop(self.outbox.take());
        let key = DatabaseKey::from_bytes([5; 32]);
        let opened = Outbox::open(self.folder.path(), &key, AccountKey("a".into())).unwrap();
        self.outbox = Some(opened.outbox);
        self.sender = Sender::default();
    }

    fn outbox(&self) -> &Outbox {
        self.outbox.as_ref().unwrap()
    }

    fn record(&mut self, count: u8) {
        let accepted: Vec<AcceptedFix> =
            (0..count).map(|more| fix(self.recorded.len() as i64 + i64::from(more))).collect();
        self.recorded.extend(accepted.iter().map(|fix| fix.fix_time));
        let now = *self.recorded.last().unwrap();
        let change =
            OutboxChange { unit_identifier: "phone".into(), accepted, now, ..OutboxChange::default() };
        self.outbox().update(|_| (change, ())).unwrap();
    }

    /// One round of the sender, as its task goes it.
    fn send(&mut self, network: Network) {
        let limit = if self.server.batches { self.sender.batch() } else { 1 };
        let fixes = self.outbox().next(limit).unwrap();
        let Some(first) = fixes.first() else { return };
        let answer = if self.server.batches {
            self.server.take(&fixes, network)
        } else if first.attempts > 0 && self.server.has(first.fix.fix_time) {
            Answer::PerFix(vec![Fate::Stored])
        } else {
            self.outbox().count_attempt(first).unwrap();
            self.server.take(&fixes, network)
        };
        if network == Network::KilledBeforeTheAnswerIsKept {
            self.restart();
            return;
        }
        let tries: Vec<u32> = fixes.iter().map(|queued| queued.attempts).collect();
        let outcome = self.sender.judge(&tries, &answer, 0.5);
        self.ever_aside.extend(outcome.aside.iter().map(|&(index, _)| fixes[index].fix.fix_time));
        keep(self.outbox(), &fixes, &outcome, !self.server.batches, UtcMs(START)).unwrap();
    }

    fn drain(&mut self) {
        for _ in 0..2_000 {
            if self.outbox().status().unwrap().queued == 0 {
                return;
            }
            self.send(Network::Fine);
        }
        panic!("the queue does not end");
    }
}

fn fix(number: i64) -> AcceptedFix {
    let wall = UtcMs(START + number * 1_000);
    AcceptedFix {
        place: LatLon::new(31.0, 121.0 + number as f64 / 1e5).unwrap(),
        fix_time: wall,
        raw: DeviceTime { wall, since_boot_ms: 5_000, boot: BootId(1) },
        accuracy_m: None,
        altitude_m: None,
        speed_mps: None,
        course_deg: None,
        source: FixSource::Gps,
        mock: false,
        battery: None,
        activity: None,
        kind: FixKind::Position,
        moving: true,
        odometer_m: 0.0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn none_is_lost_none_is_stored_twice_and_order_and_time_are_kept(batches: bool, events in events()) {
        let mut world = World::new(batches);
        for event in events {
            match event {
                Event::Record(count) => world.record(count),
                Event::Send(network) => world.send(network),
                Event::Restart => world.restart(),
                Event::Retry => {
                    world.outbox().retry_set_aside().unwrap();
                }
            }
            let status = world.outbox().status().unwrap();
            let waiting = world.outbox().next(5_000).unwrap();
            prop_assert_eq!(status.queued, waiting.len() as u64);
            prop_assert!(waiting.is_sorted_by_key(|queued| queued.fix.fix_time), "the oldest is sent first");
        }
        // The network heals, and what a bad hour set aside is tried again.
        world.drain();
        world.outbox().retry_set_aside().unwrap();
        world.drain();
        let status = world.outbox().status().unwrap();
        prop_assert_eq!((status.queued, status.set_aside, status.thinned), (0, 0, 0));
        let times: Vec<UtcMs> = world.server.stored.iter().map(|(_, time)| *time).collect();
        let mut sorted = times.clone();
        sorted.sort_unstable();
        prop_assert_eq!(&sorted, &world.recorded, "each once, no other");
        let in_line: Vec<UtcMs> =
            times.into_iter().filter(|time| !world.ever_aside.contains(time)).collect();
        prop_assert!(in_line.is_sorted(), "time only goes forwards at the server");
    }
}
