//! Which units' positions are a person's own: the units that their own phone reports.

use crate::model::FleetUnit;

/// Whether a unit is the account's own: its attribute `trak.owner` says so, or this phone reports as it.
pub fn is_own(unit: &FleetUnit, account_id: i64, reports_as: Option<&str>) -> bool {
    if reports_as == Some(unit.unique_id.as_str()) {
        return true;
    }
    let attributes = serde_json::from_str::<serde_json::Value>(&unit.attributes_json).ok();
    let owner = attributes.as_ref().and_then(|all| all.get("trak.owner"));
    owner.is_some_and(|owner| {
        owner.as_i64() == Some(account_id)
            || owner.as_str().is_some_and(|text| text.parse() == Ok(account_id))
    })
}

#[cfg(test)]
mod tests {
    use super::is_own;
    use crate::model::{FleetUnit, GroupId, LinkState, UnitId};

    #[test]
    fn own_is_what_the_server_or_this_phone_says() {
        let unit = |attributes: &str| FleetUnit {
            id: UnitId(1),
            name: String::new(),
            unique_id: "PHONE-1".to_owned(),
            group_id: GroupId(0),
            plate: None,
            phone: None,
            model: None,
            contact: None,
            category: None,
            disabled: false,
            link: LinkState::Unknown,
            last_update: None,
            attributes_json: attributes.to_owned(),
            unknown_json: "{}".to_owned(),
        };
        let table = [
            ("{}", None, false),
            ("{}", Some("PHONE-1"), true),
            ("{}", Some("PHONE-2"), false),
            (r#"{"trak.owner": 7}"#, None, true),
            (r#"{"trak.owner": "7"}"#, None, true),
            (r#"{"trak.owner": 8}"#, None, false),
            (r#"{"trak.owner": {"id": 7}}"#, None, false),
            ("garbage", None, false),
        ];
        for (attributes, reports_as, own) in table {
            assert_eq!(is_own(&unit(attributes), 7, reports_as), own, "{attributes} {reports_as:?}");
        }
    }
}
