//! The embedded administration backend of TRAK-IOT.online: the part of Traccar's API that the app uses, over SQLite.
//!
//! | where | what is decided there |
//! |---|---|
//! | [`db`] | what is kept and how; the only SQL |
//! | [`model`] | the wire's shapes |
//! | [`auth`], `admission`, `throttle` | who a request comes from and how long that holds; passwords, codes; guessing |
//! | [`ingest`] | how a position becomes the newest, and what is kept together |
//! | `events` | which events follow from a position or from time, and which of them a socket shows |
//! | `silence` | what follows from time alone |
//! | [`live`] | the open websockets and what each may see |
//! | `accept`, `limit` | connections, and how many requests an address may make |
//! | [`routes`] | the requests |
//! | `push` | telling phones of events, and taking over those of a Traccar server |
//! | `cancel`, `retention`, [`backup`] | when and how data ends, and how long copies of it live |
//! | [`demo`], [`import`] | filling it |
//! | [`cli`] | the command line |

mod accept;
mod admission;
pub mod auth;
pub mod backup;
mod cancel;
pub mod cli;
pub mod db;
pub mod demo;
pub mod error;
mod events;
pub mod import;
pub mod ingest;
mod limit;
pub mod live;
pub mod model;
mod push;
mod retention;
pub mod routes;
mod server;
mod silence;
mod throttle;

pub use limit::Rate;
pub use push::{Forward, OutsideError, Relay, Secret};
pub use retention::{TermError, Terms};
pub use server::{Config, Running, StartError, State, start};

/// Makes an account; its name is folded as sign-in folds it, its password hashed. Blocks.
pub fn create_account(db: &db::Database, user: model::User) -> Result<model::User, error::Refusal> {
    routes::users::add(db, user)
}
