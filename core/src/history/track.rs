//! Stops, gaps and distance of a track. Pure.

use crate::geo::distance::distance_m;
use crate::model::{LatLon, Position, UtcMs};

/// The thresholds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Fixes within this of where a stop began belong to it, metres.
    pub stop_radius_m: f64,
    /// A shorter stay is no stop, milliseconds.
    pub stop_ms: i64,
    /// More than this without a fix is a gap unless the unit is where it was, milliseconds.
    pub gap_ms: i64,
    /// Faster than this between two fixes is a jump of the receiver: a gap, not a way. Metres per second.
    pub jump_mps: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { stop_radius_m: 50.0, stop_ms: 3 * 60_000, gap_ms: 5 * 60_000, jump_mps: 340.0 }
    }
}

/// A stay.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// First fix of it.
    pub from: UtcMs,
    /// Last fix of it.
    pub to: UtcMs,
    /// Where, the place of its first fix.
    pub place: LatLon,
}

/// A time without knowledge.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Last fix before.
    pub from: UtcMs,
    /// First fix after.
    pub to: UtcMs,
    /// How far apart they are, metres; not part of the track's distance.
    pub distance_m: f64,
}

/// A run of fixes without a gap, as indices into the positions: first and one past the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// First.
    pub first: usize,
    /// One past the last.
    pub end: usize,
}

/// What a unit did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    /// Runs without a gap.
    pub segments: Vec<Segment>,
    /// Stays.
    pub stops: Vec<Stop>,
    /// Times without knowledge.
    pub gaps: Vec<Gap>,
    /// Length of the way in metres: geodesics within segments. While a unit stays within a stop its wandering is the
    /// receiver's noise and adds nothing.
    pub distance_m: f64,
    /// Time in segments and not in stops, milliseconds.
    pub moving_ms: i64,
    /// Greatest speed that a fix reported, metres per second.
    pub max_speed_mps: Option<f64>,
}

/// Reads a track from positions in the order of their fix times. Fixes that their receiver marked as not valid repeat
/// an old place and are passed over.
pub fn track(positions: &[Position], rules: &Rules) -> Track {
    let mut track = Track::default();
    let mut start: Option<usize> = None;
    let mut last: Option<(usize, &Position)> = None;
    for (i, position) in positions.iter().enumerate().filter(|(_, p)| p.valid) {
        track.max_speed_mps = position.speed_mps.into_iter().chain(track.max_speed_mps).reduce(f64::max);
        if let Some((at, before)) = last
            && let Some(gap) = gap_between(before, position, rules)
        {
            track.gaps.push(gap);
            track.segments.push(Segment { first: start.unwrap_or(at), end: at + 1 });
            start = Some(i);
        }
        start.get_or_insert(i);
        last = Some((i, position));
    }
    if let Some(((at, _), first)) = last.zip(start) {
        track.segments.push(Segment { first, end: at + 1 });
    }
    for segment in &track.segments {
        let points: Vec<&Position> = positions
            .get(segment.first..segment.end)
            .unwrap_or_default()
            .iter()
            .filter(|p| p.valid)
            .collect();
        let (stops, distance_m, moving_ms) = walk(&points, rules);
        track.stops.extend(stops);
        track.distance_m += distance_m;
        track.moving_ms += moving_ms;
    }
    track
}

fn gap_between(before: &Position, after: &Position, rules: &Rules) -> Option<Gap> {
    let elapsed_ms = after.fix_time.since_ms(before.fix_time);
    let apart_m = distance_m(before.place, after.place);
    let jumped =
        apart_m > rules.stop_radius_m && apart_m > rules.jump_mps * (elapsed_ms.max(0) as f64 / 1_000.0);
    // A unit that stands sends rarely: silence in one place is a stop, silence over a way is a gap.
    let silent = elapsed_ms > rules.gap_ms && apart_m > rules.stop_radius_m;
    (jumped || silent).then_some(Gap { from: before.fix_time, to: after.fix_time, distance_m: apart_m })
}

