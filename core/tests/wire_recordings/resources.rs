//! The fleet, its stream and what belongs to it: what reaches the fleet.

use futures_util::SinkExt;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use trak_core::model::{EventKind, GroupId, LatLon, LinkState, Secret, Shape, UnitId, UtcMs};
use trak_core::traccar::address::{Cleartext, parse};
use trak_core::traccar::socket::SocketError;
use trak_core::traccar::{ApiError, decode};

use super::recorded::{Answer, TOKEN, client, recorded, recordings_folder, serve, whole_elements};

#[tokio::test]
async fn plain_traccar_gives_the_fleet_by_its_three_lists() {
    let (Some(session), Some(devices), Some(reports)) =
        (recorded("01-session.md"), recorded("03-devices.md"), recorded("06-reports-exports.md"))
    else {
        return;
    };
    let answers = vec![
        session["server info, anonymous"].clone(),
        devices["keyword=li lei (contact)"].clone().with("Date: Wed, 25 Nov 2026 03:32:28 GMT"),
        Answer::json(format!("[{},{}]", devices["create group"].body, devices["create sub group"].body)),
        whole_elements(&reports["history JSON"]),
    ];
    let (address, _) = serve(answers).await;
    let snapshot = client(address).snapshot(&Secret::new(TOKEN), None).await.unwrap();
    assert!(snapshot.full && snapshot.cursor.is_none() && snapshot.rejected == 0);
    let unit = &snapshot.units[0].unit;
    assert_eq!((unit.id, unit.name.as_str(), unit.unique_id.as_str()), (UnitId(1), "Van 1", "VAN-001"));
    assert_eq!(
        (unit.group_id, unit.contact.as_deref(), unit.link),
        (GroupId(2), Some("Li Lei"), LinkState::Offline)
    );
    assert_eq!(unit.last_update, None);
    assert!(unit.unknown_json.contains("\"calendarId\":0"), "kept for a later write");
    let groups = snapshot.groups.unwrap();
    assert_eq!(
        (groups[1].id, groups[1].parent_id, groups[1].name.as_str()),
        (GroupId(2), GroupId(1), "Fleet A / North")
    );
    let first = &snapshot.positions[0];
    assert_eq!(first.id.0, 39);
    assert_eq!(first.fix_time, UtcMs::parse("2026-11-24T22:07:24Z").unwrap());
    assert!(
        (first.speed_mps.unwrap() - 25.0 * 1852.0 / 3600.0).abs() < 1e-12,
        "knots became metres per second"
    );
    assert_eq!((first.accuracy_m, first.course_deg), (Some(5.0), Some(45.0)));
    let place = first.place.unwrap();
    assert!((place.lat_deg() - 31.201).abs() < 1e-12 && (place.lon_deg() - 121.4012).abs() < 1e-12);
    let sample = snapshot.clock.unwrap();
    assert_eq!(sample.date, UtcMs::parse("2026-11-25T03:32:28Z").unwrap());
}

/// The frames of a recorded stream: `  0.43s 16 {"positions":[]}`; those cut short by the recorder left out.
fn recorded_frames(file: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(recordings_folder()?.join(file)).unwrap();
    let frames = text.lines().filter_map(|line| {
        let mut parts = line.trim_start().splitn(3, ' ');
        let (_, length, frame) = (parts.next()?.strip_suffix('s')?, parts.next()?, parts.next()?);
        (length.parse::<usize>().ok()? == frame.chars().count()).then(|| frame.to_owned())
    });
    Some(frames.collect())
}

#[tokio::test]
async fn the_live_stream_arrives_frame_by_frame() {
    use EventKind::{Alarm, GeofenceEnter, GeofenceExit, Online, Overspeed};
    let Some(frames) = recorded_frames("ws-events.txt") else { return };
    assert!(frames.len() > 15);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = parse(&format!("http://{}", listener.local_addr().unwrap()), Cleartext::Refuse).unwrap();
    let sent = frames.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        for frame in sent {
            socket.send(Message::text(frame)).await.unwrap();
        }
        socket.close(None).await.ok();
    });
    let mut socket = client(address.clone()).open_stream(&Secret::new(TOKEN)).await.unwrap();
    let (mut kinds, mut positions, mut units) = (Vec::new(), 0, 0);
    for _ in &frames {
        let frame = socket.next().await.unwrap().unwrap();
        assert!(frame.devices.rejected.is_empty() && frame.positions.rejected.is_empty());
        assert!(frame.events.rejected.is_empty());
        kinds.extend(frame.events.items.iter().map(|event| event.kind));
        positions += frame.positions.items.len();
        units += frame.devices.items.len();
    }
    assert_eq!(socket.next().await.err(), Some(SocketError::Closed));
    for kind in [Online, GeofenceEnter, Overspeed, GeofenceExit, Alarm] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
    assert!(positions > 8 && units > 5, "{positions} {units}");
}

