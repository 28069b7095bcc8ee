//! How a position is taken in.
//!
//! Decides whether it becomes the unit's newest (older never replaces newer, the future never does) and which events
//! follow. Leaves reading the request to `routes::osmand`.

use std::collections::HashMap;

use trak_core::geo::distance::distance_m;
use trak_core::model::LatLon;

use crate::db::NewPosition;
use crate::db::positions::new_event;
use crate::error::Refusal;
use crate::model::{Attributes, Device, Event, Geofence, Position, Time};
use crate::server::State;

/// A position this far ahead of the clock is kept but never the newest.
const FUTURE_MS: i64 = 5 * 60_000;
/// Below this a unit stands, knots.
const STANDING_KN: f64 = 0.01;

/// A report of a unit.
#[derive(Clone, Debug)]
pub struct Report {
    /// When, milliseconds; `None` for now.
    pub fix_time: Option<i64>,
    /// When it was sent, where that differs.
    pub device_time: Option<i64>,
    /// Where.
    pub place: LatLon,
    /// Altitude, metres.
    pub altitude_m: f64,
    /// Speed, knots.
    pub speed_kn: f64,
    /// Course, degrees.
    pub course_deg: f64,
    /// Accuracy, metres; 0 where not stated.
    pub accuracy_m: f64,
    /// Whether the receiver vouches for it.
    pub valid: bool,
    /// Everything else.
    pub attributes: Attributes,
}

/// Takes reports of units in, all in one transaction, and tells the open sockets. On the disk when it returns.
/// Blocks.
pub fn take(state: &State, reports: Vec<(Device, Report)>) -> Result<(), Refusal> {
    let _taking = state.taking.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let now = state.now();
    // The newest of each unit as it will be once the reports before it in this batch are kept.
    let mut newest_of: HashMap<i64, Option<Position>> = HashMap::new();
    let mut new = Vec::with_capacity(reports.len());
    let mut before: Vec<Option<Position>> = Vec::with_capacity(reports.len());
    for (device, report) in &reports {
        let latest = match newest_of.get(&device.id) {
            Some(latest) => latest.clone(),
            None => state.db.latest(device.id)?,
        };
        let fix_time = report.fix_time.unwrap_or(now);
        let newest = fix_time - now <= FUTURE_MS && latest.as_ref().is_none_or(|l| l.fix_time.0 <= fix_time);
        // A late report measures from its own neighbour, so that distances never jump back.
        let neighbour =
            if newest { latest.clone() } else { state.db.position_before(device.id, fix_time)? };
        let way_m = neighbour
            .as_ref()
            .and_then(|p| LatLon::new(p.latitude, p.longitude))
            .map_or(0.0, |from| distance_m(from, report.place));
        let total =
            neighbour.as_ref().and_then(|p| p.attributes.get("totalDistance")?.as_f64()).unwrap_or(0.0);
        let mut attributes = report.attributes.clone();
        attributes.insert("distance".into(), way_m.into());
        attributes.insert("totalDistance".into(), (total + way_m).into());
        if !attributes.contains_key("motion") {
            attributes.insert("motion".into(), (report.speed_kn > STANDING_KN).into());
        }
        new.push(NewPosition {
            position: Position {
                id: 0,
                attributes,
                device_id: device.id,
                protocol: "osmand".into(),
                server_time: Time(now),
                device_time: Time(report.device_time.unwrap_or(fix_time)),
                fix_time: Time(fix_time),
                valid: report.valid,
                latitude: report.place.lat_deg(),
                longitude: report.place.lon_deg(),
                altitude: report.altitude_m,
                speed: report.speed_kn,
                course: report.course_deg,
                address: None,
                accuracy: report.accuracy_m,
                network: None,
                geofence_ids: None,
            },
            newest,
            online: true,
        });
        let kept = if newest { new.last().map(|n: &NewPosition| n.position.clone()) } else { latest.clone() };
        newest_of.insert(device.id, kept);
        before.push(latest);
    }
    state.db.insert_positions(&mut new)?;
    for (((device, _), new), latest) in reports.iter().zip(&new).zip(&before) {
        let Some(current) = state.db.device(device.id)? else { continue };
        state.live.device(&current);
        state.live.position(&new.position);
        if new.newest {
            for mut event in events(state, device, latest.as_ref(), &new.position)? {
                state.db.insert_event(&mut event)?;
                state.live.event(&event);
            }
        } else if device.status != "online" {
            keep_event(state, new_event(device.id, "deviceOnline", now, 0))?;
        }
    }
    Ok(())
}

/// Keeps an event and tells the open sockets.
pub fn keep_event(state: &State, mut event: Event) -> Result<(), Refusal> {
    state.db.insert_event(&mut event)?;
    state.live.event(&event);
    Ok(())
}

