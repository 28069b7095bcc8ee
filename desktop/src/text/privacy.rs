//! Purposes and answers in words.

use trak_core::decide::consent::Answer;
use trak_core::model::Purpose;

use super::{Text, fill};

/// What data is asked for.
pub fn purpose(text: &Text, purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Account => text.purpose_account,
        Purpose::LocationOnScreen => text.purpose_location,
        Purpose::Reporting => text.purpose_reporting,
        Purpose::Push => text.purpose_push,
        Purpose::PushCollection => text.purpose_push_collection,
        Purpose::Diagnostics => text.purpose_diagnostics,
    }
}

/// What a person answered.
pub fn answer(text: &Text, answer: Answer) -> String {
    match answer {
        Answer::NotAsked => text.answer_not_asked.to_owned(),
        Answer::Given { policy_version } => fill(text.answer_given, policy_version),
        Answer::Refused => text.answer_refused.to_owned(),
        Answer::Withdrawn => text.answer_withdrawn.to_owned(),
    }
}
