//! Every screen as a snapshot, small and large, in both languages; what monochrome must not lose.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use trak_core::decide::freshness::Freshness;
use trak_core::decide::uncertainty::Uncertainty;
use trak_core::engine::EventRow;
use trak_core::geo::cluster::{MapPoint, Viewport};
use trak_core::model::{Event, EventKind, Group, GroupId, LatLon, LinkState, UnitId, UnitKind, UtcMs};
use trak_core::traccar::tls::CertificateTrouble;
use trak_core::view::{
    AccountView, Attribute, AttributeKind, FleetStatus, FleetView, LinkToServer, MapView, NearbyRow,
    NearbyView, PAGE_ROWS, Trouble, UnitRow, UnitView,
};

use super::browse::file_name;
use super::once::lines;
use super::reload::read_list;
use super::state::{Effect, Mode, Panel, State};
use super::update::update;
use crate::safe::{is_hazard, width};
use crate::text::Language;

const NOW: UtcMs = UtcMs(1_795_577_586_476);
const MINUTE: i64 = 60_000;

fn status(link: LinkToServer) -> FleetStatus {
    FleetStatus {
        link,
        confirmed_at: Some(NOW.plus_ms(-3 * MINUTE)),
        refreshing: false,
        loaded: true,
        trouble: None,
        unreadable_elements: 0,
        quarantined_positions: 0,
    }
}

fn row(id: i64, name: &str, kind: UnitKind, age_ms: Option<i64>, freshness: Option<Freshness>) -> UnitRow {
    let place = LatLon::new(31.2 + id as f64 * 0.01, 121.4 + id as f64 * 0.02).unwrap();
    UnitRow {
        id: UnitId(id),
        name: name.to_owned(),
        plate: (id == 1).then(|| "沪A·D1234".to_owned()),
        kind,
        group_id: GroupId(0),
        link: if freshness == Some(Freshness::Live) { LinkState::Online } else { LinkState::Offline },
        disabled: false,
        place: age_ms.map(|_| place),
        fix_time: age_ms.map(|age| NOW.plus_ms(-age)),
        age_ms,
        freshness,
        speed_mps: age_ms.map(|_| 5.0),
        course_deg: Some(45.0),
        accuracy_m: Some(8.0),
        doubt: None,
        future_held_back: id == 4,
        distance_m: None,
        bearing_deg: None,
    }
}

fn rows() -> Vec<UnitRow> {
    vec![
        row(1, "吊车 7号", UnitKind::Crane, Some(40_000), Some(Freshness::Live)),
        row(2, "Van 2", UnitKind::Van, Some(20 * MINUTE), Some(Freshness::Recent)),
        row(3, "挖掘机 三一 SY215 长臂 黄色", UnitKind::Excavator, Some(300 * MINUTE), Some(Freshness::Old)),
        row(4, "Trailer\u{1b}[2J\u{202e}5", UnitKind::Trailer, Some(9_000 * MINUTE), Some(Freshness::Lost)),
        row(5, "Ann", UnitKind::Person, None, None),
    ]
}

fn details(row: UnitRow) -> UnitView {
    let attribute = |key: &str, value: &str| Attribute {
        key: key.to_owned(),
        kind: AttributeKind::from_key(key),
        value: value.to_owned(),
    };
    UnitView {
        row,
        unique_id: "CR-7".to_owned(),
        model: Some("XCMG QY25".to_owned()),
        phone: Some("+8613800000007".to_owned()),
        contact: Some("王伟".to_owned()),
        group_path: vec!["上海".to_owned(), "North yard".to_owned()],
        category: Some("crane".to_owned()),
        altitude_m: Some(12.0),
        address: None,
        fix_age_ms: Some(40_000),
        received_age_ms: Some(2 * MINUTE),
        link: (LinkState::Online, Some(MINUTE)),
        raw_fix_time: None,
        attributes: vec![attribute("batteryLevel", "87"), attribute("colour", "yellow")],
        status: status(LinkToServer::Live),
    }
}

