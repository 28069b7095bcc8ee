//! What a sign-in is asked with, and how the wire's refusals become the caller's.

use crate::decide::consent::{ConsentRequired, NoConsent};
use crate::engine::SignInRefusal;
use crate::model::{Purpose, Secret};
use crate::traccar::SignInError;
use crate::traccar::address::Cleartext;
use crate::traccar::tls::TlsPolicy;

/// What a person entered.
pub struct SignInRequest {
    /// The server's address in any usual form.
    pub server: String,
    /// Whether the person accepts an unencrypted connection to a server elsewhere.
    pub cleartext: Cleartext,
    /// Private CA and pins.
    pub tls: TlsPolicy,
    /// Sign-in name or mail address.
    pub email: String,
    /// Password.
    pub password: Secret,
    /// One-time code, when asked for.
    pub code: Option<Secret>,
}

impl From<SignInError> for SignInRefusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::WrongPassword => Self::WrongPassword,
            SignInError::CodeNeeded => Self::CodeNeeded,
            SignInError::WrongCode => Self::WrongCode,
            SignInError::Disabled => Self::Disabled,
            // Agreed to when the request was made up, withdrawn before it left.
            SignInError::ConsentRequired => Self::ConsentRequired(ConsentRequired {
                purpose: Purpose::Account,
                why: NoConsent::Withdrawn,
            }),
            SignInError::Expired => Self::Expired,
            SignInError::TooManyTries { retry_after_s } => Self::TooManyTries { retry_after_s },
            SignInError::NoConnection => Self::NoConnection,
            SignInError::BadCertificate(trouble) => Self::BadCertificate(trouble),
            SignInError::NotATrackingServer => Self::NotATrackingServer,
            SignInError::ServerTrouble { status } => Self::Server { status },
            SignInError::Unreadable => Self::Unreadable,
        }
    }
}
