//! The fleet at once: both forms say the same, a cursor saves what did not change, and it is small on the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

mod common;

use std::collections::BTreeMap;

use common::{NOW_MS, Server, account};
use reqwest::Method;
use serde_json::{Value, json};
use trak_backend::db::NewPosition;
use trak_backend::model::{Device, Position, Time};

const ADMIN: (&str, &str) = ("admin@example.com", "admin");
const STATUS: [&str; 3] = ["offline", "online", "unknown"];
const DRIVER: (&str, &str) = ("driver@example.com", "p");

/// Reads one block of columns as docs/extensions.md says.
struct Block<'a>(&'a Value);

impl Block<'_> {
    fn count(&self) -> usize {
        self.0["count"].as_u64().unwrap() as usize
    }

    fn plain(&self, name: &str, default: Value) -> Vec<Value> {
        let rows = self.0[name].as_array().cloned().unwrap_or_else(|| vec![default; self.count()]);
        assert_eq!(rows.len(), self.count(), "{name}");
        rows
    }

    fn deltas(&self, name: &str) -> Vec<i64> {
        let mut at = 0;
        let add = |row: &Value| {
            at += row.as_i64().unwrap();
            at
        };
        self.0[name].as_array().unwrap().iter().map(add).collect()
    }

    fn texts(&self, name: &str) -> Vec<Value> {
        let shared = self.plain(&format!("{name}Shared"), json!(0));
        let mut before = String::new();
        let row = |(row, shared): (&Value, &Value)| {
            let rest = row.as_str();
            before = before
                .chars()
                .take(shared.as_u64().unwrap() as usize)
                .chain(rest.unwrap_or("").chars())
                .collect();
            if rest.is_some() { json!(before) } else { Value::Null }
        };
        self.plain(name, Value::Null).iter().zip(&shared).map(row).collect()
    }

    fn table(&self, name: &str, table: &str, default: Value) -> Vec<Value> {
        let Some(rows) = self.0[name].as_array() else { return vec![default; self.count()] };
        let mut next = 0;
        let value = |row: &Value| {
            let at = row.as_u64().unwrap() as usize;
            next += usize::from(at == 0);
            self.0[table][if at == 0 { next - 1 } else { at - 1 }].clone()
        };
        rows.iter().map(value).collect()
    }
}

fn time(ms: i64) -> Value {
    serde_json::to_value(Time(ms)).unwrap()
}

/// Units and positions by the unit's number, as `/api/devices` and `/api/positions` have them, but for what the
/// columns leave out.
fn decoded(fleet: &Value) -> (BTreeMap<i64, Value>, BTreeMap<i64, Value>) {
    let block = Block(&fleet["positions"]);
    let (id, fix, server) = (block.deltas("id"), block.deltas("fixTime"), block.deltas("serverTime"));
    let unit = block.plain("deviceId", Value::Null);
    let column = |name: &str, default: i64| block.plain(name, json!(default));
    let scaled = |name: &str, by: f64| -> Vec<Value> {
        column(name, 0).iter().map(|row| json!(row.as_f64().unwrap() / by)).collect()
    };
    let (delay, valid) = (column("deviceDelay", 0), column("valid", 1));
    let (latitude, longitude) = (scaled("latitude", 1e6), scaled("longitude", 1e6));
    let (altitude, speed) = (scaled("altitude", 10.0), scaled("speed", 100.0));
    let (course, accuracy) = (scaled("course", 10.0), scaled("accuracy", 10.0));
    let address = block.table("address", "addresses", Value::Null);
    let attributes = block.table("attributes", "attributesTable", json!({}));
    let mut heard = BTreeMap::new();
    let mut positions = BTreeMap::new();
    for at in 0..block.count() {
        let of = unit[at].as_i64().unwrap();
        heard.insert(of, (id[at], server[at]));
        let position = json!({"id": id[at], "deviceId": of, "fixTime": time(fix[at]), "serverTime": time(server[at]),
            "deviceTime": time(fix[at] + delay[at].as_i64().unwrap()), "valid": valid[at] == 1,
            "latitude": latitude[at], "longitude": longitude[at], "altitude": altitude[at], "speed": speed[at],
            "course": course[at], "accuracy": accuracy[at], "address": address[at], "attributes": attributes[at]});
        positions.insert(of, position);
    }
    let block = Block(&fleet["devices"]);
    let id = block.deltas("id");
    let texts = |name: &str| block.texts(name);
    let (name, unique, phone) = (texts("name"), texts("uniqueId"), texts("phone"));
    let model = block.table("model", "models", Value::Null);
    let contact = block.table("contact", "contacts", Value::Null);
    let category = block.table("category", "categories", Value::Null);
    let attributes = block.table("attributes", "attributesTable", json!({}));
    let (group, status) = (block.plain("groupId", json!(0)), block.plain("status", json!(0)));
    let (disabled, ends) = (block.plain("disabled", json!(0)), block.plain("expirationTime", Value::Null));
    let mut units = BTreeMap::new();
    for (at, id) in id.iter().enumerate() {
        let known = heard.get(id);
        let last = match &fleet["devices"]["lastUpdate"][at] {
            Value::Number(n) => Some(n.as_i64().unwrap() + known.map_or(0, |known| known.1)),
            _ if fleet["devices"]["lastUpdate"].is_array() => None,
            _ => known.map(|known| known.1),
        };
        let assumed = json!(known.map_or(0, |known| known.0));
        let position = fleet["devices"]["positionId"].as_array().map_or(&assumed, |rows| &rows[at]);
        let unit = json!({"id": id, "name": name[at], "uniqueId": unique[at], "phone": phone[at], "model": model[at],
            "contact": contact[at], "category": category[at], "attributes": attributes[at], "groupId": group[at],
            "status": STATUS[status[at].as_u64().unwrap() as usize],
            "disabled": disabled[at] == 1, "expirationTime": ends[at].as_i64().map(time), "calendarId": 0,
            "lastUpdate": last.map(time), "positionId": position});
        units.insert(*id, unit);
    }
    (units, positions)
}

