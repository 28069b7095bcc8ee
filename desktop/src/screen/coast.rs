//! The coastlines as a shape for the map: only what is in view, no finer than a dot.

use std::sync::LazyLock;

use ratatui::style::Color;
use ratatui::widgets::canvas::{Line, Painter, Shape};
use trak_core::geo::land::coastlines;

use super::viewport::{MapCamera, mercator};

struct Ring {
    points: Vec<(f64, f64)>,
    low: (f64, f64),
    high: (f64, f64),
}

/// Projected once.
static RINGS: LazyLock<Vec<Ring>> = LazyLock::new(|| {
    coastlines()
        .map(|ring| {
            let points: Vec<(f64, f64)> =
                ring.iter().map(|[lon, lat]| mercator(f64::from(*lat), f64::from(*lon))).collect();
            let mut low = (f64::MAX, f64::MAX);
            let mut high = (f64::MIN, f64::MIN);
            for (x, y) in &points {
                low = (low.0.min(*x), low.1.min(*y));
                high = (high.0.max(*x), high.1.max(*y));
            }
            Ring { points, low, high }
        })
        .collect()
});

/// The coastlines around a camera; coordinates are offsets from its middle, y to the north.
pub struct Coast {
    /// What the map looks at.
    pub camera: MapCamera,
    /// Its width and height in Mercator units.
    pub span: (f64, f64),
    /// Size of one dot in Mercator units.
    pub dot: f64,
    /// Colour of the line.
    pub colour: Color,
}

impl Shape for Coast {
    fn draw(&self, painter: &mut Painter<'_, '_>) {
        let (half_x, half_y) = (self.span.0 / 2.0, self.span.1 / 2.0);
        for ring in RINGS.iter() {
            if self.camera.y + half_y < ring.low.1 || self.camera.y - half_y > ring.high.1 {
                continue;
            }
            // A world further east or west may be the one in view.
            for turn in [-1.0, 0.0, 1.0] {
                let shift = turn - self.camera.x;
                if ring.high.0 + shift < -half_x || ring.low.0 + shift > half_x {
                    continue;
                }
                self.ring(painter, ring, shift, (half_x, half_y));
            }
        }
    }
}

impl Coast {
    fn ring(&self, painter: &mut Painter<'_, '_>, ring: &Ring, shift: f64, half: (f64, f64)) {
        let mut last: Option<(f64, f64)> = None;
        for (x, y) in &ring.points {
            let point = (x + shift, self.camera.y - y);
            let Some(from) = last else {
                last = Some(point);
                continue;
            };
            if (point.0 - from.0).abs() < self.dot && (point.1 - from.1).abs() < self.dot {
                continue;
            }
            // An outline that crosses the antimeridian jumps to the other side of the world: that is no coast.
            let jump = (point.0 - from.0).abs() > 0.5;
            let beyond = |a: f64, b: f64, edge: f64| (a > edge && b > edge) || (a < -edge && b < -edge);
            if !jump && !beyond(from.0, point.0, half.0) && !beyond(from.1, point.1, half.1) {
                Line { x1: from.0, y1: from.1, x2: point.0, y2: point.1, color: self.colour }.draw(painter);
            }
            last = Some(point);
        }
    }
}
