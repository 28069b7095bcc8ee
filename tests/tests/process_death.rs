//! Recording and uploading while the process is killed at random moments over a network that does everything wrong:
//! each fix that `record` answered for is at the server exactly once, in order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use trak_core::engine::{OpenOptions, ReportAs, SystemClock, Trak};
use trak_core::model::{BootId, DeviceTime, Fix, UtcMs};
use trak_core::view::LinkToServer;
use trak_tests::proxy::{Fault, Proxy};
use trak_tests::server::{Server, install_crypto};
use trak_tests::shell::{FileKeys, agree_to_everything, reading, sign_in};

/// Set in the child process that is going to be killed: folder, server and number of the first fix.
const VICTIM: &str = "TRAK_TEST_RECORDER";
const START: i64 = 1_700_000_000_000;
/// Fixes are this far apart in time and place, so that each is worth sending.
const STEP_MS: i64 = 30_000;
/// At most so many fixes a life.
const PER_LIFE: i64 = 40;

/// The time and place of a fix, and the moment it is recorded.
fn fix(number: i64) -> (Fix, DeviceTime) {
    let taken = DeviceTime {
        wall: UtcMs(START + number * STEP_MS),
        since_boot_ms: (number * STEP_MS).unsigned_abs(),
        boot: BootId(1),
    };
    let latitude_deg = 10.0 + number as f64 * 0.003; // about 330 m in 30 s
    (Fix { speed_mps: Some(11.0), ..reading(latitude_deg, 100.0, taken) }, taken)
}

fn open(folder: &Path) -> Trak {
    install_crypto();
    let trak = Trak::open(OpenOptions {
        folder: folder.to_owned(),
        secrets: Arc::new(FileKeys::new(folder)),
        runtime: tokio::runtime::Handle::current(),
        clock: Arc::new(SystemClock::default()),
        random_seed: None,
    })
    .unwrap();
    if trak.account().is_none() {
        agree_to_everything(&trak);
    }
    trak
}

async fn signed_in(trak: &Trak, server: &str) {
    if trak.account().is_none() || trak.status().link == LinkToServer::SignedOut {
        // On a bad network it may take more than one try.
        while sign_in(trak, server, "li@example.com", "secret-1").await.is_err() {}
    }
}

/// Not a test of its own: the process that is killed. Says which fixes are recorded, after `record` has returned.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn victim() {
    let Ok(order) = std::env::var(VICTIM) else { return };
    let [folder, server, first] = order.split('|').collect::<Vec<_>>()[..] else { panic!("{order}") };
    let first: i64 = first.parse().unwrap();
    let trak = open(Path::new(folder));
    signed_in(&trak, server).await;
    let (_, now) = fix(first);
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".into() }, &now).unwrap();
    for number in first..first + PER_LIFE {
        let (fix, now) = fix(number);
        let recorded = trak.record(&[fix], &now).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "handed {number}").unwrap();
        for one in recorded.accepted {
            writeln!(out, "recorded {}", one.fix_time.0).unwrap();
        }
        out.flush().unwrap();
    }
    let mut observer = trak.observe();
    loop {
        // Signed out by the network's whim: the person signs in again and the sender goes on.
        signed_in(&trak, server).await;
        trak.start_live();
        observer.changed().await.unwrap();
    }
}

