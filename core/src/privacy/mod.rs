//! Privacy: the policy with its versions, the record of consents, and who may read either.
//!
//! Decides where and how a person's decisions are kept, so that they are never lost, changed or taken for another
//! person's. Leaves what follows from them to `decide::consent` and stopping what is not permitted to the engine.

mod consents;
mod copy;
pub(crate) mod ending;
mod ledger;
pub mod policy;
pub mod retention;

pub use consents::{Consents, Decision};
pub(crate) use consents::{Everything, PENDING};
pub(crate) use copy::{Copy, CopyTrouble};
pub use ledger::ConsentError;
