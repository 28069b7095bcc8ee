//! How coordinates are written and read by people.
//!
//! Decides the notation; leaves the choice to a setting and labels to the shells.

use core::fmt::Write as _;
use thiserror::Error;

use super::grid;
use crate::model::LatLon;

/// A notation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CoordinateFormat {
    /// `31.230400, 121.473700`
    #[default]
    Decimal,
    /// `31° 13.8240′ N, 121° 28.4220′ E`
    DegreesMinutes,
    /// `31° 13′ 49.44″ N, 121° 28′ 25.32″ E`
    DegreesMinutesSeconds,
    /// `51R 354634 3456141`; near the poles `UPS N 2000000 2000000`
    Utm,
    /// `51R UQ 54633 56140`, the square metre
    Mgrs,
}

/// Why a text is no pair of coordinates.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ParseCoordinatesError {
    /// Not two values.
    #[error("two coordinates are needed")]
    NotTwo,
    /// A part cannot be read as a number.
    #[error("a coordinate is not a number")]
    NotANumber,
    /// A value lies outside its range.
    #[error("a coordinate is out of range")]
    OutOfRange,
}

/// Writes a place; about 0.1 m fine in degrees, 1 m in a grid.
pub fn format(place: LatLon, notation: CoordinateFormat) -> String {
    match notation {
        CoordinateFormat::Decimal => return format!("{:.6}, {:.6}", place.lat_deg(), place.lon_deg()),
        CoordinateFormat::Utm => return grid::utm(place),
        CoordinateFormat::Mgrs => return grid::mgrs(place),
        CoordinateFormat::DegreesMinutes | CoordinateFormat::DegreesMinutesSeconds => {}
    }
    let lat = angle(place.lat_deg(), notation, ['N', 'S']);
    let lon = angle(place.lon_deg(), notation, ['E', 'W']);
    format!("{lat}, {lon}")
}

fn angle(deg: f64, notation: CoordinateFormat, [plus, minus]: [char; 2]) -> String {
    let side = if deg < 0.0 { minus } else { plus };
    let mut text = String::new();
    // Rounded once, as a whole number of the smallest part, so that 59.999 never shows as 60.
    let written = if notation == CoordinateFormat::DegreesMinutes {
        let parts = (deg.abs() * 600_000.0).round() as u64;
        write!(text, "{}° {:02}.{:04}′ {side}", parts / 600_000, parts % 600_000 / 10_000, parts % 10_000)
    } else {
        let parts = (deg.abs() * 360_000.0).round() as u64;
        let (minutes, rest) = (parts % 360_000 / 6_000, parts % 6_000);
        write!(text, "{}° {minutes:02}′ {:02}.{:02}″ {side}", parts / 360_000, rest / 100, rest % 100)
    };
    debug_assert!(written.is_ok(), "writing to a String does not fail");
    text
}

/// Reads what people paste: `31.2304, 121.4737`, `31°13'49.4"N 121°28'25.3"E`, `geo:31.23,121.47`, fullwidth digits
/// and commas, the side before or after, references in the UTM and MGRS grids. Latitude first unless the letters say
/// otherwise.
pub fn parse(text: &str) -> Result<LatLon, ParseCoordinatesError> {
    let folded = crate::search::fold(text);
    if let Some(place) = grid::parse(&folded) {
        return Ok(place);
    }
    let body = folded.strip_prefix("geo:").unwrap_or(&folded);
    let body = body.split([';', '?']).next().unwrap_or_default();
    let mut tokens: Vec<Token> = Vec::new();
    let mut number = String::new();
    for c in body.chars().chain([' ']) {
        match c {
            '0'..='9' | '.' | '-' | '+' => number.push(c),
            _ => {
                if !number.is_empty() {
                    let value = number.parse::<f64>().map_err(|_| ParseCoordinatesError::NotANumber)?;
                    tokens.push(Token::Number(value));
                    number.clear();
                }
                match c {
                    'n' | 's' | 'e' | 'w' => tokens.push(Token::Side(c)),
                    ',' | '、' => tokens.push(Token::Comma),
                    ' ' | '°' | 'º' | '\'' | '′' | '’' | '"' | '″' | '”' => {}
                    _ => return Err(ParseCoordinatesError::NotANumber),
                }
            }
        }
    }
    let halves = split(&tokens)?;
    let [first, second] = halves.map(value);
    let ((a, a_side), (b, b_side)) = (first?, second?);
    let swapped = matches!(a_side, Some('e' | 'w')) || matches!(b_side, Some('n' | 's'));
    let (lat, lon) = if swapped { (b, a) } else { (a, b) };
    LatLon::new(lat, lon).ok_or(ParseCoordinatesError::OutOfRange)
}

#[derive(Clone, Copy, PartialEq)]
enum Token {
    Number(f64),
    Side(char),
    Comma,
}