async fn odd_fleet() -> Server {
    let server = Server::start().await;
    account(server.running(), DRIVER.0, "Driver", DRIVER.1, false);
    let group = server.admin(Method::POST, "/api/groups", json!({"name": "A"})).await["id"].clone();
    for body in [
        json!({"name": "Van 1", "uniqueId": "SIM001", "groupId": group, "attributes": {"uploadCredential": "s", "plate": "沪A1"}}),
        json!({"name": "Van 2", "uniqueId": "SIM002", "category": "van", "attributes": {"plate": "沪A2"}}),
        json!({"name": "Van 3", "uniqueId": "SIM003", "category": "van", "phone": "+861", "model": "M", "contact": "李"}),
        json!({"name": "Van 4", "uniqueId": "SIM004", "disabled": true, "expirationTime": "2027-01-01T00:00:00Z"}),
        json!({"name": "Van 5", "uniqueId": "SIM005", "phone": "+862"}),
    ] {
        server.admin(Method::POST, "/api/devices", body).await;
    }
    for upload in [
        "id=SIM002&lat=-33.9000015&lon=-151.2&timestamp=1795577580&speed=12.345&bearing=271.25&valid=false",
        "id=SIM001&key=s&lat=31.5&lon=121.5&altitude=-3.2&accuracy=4.5&sat=9",
        "id=SIM003&lat=31.5&lon=121.5&timestamp=1795577000",
        "id=SIM003&lat=31.6&lon=121.5&timestamp=1795577500",
        "id=SIM005", // heard of without a position
    ] {
        assert_eq!(server.upload(upload).await, 200, "{upload}");
        server.advance(250);
    }
    assert_eq!(server.upload("id=SIM002").await, 200, "heard of after its position");
    server
}

