//! The fleet as columns (`docs/extensions.md`).
//!
//! Decides what each row says. A row whose values cannot be used is left out and counted; columns that do not belong
//! together (of different lengths, or a table without its values) make the whole block unreadable: nobody could say
//! which row is whose.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::{FleetUnit, GroupId, LatLon, LinkState, PositionId, UnitId, UtcMs};
use crate::traccar::decode::{
    Decoded, MPS_PER_KNOT, RawPosition, RawUnit, RejectReason, Text, Unreadable, attributes_text, plate_of,
};

type Numbers = Option<Vec<Option<i64>>>;
type Texts<'a> = Option<Vec<Text<'a>>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Units<'a> {
    count: usize,
    id: Vec<i64>,
    #[serde(borrow)]
    name: Texts<'a>,
    name_shared: Option<Vec<usize>>,
    #[serde(borrow)]
    unique_id: Texts<'a>,
    unique_id_shared: Option<Vec<usize>>,
    group_id: Numbers,
    status: Numbers,
    last_update: Numbers,
    position_id: Numbers,
    #[serde(borrow)]
    phone: Texts<'a>,
    phone_shared: Option<Vec<usize>>,
    model: Option<Vec<usize>>,
    #[serde(borrow)]
    models: Texts<'a>,
    contact: Option<Vec<usize>>,
    #[serde(borrow)]
    contacts: Texts<'a>,
    category: Option<Vec<usize>>,
    #[serde(borrow)]
    categories: Texts<'a>,
    disabled: Numbers,
    expiration_time: Numbers,
    attributes: Option<Vec<usize>>,
    #[serde(borrow)]
    attributes_table: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Positions<'a> {
    count: usize,
    id: Vec<i64>,
    device_id: Vec<i64>,
    fix_time: Vec<i64>,
    server_time: Vec<i64>,
    device_delay: Numbers,
    valid: Numbers,
    latitude: Vec<Option<f64>>,
    longitude: Vec<Option<f64>>,
    altitude: Option<Vec<Option<f64>>>,
    speed: Option<Vec<Option<f64>>>,
    course: Option<Vec<Option<f64>>>,
    accuracy: Option<Vec<Option<f64>>>,
    address: Option<Vec<usize>>,
    #[serde(borrow)]
    addresses: Texts<'a>,
    attributes: Option<Vec<usize>>,
    #[serde(borrow)]
    attributes_table: Option<Vec<&'a RawValue>>,
}

/// The differing parts of a column, counted through: a value where it is new, its place where it was named before.
struct Table<'t, T> {
    rows: Option<&'t [usize]>,
    values: &'t [T],
    named: usize,
}

impl<'t, T> Table<'t, T> {
    fn new(rows: Option<&'t Vec<usize>>, values: Option<&'t Vec<T>>) -> Self {
        Self { rows: rows.map(Vec::as_slice), values: values.map_or(&[], Vec::as_slice), named: 0 }
    }

    /// The value of row `i`, which must be asked for in order; `None` where the column is absent.
    fn row(&mut self, i: usize) -> Result<Option<&'t T>, Unreadable> {
        let Some(rows) = self.rows else { return Ok(None) };
        let place = match *rows.get(i).ok_or(TORN)? {
            0 => {
                self.named += 1;
                self.named - 1
            }
            k => k - 1,
        };
        self.values.get(place).map(Some).ok_or(TORN)
    }
}

/// A column of texts that begin like the text of the row before.
struct Shared<'t> {
    rows: Option<&'t [Text<'t>]>,
    lengths: Option<&'t [usize]>,
    before: String,
}

impl<'t> Shared<'t> {
    fn new(rows: Option<&'t Vec<Text<'t>>>, shared: Option<&'t Vec<usize>>) -> Self {
        Self { rows: rows.map(Vec::as_slice), lengths: shared.map(Vec::as_slice), before: String::new() }
    }

    /// The text of row `i`, which must be asked for in order.
    fn row(&mut self, i: usize) -> Result<Option<String>, Unreadable> {
        let Some(rows) = self.rows else { return Ok(None) };
        let Some(text) = &rows.get(i).ok_or(TORN)?.0 else {
            self.before.clear();
            return Ok(None);
        };
        let kept = match self.lengths {
            Some(lengths) => *lengths.get(i).ok_or(TORN)?,
            None => 0,
        };
        let end = match self.before.char_indices().nth(kept) {
            Some((end, _)) => end,
            None if self.before.chars().count() == kept => self.before.len(),
            None => return Err(TORN),
        };
        self.before.truncate(end);
        self.before.push_str(text);
        Ok(Some(self.before.clone()))
    }
}

