//! What the privacy centre shows, and what has to be shown before anything else.

use crate::decide::consent::{Answer, ConsentRequired, NoConsent, ServerCopy, Standing, ToAsk};
use crate::model::Purpose;
use crate::privacy::policy;

/// How one purpose stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurposeView {
    /// Which.
    pub purpose: Purpose,
    /// What the person answered.
    pub answer: Answer,
    /// Why it may not be done now; `None` when it may. Can differ from the answer: what it rests on may be missing.
    pub missing: Option<(Purpose, NoConsent)>,
}

/// How all purposes stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentView {
    /// In the order in which they are shown.
    pub purposes: Vec<PurposeView>,
    /// What has to be shown first.
    pub to_ask: ToAsk,
    /// The record was changed by something else than this app: it was set aside and everything is asked anew.
    pub damaged: bool,
    /// How the record compares with its copy at the server.
    pub server_copy: ServerCopy,
    /// The newest version of the policy.
    pub newest_policy: u32,
}

/// Builds the view.
pub(crate) fn build(
    standing: &Standing,
    server_copy: ServerCopy,
    permits: impl Fn(Purpose) -> Result<(), ConsentRequired>,
) -> ConsentView {
    let view = |purpose| PurposeView {
        purpose,
        answer: standing.answer(purpose),
        missing: permits(purpose).err().map(|refused| (refused.purpose, refused.why)),
    };
    ConsentView {
        purposes: Purpose::ALL.map(view).to_vec(),
        to_ask: standing.to_ask(policy::terms()),
        damaged: standing.is_damaged(),
        server_copy,
        newest_policy: policy::newest().version,
    }
}
