//! The screen in a real terminal, and several programs over one folder.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use rustix::process::Signal;
use support::{PASSWORD, Trak, fleet};
use trak_tests::terminal::Terminal;

fn is_live(text: &str) -> bool {
    text.contains("* LIVE") && text.contains("吊车")
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_the_screen_the_terminal_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let trak = Trak::new(server.url());
    // Before anybody has signed in as well.
    let form = trak.screen();
    form.until("the form", |text| text.contains("Password"));
    given_back(form, |form| form.signal(Signal::TERM));
    trak.expect(0, &["login"]).await;
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let screen = trak.screen();
        screen.until("the fleet", is_live);
        given_back(screen, |screen| screen.signal(signal));
    }
    let screen = trak.screen();
    screen.until("the fleet", is_live);
    given_back(screen, |screen| screen.type_keys("q"));

    // A window that is closed takes the terminal with it: the program must not stay behind.
    let mut screen = trak.screen();
    screen.until("the fleet", is_live);
    screen.hang_up();
    screen.ended();
}

fn given_back(mut terminal: Terminal, end: impl Fn(&Terminal)) {
    assert!(!terminal.is_given_back(), "it was taken over");
    end(&terminal);
    assert!(terminal.ended().success());
    assert!(terminal.is_given_back(), "{}", terminal.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_and_subcommands_over_one_folder_do_not_harm_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    server.account("wang@example.com", "secret-2").await;
    let trak = Trak::new(server.url());
    // Two first sign-ins at once make one key and one cache.
    let (one, two) = tokio::join!(trak.run(&["login"], PASSWORD), trak.run(&["login"], PASSWORD));
    assert_eq!((one.status.code(), two.status.code()), (Some(0), Some(0)), "{one:?} {two:?}");
    let screen = trak.screen();
    screen.until("the fleet", is_live);
    let mut asking = tokio::task::JoinSet::new();
    for n in 0..12 {
        let trak = trak.clone();
        asking.spawn(async move {
            let arguments: [&[&str]; 3] = [&["units"], &["history", "CR-7", "--from", "1h"], &["status"]];
            trak.expect(0, arguments[n % 3]).await;
        });
        server
            .report("VAN-10", 31.3 + n as f64 * 0.001, 121.4, support::seconds_ago(60 - n as i64), 5.0)
            .await;
    }
    asking.join_all().await;
    screen.until("what was reported meanwhile", |text| {
        text.lines().any(|line| line.contains("Van 10") && line.contains("live"))
    });
    assert_eq!(trak.json(&["units"]).await["total"], 3);
    let left = support::files(&trak.folder());
    assert!(!left.iter().any(|name| name.contains("corrupt") || name.contains("suspect")), "{left:?}");

    // Somebody else signs in beside it: the screen stays whose it was, and its end leaves the other sign-in alone.
    trak.expect_as("wang@example.com", "secret-2", &["login"]).await;
    screen.type_keys("R");
    screen.until("the same fleet", is_live);
    given_back(screen, |screen| screen.type_keys("q"));
    assert_eq!(trak.json(&["status"]).await["account"]["account"], "wang@example.com");

    // Signed out beside it: the screen says so, keeps what it shows and ends in order.
    trak.expect(0, &["login"]).await;
    let screen = trak.screen();
    screen.until("the fleet", is_live);
    trak.expect(0, &["logout"]).await;
    screen.type_keys("R");
    screen.until("the end of the sign-in", |text| text.contains("SIGNED OUT") && text.contains("吊车"));
    given_back(screen, |screen| screen.type_keys("q"));
    let kept = support::files(&trak.folder());
    let caches =
        kept.iter().filter(|name| std::path::Path::new(name).extension() == Some("db".as_ref())).count();
    assert_eq!(caches, 1, "only the other account's cache is left: {kept:?}");
    trak.expect(4, &["units"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_asks_before_it_replaces_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let trak = Trak::new(server.url());
    trak.expect(0, &["login"]).await;
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "mine").unwrap();
    let screen = trak.screen();
    screen.until("the fleet", is_live);
    screen.type_keys("/CR-7\r");
    screen.until("one unit", |text| text.contains("Units 1/3"));
    screen.type_keys("h");
    screen.until("the track", |text| text.contains("Points 10"));
    let name = format!("{}\r", file.display());
    let type_name = |screen: &Terminal| {
        screen.type_keys("e");
        screen.until("the question", |text| text.contains("Write to"));
        // The name that is offered is taken back first.
        screen.type_keys(&"\u{7f}".repeat(60));
        screen.type_keys(&name);
        screen.until("the question about the file", |text| text.contains("Replace it?"));
    };
    type_name(&screen);
    screen.type_keys("n");
    screen.until("the track again", |text| text.contains("[ ] day"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    type_name(&screen);
    screen.type_keys("y");
    screen.until("the export", |text| text.contains("10 points written"));
    assert!(std::fs::read_to_string(&file).unwrap().lines().count() > 10);
    // The same track is replayed on the map.
    screen.type_keys("p");
    screen.until("the replay", |text| text.contains("(@)") && text.contains("km/h x60"));
    given_back(screen, |screen| screen.type_keys("q"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_the_question_for_a_password_gives_the_terminal_back() {
    let folder = tempfile::tempdir().unwrap();
    let server = fleet(folder.path()).await;
    let mut asking = Trak::new(server.url()).asking();
    asking.until("the question", |text| text.contains("Password"));
    // The question stands there a moment before the echo is off.
    while asking.is_given_back() {}
    asking.type_keys("secr\u{3}");
    assert_eq!(asking.ended().code(), Some(130));
    assert!(asking.is_given_back() && !asking.text().contains("secr"), "{}", asking.text());
}