/// Columns that do not belong together.
const TORN: Unreadable = Unreadable { at: 0 };

/// Row `i` of a column whose default is `default`; null where the row says so.
fn value<T: Copy>(column: Option<&Vec<T>>, i: usize, default: T) -> Result<T, Unreadable> {
    column.map_or(Ok(default), |rows| rows.get(i).copied().ok_or(TORN))
}

/// The running sum of differences; `None` once it leaves the numbers.
fn sums(rows: &[i64]) -> impl Iterator<Item = Option<i64>> + '_ {
    rows.iter().scan(Some(0_i64), |sum, step| {
        *sum = sum.and_then(|sum| sum.checked_add(*step));
        Some(*sum)
    })
}

/// Reads the positions.
pub(super) fn positions(block: &Positions<'_>) -> Result<Decoded<RawPosition>, Unreadable> {
    let mut decoded = Decoded::default();
    let lengths = [
        block.id.len(),
        block.device_id.len(),
        block.fix_time.len(),
        block.server_time.len(),
        block.latitude.len(),
        block.longitude.len(),
    ];
    if lengths.iter().any(|length| *length != block.count) {
        return Err(TORN);
    }
    let mut addresses = Table::new(block.address.as_ref(), block.addresses.as_ref());
    let mut attributes = Table::new(block.attributes.as_ref(), block.attributes_table.as_ref());
    let times = sums(&block.fix_time).zip(sums(&block.server_time));
    let places = block.latitude.iter().zip(&block.longitude);
    let rows = sums(&block.id).zip(&block.device_id).zip(times).zip(places);
    for (i, (((id, unit_id), (fix_time, server_time)), (lat, lon))) in rows.enumerate() {
        let address = addresses.row(i)?.and_then(|text| text.0.as_deref());
        let attributes = attributes.row(i)?;
        let Some(id) = id else {
            decoded.reject(RejectReason::NoIdentity);
            continue;
        };
        let Some(fix_time) = fix_time else {
            decoded.reject(RejectReason::NoTime);
            continue;
        };
        let tenths = |column: &Option<Vec<Option<f64>>>| {
            value(column.as_ref(), i, Some(0.0)).map(|value| value.map(|tenths| tenths / 10.0))
        };
        let delay = value(block.device_delay.as_ref(), i, Some(0))?;
        decoded.items.push(RawPosition {
            id: PositionId(id),
            unit_id: UnitId(*unit_id),
            fix_time: UtcMs(fix_time),
            device_time: delay.map(|ms| UtcMs(fix_time).plus_ms(ms)),
            server_time: server_time.map(UtcMs),
            place: lat.zip(*lon).and_then(|(lat, lon)| LatLon::new(lat / 1e6, lon / 1e6)),
            valid: value(block.valid.as_ref(), i, Some(1))? != Some(0),
            altitude_m: tenths(&block.altitude)?,
            speed_mps: value(block.speed.as_ref(), i, Some(0.0))?.map(|knots| knots / 100.0 * MPS_PER_KNOT),
            course_deg: tenths(&block.course)?,
            accuracy_m: tenths(&block.accuracy)?.filter(|m| *m > 0.0),
            address: address.map(str::to_owned),
            attributes_json: attributes_text(attributes.copied()),
        });
    }
    Ok(decoded)
}