fn by(key: &str, rows: &Value) -> BTreeMap<i64, Value> {
    rows.as_array().unwrap().iter().map(|row| (row[key].as_i64().unwrap(), row.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_say_what_rows_say() {
    let server = odd_fleet().await;
    let get = async |path: &str| server.api(ADMIN, Method::GET, path, None).await.1;
    let (units, positions) = decoded(&get("/api/trak/fleet?form=columns").await);
    assert_eq!(units, by("id", &get("/api/devices").await));
    let exact = by("deviceId", &get("/api/positions").await);
    assert_eq!(positions.keys().collect::<Vec<_>>(), exact.keys().collect::<Vec<_>>());
    assert_eq!(positions.len(), 3);
    for (unit, position) in &positions {
        for (name, value) in position.as_object().unwrap() {
            let exact = &exact[unit][name];
            match (name.as_str(), value.as_f64()) {
                ("latitude" | "longitude", Some(value)) => {
                    assert!((value - exact.as_f64().unwrap()).abs() <= 5.1e-7);
                }
                ("speed", Some(value)) => assert!((value - exact.as_f64().unwrap()).abs() <= 0.005_1),
                ("course" | "altitude" | "accuracy", Some(value)) => {
                    assert!((value - exact.as_f64().unwrap()).abs() <= 0.051, "{name}");
                }
                ("attributes", _) => {
                    let mut exact = exact.clone();
                    for left_out in ["distance", "totalDistance"] {
                        exact.as_object_mut().unwrap().remove(left_out);
                    }
                    assert_eq!(*value, exact);
                }
                _ => assert_eq!(value, exact, "{name} of {unit}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_brings_what_changed_and_what_is_gone_and_no_more() {
    let server = odd_fleet().await;
    for unit in [1, 2, 3] {
        server.admin(Method::POST, "/api/permissions", json!({"userId": 2, "deviceId": unit})).await;
    }
    let get = async |who, since: &Value| {
        let path = format!("/api/trak/fleet?form=columns&since={}", since.as_str().unwrap_or_default());
        server.api(who, Method::GET, &path, None).await.1
    };
    let told = |fleet: &Value| {
        let (units, positions) = decoded(fleet);
        (units.into_keys().collect::<Vec<_>>(), positions.into_keys().collect::<Vec<_>>())
    };
    let (all, driver) = (get(ADMIN, &Value::Null).await, get(DRIVER, &Value::Null).await);
    assert_eq!((&all["full"], told(&driver)), (&json!(true), (vec![1, 2, 3], vec![1, 2, 3])));
    let nothing = get(ADMIN, &all["cursor"]).await;
    assert_eq!((&nothing["full"], told(&nothing)), (&json!(false), (vec![], vec![])));

    // One deleted that the driver saw, one that it did not, one made and deleted at once, one made, one that moved.
    for path in ["/api/devices/3", "/api/devices/5"] {
        assert_eq!(server.api(ADMIN, Method::DELETE, path, None).await.0, 204);
    }
    for n in 6..=7 {
        let body = json!({"name": format!("Van {n}"), "uniqueId": format!("SIM00{n}")});
        assert_eq!(server.admin(Method::POST, "/api/devices", body).await["id"], n);
    }
    assert_eq!(server.api(ADMIN, Method::DELETE, "/api/devices/6", None).await.0, 204);
    assert_eq!(server.upload("id=SIM002&lat=1&lon=1").await, 200);
    let (later, driver_later) = (get(ADMIN, &all["cursor"]).await, get(DRIVER, &driver["cursor"]).await);
    assert_eq!((&later["full"], told(&later)), (&json!(false), (vec![2, 7], vec![2])));
    assert_eq!(later["removedDevices"], json!([3, 5]));
    assert_eq!((&driver_later["full"], told(&driver_later)), (&json!(false), (vec![2], vec![2])));
    assert_eq!(driver_later["removedDevices"], json!([3]));

    // What it may see changed: everything is sent again, as with a cursor of elsewhere.
    server.admin(Method::POST, "/api/permissions", json!({"userId": 2, "deviceId": 4})).await;
    assert_eq!(get(DRIVER, &driver_later["cursor"]).await["full"], true);
    for cursor in ["", "x", "x.1.2", &later["cursor"].as_str().unwrap()[1..]] {
        assert_eq!(get(ADMIN, &json!(cursor)).await["full"], true, "{cursor}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_units_are_small_on_the_wire() {
    let server = Server::start().await;
    let db = &server.running().state.db;
    let mut seed = 7_u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let devices: Vec<Device> = (0..10_000_i64)
        .map(|n| Device {
            name: format!("Van {n}"),
            unique_id: format!("{}", 860_000_000_000_000 + n * 7_919),
            category: Some(if n % 3 == 0 { "truck" } else { "van" }.into()),
            attributes: [("plate".to_owned(), json!(format!("沪A{:05}", random(100_000))))]
                .into_iter()
                .collect(),
            ..Device::default()
        })
        .collect();
    let ids = db.create_devices(&devices).unwrap();
    let mut new: Vec<NewPosition> = ids
        .iter()
        .map(|id| {
            let fix = NOW_MS - 1_000 * random(3_600) as i64;
            let position = Position {
                id: 0,
                attributes: json!({"distance": random(9_999) as f64 / 7.0, "totalDistance": random(9_999_999) as f64 / 7.0,
                    "motion": true}).as_object().unwrap().clone(),
                device_id: *id,
                protocol: "osmand".into(),
                server_time: Time(fix + 700),
                device_time: Time(fix),
                fix_time: Time(fix),
                valid: true,
                latitude: 20.0 + random(25_000_000) as f64 / 1e6,
                longitude: 90.0 + random(30_000_000) as f64 / 1e6,
                altitude: random(500) as f64,
                speed: random(6_000) as f64 / 100.0,
                course: random(360) as f64,
                address: None,
                accuracy: 5.0,
                network: None,
                geofence_ids: None,
            };
            NewPosition { position, newest: true, online: true }
        })
        .collect();
    db.insert_positions(&mut new).unwrap();
    let token = server.token(("admin@example.com", "admin")).await;
    let http = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
    let get = async |query: &str| {
        let request = http.get(format!("{}/api/trak/fleet{query}", server.url)).bearer_auth(&token);
        let begun = std::time::Instant::now();
        let bytes = request.header("Accept-Encoding", "gzip").send().await.unwrap().bytes().await.unwrap();
        println!("{query}: {} bytes, {:?}", bytes.len(), begun.elapsed());
        bytes.len()
    };
    let (rows, columns) = (get("").await, get("?form=columns").await);
    get("?form=columns").await;
    assert!(columns < 300_000 && columns < rows, "{rows} {columns}");
}