/// A screen with a fleet, as `reload` would leave it.
pub fn state(language: Language, size: (u16, u16), panel: Panel) -> State {
    let mut state = State::new(language, true, size, TimeZone::UTC);
    state.account = Some(AccountView {
        name: "李娜".to_owned(),
        email: "li@example.com".to_owned(),
        server: "http://trak.example.com/".to_owned(),
        cleartext: true,
        readonly: false,
    });
    state.status = status(LinkToServer::Live);
    state.clocks = (NOW, NOW);
    state.panel = panel;
    state.rows = rows();
    state.counts = (5, 7);
    state.unit = Some(details(rows().remove(0)));
    let area = Viewport { south_deg: 31.0, west_deg: 121.2, north_deg: 31.6, east_deg: 122.0 };
    state.camera.fit(&area, (40, 15));
    let bounds = Viewport::WORLD;
    let place = |lat, lon| LatLon::new(lat, lon).unwrap();
    state.map = Some(MapView {
        points: vec![
            MapPoint { place: place(31.22, 121.44), count: 1, slot: Some(1), bounds, can_split: false },
            MapPoint { place: place(31.45, 121.7), count: 12, slot: None, bounds, can_split: true },
        ],
        units: vec![Some(rows().remove(1)), None],
        status: state.status,
    });
    let near = UnitRow { distance_m: Some(2_340.0), bearing_deg: Some(44.0), ..rows().remove(1) };
    state.nearby.view = Some(NearbyView {
        rows: vec![NearbyRow {
            unit: near,
            uncertainty: Uncertainty { distance_m: 180.0, bearing_deg: 5.0, age_ms: 0 },
        }],
        within: 1,
        origin: Some(place(31.2, 121.4)),
        radius_m: 5_000.0,
        status: state.status,
    });
    state.events = vec![EventRow {
        event: Event {
            id: 9,
            kind: EventKind::Overspeed,
            type_word: "deviceOverspeed".to_owned(),
            unit_id: UnitId(2),
            at: NOW.plus_ms(-MINUTE),
            position_id: None,
            attributes_json: "{}".to_owned(),
        },
        unit_name: "Van 2".to_owned(),
    }];
    state
}

pub fn groups() -> Vec<Group> {
    let group =
        |id, parent, name: &str| Group { id: GroupId(id), parent_id: GroupId(parent), name: name.to_owned() };
    vec![group(1, 0, "Asia"), group(2, 1, "North yard"), group(3, 1, "上海"), group(4, 4, "Itself")]
}

/// Aims at the group of twelve, which stands at one spot, and opens it as `reload` would fill it.
pub fn open_spot(state: &mut State) {
    let map = state.map.as_mut().unwrap();
    map.points[1].can_split = false;
    let place = map.points[1].place;
    press(state, "m");
    state.camera.centre(place);
    press(state, "\n");
    let members = state.members.as_mut().unwrap();
    (members.rows, members.total) = (rows(), 12);
}

fn shown(state: &State) -> String {
    lines(state).join("\n")
}

