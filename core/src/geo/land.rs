//! The outlines that the core carries: coastlines to draw, mainland China's boundary to decide by.
//!
//! Natural Earth, public domain; `core/data/README.md` says how the files were made.

use std::sync::LazyLock;

static COASTLINES: LazyLock<Vec<Vec<[f32; 2]>>> = LazyLock::new(|| {
    let rings = rings(include_bytes!("../../data/coastlines.bin"));
    rings
        .into_iter()
        .map(|ring| ring.into_iter().map(|[lon, lat]| [lon as f32, lat as f32]).collect())
        .collect()
});

/// A harbour or a small island stands in the sea of a 1:10m map; up to here from the coast it counts as mainland
/// where no other outline is nearer, degrees of latitude (33 km: Yangshan lies that far out).
const COAST_ALLOWANCE_DEG: f64 = 0.3;

static COAST: LazyLock<Area> =
    LazyLock::new(|| Area::new(&rings(include_bytes!("../../data/china_coast.bin"))));
static OTHERS: LazyLock<Area> =
    LazyLock::new(|| Area::new(&rings(include_bytes!("../../data/china_others.bin"))));
static CHINA: LazyLock<Area> =
    LazyLock::new(|| Area::new(&rings(include_bytes!("../../data/mainland_china.bin"))));

/// Coastlines of the world as closed rings of longitude, latitude in degrees, to be drawn.
pub fn coastlines() -> impl Iterator<Item = &'static [[f32; 2]]> {
    COASTLINES.iter().map(Vec::as_slice)
}

/// Whether a place lies in mainland China (without Taiwan, Hong Kong and Macao), degrees.
pub(crate) fn in_mainland_china(lat_deg: f64, lon_deg: f64) -> bool {
    CHINA.contains(lat_deg, lon_deg)
        || COAST
            .distance_deg(lat_deg, lon_deg)
            .is_some_and(|coast| OTHERS.distance_deg(lat_deg, lon_deg).is_none_or(|other| coast < other))
}

/// Rings in 1e-5 degrees, little endian: count of rings, then for each count of points and the points.
fn rings(bytes: &[u8]) -> Vec<Vec<[f64; 2]>> {
    let mut words = bytes.chunks_exact(4).filter_map(|w| Some(i32::from_le_bytes(w.try_into().ok()?)));
    let count = words.next().unwrap_or(0);
    (0..count)
        .map(|_| {
            let points = words.next().unwrap_or(0);
            (0..points)
                .filter_map(|_| Some([f64::from(words.next()?) / 1e5, f64::from(words.next()?) / 1e5]))
                .collect()
        })
        .collect()
}

/// An area as edges sorted into bands of latitude, so that a question looks at a few dozen edges.
struct Area {
    south_deg: f64,
    west_deg: f64,
    north_deg: f64,
    east_deg: f64,
    bands: Vec<Vec<[[f64; 2]; 2]>>,
}

const BANDS_PER_DEG: f64 = 10.0;

impl Area {
    fn new(rings: &[Vec<[f64; 2]>]) -> Self {
        let mut area =
            Self { south_deg: 90.0, west_deg: 180.0, north_deg: -90.0, east_deg: -180.0, bands: Vec::new() };
        for [lon, lat] in rings.iter().flatten() {
            area.south_deg = area.south_deg.min(*lat);
            area.north_deg = area.north_deg.max(*lat);
            area.west_deg = area.west_deg.min(*lon);
            area.east_deg = area.east_deg.max(*lon);
        }
        let count = ((area.north_deg - area.south_deg).max(0.0) * BANDS_PER_DEG) as usize + 1;
        area.bands.resize_with(count, Vec::new);
        for ring in rings {
            for edge in ring.windows(2) {
                let [a, b] = edge else { continue };
                let (first, last) = (area.band(a[1].min(b[1])), area.band(a[1].max(b[1])));
                for band in area.bands.iter_mut().take(last + 1).skip(first) {
                    band.push([*a, *b]);
                }
            }
        }
        area
    }

    fn band(&self, lat_deg: f64) -> usize {
        ((lat_deg - self.south_deg) * BANDS_PER_DEG).max(0.0) as usize
    }

