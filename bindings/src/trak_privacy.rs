//! The commands of privacy.

use crate::convert::all;
use crate::privacy::{ConsentDecision, ConsentEntry, ConsentError, ConsentView};
use crate::reporting::Unsent;
use crate::trak::Trak;

#[uniffi::export]
impl Trak {
    /// How all purposes stand, and what has to be shown before anything else.
    pub fn consents(&self) -> ConsentView {
        self.core().consents().into()
    }

    /// Whether a sign-in may be tried: whoever is at the sign-in screen has agreed to the policy.
    pub fn may_sign_in(&self) -> bool {
        self.core().may_sign_in().is_ok()
    }

    /// Writes a decision, durable when this returns: what it permits works from now on, what it ends has ended. Queued
    /// fixes are sent or erased as `unsent` says. Withdrawing the account signs out and erases what is kept of it. Writes
    /// to the disk: not for the main thread.
    pub fn decide(&self, decision: ConsentDecision, unsent: Unsent) -> Result<ConsentView, ConsentError> {
        Ok(self.core().decide(decision.into(), unsent.into())?.into())
    }

    /// Every decision of whoever is signed in (or about to), oldest first.
    pub fn consent_record(&self) -> Result<Vec<ConsentEntry>, ConsentError> {
        self.core().consent_record()?.map(all).ok_or(ConsentError::Damaged)
    }

    /// The same as a file for whoever wants to check it: the record's lines as they are hashed.
    pub fn consent_file(&self) -> Result<Vec<u8>, ConsentError> {
        self.core().consent_file()?.ok_or(ConsentError::Damaged)
    }
}
