//! What each key does, as tables.

use jiff::tz::TimeZone;
use trak_core::decide::freshness::Freshness;
use trak_core::decide::order::Sort;
use trak_core::geo::cluster::Viewport;
use trak_core::model::{GroupId, LatLon, UnitId};

use super::state::{Effect, Mode, Panel, Prompt, State};
use super::tests::{groups, open_spot, press, state};
use crate::text::Language;

const MINUTE: i64 = 60_000;

#[test]
fn keys() {
    let new = || state(Language::En, (80, 24), Panel::Map);
    let mut s = new();
    assert_eq!(press(&mut s, "/吊q\n"), []);
    assert_eq!((s.query.text.as_str(), &s.mode), ("吊q", &Mode::Browse), "letters are text while searching");
    press(&mut s, "\u{1b}");
    assert_eq!(s.query.text, "");
    press(&mut s, "s");
    assert_eq!(s.query.sort, Sort::Freshest);
    press(&mut s, "fs");
    assert_eq!(s.query.filter.freshness.as_ref().map(|set| set.contains(&Freshness::Live)), Some(true));
    press(&mut s, "c\u{1b}");
    assert_eq!(s.query.filter, trak_core::decide::order::Filter::default());

    let mut s = new();
    assert_eq!(press(&mut s, "h"), [Effect::LoadHistory]);
    assert_eq!(press(&mut s, "["), [Effect::LoadHistory]);
    assert_eq!(s.track.days_back, 1);
    assert_eq!(press(&mut s, "r2026-11-24\n2026-11-25\n"), [Effect::LoadHistory]);
    let (from, to) = s.track.range.unwrap();
    assert_eq!(to.since_ms(from), 24 * 60 * MINUTE);
    press(&mut s, "rsoon\n");
    assert!(
        s.message.is_some() && matches!(s.mode, Mode::Input(Prompt::From, _)),
        "a bad time is said, not lost"
    );

    let mut s = new();
    press(&mut s, "n+");
    assert!((s.nearby.radius_m - 10_000.0).abs() < 1e-9);
    press(&mut s, "p31.2, 121.4\n");
    assert_eq!(s.nearby.place, LatLon::new(31.2, 121.4));

    let mut s = new();
    assert_eq!(press(&mut s, "w"), [Effect::Follow(Some(UnitId(1)))]);
    press(&mut s, "L");
    assert_eq!(s.follow, None, "looking elsewhere ends following");
    assert_eq!(press(&mut s, "O"), []);
    assert_eq!(press(&mut s, "n"), [], "anything but y or k is no");
    assert_eq!(press(&mut s, "Oy"), [Effect::SignOut { keep_cache: false }]);
    let mut s = new();
    press(&mut s, "↓↓↓↓↓↓↓");
    assert_eq!(s.cursor, 4, "the selection stops at the last row");
    assert_eq!(press(&mut s, "q"), [Effect::Quit]);
}

#[test]
fn the_form_sends_only_what_is_complete() {
    let mut s = State::new(Language::En, true, (80, 24), TimeZone::UTC);
    s.mode = Mode::SignIn;
    assert_eq!(press(&mut s, "trak.example.com\nli\n"), [], "the password is still missing");
    assert_eq!(press(&mut s, "pass word\n"), [], "the policy was not agreed to");
    assert_eq!(s.form.focus, super::form::Field::Agree);
    assert_eq!(press(&mut s, " \n"), [Effect::SignIn]);
    assert_eq!((s.form.server.as_str(), s.form.password.as_str()), ("trak.example.com", "pass word"));
    s.form.busy = true;
    assert_eq!(press(&mut s, "\n"), [], "one try at a time");
}

#[test]
fn several_groups_are_filtered_at_once() {
    let mut s = state(Language::En, (80, 24), Panel::Map);
    s.groups = groups();
    press(&mut s, "fg ↓↓ ");
    assert_eq!(s.query.filter.groups, Some([GroupId(1), GroupId(3)].into()));
    press(&mut s, " ");
    assert_eq!(s.query.filter.groups, Some([GroupId(1)].into()));
    press(&mut s, "c");
    assert_eq!(s.query.filter.groups, None, "none ticked lets all through");
    press(&mut s, "\n");
    assert_eq!(s.mode, Mode::Filter);
}

#[test]
fn enter_opens_what_the_map_aims_at() {
    let new = || state(Language::En, (80, 24), Panel::Map);
    let mut s = new();
    open_spot(&mut s);
    assert_eq!(s.mode, Mode::Members);
    press(&mut s, "↓↓\n");
    assert_eq!((s.pinned, s.panel, &s.mode), (Some(UnitId(3)), Panel::Details, &Mode::Browse));
    press(&mut s, "\u{1b}↓");
    assert_eq!(s.pinned, None, "the list's selection counts again once it moves");

    // A group that zooming parts is looked at more closely, by at least half a level.
    let mut s = new();
    s.map.as_mut().unwrap().points[1].bounds =
        Viewport { south_deg: 31.4, west_deg: 121.6, north_deg: 31.5, east_deg: 121.8 };
    press(&mut s, "m");
    let place = s.map.as_ref().unwrap().points[1].place;
    s.camera.centre(place);
    let before = s.camera.zoom;
    press(&mut s, "\n");
    assert!(s.camera.zoom >= before + 0.5 && s.mode == Mode::Browse, "{} {before}", s.camera.zoom);

    // A single unit opens its details.
    let mut s = new();
    press(&mut s, "m");
    let place = s.map.as_ref().unwrap().points[0].place;
    s.camera.centre(place);
    press(&mut s, "\n");
    assert_eq!((s.pinned, s.panel), (Some(UnitId(2)), Panel::Details));
}

#[test]
fn an_existing_file_is_replaced_only_when_the_person_says_so() {
    let mut s = state(Language::En, (80, 24), Panel::History);
    s.mode = Mode::ConfirmReplace("a.gpx".to_owned());
    assert_eq!(press(&mut s, "\n"), []);
    s.mode = Mode::ConfirmReplace("a.gpx".to_owned());
    assert_eq!(press(&mut s, "y"), [Effect::Export { path: "a.gpx".to_owned(), replace: true }]);
    s.mode = Mode::Input(Prompt::ExportFile, "a.docx".to_owned());
    assert_eq!(press(&mut s, "\n"), [], "a format that is not known writes nothing");
    assert!(s.message.is_some() && matches!(s.mode, Mode::Input(Prompt::ExportFile, _)));
}
