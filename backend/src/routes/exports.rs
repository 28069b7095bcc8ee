//! A unit's history as a file: CSV in Traccar's columns, KML as Traccar draws it, GPX as the core writes it.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use quick_xml::Writer;
use quick_xml::events::BytesText;
use serde_json::Value;
use trak_core::history::{ExportFormat, Rules, export, track};

use super::units::visible;
use super::{Query, number};
use crate::auth::Caller;
use crate::db::access_log::Look;
use crate::error::Refusal;
use crate::model::{Device, Position, Time};
use crate::server::State as Shared;

async fn file(
    state: Shared,
    caller: Caller,
    query: Option<String>,
    content_type: &'static str,
    disposition: &'static str,
    write: impl FnOnce(&Device, &[Position]) -> Option<Vec<u8>> + Send + 'static,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref())?;
    let id = query.one("deviceId").map(number).transpose()?.ok_or(Refusal::Bad("deviceId"))?;
    let (from, to) = query.range()?;
    let now = state.now();
    let body = state
        .db
        .run(move |db| {
            let device = visible(db, &caller.user, id)?;
            db.note_look(&caller.user, Look::Export, |seen| seen == id, now)?;
            write(&device, &db.history(id, from, to)?).ok_or(Refusal::Internal)
        })
        .await?;
    let told = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    Ok((told, body).into_response())
}

pub(super) async fn csv(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let write = |_: &Device, positions: &[Position]| csv_of(positions).ok();
    file(state, caller, query, "text/csv", "attachment; filename=positions.csv", write).await
}

pub(super) async fn gpx(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let write = |device: &Device, positions: &[Position]| {
        let positions: Vec<_> = positions.iter().filter_map(Position::of_core).collect();
        let mut out = Vec::new();
        let track = track(&positions, &Rules::default());
        export(ExportFormat::Gpx, &device.name, &positions, &track, &mut out).ok()?;
        Some(out)
    };
    file(state, caller, query, "application/gpx+xml", "attachment; filename=positions.gpx", write).await
}

pub(super) async fn kml(
    State(state): State<Shared>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let write = |device: &Device, positions: &[Position]| kml_of(&device.name, positions).ok();
    file(
        state,
        caller,
        query,
        "application/vnd.google-earth.kml+xml",
        "attachment; filename=positions.kml",
        write,
    )
    .await
}

/// One line through all positions. Longitude stands first, and a text lies above sea level.
fn kml_of(name: &str, positions: &[Position]) -> std::io::Result<Vec<u8>> {
    let time = |p: Option<&Position>| {
        let at = p.and_then(|p| jiff::Timestamp::from_millisecond(p.fix_time.0).ok());
        at.map(|at| at.strftime("%F %H:%M").to_string()).unwrap_or_default()
    };
    let term = format!("{} - {}", time(positions.first()), time(positions.last()));
    let places = positions.iter().map(|p| format!("{:.6},{:.6},{:.6}", p.longitude, p.latitude, p.altitude));
    let places = places.collect::<Vec<_>>().join(" ");
    let mut out = Writer::new(b"<?xml version='1.0' encoding='UTF-8'?>".to_vec());
    let element = |out: &mut Writer<Vec<u8>>, name: &str, text: &str| {
        out.create_element(name).write_text_content(BytesText::new(text)).map(|_| ())
    };
    out.create_element("kml")
        .with_attribute(("xmlns", "http://www.opengis.net/kml/2.2"))
        .write_inner_content(|out| {
            out.create_element("Document").write_inner_content(|out| {
                element(out, "name", name)?;
                out.create_element("Placemark").write_inner_content(|out| {
                    element(out, "name", &term)?;
                    out.create_element("LineString").write_inner_content(|out| {
                        element(out, "extrude", "1")?;
                        element(out, "tessellate", "1")?;
                        element(out, "altitudeMode", "absolute")?;
                        element(out, "coordinates", &places)
                    })?;
                    Ok(())
                })?;
                Ok(())
            })?;
            Ok(())
        })?;
    Ok(out.into_inner())
}

const COLUMNS: [&str; 14] = [
    "id",
    "deviceId",
    "protocol",
    "serverTime",
    "deviceTime",
    "fixTime",
    "valid",
    "latitude",
    "longitude",
    "altitude",
    "speed",
    "course",
    "address",
    "accuracy",
];

/// One column for each attribute that any of the positions has, after Traccar's own.
fn csv_of(positions: &[Position]) -> Result<Vec<u8>, csv::Error> {
    let names: BTreeSet<&str> =
        positions.iter().flat_map(|p| p.attributes.keys().map(String::as_str)).collect();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS.into_iter().chain(names.iter().copied()))?;
    for p in positions {
        let time =
            |time: Time| jiff::Timestamp::from_millisecond(time.0).map(|at| at.strftime("%F %T").to_string());
        let fixed = [
            p.id.to_string(),
            p.device_id.to_string(),
            p.protocol.clone(),
            time(p.server_time).unwrap_or_default(),
            time(p.device_time).unwrap_or_default(),
            time(p.fix_time).unwrap_or_default(),
            p.valid.to_string(),
            number_text(p.latitude),
            number_text(p.longitude),
            number_text(p.altitude),
            number_text(p.speed),
            number_text(p.course),
            p.address.clone().unwrap_or_default(),
            number_text(p.accuracy),
        ];
        let attributes = names.iter().map(|name| match p.attributes.get(*name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        });
        out.write_record(fixed.into_iter().chain(attributes))?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// As JSON has it: `10.0`, the shortest text that reads back as the same number.
fn number_text(number: f64) -> String {
    Value::from(number).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::csv_of;
    use crate::model::{Position, Time};

    #[test]
    fn rows_have_traccars_columns_and_whatever_attributes_there_are() {
        let position = |id, attributes: serde_json::Value| Position {
            id,
            attributes: attributes.as_object().unwrap().clone(),
            device_id: 7,
            protocol: "osmand".into(),
            server_time: Time(1_795_577_586_250),
            device_time: Time(0),
            fix_time: Time(1_795_577_525_000),
            valid: true,
            latitude: 31.201,
            longitude: 121.4012,
            altitude: 10.0,
            speed: 25.0,
            course: 45.0,
            address: Some("Road 1, \"Depot\"".into()),
            accuracy: 5.0,
            network: None,
            geofence_ids: None,
        };
        let positions =
            [position(1, json!({"motion": true})), position(2, json!({"alarm": "sos", "motion": null}))];
        let text = String::from_utf8(csv_of(&positions).unwrap()).unwrap();
        let expected = "id,deviceId,protocol,serverTime,deviceTime,fixTime,valid,latitude,longitude,altitude,speed,course,\
            address,accuracy,alarm,motion\n\
            1,7,osmand,2026-11-25 03:33:06,1970-01-01 00:00:00,2026-11-25 03:32:05,true,31.201,121.4012,10.0,25.0,45.0,\
            \"Road 1, \"\"Depot\"\"\",5.0,,true\n\
            2,7,osmand,2026-11-25 03:33:06,1970-01-01 00:00:00,2026-11-25 03:32:05,true,31.201,121.4012,10.0,25.0,45.0,\
            \"Road 1, \"\"Depot\"\"\",5.0,sos,\n";
        assert_eq!(text, expected);
    }
}
