//! `units` and `nearby`.

use serde_json::json;
use trak_core::decide::order::Sort;
use trak_core::decide::uncertainty::Uncertainty;
use trak_core::geo::format;
use trak_core::view::{FleetQuery, NearbyQuery, Origin, PAGE_ROWS, UnitRow};

use super::args::{FilterArguments, SortBy, Units};
use super::failure::{Code, Failure};
use super::json;
use super::open::{self, Opened};
use super::out::Out;
use crate::input::radius_m;
use crate::safe::{pad, pad_left, safe};
use crate::text::{Text, compass, distance, fill, freshness, freshness_sign, kind, short_age, speed};

/// Lists units, page by page.
pub fn units(text: &'static Text, out: &Out, opened: &Opened, given: &Units) -> Result<(), Failure> {
    let trak = &opened.trak;
    let origin = match &given.near {
        Some(place) => Some(
            format::parse(place).map_err(|_| Failure::say(Code::Usage, fill(text.bad_place, safe(place))))?,
        ),
        None => None,
    };
    let sort = match given.sort {
        SortBy::Name if origin.is_some() => Sort::Nearest,
        SortBy::Name => Sort::Name,
        SortBy::Freshest => Sort::Freshest,
        SortBy::Nearest if origin.is_none() => {
            return Err(Failure::say(Code::Usage, fill(text.bad_place, "--near")));
        }
        SortBy::Nearest => Sort::Nearest,
    };
    let mut query = FleetQuery {
        text: given.search.clone(),
        filter: open::filter(text, trak, &given.filter)?,
        sort,
        origin,
        offset: given.offset,
    };
    let limit = if given.all { usize::MAX } else { given.limit };
    let mut rows: Vec<UnitRow> = Vec::new();
    let (matched, total, status) = loop {
        let page = trak.fleet(&query);
        let got = page.rows.len();
        rows.extend(page.rows);
        query.offset += got;
        if got < PAGE_ROWS || rows.len() >= limit {
            break (page.matched, page.total, page.status);
        }
    };
    rows.truncate(limit);
    if out.json {
        return out.document(&json!({
            "schema": "trak.units.v1",
            "status": json::status(&status, opened.fresh),
            "matched": matched,
            "total": total,
            "offset": given.offset,
            "units": rows.iter().map(json::unit_row).collect::<Vec<_>>(),
        }));
    }
    out.line(&header(text, origin.is_some()))?;
    for row in &rows {
        out.line(&line(text, row, origin.is_some(), None))?;
    }
    let counts = fill(text.matched, rows.len()).replace("{m}", &matched.to_string());
    out.line(&counts.replace("{t}", &total.to_string()))
}

/// Lists units around a place or a unit.
pub fn nearby(
    text: &'static Text,
    out: &Out,
    opened: &Opened,
    origin: &str,
    radius: &str,
    filter: &FilterArguments,
) -> Result<(), Failure> {
    let trak = &opened.trak;
    let radius_m =
        radius_m(radius).ok_or_else(|| Failure::say(Code::Usage, fill(text.bad_radius, safe(radius))))?;
    let around = match format::parse(origin) {
        Ok(place) => Origin::Point { place, accuracy_m: None },
        Err(_) => Origin::Unit(open::unit(text, trak, origin)?.id),
    };
    let filter = open::filter(text, trak, filter)?;
    let view = trak.nearby(&NearbyQuery { origin: around, radius_m, filter });
    let Some(place) = view.origin else {
        return Err(Failure::say(Code::NotFound, text.unit_without_position));
    };
    if out.json {
        return out.document(&json!({
            "schema": "trak.nearby.v1",
            "status": json::status(&view.status, opened.fresh),
            "origin": { "lat_deg": place.lat_deg(), "lon_deg": place.lon_deg() },
            "radius_m": view.radius_m,
            "within": view.within,
            "units": view.rows.iter().map(json::nearby_row).collect::<Vec<_>>(),
        }));
    }
    out.line(&header(text, true))?;
    for row in &view.rows {
        out.line(&line(text, &row.unit, true, Some(&row.uncertainty)))?;
    }
    out.line(&fill(text.within, view.within).replace("{m}", &distance(view.radius_m)))
}

fn header(text: &Text, with_distance: bool) -> String {
    let mut line = format!(
        "{}  {}  {}  {}    {}  {}  {}",
        pad_left(text.col_id, 8),
        pad(text.col_name, 24),
        pad(text.col_plate, 12),
        pad(text.col_kind, 10),
        pad(text.col_state, 11),
        pad_left(text.col_age, 7),
        pad_left(text.col_speed, 8),
    );
    if with_distance {
        line += &format!("  {}  {}", pad_left(text.col_distance, 16), text.col_direction);
    }
    line
}

fn line(text: &Text, row: &UnitRow, with_distance: bool, uncertainty: Option<&Uncertainty>) -> String {
    let age = row.age_ms.map_or_else(|| "-".to_owned(), |age| short_age(text, age));
    let mut line = format!(
        "{}  {}  {}  {}  {} {}  {}  {}",
        pad_left(&row.id.0.to_string(), 8),
        pad(&safe(&row.name), 24),
        pad(&safe(row.plate.as_deref().unwrap_or("-")), 12),
        pad(kind(text, row.kind), 10),
        freshness_sign(row.freshness),
        pad(freshness(text, row.freshness), 11),
        pad_left(&age, 7),
        pad_left(&row.speed_mps.map_or_else(|| "-".to_owned(), speed), 8),
    );
    if with_distance {
        let far = row.distance_m.map_or_else(|| "-".to_owned(), distance);
        let far = match uncertainty {
            Some(off) => format!("{far} {} {}", text.uncertain, distance(off.distance_m)),
            None => far,
        };
        let direction = match row.bearing_deg {
            // A direction that may be any direction is none.
            Some(_) if uncertainty.is_some_and(|off| off.bearing_deg >= 90.0) => text.direction_says_nothing,
            Some(deg) => compass(text, deg),
            None => "-",
        };
        line += &format!("  {}  {direction}", pad_left(&far, 16));
    }
    if row.doubt.is_some() || row.future_held_back || row.disabled {
        line.push_str("  !");
    }
    line
}
