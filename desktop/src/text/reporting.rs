//! Reporting in words: what was not accepted and why, why nothing is sent, what a silence means.

use trak_core::decide::delivery::Blocked;
use trak_core::model::{GapCause, Rejection, SamplingProfile, SetAsideReason, WantedAccuracy};

use super::{Text, fill};

/// Why a reading was not accepted.
pub fn rejection(text: &Text, reason: Rejection) -> &'static str {
    match reason {
        Rejection::NotOnEarth => text.reject_not_on_earth,
        Rejection::NullIsland => text.reject_null_island,
        Rejection::Accuracy => text.reject_accuracy,
        Rejection::Older => text.reject_older,
        Rejection::Duplicate => text.reject_duplicate,
        Rejection::Future => text.reject_future,
        Rejection::ImpossibleSpeed => text.reject_speed,
        Rejection::Mock => text.reject_mock,
        Rejection::Debounce => text.reject_debounce,
        Rejection::Stationary => text.reject_stationary,
    }
}

/// Why nothing was recorded for a while.
pub fn gap_cause(text: &Text, cause: GapCause) -> &'static str {
    match cause {
        GapCause::PermissionLost => text.cause_permission,
        GapCause::LocationOff => text.cause_location_off,
        GapCause::Killed => text.cause_killed,
        GapCause::Restarted => text.cause_restarted,
        GapCause::NoReading => text.cause_no_reading,
        GapCause::ConsentWithdrawn => text.cause_consent,
        GapCause::SignedOut => text.cause_signed_out,
        GapCause::SwitchedOff => text.cause_switched_off,
    }
}

/// Why nothing is sent.
pub fn blocked(text: &Text, why: Blocked) -> &'static str {
    match why {
        Blocked::Offline => text.blocked_offline,
        Blocked::ConsentRequired => text.blocked_consent,
        Blocked::SignedOut => text.blocked_signed_out,
        Blocked::UnknownUnit => text.blocked_unknown_unit,
        Blocked::Denied => text.blocked_denied,
        Blocked::ServerBusy => text.blocked_busy,
        Blocked::NoAnswer => text.blocked_no_answer,
        Blocked::BadCertificate => text.blocked_certificate,
        Blocked::OtherProgram => text.blocked_other,
        Blocked::Storage => text.blocked_storage,
    }
}

/// Why the server would not take a fix.
pub fn set_aside(text: &Text, reason: SetAsideReason) -> &'static str {
    match reason {
        SetAsideReason::Refused => text.aside_refused,
        SetAsideReason::Denied => text.blocked_denied,
        SetAsideReason::UnknownUnit => text.blocked_unknown_unit,
        SetAsideReason::NoAnswer => text.blocked_no_answer,
        SetAsideReason::TooLarge => text.aside_too_large,
    }
}

/// How often and how precisely is measured.
pub fn profile(text: &Text, profile: &SamplingProfile) -> String {
    let accuracy = match profile.accuracy {
        WantedAccuracy::High => text.accuracy_high,
        WantedAccuracy::Balanced => text.accuracy_balanced,
        WantedAccuracy::Low => text.accuracy_low,
    };
    let mut words = fill(text.profile_every, profile.interval_ms / 1_000);
    if profile.distance_m > 0.0 {
        words += &format!(" {}", fill(text.profile_metres, format!("{:.0}", profile.distance_m)));
    }
    format!("{words}, {accuracy}")
}