/// Kills recorders, each at a moment of its own: `lives` of them, and on a machine so busy that hardly one gets to send as
/// many again and again until `enough`. Answers with how many that were, what they said was recorded, and the next number.
fn kill(
    lives: u32,
    folder: &Path,
    server: &str,
    seed: u64,
    enough: impl Fn() -> bool,
) -> (u32, BTreeSet<i64>, i64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut recorded = BTreeSet::new();
    let mut next = 0;
    for life in 0..lives * 5 {
        if life >= lives && enough() {
            return (life, recorded, next);
        }
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "victim", "--nocapture", "--test-threads=1"])
            .env(VICTIM, format!("{}|{server}|{next}", folder.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // The moment counts from the first fix or from the start: while opening, recording, sending, waiting.
        let patience = Duration::from_millis(random.random_range(0..250));
        let from_first_fix = random.random_bool(0.7);
        let (tell, told) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut said = Vec::new();
            let mut tell = Some(tell);
            for line in lines.map_while(Result::ok) {
                if line.contains("handed ")
                    && let Some(tell) = tell.take()
                {
                    tell.send(()).unwrap_or(()); // nobody waits for it when the moment counts from the start
                }
                said.push(line);
            }
            said
        });
        if from_first_fix {
            told.recv_timeout(Duration::from_secs(20)).unwrap_or(()); // a life in which the network never let it sign in
        }
        std::thread::sleep(patience); // the moment of death is the subject of this test
        child.kill().unwrap();
        child.wait().unwrap();
        for line in reader.join().unwrap() {
            if let Some(time) = line.split("recorded ").nth(1).and_then(|text| text.trim().parse().ok()) {
                assert!(recorded.insert(time), "life {life}: {time} was recorded twice");
            }
            if let Some(number) =
                line.split("handed ").nth(1).and_then(|text| text.trim().parse::<i64>().ok())
            {
                next = next.max(number + 1);
            }
        }
        // A fix whose recording was not said may be there or not: it is handed over again, as sensors repeat.
    }
    (lives * 5, recorded, next)
}

