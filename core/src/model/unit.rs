//! A unit: anything with a tracker.

use core::fmt;
use serde::{Deserialize, Serialize};

use super::UtcMs;

/// A unit's number at its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitId(pub i64);

/// A group's number at its server. 0 means none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(pub i64);

/// A position's number at its server. 0 means none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PositionId(pub i64);

/// What the server says of the link to the unit's tracker right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkState {
    /// The tracker is connected or reported within the server's own limit.
    Online,
    /// The server knows that it is not connected.
    Offline,
    /// The server does not say.
    #[default]
    Unknown,
}

/// The kind of a unit, from the server's `category`. A kind we do not know stays readable in [`FleetUnit::category`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // the variants are their own documentation
pub enum UnitKind {
    Car,
    Van,
    Truck,
    Bus,
    Trailer,
    Crane,
    Excavator,
    Tractor,
    Motorcycle,
    Bicycle,
    Ship,
    Train,
    Plane,
    Helicopter,
    Person,
    Animal,
    Other,
}

impl UnitKind {
    /// The kind that a server's category word stands for.
    pub fn from_category(category: Option<&str>) -> Self {
        match category.unwrap_or_default() {
            "car" | "default" | "pickup" => Self::Car,
            "van" | "camper" => Self::Van,
            "truck" => Self::Truck,
            "bus" | "trolleybus" => Self::Bus,
            "trailer" => Self::Trailer,
            "crane" => Self::Crane,
            "excavator" | "bulldozer" | "loader" => Self::Excavator,
            "tractor" => Self::Tractor,
            "motorcycle" | "scooter" => Self::Motorcycle,
            "bicycle" => Self::Bicycle,
            "boat" | "ship" => Self::Ship,
            "train" | "tram" => Self::Train,
            "plane" | "drone" => Self::Plane,
            "helicopter" => Self::Helicopter,
            "person" => Self::Person,
            "animal" => Self::Animal,
            _ => Self::Other,
        }
    }
}

/// A unit as its server describes it. Texts are kept exactly as received.
#[derive(Clone, PartialEq)]
pub struct FleetUnit {
    /// Number at the server.
    pub id: UnitId,
    /// Name as shown to people.
    pub name: String,
    /// The tracker's identifier (IMEI or similar); also its upload credential, so it counts as personal.
    pub unique_id: String,
    /// Group, 0 for none.
    pub group_id: GroupId,
    /// Number plate: the attribute `plate`, `licensePlate` or `registration`, whichever comes first.
    pub plate: Option<String>,
    /// Phone number of the tracker or driver.
    pub phone: Option<String>,
    /// Make and model.
    pub model: Option<String>,
    /// Contact person.
    pub contact: Option<String>,
    /// The server's own category word.
    pub category: Option<String>,
    /// Whether the administrator switched it off.
    pub disabled: bool,
    /// Link state now.
    pub link: LinkState,
    /// When the server last heard from the tracker, on the server's clock.
    pub last_update: Option<UtcMs>,
    /// The server's attributes, one JSON object, kept whole including what we do not know.
    pub attributes_json: String,
    /// JSON object of the top-level fields that we do not know, kept for write-back; `{}` when none.
    pub unknown_json: String,
}

impl FleetUnit {
    /// The kind that its category stands for.
    pub fn kind(&self) -> UnitKind {
        UnitKind::from_category(self.category.as_deref())
    }
}

impl fmt::Debug for FleetUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FleetUnit").field("id", &self.id).field("link", &self.link).finish_non_exhaustive()
    }
}

/// A group of units; groups nest.
#[derive(Clone, PartialEq, Eq)]
pub struct Group {
    /// Number at the server.
    pub id: GroupId,
    /// The group it stands in, 0 for none.
    pub parent_id: GroupId,
    /// Name as shown to people.
    pub name: String,
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").field("id", &self.id).finish_non_exhaustive()
    }
}
