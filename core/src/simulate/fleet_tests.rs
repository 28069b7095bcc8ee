use super::{Oddity, SimFleet};
use crate::geo::distance::distance_m;
use crate::model::UtcMs;

const DAY_MS: i64 = 86_400_000;

#[test]
fn the_same_seed_gives_the_same_fleet_and_nobody_teleports() {
    let (a, b) = (SimFleet::new(7, 300), SimFleet::new(7, 20_000));
    for index in 0..300 {
        let (u, v) = (a.unit(index), b.unit(index));
        assert_eq!((u.name.as_str(), u.at(UtcMs(1_000))), (v.name.as_str(), v.at(UtcMs(1_000))));
        let mut before = u.at(UtcMs(0));
        for second in (10..7_200).step_by(10) {
            let now = u.at(UtcMs(second * 1_000));
            let way_m = distance_m(before.place, now.place);
            assert!(way_m <= 10.0 * 70.0 / 3.6 + 1.0, "{index}: {way_m} m in 10 s");
            before = now;
        }
    }
}

#[test]
fn a_fleet_has_its_share_of_odd_units_chinese_names_and_both_sides_of_the_date_line() {
    let units: Vec<_> = SimFleet::new(1, 5_000).units().collect();
    for oddity in [
        Oddity::Offline,
        Oddity::Lost,
        Oddity::NoPosition,
        Oddity::Future,
        Oddity::Rollover,
        Oddity::NullIsland,
        Oddity::Invalid,
        Oddity::Disabled,
    ] {
        assert!(units.iter().any(|u| u.oddity == oddity), "{oddity:?}");
    }
    assert!(units.iter().filter(|u| u.name.contains('号')).count() > 2_000);
    assert!(units.iter().any(|u| u.at(UtcMs(0)).place.lon_deg() < -179.0));
    let mut ids: Vec<_> = units.iter().map(|u| u.unique_id.clone()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 5_000);
}

#[test]
fn a_large_fleet_has_a_thousand_on_one_spot_and_a_name_twice() {
    let fleet = SimFleet::new(1, 10_000);
    let depot: Vec<_> = (5_000..6_000).map(|index| fleet.unit(index).at(UtcMs(0)).place).collect();
    assert!(depot.windows(2).all(|pair| pair[0] == pair[1]));
    let twins = (0..1_000).filter(|index| fleet.unit(*index).name == "冷链车 12号").count();
    assert!(twins > 5, "{twins}");
    for kind in ["🚧", "رافعة", "longer than any screen"] {
        assert!((0..1_000).any(|index| fleet.unit(index).name.contains(kind)), "{kind}");
    }
}

#[test]
fn speeds_change_gradually_and_agree_with_the_way() {
    let fleet = SimFleet::new(3, 200);
    for index in 0..200 {
        let unit = fleet.unit(index);
        let fixes: Vec<_> = unit.track(UtcMs(0), UtcMs(1_800_000), 1_000).collect();
        for pair in fixes.windows(2) {
            let faster_mps = (pair[1].speed_mps - pair[0].speed_mps).abs();
            assert!(faster_mps <= 1.01, "{index}: {faster_mps} m/s in a second");
            let way_m = distance_m(pair[0].place, pair[1].place);
            assert!(way_m <= pair[0].speed_mps.max(pair[1].speed_mps) + 1.0, "{index}: {way_m} m");
        }
    }
}

#[test]
fn machines_rest_at_night_and_vans_do_not() {
    let units: Vec<_> = SimFleet::new(1, 300).units().collect();
    let moves = |unit: &super::SimUnit, from_ms: i64, hours: i64| {
        let track = unit.track(UtcMs(from_ms), UtcMs(from_ms + hours * 3_600_000), 60_000);
        track.filter(|fix| fix.speed_mps > 0.0).count()
    };
    let crane = units.iter().find(|u| u.category == "crane" && u.site.contains("上海")).unwrap();
    // Midnight to 04:00 in Shanghai is 16:00 to 20:00 UTC.
    assert_eq!(moves(crane, 1_000 * DAY_MS + 16 * 3_600_000, 4), 0);
    assert!(moves(crane, 1_000 * DAY_MS, 8) > 0);
    let van = units.iter().find(|u| u.category == "van").unwrap();
    assert!((0..3).all(|part| moves(van, 1_000 * DAY_MS + part * 8 * 3_600_000, 8) > 0));
}