/// Reads the units; `positions` are those of the same answer.
pub(super) fn units(block: &Units<'_>, positions: &[RawPosition]) -> Result<Decoded<RawUnit>, Unreadable> {
    let mut decoded = Decoded::default();
    if block.id.len() != block.count || block.name.is_none() || block.unique_id.is_none() {
        return Err(TORN);
    }
    let brought: HashMap<UnitId, &RawPosition> = positions.iter().map(|p| (p.unit_id, p)).collect();
    let mut names = Shared::new(block.name.as_ref(), block.name_shared.as_ref());
    let mut unique_ids = Shared::new(block.unique_id.as_ref(), block.unique_id_shared.as_ref());
    let mut phones = Shared::new(block.phone.as_ref(), block.phone_shared.as_ref());
    let mut models = Table::new(block.model.as_ref(), block.models.as_ref());
    let mut contacts = Table::new(block.contact.as_ref(), block.contacts.as_ref());
    let mut categories = Table::new(block.category.as_ref(), block.categories.as_ref());
    let mut attributes = Table::new(block.attributes.as_ref(), block.attributes_table.as_ref());
    let owned = |text: Option<&Text<'_>>| text.and_then(|text| text.0.as_deref()).map(str::to_owned);
    for (i, id) in sums(&block.id).enumerate() {
        let (name, unique_id, phone) = (names.row(i)?, unique_ids.row(i)?, phones.row(i)?);
        let (model, contact) = (owned(models.row(i)?), owned(contacts.row(i)?));
        let category = owned(categories.row(i)?);
        let attributes_json = attributes_text(attributes.row(i)?.copied());
        let Some(id) = id.map(UnitId) else {
            decoded.reject(RejectReason::NoIdentity);
            continue;
        };
        let position = brought.get(&id);
        let received = position.and_then(|position| position.server_time);
        let newest = value(block.position_id.as_ref(), i, Some(position.map_or(0, |p| p.id.0)))?;
        let heard = value(block.last_update.as_ref(), i, received.map(|_| 0))?;
        let expires = value(block.expiration_time.as_ref(), i, None)?.and_then(|ms| UtcMs(ms).to_rfc3339());
        let unit = FleetUnit {
            id,
            name: name.unwrap_or_default(),
            unique_id: unique_id.unwrap_or_default(),
            group_id: GroupId(value(block.group_id.as_ref(), i, Some(0))?.unwrap_or(0)),
            plate: plate_of(&attributes_json),
            phone,
            model,
            contact,
            category,
            disabled: value(block.disabled.as_ref(), i, Some(0))? == Some(1),
            link: match value(block.status.as_ref(), i, Some(0))? {
                Some(0) => LinkState::Offline,
                Some(1) => LinkState::Online,
                _ => LinkState::Unknown,
            },
            last_update: heard.map(|ms| received.map_or(UtcMs(ms), |received| received.plus_ms(ms))),
            attributes_json,
            unknown_json: expires.map_or("{}".to_owned(), |at| format!("{{\"expirationTime\":\"{at}\"}}")),
        };
        decoded.items.push(RawUnit { unit, newest: newest.map(PositionId) });
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use crate::model::{GroupId, LinkState, UnitId, UtcMs};
    use crate::traccar::snapshot::read_snapshot;
    use proptest::prelude::*;

    /// The example that `docs/extensions.md` shows.
    fn documented() -> &'static str {
        let text = include_str!("../../../docs/extensions.md");
        let (_, section) = text.split_once("form=columns`").unwrap();
        let (_, block) = section.split_once("```json\n").unwrap();
        block.split_once("```").unwrap().0
    }

    #[test]
    fn the_documented_example_says_what_the_document_says() {
        let snapshot = read_snapshot(documented().as_bytes()).unwrap();
        assert!(snapshot.full && snapshot.rejected == 0);
        assert!(snapshot.all_positions && snapshot.at_once);
        let named: Vec<i64> = snapshot.units.iter().map(|raw| raw.newest.unwrap().0).collect();
        assert_eq!(named, [21, 0, 17], "assumed from the positions");
        let units: Vec<_> = snapshot.units.iter().map(|raw| &raw.unit).collect();
        assert_eq!(units.iter().map(|u| u.id).collect::<Vec<_>>(), [UnitId(1), UnitId(4), UnitId(5)]);
        let ids: Vec<&str> = units.iter().map(|u| u.unique_id.as_str()).collect();
        assert_eq!(ids, ["SIM-00001", "SIM-00004", "SIM-00005"]);
        assert_eq!(units[0].name, "Van 1");
        assert_eq!((units[0].group_id, units[1].group_id), (GroupId(2), GroupId(0)));
        let links = [LinkState::Online, LinkState::Offline, LinkState::Online];
        assert_eq!(units.iter().map(|u| u.link).collect::<Vec<_>>(), links);
        let heard: Vec<Option<i64>> = units.iter().map(|u| u.last_update.map(|t| t.0)).collect();
        assert_eq!(heard, [Some(1_795_577_526_480), None, Some(1_795_577_527_600)]);
        assert_eq!(units[0].phone.as_deref(), Some("+8613900000001"));
        let categories: Vec<_> = units.iter().map(|u| u.category.as_deref().unwrap()).collect();
        assert_eq!(categories, ["van", "crane", "van"]);
        let plates: Vec<_> = units.iter().map(|u| u.plate.as_deref()).collect();
        assert_eq!(plates, [None, Some("沪A12345"), None]);
        let positions = &snapshot.positions;
        assert_eq!((positions[0].id.0, positions[0].unit_id), (17, UnitId(5)));
        assert_eq!((positions[1].id.0, positions[1].unit_id), (21, UnitId(1)));
        assert_eq!(positions[1].fix_time, UtcMs(1_795_577_525_400));
        assert_eq!(positions[1].device_time, Some(UtcMs(1_795_577_525_400)));
        let place = positions[0].place.unwrap();
        assert!((place.lat_deg() - 31.2304).abs() < 1e-12 && (place.lon_deg() - 121.4737).abs() < 1e-12);
        assert!((positions[0].speed_mps.unwrap() - 20.0 * 1852.0 / 3600.0).abs() < 1e-12);
        assert_eq!((positions[0].course_deg, positions[0].accuracy_m), (Some(90.0), None));
        assert_eq!(positions[1].attributes_json, r#"{"motion": true}"#);
        assert_eq!(snapshot.groups.unwrap().len(), 1);
    }

    #[test]
    fn columns_that_do_not_belong_together_are_refused_whole() {
        for (from, to) in [
            ("\"id\": [1, 3, 1]", "\"id\": [1, 3]"),
            ("\"latitude\": [31230400, 31240000]", "\"latitude\": [31230400]"),
            ("\"uniqueIdShared\": [0, 8, 8]", "\"uniqueIdShared\": [0, 99, 8]"),
            ("\"category\": [0, 0, 1]", "\"category\": [0, 0, 7]"),
            ("\"status\": [1, 0, 1]", "\"status\": [1]"),
            ("\"count\": 2", "\"count\": 3"),
        ] {
            assert!(documented().contains(from), "{from}");
            assert!(read_snapshot(documented().replace(from, to).as_bytes()).is_err(), "{to}");
        }
        let named = documented().replacen("\"count\": 3", "\"positionId\": [21, 5, null], \"count\": 3", 1);
        let snapshot = read_snapshot(named.as_bytes()).unwrap();
        let named: Vec<_> = snapshot.units.iter().map(|raw| raw.newest.map(|id| id.0)).collect();
        assert_eq!(named, [Some(21), Some(5), None]);
        let nowhere = documented().replace("[31230400, 31240000]", "[null, 31240000]");
        let snapshot = read_snapshot(nowhere.as_bytes()).unwrap();
        assert_eq!(snapshot.positions[0].place, None, "left to the judgement");
    }

    proptest! {
        #[test]
        fn texts_that_share_their_beginning_come_back(
            texts in prop::collection::vec(prop::option::of("(车|a|b|é){0,6}"), 1..20)
        ) {
            let (mut shared, mut rest, mut before) = (Vec::new(), Vec::new(), Vec::<char>::new());
            for text in &texts {
                let now: Vec<char> = text.as_deref().unwrap_or_default().chars().collect();
                let same = before.iter().zip(&now).take_while(|(a, b)| a == b).count();
                shared.push(same);
                rest.push(text.as_ref().map(|_| now.iter().skip(same).collect::<String>()));
                before = now;
            }
            let json = serde_json::json!({"cursor": "c", "full": true, "positions": [], "devices": {
                "count": texts.len(), "id": vec![1; texts.len()], "name": vec!["n"; texts.len()],
                "uniqueId": vec!["u"; texts.len()], "phone": rest, "phoneShared": shared}});
            let read = read_snapshot(json.to_string().as_bytes()).unwrap();
            let phones: Vec<Option<String>> = read.units.into_iter().map(|raw| raw.unit.phone).collect();
            prop_assert_eq!(phones, texts);
        }
    }
}
