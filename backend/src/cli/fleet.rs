//! `unit`, `group` and `grant`: what there is and who sees it.

use clap::Subcommand;
use serde_json::Value;

use super::{CliError, account, one_of, out};
use crate::auth::random_text;
use crate::db::{Database, Link};
use crate::model::{Attributes, Device, Group as GroupShape, OWNER, UPLOAD_CREDENTIAL};

#[derive(Debug, Subcommand)]
pub(super) enum Unit {
    /// Make a unit
    Add {
        /// The tracker's identifier (IMEI or similar)
        unique_id: String,
        /// Name as shown to people; the identifier where none is given
        #[arg(long)]
        name: Option<String>,
        /// Number of its group
        #[arg(long, default_value_t = 0)]
        group: i64,
        /// Number plate
        #[arg(long)]
        plate: Option<String>,
        /// Kind: van, truck, crane, person, ...
        #[arg(long)]
        category: Option<String>,
        /// Make and model
        #[arg(long)]
        model: Option<String>,
        /// Phone number of the tracker or driver
        #[arg(long)]
        phone: Option<String>,
        /// Contact person
        #[arg(long)]
        contact: Option<String>,
        /// Sign-in name or number of the account whose phone reports it: it may erase its track, and sees who looks at it
        #[arg(long)]
        owner: Option<String>,
    },
    /// List the units
    List {
        /// One JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Make a credential that its uploads must carry and print it once
    Credential {
        /// Identifier or number
        unit: String,
        /// Take uploads without one again
        #[arg(long)]
        remove: bool,
    },
    /// Delete a unit with its positions
    Remove {
        /// Identifier or number
        unit: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Group {
    /// Make a group
    Add {
        /// Its name
        name: String,
        /// Number of the group it stands in
        #[arg(long, default_value_t = 0)]
        parent: i64,
    },
    /// List the groups
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum Grant {
    /// Let an account see a unit
    Unit {
        /// Sign-in name or number
        account: String,
        /// Identifier or number
        unit: String,
        /// It is the account's own: its phone reports it
        #[arg(long)]
        own: bool,
    },
    /// Let an account see a group and all groups in it
    Group {
        /// Sign-in name or number
        account: String,
        /// Number
        group: i64,
    },
    /// Take it back
    Revoke {
        /// Sign-in name or number
        account: String,
        /// Identifier or number
        #[arg(long, required_unless_present = "group", conflicts_with = "group")]
        unit: Option<String>,
        /// Number
        #[arg(long)]
        group: Option<i64>,
    },
}

fn find(db: &Database, unit: &str) -> Result<Device, CliError> {
    let by_identifier = db.device_by_unique_id(unit)?;
    let by_number = unit.parse().ok().map(|id| db.device(id)).transpose()?.flatten();
    one_of(by_identifier, by_number, |device| device.id, "unit")
}

fn check_group(db: &Database, group: i64) -> Result<(), CliError> {
    let known = group == 0 || db.groups()?.iter().any(|g| g.id == group);
    if known { Ok(()) } else { Err(CliError::Unknown("group")) }
}

pub(super) fn unit(command: Unit, db: &Database) -> Result<(), CliError> {
    match command {
        Unit::Add { unique_id, name, group, plate, category, model, phone, contact, owner } => {
            check_group(db, group)?;
            let mut attributes = Attributes::new();
            if let Some(plate) = plate {
                attributes.insert("plate".into(), plate.into());
            }
            let owner = owner.map(|name| account::find(db, &name)).transpose()?;
            if let Some(owner) = &owner {
                attributes.insert(OWNER.into(), owner.id.into());
            }
            let device = Device {
                name: name.unwrap_or_else(|| unique_id.clone()),
                unique_id,
                group_id: group,
                category,
                model,
                phone,
                contact,
                attributes,
                ..Device::default()
            };
            let id = db.create_device(&device)?.id;
            if let Some(owner) = owner {
                db.link(Link::UserDevice(owner.id, id))?;
            }
            out::row(&[&id])?;
        }
        Unit::List { json } => {
            let devices = db.all_devices()?;
            if json {
                out::json(&devices)?;
            } else {
                for d in devices {
                    out::row(&[&d.id, &d.unique_id, &d.name, &d.group_id, &d.status])?;
                }
            }
        }
        Unit::Credential { unit, remove } => {
            let mut device = find(db, &unit)?;
            if remove {
                device.attributes.remove(UPLOAD_CREDENTIAL);
                db.update_device(&device)?;
            } else {
                let credential = random_text()?;
                device.attributes.insert(UPLOAD_CREDENTIAL.to_owned(), Value::String(credential.clone()));
                db.update_device(&device)?;
                out::row(&[&credential])?;
            }
        }
        Unit::Remove { unit } => db.delete_device(find(db, &unit)?.id, super::now())?,
    }
    Ok(())
}

pub(super) fn group(command: Group, db: &Database) -> Result<(), CliError> {
    match command {
        Group::Add { name, parent } => {
            check_group(db, parent)?;
            let group = GroupShape { name, group_id: parent, ..GroupShape::default() };
            out::row(&[&db.create_group(&group)?.id])?;
        }
        Group::List => {
            for group in db.groups()? {
                out::row(&[&group.id, &group.name, &group.group_id])?;
            }
        }
    }
    Ok(())
}

pub(super) fn grant(command: Grant, db: &Database) -> Result<(), CliError> {
    match command {
        Grant::Unit { account, unit, own } => {
            let (account, mut device) = (account::find(db, &account)?.id, find(db, &unit)?);
            db.link(Link::UserDevice(account, device.id))?;
            if own {
                device.attributes.insert(OWNER.to_owned(), account.into());
                db.update_device(&device)?;
            }
        }
        Grant::Group { account, group } => {
            check_group(db, group)?;
            db.link(Link::UserGroup(account::find(db, &account)?.id, group))?;
        }
        Grant::Revoke { account, unit, group } => {
            let account = account::find(db, &account)?.id;
            if let Some(unit) = unit {
                db.unlink(Link::UserDevice(account, find(db, &unit)?.id))?;
            }
            if let Some(group) = group {
                db.unlink(Link::UserGroup(account, group))?;
            }
        }
    }
    Ok(())
}
