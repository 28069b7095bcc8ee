//! A track in bounded memory.
//!
//! Decides what is left out of a track with more points than a screen or a memory can hold: points that follow the one
//! before within an interval, which grows until the rest fits. Everything is kept of any track that fits.

use crate::model::Position;

/// How many points are held. 200,000 are 55 hours at one a second.
pub const MOST_POINTS: usize = 200_000;

/// Gathers a track.
#[derive(Debug)]
pub struct Thin {
    most: usize,
    points: Vec<Position>,
    interval_ms: i64,
}

impl Default for Thin {
    fn default() -> Self {
        Self::new(MOST_POINTS)
    }
}

impl Thin {
    /// Holds at most `most` points.
    pub fn new(most: usize) -> Self {
        Self { most: most.max(2), points: Vec::new(), interval_ms: 0 }
    }

    /// Takes a point; the order does not matter.
    pub fn push(&mut self, position: Position) {
        let after_ms = self.points.last().map(|last| position.fix_time.since_ms(last.fix_time));
        if after_ms.is_some_and(|after_ms| (0..self.interval_ms).contains(&after_ms)) {
            return;
        }
        self.points.push(position);
        if self.points.len() > self.most {
            self.thin();
        }
    }

    /// The points, oldest first, and the interval in milliseconds within which points were left out; 0 for none.
    pub fn finish(mut self) -> (Vec<Position>, i64) {
        self.points.sort_by_key(|p| (p.fix_time, p.id));
        (self.points, self.interval_ms)
    }

    fn thin(&mut self) {
        self.points.sort_by_key(|p| (p.fix_time, p.id));
        // Half is the aim, so that thinning costs little however long the track is.
        while self.points.len() > self.most / 2 {
            self.interval_ms = (self.interval_ms * 2).max(1_000);
            let mut last = None;
            let interval_ms = self.interval_ms;
            self.points.retain(|position| {
                let keep = last.is_none_or(|last| position.fix_time.since_ms(last) >= interval_ms);
                if keep {
                    last = Some(position.fix_time);
                }
                keep
            });
            if self.interval_ms > i64::MAX / 4 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Thin;
    use crate::history::track::tests::fix;
    use proptest::prelude::*;

    #[test]
    fn a_track_that_fits_is_whole_and_a_longer_one_is_even() {
        let mut thin = Thin::new(1_000);
        for s in (0..1_000).rev() {
            thin.push(fix(s, 1.0, 1.0));
        }
        let (points, interval_ms) = thin.finish();
        assert_eq!((points.len(), interval_ms), (1_000, 0));
        assert!(points.is_sorted_by_key(|p| p.fix_time));

        let mut thin = Thin::new(1_000);
        for s in 0..100_000 {
            thin.push(fix(s, 1.0, 1.0));
        }
        let (points, interval_ms) = thin.finish();
        assert!((250..=1_000).contains(&points.len()), "{}", points.len());
        assert!(interval_ms >= 100_000);
        assert_eq!(points[0].fix_time.0, 0);
        assert!(points[points.len() - 1].fix_time.0 > 99_000_000, "up to the end");
    }

    proptest! {
        #[test]
        fn never_more_than_allowed(most in 2..50_usize, times in prop::collection::vec(0..100_i64, 0..300)) {
            let mut thin = Thin::new(most);
            for s in times {
                thin.push(fix(s, 1.0, 1.0));
                prop_assert!(thin.points.len() <= most);
            }
        }
    }
}
