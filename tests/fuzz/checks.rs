//! What must hold of whatever a reader is fed with. Shared by the libFuzzer targets and by the test that mutates the
//! seeds (`core/tests/wire_mutations.rs`).

use serde_json::Value;
use serde_json::value::RawValue;
use trak_core::geo::format::parse as coordinates;
use trak_core::model::ServerAddress;
use trak_core::simulate::replay::{gpx, tsv};
use trak_core::traccar::address::{Cleartext, account_key, parse};
use trak_core::traccar::{decode, read_snapshot};

/// A frame of the live stream. A list that is read alone and has nothing broken in it is read the same inside of a frame.
pub fn decode_frame(bytes: &[u8]) {
    if let Ok(frame) = decode::frame(bytes) {
        assert!(frame.devices.items.iter().all(|raw| is_object(&raw.unit.attributes_json)));
    }
    if let Ok(alone) = decode::positions(bytes)
        && alone.rejected.is_empty()
    {
        let frame = [b"{\"positions\":", bytes, b"}"].concat();
        assert_eq!(decode::frame(&frame).map(|frame| frame.positions), Ok(alone));
    }
}

/// Lists of everything a server sends. A list of sound JSON is never refused, and each of its elements is read or counted.
pub fn decode_positions(bytes: &[u8]) {
    let positions = decode::positions(bytes);
    let _others =
        (decode::events(bytes).is_ok(), decode::groups(bytes).is_ok(), decode::geofences(bytes).is_ok());
    for raw in decode::devices(bytes).map(|units| units.items).unwrap_or_default() {
        let unit = raw.unit;
        assert!(is_object(&unit.attributes_json) && is_object(&unit.unknown_json));
    }
    for position in positions.iter().flat_map(|positions| &positions.items) {
        assert!(position.place.is_none_or(|p| p.lat_deg().abs() <= 90.0 && p.lon_deg().abs() <= 180.0));
        assert!(is_object(&position.attributes_json));
    }
    if let Ok(Value::Array(list)) = serde_json::from_slice::<Value>(bytes) {
        let counted = positions.map(|read| read.items.len() + read.rejected.len());
        assert_eq!(counted, Ok(list.len()));
    }
}

/// The fleet in one answer, as elements or as columns.
pub fn snapshot(bytes: &[u8]) {
    let Ok(snapshot) = read_snapshot(bytes) else { return };
    assert!(
        snapshot
            .units
            .iter()
            .map(|raw| &raw.unit)
            .all(|u| is_object(&u.attributes_json) && is_object(&u.unknown_json))
    );
    assert!(snapshot.positions.iter().all(|position| is_object(&position.attributes_json)));
}

/// Server addresses and coordinates as people write them.
pub fn address(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(address) = parse(text, Cleartext::Refuse) {
        let url = address.url();
        let here = url.host_str().is_some_and(|host| {
            host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host.starts_with("127.")
        });
        assert!(url.scheme() == "https" || here);
        let again = parse(url.as_str(), Cleartext::Refuse);
        assert_eq!(again.as_ref().map(ServerAddress::url), Ok(url));
        assert_eq!(again.map(|again| account_key(&again, 1)), Ok(account_key(&address, 1)));
    }
    let _allowed = parse(text, Cleartext::AllowedByPerson).is_ok();
    if let Ok(place) = coordinates(text) {
        assert!(place.lat_deg().abs() <= 90.0 && place.lon_deg().abs() <= 180.0);
    }
}

/// Recorded tracks: GPX, or three columns.
pub fn replay(bytes: &[u8]) {
    let columns = std::str::from_utf8(bytes).ok().and_then(|text| tsv(text).ok());
    for point in [gpx(bytes).ok(), columns].into_iter().flatten().flatten() {
        assert!(point.place.lat_deg().abs() <= 90.0 && point.place.lon_deg().abs() <= 180.0);
    }
}

/// Whether a text is one JSON object by its grammar; how large its numbers are and how deep it goes is left open.
fn is_object(text: &str) -> bool {
    text.starts_with('{') && serde_json::from_str::<&RawValue>(text).is_ok()
}