    /// The distance to the nearest edge in degrees of latitude, `None` beyond [`COAST_ALLOWANCE_DEG`].
    fn distance_deg(&self, lat: f64, lon: f64) -> Option<f64> {
        let reach = COAST_ALLOWANCE_DEG * 3.0; // a degree of longitude is shorter: a third at 70 degrees north
        let boxed = (self.south_deg - reach..=self.north_deg + reach).contains(&lat)
            && (self.west_deg - reach..=self.east_deg + reach).contains(&lon);
        if !boxed {
            return None;
        }
        let shrink = lat.to_radians().cos();
        let (first, last) = (self.band(lat - COAST_ALLOWANCE_DEG), self.band(lat + COAST_ALLOWANCE_DEG));
        let edges = self.bands.iter().take(last + 1).skip(first).flatten();
        let nearest = edges.map(|[a, b]| {
            let (ax, ay) = ((a[0] - lon) * shrink, a[1] - lat);
            let (dx, dy) = ((b[0] - a[0]) * shrink, b[1] - a[1]);
            let length = dx * dx + dy * dy;
            let along = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
            (ax + along * dx).hypot(ay + along * dy)
        });
        nearest.min_by(f64::total_cmp).filter(|distance| *distance <= COAST_ALLOWANCE_DEG)
    }

    /// Even-odd rule: a ray eastwards from an inner point crosses an odd number of edges.
    fn contains(&self, lat: f64, lon: f64) -> bool {
        let boxed = (self.south_deg..=self.north_deg).contains(&lat)
            && (self.west_deg..=self.east_deg).contains(&lon);
        if !boxed {
            return false;
        }
        let edges = self.bands.get(self.band(lat)).map_or(&[][..], Vec::as_slice);
        let crossings = edges
            .iter()
            .filter(|[a, b]| {
                (a[1] > lat) != (b[1] > lat) && lon < (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1]) + a[0]
            })
            .count();
        crossings % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::{coastlines, in_mainland_china};

    #[test]
    fn mainland_china_ends_where_it_ends() {
        let inside = [
            ("Beijing", 39.904, 116.407),
            ("Shanghai", 31.2304, 121.4737),
            ("Shenzhen, Luohu", 22.548, 114.131),
            ("Zhuhai", 22.271, 113.577),
            ("Ningbo, Beilun harbour", 29.935, 121.895),
            ("Yangshan deep-water port", 30.617, 122.066),
            ("Xiamen", 24.479, 118.089),
            ("Dandong", 40.129, 124.383),
            ("Heihe", 50.240, 127.495),
            ("Pingxiang", 22.100, 106.752),
            ("Erenhot", 43.650, 111.977),
            ("Ruili", 24.012, 97.855),
            ("Haikou", 20.044, 110.199),
            ("Lhasa", 29.650, 91.100),
            ("Urumqi", 43.825, 87.617),
        ];
        for (name, lat, lon) in inside {
            assert!(in_mainland_china(lat, lon), "{name}");
        }
        let outside = [
            ("Hong Kong, Central", 22.281, 114.158),
            ("Hong Kong, Sha Tin", 22.381, 114.187),
            ("Macao", 22.193, 113.543),
            ("Hong Kong airport", 22.308, 113.918),
            ("Macao, the north", 22.210, 113.550),
            ("Kinmen", 24.436, 118.318),
            ("Mong Cai, the west", 21.500, 107.880),
            ("Sinuiju", 40.090, 124.410),
            ("Taipei", 25.033, 121.565),
            ("Seoul", 37.566, 126.978),
            ("Pyongyang", 39.019, 125.738),
            ("Hanoi", 21.028, 105.854),
            ("Kathmandu", 27.717, 85.324),
            ("Ulaanbaatar", 47.886, 106.906),
            ("Vladivostok", 43.115, 131.886),
            ("Almaty", 43.238, 76.889),
            ("Yangon", 16.841, 96.174),
            ("New York", 40.713, -74.006),
            ("the pole", 90.0, 0.0),
        ];
        for (name, lat, lon) in outside {
            assert!(!in_mainland_china(lat, lon), "{name}");
        }
    }

    #[test]
    fn coastlines_are_drawable() {
        assert!(coastlines().count() > 500);
        assert!(coastlines().flatten().all(|[lon, lat]| lon.abs() <= 180.0 && lat.abs() <= 90.0));
    }
}
