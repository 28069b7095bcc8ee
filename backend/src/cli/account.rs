//! `account`: who may sign in.

use clap::Subcommand;

use super::{CliError, one_of, out, password};
use crate::auth::{hash_password, new_totp_key};
use crate::create_account;
use crate::db::Database;
use crate::model::User;

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Make an account; the password comes from --password-file, TRAK_PASSWORD or a prompt
    Add {
        /// Sign-in name, usually a mail address
        email: String,
        /// Name as shown to people; the sign-in name where none is given
        #[arg(long)]
        name: Option<String>,
        /// A second, shorter sign-in name
        #[arg(long)]
        login: Option<String>,
        /// May administer and sees everything
        #[arg(long)]
        administrator: bool,
        /// May look but not change
        #[arg(long)]
        readonly: bool,
        #[command(flatten)]
        from: password::From,
    },
    /// List the accounts
    List {
        /// One JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Set a new password; ends the account's tokens
    SetPassword {
        /// Sign-in name or number
        account: String,
        #[command(flatten)]
        from: password::From,
    },
    /// No longer let an account in
    Disable {
        /// Sign-in name or number
        account: String,
    },
    /// Let an account in again
    Enable {
        /// Sign-in name or number
        account: String,
    },
    /// Make a key for one-time codes and print it once
    Totp {
        /// Sign-in name or number
        account: String,
        /// Ask for no code any more
        #[arg(long)]
        remove: bool,
    },
    /// Delete an account; units and positions stay
    Remove {
        /// Sign-in name or number
        account: String,
    },
}

pub(super) fn find(db: &Database, account: &str) -> Result<User, CliError> {
    let name = account.trim().to_lowercase();
    let by_name = db.user_by_sign_in(&name)?.map(|found| found.user);
    let by_number = name.parse().ok().map(|id| db.user(id)).transpose()?.flatten();
    one_of(by_name, by_number, |user| user.id, "account")
}

pub(super) fn run(command: Account, db: &Database) -> Result<(), CliError> {
    match command {
        Account::Add { email, name, login, administrator, readonly, from } => {
            let password = password::read(&from)?;
            let user = User {
                name: name.unwrap_or_else(|| email.clone()),
                email,
                login,
                administrator,
                readonly,
                device_limit: if administrator { -1 } else { 0 },
                password: Some(password.to_string()),
                ..User::default()
            };
            out::row(&[&create_account(db, user)?.id])?;
        }
        Account::List { json } => list(db, json)?,
        Account::SetPassword { account, from } => {
            let user = find(db, &account)?;
            let hash = hash_password(&password::read(&from)?)?;
            db.update_user(&user, Some(&hash))?;
        }
        Account::Disable { account } => disabled(db, &account, true)?,
        Account::Enable { account } => disabled(db, &account, false)?,
        Account::Totp { account, remove } => {
            let mut user = find(db, &account)?;
            user.totp_key = if remove { None } else { Some(new_totp_key()?) };
            db.update_user(&user, None)?;
            if let Some(key) = &user.totp_key {
                out::row(&[key])?;
            }
        }
        Account::Remove { account } => db.delete_user(find(db, &account)?.id)?,
    }
    Ok(())
}

fn disabled(db: &Database, account: &str, disabled: bool) -> Result<(), CliError> {
    let user = User { disabled, ..find(db, account)? };
    db.update_user(&user, None)?;
    Ok(())
}

fn list(db: &Database, json: bool) -> Result<(), CliError> {
    let users = db.users()?;
    if json {
        let users: Vec<User> = users.iter().map(crate::routes::session::shown).collect();
        return out::json(&users);
    }
    for user in users {
        let mut marks = Vec::new();
        for (mark, set) in [
            ("administrator", user.administrator),
            ("readonly", user.readonly),
            ("disabled", user.disabled),
            ("code", user.totp_key.is_some()),
        ] {
            if set {
                marks.push(mark);
            }
        }
        out::row(&[&user.id, &user.email, &user.name, &marks.join(",")])?;
    }
    Ok(())
}