fn events(
    state: &State,
    device: &Device,
    before: Option<&Position>,
    now: &Position,
) -> Result<Vec<Event>, Refusal> {
    let mut events = Vec::new();
    if device.status != "online" {
        events.push(new_event(device.id, "deviceOnline", now.server_time.0, 0));
    }
    let at = now.fix_time.0;
    let motion =
        |p: &Position| p.attributes.get("motion").and_then(serde_json::Value::as_bool).unwrap_or(false);
    if let Some(before) = before {
        match (motion(before), motion(now)) {
            (false, true) => events.push(new_event(device.id, "deviceMoving", at, now.id)),
            (true, false) => events.push(new_event(device.id, "deviceStopped", at, now.id)),
            _ => {}
        }
    }
    let limit =
        device.attributes.get("speedLimit").and_then(serde_json::Value::as_f64).unwrap_or(f64::INFINITY);
    if now.speed > limit && before.is_none_or(|b| b.speed <= limit) {
        let mut event = new_event(device.id, "deviceOverspeed", at, now.id);
        event.attributes.insert("speed".into(), now.speed.into());
        event.attributes.insert("speedLimit".into(), limit.into());
        events.push(event);
    }
    if let Some(alarm) = now.attributes.get("alarm") {
        let mut event = new_event(device.id, "alarm", at, now.id);
        event.attributes.insert("alarm".into(), alarm.clone());
        events.push(event);
    }
    for geofence in state.db.geofences_of(device.id)? {
        let inside = |p: &Position| {
            LatLon::new(p.latitude, p.longitude).is_some_and(|place| contains(&geofence, place))
        };
        let kind = match (before.is_some_and(inside), inside(now)) {
            (false, true) => "geofenceEnter",
            (true, false) => "geofenceExit",
            _ => continue,
        };
        events.push(Event { geofence_id: geofence.id, ..new_event(device.id, kind, at, now.id) });
    }
    Ok(events)
}

/// A geofence's shape, read from its WKT in Traccar's order: latitude first.
pub(crate) enum Area {
    /// Middle and radius in metres.
    Circle(LatLon, f64),
    /// Corners.
    Polygon(Vec<LatLon>),
    /// A line; who is near it is a matter of its width, which Traccar keeps elsewhere.
    Line,
}

/// Reads a geofence's area; `None` where it is none.
pub(crate) fn area(wkt: &str) -> Option<Area> {
    let wkt = wkt.trim();
    let (word, rest) = wkt.split_once('(')?;
    let inner = rest.strip_suffix(')')?.trim();
    let pair = |text: &str| {
        let mut numbers = text.split_whitespace().map(str::parse::<f64>);
        let (lat, lon) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        if numbers.next().is_some() { None } else { LatLon::new(lat, lon) }
    };
    match word.trim() {
        "CIRCLE" => {
            let (middle, radius) = inner.split_once(',')?;
            let radius_m: f64 = radius.trim().parse().ok()?;
            (radius_m > 0.0 && radius_m.is_finite()).then_some(Area::Circle(pair(middle)?, radius_m))
        }
        "POLYGON" => {
            let ring = inner.strip_prefix('(')?.split(')').next()?;
            let corners: Option<Vec<LatLon>> = ring.split(',').map(pair).collect();
            corners.filter(|c| c.len() >= 3).map(Area::Polygon)
        }
        "LINESTRING" => {
            let points: Option<Vec<LatLon>> = inner.split(',').map(pair).collect();
            points.filter(|p| p.len() >= 2).map(|_| Area::Line)
        }
        _ => None,
    }
}

fn contains(geofence: &Geofence, place: LatLon) -> bool {
    match area(&geofence.area) {
        Some(Area::Circle(middle, radius_m)) => distance_m(middle, place) <= radius_m,
        Some(Area::Polygon(corners)) => inside(&corners, place),
        Some(Area::Line) | None => false,
    }
}

/// Even-odd rule. Longitudes are followed corner by corner, so that the antimeridian is no wall, and the place is asked
/// for on each turn of the earth that the corners may reach.
fn inside(corners: &[LatLon], place: LatLon) -> bool {
    let mut x = corners.first().map_or(0.0, |c| c.lon_deg());
    let ring: Vec<(f64, f64)> = corners
        .iter()
        .map(|c| {
            x += (c.lon_deg() - x + 540.0).rem_euclid(360.0) - 180.0;
            (x, c.lat_deg())
        })
        .collect();
    let y = place.lat_deg();
    [-360.0, 0.0, 360.0].iter().any(|turn| {
        let x = place.lon_deg() + turn;
        let next = ring.iter().cycle().skip(1);
        let crossings = ring
            .iter()
            .zip(next)
            .filter(|((ax, ay), (bx, by))| {
                (*ay > y) != (*by > y) && (bx - ax) * (y - ay) / (by - ay) + ax > x
            })
            .count();
        crossings % 2 == 1
    })
}

#[cfg(test)]
mod tests {
    use super::{Area, area, inside};
    use trak_core::model::LatLon;

    #[test]
    fn shapes_are_read_or_refused() {
        assert!(
            matches!(area("CIRCLE (31.2304 121.4737, 300)"), Some(Area::Circle(_, r)) if (r - 300.0).abs() < 1e-9)
        );
        assert!(
            matches!(area("POLYGON ((31 121, 31 122, 32 122, 31 121))"), Some(Area::Polygon(c)) if c.len() == 4)
        );
        for bad in [
            "",
            "CIRCLE",
            "CIRCLE (31 121, -5)",
            "CIRCLE (131 121, 5)",
            "POLYGON ((1 2))",
            "POINT (1 2)",
            "CIRCLE (a b, 5)",
        ] {
            assert!(area(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_polygon_may_cross_the_antimeridian() {
        let at = |lat, lon| LatLon::new(lat, lon).unwrap();
        let fiji = [at(-20.0, 177.0), at(-15.0, 177.0), at(-15.0, -178.0), at(-20.0, -178.0)];
        assert!(inside(&fiji, at(-17.0, 179.9)));
        assert!(inside(&fiji, at(-17.0, -179.9)));
        assert!(!inside(&fiji, at(-17.0, 0.0)));
    }
}