#[test]
fn every_screen_in_both_languages_and_sizes() {
    for (language, word) in [(Language::En, "en"), (Language::Zh, "zh")] {
        for size in [(80, 24), (160, 50)] {
            for panel in [Panel::Map, Panel::Details, Panel::Nearby, Panel::History] {
                let name = format!("{word}_{}x{}_{panel:?}", size.0, size.1);
                insta::assert_snapshot!(name, shown(&state(language, size, panel)));
            }
        }
        let mut help = state(language, (80, 24), Panel::Map);
        help.mode = Mode::Help;
        insta::assert_snapshot!(format!("{word}_help"), shown(&help));
        let mut picking = state(language, (80, 24), Panel::Map);
        picking.groups = groups();
        press(&mut picking, "fg↓ ↓ ");
        insta::assert_snapshot!(format!("{word}_groups"), shown(&picking));
        press(&mut picking, "\n\n");
        insta::assert_snapshot!(format!("{word}_groups_filtered"), shown(&picking));
        let mut spot = state(language, (80, 24), Panel::Map);
        open_spot(&mut spot);
        insta::assert_snapshot!(format!("{word}_spot"), shown(&spot));
        let mut replace = state(language, (80, 24), Panel::History);
        replace.mode = Mode::ConfirmReplace("CR-7_2026-11-25.gpx".to_owned());
        insta::assert_snapshot!(format!("{word}_replace"), shown(&replace));
        let mut sign_in = State::new(language, true, (80, 24), TimeZone::UTC);
        sign_in.mode = Mode::SignIn;
        sign_in.form.server = "trak.example.com".to_owned();
        sign_in.form.password.push_str("secret");
        sign_in.form.refusal = Some(sign_in.text().wrong_password.to_owned());
        let picture = shown(&sign_in);
        assert!(!picture.contains("secret"), "a password is never shown");
        insta::assert_snapshot!(format!("{word}_sign_in"), picture);
    }
}

#[test]
fn offline_says_since_when_and_what_to_do() {
    for language in [Language::En, Language::Zh] {
        let mut state = state(language, (80, 24), Panel::Map);
        state.status = status(LinkToServer::Offline { retry_at: NOW.plus_ms(12_000) });
        state.status.trouble = Some(Trouble::Offline);
        let picture = shown(&state);
        let text = state.text();
        assert!(picture.contains(text.status_offline), "{picture}");
        assert!(picture.contains(&crate::text::fill(text.ago_min, 3)), "{picture}");
        state.status.trouble = Some(Trouble::BadCertificate(CertificateTrouble::Expired));
        let picture = shown(&state);
        let words = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert!(words(&picture).contains(&words(text.cert_expired)), "the whole sentence\n{picture}");
    }
}

#[test]
fn the_keys_are_whole_at_80_columns() {
    for language in [Language::En, Language::Zh] {
        let text = language.text();
        let all = [
            text.keys_browse,
            text.keys_map,
            text.keys_details,
            text.keys_nearby,
            text.keys_history,
            text.keys_search,
            text.keys_filter,
            text.keys_groups,
            text.keys_members,
            text.keys_replace,
            text.keys_replay,
            text.keys_confirm,
            text.confirm_sign_out,
            text.sign_in_keys,
        ];
        for line in all {
            assert!(width(line) <= 80, "{} {line}", width(line));
        }
    }
}

#[test]
fn nothing_is_said_by_colour_alone() {
    for panel in [Panel::Map, Panel::Details, Panel::Nearby] {
        let mut state = state(Language::En, (80, 24), panel);
        let coloured = shown(&state);
        state.colour = false;
        // The lines of the map have signs of their own then: `draw::map` looks at them.
        assert_eq!(shown(&state), coloured, "the same signs and words");
    }
    let picture = shown(&state(Language::En, (80, 24), Panel::Map));
    for word in [">* 吊车", " + Van 2", " o 挖掘机", " x Trailer", " - Ann", "live", "recent", "old", "lost"]
    {
        assert!(picture.contains(word), "{word}\n{picture}");
    }
    assert!(picture.contains("NOT ENCRYPTED"));
}

#[test]
fn no_name_reaches_the_terminal_as_a_command() {
    for size in [(80, 24), (200, 60)] {
        for panel in [Panel::Map, Panel::Details, Panel::Nearby, Panel::History] {
            let mut state = state(Language::En, size, panel);
            let evil = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{200b}";
            for row in &mut state.rows {
                row.name = evil.to_owned();
                row.plate = Some(evil.to_owned());
            }
            let mut unit = details(UnitRow { name: evil.to_owned(), ..rows().remove(0) });
            unit.address = Some(evil.to_owned());
            unit.group_path = vec![evil.to_owned()];
            unit.unique_id = evil.to_owned();
            unit.attributes[1].key = evil.to_owned();
            state.unit = Some(unit);
            state.events[0].unit_name = evil.to_owned();
            state.events[0].event.kind = EventKind::Other;
            state.events[0].event.type_word = evil.to_owned();
            state.account.as_mut().unwrap().name = evil.to_owned();
            state.query.text = evil.to_owned();
            for line in lines(&state) {
                assert!(!line.chars().any(is_hazard), "{line:?}");
            }
        }
    }
}

