//! Distances, speeds and directions in words.

use super::Text;

/// `820 m`, `4.2 km`, `38 km`.
pub fn distance(metres: f64) -> String {
    match metres {
        m if !m.is_finite() => "?".to_owned(),
        m if m < 1_000.0 => format!("{m:.0} m"),
        m if m < 10_000.0 => format!("{:.1} km", m / 1_000.0),
        m => format!("{:.0} km", m / 1_000.0),
    }
}

/// Kilometres per hour from metres per second.
pub fn speed(mps: f64) -> String {
    if mps.is_finite() { format!("{:.0} km/h", mps * 3.6) } else { "?".to_owned() }
}

/// The nearest of eight directions to a bearing in degrees from true north.
pub fn compass(text: &Text, bearing_deg: f64) -> &'static str {
    let names = [
        text.direction_n,
        text.direction_ne,
        text.direction_e,
        text.direction_se,
        text.direction_s,
        text.direction_sw,
        text.direction_w,
        text.direction_nw,
    ];
    if !bearing_deg.is_finite() {
        return text.direction_says_nothing;
    }
    let eighth = (bearing_deg.rem_euclid(360.0) / 45.0).round() as usize % 8;
    names.get(eighth).copied().unwrap_or(text.direction_says_nothing)
}

#[cfg(test)]
mod tests {
    use super::{compass, distance, speed};
    use crate::text::Language;

    #[test]
    fn measures() {
        let en = Language::En.text();
        assert_eq!(distance(819.6), "820 m");
        assert_eq!(distance(4_230.0), "4.2 km");
        assert_eq!(distance(38_400.0), "38 km");
        assert_eq!(speed(10.0), "36 km/h");
        let table = [(0.0, "N"), (22.4, "N"), (22.6, "NE"), (180.0, "S"), (337.6, "N"), (-90.0, "W")];
        for (deg, name) in table {
            assert_eq!(compass(en, deg), name, "{deg}");
        }
    }
}
