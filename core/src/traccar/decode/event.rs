//! What the elements of short lists mean: events and groups. They are few, so each is read the lenient way at once.

use serde_json::{Map, Value};

use super::lenient::{attributes_of, text, time_at, whole};
use super::{Element, RejectReason};
use crate::model::{Event, EventKind, Group, GroupId, PositionId, UnitId};

impl Element for Event {
    type Wire<'a> = Map<String, Value>;

    fn strict(wire: Self::Wire<'_>) -> Option<Self> {
        Self::lenient(&wire).ok()
    }

    fn lenient(o: &Map<String, Value>) -> Result<Self, RejectReason> {
        let type_word = text(o, "type").unwrap_or_default();
        Ok(Self {
            id: whole(o, "id").ok_or(RejectReason::NoIdentity)?,
            kind: EventKind::from_word(&type_word),
            type_word,
            unit_id: UnitId(whole(o, "deviceId").ok_or(RejectReason::NoIdentity)?),
            at: time_at(o, "eventTime").ok_or(RejectReason::NoTime)?,
            position_id: whole(o, "positionId").filter(|id| *id != 0).map(PositionId),
            attributes_json: attributes_of(o),
        })
    }
}

impl Element for Group {
    type Wire<'a> = Map<String, Value>;

    fn strict(wire: Self::Wire<'_>) -> Option<Self> {
        Self::lenient(&wire).ok()
    }

    fn lenient(o: &Map<String, Value>) -> Result<Self, RejectReason> {
        Ok(Self {
            id: GroupId(whole(o, "id").ok_or(RejectReason::NoIdentity)?),
            parent_id: GroupId(whole(o, "groupId").unwrap_or(0)),
            name: text(o, "name").unwrap_or_default(),
        })
    }
}
