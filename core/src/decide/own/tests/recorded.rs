//! Recorded tracks, replayed: what of them is sent, and why the rest is not.

use std::path::Path;

use super::{BOOTED, Run, judge};
use crate::geo::distance::distance_m;
use crate::model::UtcMs;
use crate::simulate::replay::{self, TrackPoint};

/// Tracks with different receivers, intervals and gaps.
const TRACKS: [&str; 8] = ["000", "004", "008", "011", "022", "024", "042", "044"];

fn replayed(points: &[TrackPoint]) -> Run {
    judge(replay::deliveries(points, UtcMs(BOOTED)))
}

fn length_m(points: &[TrackPoint]) -> f64 {
    points.windows(2).map(|pair| distance_m(pair[0].place, pair[1].place)).sum()
}

#[test]
fn recorded_tracks_keep_their_length_with_few_fixes() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/tracks"));
    if !folder.exists() {
        println!("skipped: the recorded tracks are not here");
        return;
    }
    let mut summary = String::new();
    for name in TRACKS {
        let points =
            replay::tsv(&std::fs::read_to_string(folder.join(format!("{name}.tsv"))).unwrap()).unwrap();
        let run = replayed(&points);
        let all: f64 = length_m(&points);
        summary += &format!("{name}: {}, all points {all:.0} m\n", run.lines());
        assert_eq!(run.readings, points.len());
        assert_eq!(run.held, 0);
        assert!((0.9..1.01).contains(&(run.odometer_m / all)), "{name}: {} of {all} m", run.odometer_m);
    }
    insta::assert_snapshot!(summary);
}

#[test]
fn hardly_anything_real_is_called_impossible() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/tracks"));
    if !folder.exists() {
        println!("skipped: the recorded tracks are not here");
        return;
    }
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let points = replay::tsv(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let points = points.get(..1_000).unwrap_or(&points);
        let run = replayed(points);
        let impossible = run.reasons.get("ImpossibleSpeed").copied().unwrap_or(0);
        assert!(impossible * 100 <= points.len(), "{path:?}: {impossible} of {}", points.len());
        let share = run.odometer_m / length_m(points);
        assert!((0.85..1.01).contains(&share), "{path:?}: {share}");
    }
}