/// What can happen to a request; `None` for nothing.
type Card = Option<(&'static str, Fault)>;
const LOST_REQUEST: Card = Some(("a lost request", Fault::LostRequest));
const DELAY: Card = Some(("a delay", Fault::Delay(Duration::from_millis(80))));
const RESET_REQUEST: Card = Some(("a reset before the server", Fault::ResetRequest));

/// Everything that can happen to an upload, dealt in turn: that each did happen is not left to luck.
fn cards(plain: bool) -> Vec<Card> {
    let mut cards = vec![
        LOST_REQUEST,
        DELAY,
        RESET_REQUEST,
        Some(("a lost answer", Fault::LostAnswer)),
        Some(("a lost answer", Fault::LostAnswer)),
        Some(("an answer that breaks off", Fault::TruncatedAnswer)),
        Some(("a reset after the server", Fault::ResetAnswer)),
        Some(("stored, then 500", Fault::StatusAfter(500))),
        Some(("500", Fault::StatusInstead(500))),
        Some(("503", Fault::StatusInstead(503))),
    ];
    if !plain {
        // Plain Traccar stores twice what a network delivers twice; no client can prevent that.
        cards.push(Some(("a request delivered twice", Fault::Twice)));
        cards.push(Some(("413", Fault::StatusInstead(413))));
        cards.push(Some(("401", Fault::StatusInstead(401))));
    }
    cards.resize(if plain { 18 } else { 40 }, None);
    cards
}

async fn everything_arrives_once(lives: u32, plain: bool, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).await;
    let user = server.account("li@example.com", "secret-1").await;
    let unit = server.unit(json!({"name": "Phone", "uniqueId": "PHONE-1"})).await;
    server.grant(user, unit).await;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let seen = Arc::new(Mutex::new(BTreeMap::<&str, u32>::new()));
    let faults = Arc::clone(&seen);
    let mut deck: Vec<Card> = Vec::new();
    let proxy = Proxy::start(server.addr, move |line| {
        if plain && line.starts_with("GET /api/server") {
            return Fault::Plain;
        }
        // Upload requests meet everything; the others a lost packet now and then.
        let upload = line.starts_with("POST /api/trak/fixes") || line.starts_with("POST / ");
        let card = if upload {
            if deck.is_empty() {
                deck = cards(plain);
                deck.shuffle(&mut random);
            }
            deck.pop().unwrap()
        } else {
            match random.random_range(0..24) {
                0 => LOST_REQUEST,
                1 => DELAY,
                2 => RESET_REQUEST,
                _ => None,
            }
        };
        let Some((kind, fault)) = card else { return Fault::None };
        *faults.lock().unwrap().entry(kind).or_default() += 1;
        match fault {
            Fault::Delay(longest) => Fault::Delay(longest.mul_f64(random.random())),
            fault => fault,
        }
    })
    .await;
    let phone = folder.path().join("phone");
    std::fs::create_dir(&phone).unwrap();
    let (place, url) = (phone.clone(), proxy.url());
    let dealt = Arc::clone(&seen);
    let enough = move || {
        let dealt = dealt.lock().unwrap();
        cards(plain).into_iter().flatten().all(|(kind, _)| dealt.contains_key(kind))
    };
    let killing = move || kill(lives, &place, &url, seed, enough);
    let (lives, recorded, next) = tokio::task::spawn_blocking(killing).await.unwrap();
    assert!(recorded.len() as u32 > lives, "the recorders lived: {} fixes", recorded.len());
    let seen = seen.lock().unwrap().clone();
    for (kind, _) in cards(plain).into_iter().flatten() {
        assert!(seen.contains_key(kind), "{kind} never happened: {seen:?}");
    }

    // The network heals, and a last life sends what is left.
    proxy.set(
        move |line| if plain && line.starts_with("GET /api/server") { Fault::Plain } else { Fault::None },
    );
    let trak = open(&phone);
    signed_in(&trak, &proxy.url()).await;
    let (last, now) = fix(next);
    trak.start_reporting(&ReportAs { unit_identifier: "PHONE-1".into() }, &now).unwrap();
    let mut recorded = recorded;
    recorded.extend(trak.record(&[last], &now).unwrap().accepted.iter().map(|one| one.fix_time.0));
    // What a stormy minute set aside is not lost: a person asks for one more try.
    let aside: BTreeSet<i64> =
        trak.set_aside().unwrap().iter().map(|(queued, _)| queued.fix.fix_time.0).collect();
    assert_eq!(trak.retry_set_aside().unwrap(), aside.len() as u64);
    let mut observer = trak.observe();
    let drained = async {
        while trak.reporting().unwrap().unwrap().outbox.queued > 0 {
            trak.start_live();
            observer.changed().await.unwrap();
        }
    };
    let end = tokio::time::timeout(Duration::from_secs(120), drained).await;
    assert!(end.is_ok(), "{:?}", trak.reporting());
    trak.shutdown().await;

    let stored: Vec<i64> = server.stored(unit).await.iter().map(|position| position.0).collect();
    let distinct: BTreeSet<i64> = stored.iter().copied().collect();
    assert_eq!(distinct.len(), stored.len(), "none is there twice");
    let lost: Vec<i64> = recorded.difference(&distinct).copied().collect();
    assert_eq!(lost, Vec::<i64>::new(), "none is lost");
    let in_line: Vec<i64> = stored.iter().copied().filter(|time| !aside.contains(time)).collect();
    assert!(in_line.is_sorted(), "the order is kept by all that were not set aside");
    // What was never said to be recorded can only be a fix whose recorder died before it could say so.
    assert!(distinct.len() - recorded.len() <= lives as usize, "nothing is invented");
    for (time, lat_deg, _) in server.stored(unit).await {
        let (expected, _) = fix((time - START) / STEP_MS);
        assert!((expected.latitude_deg - lat_deg).abs() < 1e-9, "each at its place");
    }
    println!(
        "{lives} lives, {} fixes recorded, {} stored, {} set aside meanwhile; faults: {seen:?}",
        recorded.len(),
        stored.len(),
        aside.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_killed_recorders_lose_and_double_nothing() {
    everything_arrives_once(500, false, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_against_plain_traccar() {
    everything_arrives_once(60, true, 2).await;
}
