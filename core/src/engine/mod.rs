//! Assembly: one object, [`Trak`], whose commands hand work to tasks of its own and whose observers hand out
//! whole views.
//!
//! Decides how the parts run together and when they stop. Leaves every rule to `decide`, `geo`, `search`, every
//! byte on disk to `store` and every byte on the wire to `traccar`.

mod account;
mod alerts;
mod clock;
mod ending;
mod error;
mod history;
mod keys;
mod notices;
mod observer;
mod opening;
mod privacy;
mod push;
mod questions;
mod record;
mod reporting;
mod retention;
mod rights;
mod sign_in;
mod trak;

pub use crate::model::Clock;
pub use crate::sync::Conditions;
pub use account::{SignedOut, forget_account};
pub use alerts::PushOutcome;
pub use clock::SystemClock;
pub use ending::CancelError;
pub use error::{OpenError, QueryError, SignInRefusal};
pub use history::History;
pub use observer::Observer;
pub use questions::EventRow;
pub use record::{RecordError, Recorded, RecordedFix, ReportAs, Unsent};
pub use sign_in::SignInRequest;
pub use trak::{OpenOptions, Trak};
