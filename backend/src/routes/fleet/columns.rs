//! Columns of a table on the wire. Each knows how its rows are written smallest and when it need not be written at all;
//! `docs/extensions.md` describes them for clients.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

/// Rows as they are; left out where all of them are the default.
pub(super) struct Plain<T> {
    rows: Vec<T>,
    default: Option<T>,
}

impl<T: Serialize + PartialEq> Plain<T> {
    pub(super) fn new(default: T) -> Self {
        Self { rows: Vec::new(), default: Some(default) }
    }

    /// A column that is always there.
    pub(super) fn required() -> Self {
        Self { rows: Vec::new(), default: None }
    }

    pub(super) fn push(&mut self, row: T) {
        self.rows.push(row);
    }

    pub(super) fn write<M: SerializeMap>(&self, name: &str, map: &mut M) -> Result<(), M::Error> {
        match &self.default {
            Some(default) if self.rows.iter().all(|row| row == default) => Ok(()),
            _ => map.serialize_entry(name, &self.rows),
        }
    }
}

/// Numbers as differences to the row before.
pub(super) struct Deltas {
    before: i64,
    rows: Plain<i64>,
}

impl Deltas {
    pub(super) fn new() -> Self {
        Self { before: 0, rows: Plain::required() }
    }

    pub(super) fn push(&mut self, row: i64) {
        self.rows.push(row - std::mem::replace(&mut self.before, row));
    }

    pub(super) fn write<M: SerializeMap>(&self, name: &str, map: &mut M) -> Result<(), M::Error> {
        self.rows.write(name, map)
    }
}

/// Texts. Where rows begin like the row before, as numbered units do, only what differs is written.
#[derive(Default)]
pub(super) struct Texts {
    rows: Vec<Option<String>>,
    /// Characters that a row shares with the beginning of the row before.
    shared: Vec<usize>,
    characters: usize,
}

impl Texts {
    pub(super) fn push(&mut self, row: Option<&str>) {
        let before = self.rows.last().and_then(Option::as_deref).unwrap_or_default();
        let text = row.unwrap_or_default();
        self.shared.push(text.chars().zip(before.chars()).take_while(|(a, b)| a == b).count());
        self.characters += text.chars().count();
        self.rows.push(row.map(str::to_owned));
    }

    pub(super) fn write<M: SerializeMap>(
        &self,
        name: &str,
        shared: &str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        if self.rows.iter().all(Option::is_none) {
            return Ok(());
        }
        // Half of it shared pays for the second column.
        if self.shared.iter().sum::<usize>() * 2 < self.characters {
            return map.serialize_entry(name, &self.rows);
        }
        let rest = |(row, shared): (&Option<String>, &usize)| {
            row.as_ref().map(|text| text.chars().skip(*shared).collect::<String>())
        };
        map.serialize_entry(name, &self.rows.iter().zip(&self.shared).map(rest).collect::<Vec<_>>())?;
        map.serialize_entry(shared, &self.shared)
    }
}

/// Values that repeat: a table of the different ones in the order of their first row, and for each row its number in
/// the table counted from 1, or 0 where it is the first with its value. Rows that are all different cost nothing so.
#[derive(Default)]
pub(super) struct Table {
    known: HashMap<String, usize>,
    null: Option<usize>,
    values: Vec<Option<String>>,
    rows: Vec<usize>,
}

impl Table {
    pub(super) fn push(&mut self, row: Option<&str>) {
        let known = row.map_or(self.null, |text| self.known.get(text).copied());
        self.rows.push(known.unwrap_or(0));
        if known.is_none() {
            self.values.push(row.map(str::to_owned));
            let at = self.values.len();
            match row {
                Some(text) => _ = self.known.insert(text.to_owned(), at),
                None => self.null = Some(at),
            }
        }
    }

    pub(super) fn write<M: SerializeMap>(
        &self,
        name: &str,
        table: &str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        if self.values.iter().all(Option::is_none) {
            return Ok(());
        }
        map.serialize_entry(name, &self.rows)?;
        map.serialize_entry(table, &self.values)
    }

    /// Writes values that are JSON objects already.
    pub(super) fn write_objects<M: SerializeMap>(
        &self,
        name: &str,
        table: &str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        let values = || self.values.iter().flatten();
        if values().all(|value| value == "{}") {
            return Ok(());
        }
        let objects: Result<Vec<&RawValue>, _> = values().map(|value| serde_json::from_str(value)).collect();
        map.serialize_entry(name, &self.rows)?;
        map.serialize_entry(table, &objects.map_err(serde::ser::Error::custom)?)
    }
}

#[cfg(test)]
mod tests {
    use serde::ser::{SerializeMap, Serializer};
    use serde_json::{Value, json};

    use super::{Deltas, Plain, Table, Texts};

    fn written(
        write: impl FnOnce(&mut serde_json::ser::Compound<'_, &mut Vec<u8>, serde_json::ser::CompactFormatter>),
    ) -> Value {
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut bytes);
        let mut map = serializer.serialize_map(None).unwrap();
        write(&mut map);
        map.end().unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn numbers_are_left_out_where_they_say_nothing_and_deltas_start_absolute() {
        let (mut plain, mut deltas) = (Plain::new(0), Deltas::new());
        for number in [0, 0] {
            plain.push(number);
            deltas.push(number + 7);
        }
        assert_eq!(written(|map| plain.write("n", map).unwrap()), json!({}));
        plain.push(3);
        deltas.push(-1);
        assert_eq!(written(|map| plain.write("n", map).unwrap()), json!({"n": [0, 0, 3]}));
        assert_eq!(written(|map| deltas.write("d", map).unwrap()), json!({"d": [7, 0, -8]}));
    }

    #[test]
    fn a_table_names_each_value_once() {
        let mut table = Table::default();
        for row in [Some("van"), Some("van"), None, Some("bus"), None, Some("van")] {
            table.push(row);
        }
        let expected = json!({"n": [0, 1, 0, 0, 2, 1], "t": ["van", null, "bus"]});
        assert_eq!(written(|map| table.write("n", "t", map).unwrap()), expected);
    }

    #[test]
    fn texts_are_shortened_only_where_that_pays() {
        let column = |rows: &[Option<&str>]| {
            let mut texts = Texts::default();
            for row in rows {
                texts.push(*row);
            }
            written(|map| texts.write("n", "s", map).unwrap())
        };
        assert_eq!(column(&[None, None]), json!({}));
        assert_eq!(column(&[Some("甲"), Some("乙"), None]), json!({"n": ["甲", "乙", null]}));
        let rows = [Some("沪A-001"), Some("沪A-002"), Some("沪A-002"), None, Some("沪A-0"), Some("沪A-09")];
        let expected = json!({"n": ["沪A-001", "2", "", null, "沪A-0", "9"], "s": [0, 5, 6, 0, 0, 4]});
        assert_eq!(column(&rows), expected);
    }
}