#[tokio::test]
async fn a_refused_stream_and_an_unreadable_frame_are_named() {
    let (address, _) = serve(
        vec![Answer::default(), Answer::default()]
            .into_iter()
            .zip(["200 OK", "500 Server Error"])
            .map(|(answer, status)| Answer { status: status.into(), ..answer })
            .collect(),
    )
    .await;
    for status in [200, 500] {
        let refused = client(address.clone()).open_stream(&Secret::new(TOKEN)).await.err();
        assert_eq!(refused, Some(SocketError::Refused), "{status}");
        assert!(!format!("{refused:?}").contains(TOKEN));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = parse(&format!("http://{}", listener.local_addr().unwrap()), Cleartext::Refuse).unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        socket.send(Message::text(r#"{"positions":[{"id":1"#)).await.unwrap();
        socket.close(None).await.ok();
    });
    let mut socket = client(address.clone()).open_stream(&Secret::new(TOKEN)).await.unwrap();
    assert_eq!(socket.next().await.err(), Some(SocketError::Unreadable));
}

#[test]
fn every_complete_recorded_frame_is_read_whole() {
    for file in [
        "ws-admin.txt",
        "ws-admin-osmand.txt",
        "ws-driver1.txt",
        "ws-events.txt",
        "ws-permission-changes.txt",
        "ws-stale-second-socket.txt",
        "ws-token.txt",
        "ws-deleted-user.txt",
        "ws-driver1-osmand.txt",
    ] {
        let Some(frames) = recorded_frames(file) else { return };
        for text in frames {
            let frame = decode::frame(text.as_bytes()).unwrap();
            let read = frame.devices.items.len() + frame.positions.items.len() + frame.events.items.len();
            let rejected =
                frame.devices.rejected.len() + frame.positions.rejected.len() + frame.events.rejected.len();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            // An administrator's stream also carries `logs`, which the fleet has no use for.
            let lists =
                ["devices", "positions", "events"].map(|key| value[key].as_array().map_or(0, Vec::len));
            let there: usize = lists.iter().sum();
            assert_eq!((read, rejected), (there, 0), "{file}");
        }
    }
}

#[tokio::test]
async fn geofences_events_and_the_account_are_read() {
    let (Some(fences), Some(users)) =
        (recorded("05-geofence-event-notification.md"), recorded("02-users.md"))
    else {
        return;
    };
    let names = ["geofence circle (driver1 creates)", "geofence polygon (lat lon order!)", "geofence line"];
    let mut bodies: Vec<&str> = names.iter().map(|name| fences[*name].body.as_str()).collect();
    bodies.push(r#"{"id":4,"attributes":{},"calendarId":0,"name":"Bad","description":null,"area":"BLAH"}"#);
    let answers = vec![
        Answer::json(format!("[{}]", bodies.join(","))),
        fences["event by id"].clone(),
        fences["event unknown"].clone(),
        users["GET other user (id 1)"].clone(),
        Answer::json(
            r#"{"id":8,"name":"viewer","email":"viewer@example.com","readonly":true,"administrator":false}"#,
        ),
    ];
    let (address, asked) = serve(answers).await;
    let (client, token) = (client(address), Secret::new(TOKEN));
    let (read, unreadable) = client.geofences(&token).await.unwrap();
    assert_eq!((read.len(), unreadable), (3, 1));
    let at = |lat, lon| LatLon::new(lat, lon).unwrap();
    assert_eq!((read[0].id, read[0].name.as_str()), (1, "Depot"));
    assert_eq!(read[0].shape, Shape::Circle { center: at(31.2304, 121.4737), radius_m: 300.0 });
    let Shape::Polygon(corners) = &read[1].shape else { panic!("{:?}", read[1]) };
    assert_eq!(corners[0], at(31.24, 121.48));
    let line = Shape::Line { points: vec![at(31.24, 121.48), at(31.25, 121.48)], width_m: 50.0 };
    assert_eq!(read[2].shape, line, "polylineDistance is the distance to either side");
    assert!(client.event(&token, 5).await.is_ok_and(|event| event.id > 0 && event.unit_id.0 > 0));
    assert!(client.event(&token, 99_999).await.is_err());
    assert_eq!(client.account(&token, 1).await.unwrap_err(), ApiError::Denied);
    let account = client.account(&token, 8).await.unwrap();
    assert_eq!((account.id, account.email.as_str(), account.readonly), (8, "viewer@example.com", true));
    let asked = asked.lock().unwrap().clone();
    for (request, start) in asked.iter().zip([
        "GET /api/geofences ",
        "GET /api/events/5 ",
        "GET /api/events/99999 ",
        "GET /api/users/1 ",
        "GET /api/users/8 ",
    ]) {
        assert!(request.starts_with(start), "{request}");
    }
}