/// Cuts the tokens into the two coordinates: at the comma, else after the first side, else in the middle.
fn split(tokens: &[Token]) -> Result<[&[Token]; 2], ParseCoordinatesError> {
    let comma = tokens.iter().position(|t| *t == Token::Comma);
    let side = tokens.iter().position(|t| matches!(t, Token::Side(_)));
    let (first, second) = match (comma, side) {
        (Some(at), _) => (tokens.get(..at), tokens.get(at + 1..)),
        (None, Some(0)) => {
            let next = tokens.iter().skip(1).position(|t| matches!(t, Token::Side(_)));
            let at = next.ok_or(ParseCoordinatesError::NotTwo)? + 1;
            (tokens.get(..at), tokens.get(at..))
        }
        (None, Some(at)) => (tokens.get(..=at), tokens.get(at + 1..)),
        (None, None) => (tokens.get(..tokens.len() / 2), tokens.get(tokens.len() / 2..)),
    };
    match (first, second) {
        (Some(a), Some(b)) if !a.is_empty() && !b.is_empty() => Ok([a, b]),
        _ => Err(ParseCoordinatesError::NotTwo),
    }
}

/// Degrees, optional minutes, optional seconds, optional side.
fn value(tokens: &[Token]) -> Result<(f64, Option<char>), ParseCoordinatesError> {
    let mut parts = Vec::new();
    let mut side = None;
    for token in tokens {
        match token {
            Token::Number(number) => parts.push(*number),
            Token::Side(letter) if side.is_none() => side = Some(*letter),
            Token::Side(_) | Token::Comma => return Err(ParseCoordinatesError::NotTwo),
        }
    }
    let (degrees, rest) = parts.split_first().ok_or(ParseCoordinatesError::NotTwo)?;
    if rest.len() > 2 || rest.iter().any(|part| !(0.0..60.0).contains(part)) {
        return Err(ParseCoordinatesError::OutOfRange);
    }
    let small: f64 = rest.iter().zip([60.0, 3_600.0]).map(|(part, of)| part / of).sum();
    let negative = degrees.is_sign_negative() || matches!(side, Some('s' | 'w'));
    let size = degrees.abs() + small;
    Ok((if negative { -size } else { size }, side))
}

#[cfg(test)]
mod tests {
    use super::{CoordinateFormat, ParseCoordinatesError, format, parse};
    use crate::model::LatLon;

    #[test]
    fn reads_what_people_paste() {
        let shanghai = (31.2304, 121.4737);
        let table = [
            ("31.2304, 121.4737", Ok(shanghai)),
            ("31.2304 121.4737", Ok(shanghai)),
            ("３１．２３０４，１２１．４７３７", Ok(shanghai)),
            ("geo:31.2304,121.4737;u=35", Ok(shanghai)),
            ("31°13'49.44\"N 121°28'25.32\"E", Ok(shanghai)),
            ("N31 13.824 E121 28.422", Ok(shanghai)),
            ("121.4737E, 31.2304N", Ok(shanghai)),
            ("33°51'31\"S, 151°12'51\"E", Ok((-33.858_611, 151.214_166))),
            ("-33.8586,151.2142", Ok((-33.8586, 151.2142))),
            ("", Err(ParseCoordinatesError::NotTwo)),
            ("31.2", Err(ParseCoordinatesError::NotTwo)),
            ("crane 7", Err(ParseCoordinatesError::NotANumber)),
            ("91, 0", Err(ParseCoordinatesError::OutOfRange)),
            ("1 2 3 4 5 6 7 8, 9", Err(ParseCoordinatesError::OutOfRange)),
            ("1-2, 3", Err(ParseCoordinatesError::NotANumber)),
        ];
        for (text, expected) in table {
            match (parse(text), expected) {
                (Ok(place), Ok((lat, lon))) => {
                    assert!(
                        (place.lat_deg() - lat).abs() < 1e-5 && (place.lon_deg() - lon).abs() < 1e-5,
                        "{text}"
                    );
                }
                (got, expected) => assert_eq!(got.map(|_| ()), expected.map(|_| ()), "{text}"),
            }
        }
    }

    #[test]
    fn writes_and_reads_back_without_sixty_seconds() {
        let place = LatLon::new(-33.999_999_9, 151.999_999_9).unwrap();
        assert_eq!(
            format(place, CoordinateFormat::DegreesMinutesSeconds),
            "34° 00′ 00.00″ S, 152° 00′ 00.00″ E"
        );
        for notation in [
            CoordinateFormat::Decimal,
            CoordinateFormat::DegreesMinutes,
            CoordinateFormat::DegreesMinutesSeconds,
        ] {
            let back = parse(&format(place, notation)).unwrap();
            assert!((back.lat_deg() - place.lat_deg()).abs() < 1e-5, "{notation:?}");
        }
    }
}