/// Stops, distance and moving time of one segment.
fn walk(points: &[&Position], rules: &Rules) -> (Vec<Stop>, f64, i64) {
    let (mut stops, mut distance, mut moving_ms) = (Vec::new(), 0.0, 0);
    let mut i = 0;
    while let Some(anchor) = points.get(i) {
        // How long does it stay within reach of this fix?
        let stay = points
            .get(i..)
            .unwrap_or_default()
            .iter()
            .take_while(|p| distance_m(anchor.place, p.place) <= rules.stop_radius_m)
            .count();
        let last = points.get(i + stay.max(1) - 1).unwrap_or(anchor);
        if last.fix_time.since_ms(anchor.fix_time) >= rules.stop_ms {
            stops.push(Stop { from: anchor.fix_time, to: last.fix_time, place: anchor.place });
            i += stay - 1;
        }
        let Some((from, to)) = points.get(i).zip(points.get(i + 1)) else { break };
        distance += distance_m(from.place, to.place);
        moving_ms += to.fix_time.since_ms(from.fix_time).max(0);
        i += 1;
    }
    (stops, distance, moving_ms)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Rules, Segment, track};
    use crate::model::{LatLon, Position, PositionId, UnitId, UtcMs};

    pub(crate) fn fix(at_s: i64, lat: f64, lon: f64) -> Position {
        Position {
            id: PositionId(at_s),
            unit_id: UnitId(1),
            fix_time: UtcMs(at_s * 1_000),
            raw_fix_time: UtcMs(at_s * 1_000),
            device_time: None,
            server_time: None,
            place: LatLon::new(lat, lon).unwrap(),
            valid: true,
            altitude_m: Some(4.0),
            speed_mps: Some(10.0),
            course_deg: None,
            accuracy_m: None,
            address: None,
            attributes_json: "{}".into(),
            doubt: None,
        }
    }

    /// Ten minutes north at about 11 m/s, ten minutes standing with noise, five minutes north, silence, north again.
    fn day() -> Vec<Position> {
        let mut fixes = Vec::new();
        for i in 0..60 {
            fixes.push(fix(i * 10, 0.001 * i as f64, 10.0));
        }
        for i in 0..60 {
            let noise = if i % 2 == 0 { 0.000_1 } else { -0.000_1 };
            fixes.push(fix(600 + i * 10, 0.059 + noise, 10.0));
        }
        for i in 0..30 {
            fixes.push(fix(1_200 + i * 10, 0.060 + 0.001 * i as f64, 10.0));
        }
        for i in 0..10 {
            fixes.push(fix(3_000 + i * 10, 0.2 + 0.001 * i as f64, 10.0));
        }
        fixes
    }

    #[test]
    fn a_day_with_a_stop_and_a_gap() {
        let track = track(&day(), &Rules::default());
        assert_eq!(track.segments, [Segment { first: 0, end: 150 }, Segment { first: 150, end: 160 }]);
        assert_eq!(track.gaps.len(), 1);
        assert!((track.gaps[0].distance_m - 12_274.0).abs() < 10.0, "{:?}", track.gaps);
        assert_eq!(track.stops.len(), 1);
        assert!(track.stops[0].to.since_ms(track.stops[0].from) >= 580_000);
        // 0.089 and 0.009 degrees of latitude at 110.574 km; standing noise adds nothing.
        assert!((track.distance_m - 0.098 * 110_574.0).abs() < 60.0, "{}", track.distance_m);
        assert!(
            (890_000..910_000).contains(&track.moving_ms) || (870_000..1_000_000).contains(&track.moving_ms)
        );
        assert_eq!(track.max_speed_mps, Some(10.0));
    }

    #[test]
    fn nothing_one_fix_equal_times_and_the_antimeridian() {
        let rules = Rules::default();
        assert_eq!(track(&[], &rules), super::Track::default());
        assert!(track(&[fix(0, 1.0, 1.0)], &rules).distance_m.abs() < 1e-9);
        let twice = track(&[fix(0, 1.0, 1.0), fix(0, 1.0, 1.0)], &rules);
        assert!(twice.gaps.is_empty());
        let fiji = track(&[fix(0, -17.0, 179.999), fix(60, -17.0, -179.999)], &rules);
        assert!(fiji.gaps.is_empty());
        assert!((fiji.distance_m - 212.9).abs() < 1.0, "{}", fiji.distance_m);
        let jump = track(&[fix(0, 0.0, 1.0), fix(1, 10.0, 1.0), fix(2, 0.0, 1.0)], &rules);
        assert_eq!(jump.gaps.len(), 2);
        assert!(jump.distance_m.abs() < 1e-9);
        let mut invalid = fix(5, 10.0, 1.0);
        invalid.valid = false;
        assert!(track(&[fix(0, 0.0, 1.0), invalid, fix(10, 0.0, 1.0)], &rules).gaps.is_empty());
    }
}