#[test]
fn chinese_and_latin_rows_line_up() {
    let picture = lines(&state(Language::Zh, (80, 24), Panel::Map));
    // The list's right edge stands in the same cell in every row of it.
    let edges: Vec<usize> = picture[2..10]
        .iter()
        .map(|line| {
            let (byte, _) = line.char_indices().filter(|(_, c)| matches!(c, '│' | '┃')).nth(1).unwrap();
            width(&line[..byte])
        })
        .collect();
    assert!(edges.windows(2).all(|pair| pair[0] == pair[1]), "{edges:?}");
}

#[test]
fn it_draws_at_any_size() {
    for width in [1, 10, 59, 60, 61, 80, 119, 120, 200, 300] {
        for height in [1, 5, 15, 16, 24, 60] {
            for panel in [Panel::Map, Panel::Details, Panel::Nearby, Panel::History] {
                let mut state = state(Language::Zh, (width, height), panel);
                assert_eq!(lines(&state).len(), usize::from(height));
                state.mode = Mode::SignIn;
                assert_eq!(lines(&state).len(), usize::from(height));
            }
        }
    }
}

#[test]
fn the_selection_is_a_unit_and_moves_with_it() {
    let mut all: Vec<UnitRow> = (1..=120).map(|id| row(id, "Van", UnitKind::Van, None, None)).collect();
    let mut s = state(Language::En, (80, 24), Panel::Map);
    let read = |s: &mut State, all: &[UnitRow]| {
        read_list(s, 10, |query| FleetView {
            rows: all.iter().skip(query.offset).take(PAGE_ROWS).cloned().collect(),
            matched: all.len(),
            total: all.len(),
            status: status(LinkToServer::Live),
        });
    };
    read(&mut s, &all);
    press(&mut s, "↓↓");
    read(&mut s, &all);
    s.chosen = s.selected().map(|row| row.id);
    assert_eq!(s.chosen, Some(UnitId(3)));
    all.rotate_right(60); // sixty others come before it
    read(&mut s, &all);
    assert_eq!((s.cursor, s.selected().map(|row| row.id)), (62, Some(UnitId(3))));
    press(&mut s, "↓");
    read(&mut s, &all);
    assert_eq!(s.selected().map(|row| row.id), Some(UnitId(4)), "the next one of the list as it is now");
    s.chosen = Some(UnitId(4));
    all.retain(|row| row.id != UnitId(4));
    read(&mut s, &all);
    assert_eq!(s.pinned, Some(UnitId(4)), "no longer listed, it is still the one that is shown");
}

#[test]
fn a_track_is_named_after_its_own_unit() {
    let mut s = state(Language::En, (120, 40), Panel::History);
    s.track.of = Some(("Tower crane".to_owned(), "CR-99".to_owned()));
    (s.track.unit, s.track.loading) = (Some(UnitId(9)), true);
    let history = shown(&s);
    assert!(history.contains("Tower crane"), "{history}");
    s.track.asked = Some((NOW, NOW));
    assert_eq!(file_name(&s), "CR-99_2026-11-25.gpx");
}

pub fn press(state: &mut State, keys: &str) -> Vec<Effect> {
    keys.chars()
        .flat_map(|c| {
            let code = match c {
                '\n' => KeyCode::Enter,
                '\u{1b}' => KeyCode::Esc,
                '\t' => KeyCode::Tab,
                '↓' => KeyCode::Down,
                c => KeyCode::Char(c),
            };
            update(state, KeyEvent::new(code, KeyModifiers::NONE))
        })
        .collect()
}
