//! The wire's shapes, as Traccar 6.14 writes them. Speeds are knots, times RFC 3339 with `+00:00`.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use trak_core::decide::sanity::{self, Facts, Verdict};
use trak_core::model as core_model;
use trak_core::traccar::decode::MPS_PER_KNOT;

/// A time on the wire; kept as milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Time(pub i64);

impl Time {
    /// From text: RFC 3339 with an offset.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = Timestamp::from_millisecond(self.0).map_err(serde::ser::Error::custom)?;
        let text = format!("{at:.3}");
        serializer.collect_str(&format_args!("{}+00:00", text.trim_end_matches('Z')))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a time"))
    }
}

/// A JSON object kept whole.
pub type Attributes = Map<String, Value>;

/// A user as the wire shows it. The password is only ever received.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[allow(missing_docs)] // Traccar's own names
pub struct User {
    pub id: i64,
    pub attributes: Attributes,
    pub name: String,
    pub login: Option<String>,
    pub email: String,
    pub phone: Option<String>,
    pub readonly: bool,
    pub administrator: bool,
    pub map: Option<String>,
    pub latitude: f64,
    pub longitude: f64,
    pub zoom: i64,
    pub coordinate_format: Option<String>,
    pub disabled: bool,
    pub expiration_time: Option<Time>,
    pub device_limit: i64,
    pub user_limit: i64,
    pub device_readonly: bool,
    pub limit_commands: bool,
    pub disable_reports: bool,
    pub fixed_email: bool,
    pub poi_layer: Option<String>,
    pub totp_key: Option<String>,
    pub temporary: bool,
    pub password: Option<String>,
}

impl Default for User {
    fn default() -> Self {
        Self {
            id: 0,
            attributes: Attributes::new(),
            name: String::new(),
            login: None,
            email: String::new(),
            phone: None,
            readonly: false,
            administrator: false,
            map: None,
            latitude: 0.0,
            longitude: 0.0,
            zoom: 0,
            coordinate_format: None,
            disabled: false,
            expiration_time: None,
            device_limit: 0,
            user_limit: 0,
            device_readonly: false,
            limit_commands: false,
            disable_reports: false,
            fixed_email: false,
            poi_layer: None,
            totp_key: None,
            temporary: false,
            password: None,
        }
    }
}

/// A unit as the wire shows it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[allow(missing_docs)] // Traccar's own names
pub struct Device {
    pub id: i64,
    #[serde(serialize_with = "without_credential")]
    pub attributes: Attributes,
    pub group_id: i64,
    pub calendar_id: i64,
    pub name: String,
    pub unique_id: String,
    #[serde(default = "offline")]
    pub status: String,
    pub last_update: Option<Time>,
    pub position_id: i64,
    pub phone: Option<String>,
    pub model: Option<String>,
    pub contact: Option<String>,
    pub category: Option<String>,
    pub disabled: bool,
    pub expiration_time: Option<Time>,
}

/// The attribute that holds the credential a unit's uploads must carry. It is written, never shown.
pub const UPLOAD_CREDENTIAL: &str = "uploadCredential";

/// The attribute that says whose own unit it is: the number of the account whose phone reports it.
pub const OWNER: &str = "trak.owner";

impl Device {
    /// The account whose own unit it is; 0 for nobody's.
    pub(crate) fn owner(&self) -> i64 {
        self.attributes.get(OWNER).and_then(Value::as_i64).unwrap_or(0)
    }
}

fn without_credential<S: Serializer>(attributes: &Attributes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(attributes.iter().filter(|(name, _)| *name != UPLOAD_CREDENTIAL))
}

fn offline() -> String {
    "offline".to_owned()
}

/// A group as the wire shows it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[allow(missing_docs)] // Traccar's own names
pub struct Group {
    pub id: i64,
    pub attributes: Attributes,
    pub group_id: i64,
    pub name: String,
}

/// A position as the wire shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // Traccar's own names
pub struct Position {
    pub id: i64,
    pub attributes: Attributes,
    pub device_id: i64,
    pub protocol: String,
    pub server_time: Time,
    pub device_time: Time,
    pub fix_time: Time,
    pub valid: bool,
    pub latitude: f64,
    pub longitude: f64,
    pub altitude: f64,
    pub speed: f64,
    pub course: f64,
    pub address: Option<String>,
    pub accuracy: f64,
    pub network: Option<Value>,
    pub geofence_ids: Option<Vec<i64>>,
}

impl Position {
    /// As the core's rules for tracks take it; `None` where the place is none.
    /// What the core's rule says of it now; its own time of receipt is the clock.
    pub(crate) fn judged(&self) -> Verdict {
        let facts = Facts {
            place: core_model::LatLon::new(self.latitude, self.longitude),
            fix_time: core_model::UtcMs(self.fix_time.0),
            server_time: Some(core_model::UtcMs(self.server_time.0)),
            valid: self.valid,
        };
        sanity::judge(&facts, None)
    }

    /// Whether it says where a unit was.
    pub(crate) fn is_place(&self) -> bool {
        !matches!(self.judged(), Verdict::NoPosition(_))
    }

    pub(crate) fn of_core(&self) -> Option<core_model::Position> {
        Some(core_model::Position {
            id: core_model::PositionId(self.id),
            unit_id: core_model::UnitId(self.device_id),
            fix_time: core_model::UtcMs(self.fix_time.0),
            raw_fix_time: core_model::UtcMs(self.fix_time.0),
            device_time: None,
            server_time: None,
            place: core_model::LatLon::new(self.latitude, self.longitude)?,
            valid: self.valid,
            altitude_m: Some(self.altitude),
            speed_mps: Some(self.speed * MPS_PER_KNOT),
            course_deg: Some(self.course),
            accuracy_m: None,
            address: None,
            attributes_json: String::new(),
            doubt: None,
        })
    }
}

/// An event as the wire shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // Traccar's own names
pub struct Event {
    pub id: i64,
    pub attributes: Attributes,
    pub device_id: i64,
    #[serde(rename = "type")]
    pub kind: String,
    pub event_time: Time,
    pub position_id: i64,
    pub geofence_id: i64,
    pub maintenance_id: i64,
}

/// A geofence as the wire shows it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[allow(missing_docs)] // Traccar's own names
pub struct Geofence {
    pub id: i64,
    pub attributes: Attributes,
    pub calendar_id: i64,
    pub name: String,
    pub description: Option<String>,
    pub area: String,
}

/// A wish to be told of events as the wire shows it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[allow(missing_docs)] // Traccar's own names
pub struct Notification {
    pub id: i64,
    pub attributes: Attributes,
    pub description: Option<String>,
    pub calendar_id: i64,
    pub always: bool,
    #[serde(rename = "type")]
    pub kind: String,
    pub command_id: i64,
    /// Names with commas between them.
    pub notificators: String,
}
