//! Tries out on a phone's own processor and C library what differs between targets: floating point, text, the database
//! and its cryptography, unwinding. Needs no file, no thread and no network, so that an emulator of the processor alone
//! can run it. Only numbers cross, so that the caller needs none of the generated code.

use rusqlite::Connection;
use trak_core::geo::{datum, distance};
use trak_core::model::LatLon;
use trak_core::search::{Index, fold};
use trak_core::store::{DatabaseKey, unlock};

/// Where a WGS-84 place is drawn: datum, from, to; degrees. What x86-64 computes, checked there against published
/// coordinates.
const DATUM_VECTORS: [(datum::Datum, [f64; 2], [f64; 2]); 4] = [
    (datum::Datum::Gcj02, [39.904, 116.407], [39.905_403_4, 116.413_242_4]),
    (datum::Datum::Bd09, [39.904, 116.407], [39.911_670_2, 116.419_645_0]),
    (datum::Datum::Gcj02, [22.281, 114.158], [22.281, 114.158]),
    (datum::Datum::Wgs84, [39.904, 116.407], [39.904, 116.407]),
];

/// The part of a check's answer that says it failed.
const FAILED: u32 = 1;

/// How many checks there are.
#[uniffi::export]
pub fn self_test_count() -> u32 {
    u32::try_from(CHECKS.len()).unwrap_or(u32::MAX)
}

/// Runs one check: 0 where all is right.
#[uniffi::export]
pub fn self_test(number: u32) -> u32 {
    let check = usize::try_from(number).ok().and_then(|index| CHECKS.get(index));
    match check {
        Some(check) if check() == Some(()) => 0,
        _ => FAILED,
    }
}

/// Panics: the caller has to see an error and live on.
#[uniffi::export]
#[allow(clippy::panic)] // what it is for
pub fn self_test_panic() -> u32 {
    panic!("the self-test panics on purpose")
}

const CHECKS: [fn() -> Option<()>; 6] = [versions, datums, distances, search, database, encryption];

fn versions() -> Option<()> {
    let database = Connection::open_in_memory().ok()?;
    let cipher: String = database.query_row("PRAGMA cipher_version", [], |row| row.get(0)).ok()?;
    (cipher.starts_with("4.") && rusqlite::version_number() >= 3_045_000).then_some(())
}

fn datums() -> Option<()> {
    for (datum, [lat_deg, lon_deg], [drawn_lat_deg, drawn_lon_deg]) in DATUM_VECTORS {
        let place = LatLon::new(lat_deg, lon_deg)?;
        let drawn = datum::to(datum, place);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        near(drawn.lat_deg(), drawn_lat_deg).then_some(())?;
        near(drawn.lon_deg(), drawn_lon_deg).then_some(())?;
        let back = datum::from(datum, drawn);
        (distance::distance_m(back, place) < 1e-3).then_some(())?;
    }
    Some(())
}

/// The length of a degree along the equator of the WGS-84 ellipsoid.
fn distances() -> Option<()> {
    let inverse = distance::inverse(LatLon::new(0.0, 0.0)?, LatLon::new(0.0, 1.0)?);
    let right =
        (inverse.distance_m - 111_319.490_793).abs() < 1e-3 && (inverse.bearing_deg - 90.0).abs() < 1e-9;
    right.then_some(())
}

fn search() -> Option<()> {
    let mut index = Index::new();
    index.set(0, &["冷链一号", "沪A·12345"]);
    index.set(1, &["Ｔｒｕｃｋ ７", "Straße"]);
    let right = index.find_all("冷") == [0]
        && index.find_all("12345") == [0]
        && index.find_all("truck 7") == [1]
        && index.find_all("nothing").is_empty()
        && fold("ＡＢＣ") == "abc";
    right.then_some(())
}

fn database() -> Option<()> {
    let database = Connection::open_in_memory().ok()?;
    database
        .execute_batch(
            "PRAGMA key = 'a key for nothing'; CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT);",
        )
        .ok()?;
    for id in 0..1000 {
        database.execute("INSERT INTO unit VALUES (?1, ?2)", (id, format!("冷链 {id}"))).ok()?;
    }
    let (count, last): (i64, String) = database
        .query_row("SELECT count(*), max(name) FROM unit WHERE id >= 500", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .ok()?;
    let provider: String = database.query_row("PRAGMA cipher_provider", [], |row| row.get(0)).ok()?;
    (count == 500 && last == "冷链 999" && provider == "openssl").then_some(())
}

/// What was written comes back with its key, and with no other. A database in memory is not encrypted; SQLite's file
/// system in memory is written to like a disk, so this runs the ciphers and hashes that a phone's OpenSSL has.
fn encryption() -> Option<()> {
    const NAME: &str = "冷链 1";
    const COUNT: &str = "SELECT count(*) FROM unit WHERE name = ?1";
    let written = keyed(0x5a)?;
    written.execute_batch("CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT)").ok()?;
    for id in 0..1000 {
        written.execute("INSERT INTO unit VALUES (?1, ?2)", (id, NAME)).ok()?;
    }
    let count: i64 = keyed(0x5a)?.query_row(COUNT, [NAME], |row| row.get(0)).ok()?;
    let refused = keyed(0x5b)?.query_row(COUNT, [NAME], |row| row.get::<_, i64>(0)).is_err();
    (count == 1000 && refused).then_some(())
}

/// A connection to the same pages, as the core opens its own, with a key of one byte thirty-two times.
fn keyed(byte: u8) -> Option<Connection> {
    let connection = Connection::open("file:/self-test?vfs=memdb").ok()?;
    unlock(&connection, &DatabaseKey::from_bytes([byte; 32])).ok()?;
    Some(connection)
}

#[cfg(test)]
mod tests {
    use super::{CHECKS, self_test, self_test_count, self_test_panic};

    #[test]
    fn all_is_right_here() {
        for number in 0..self_test_count() {
            assert_eq!(self_test(number), 0, "check {number} of {}", CHECKS.len());
        }
        assert_ne!(self_test(self_test_count()), 0, "a check that is not there did not pass");
    }

    #[test]
    #[should_panic(expected = "on purpose")]
    fn the_panic_is_one() {
        self_test_panic();
    }
}
