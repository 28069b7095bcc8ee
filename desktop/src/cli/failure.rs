//! How a subcommand ends: a code for scripts and a sentence for people.

use std::io;

use trak_core::decide::consent::ConsentRequired;
use trak_core::engine::{OpenError, QueryError, RecordError, SignInRefusal};
use trak_core::privacy::ConsentError;
use trak_core::view::Trouble;

use crate::text::{Text, consent, consent_error, fill, query_error, record_error, refusal, store, trouble};

/// Exit codes; `docs/cli.md` documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// Anything else.
    Other = 1,
    /// Wrong arguments.
    Usage = 2,
    /// Not found or ambiguous.
    NotFound = 3,
    /// Nobody is signed in, or the server ended the sign-in.
    NotSignedIn = 4,
    /// The server cannot be reached and the answer needs it.
    Offline = 5,
    /// Sign-in refused.
    Refused = 6,
    /// The certificate is not acceptable.
    Certificate = 7,
    /// Cache, key file or output file.
    Storage = 8,
    /// The person's consent is missing.
    Consent = 9,
}

/// Why a subcommand ended early.
#[derive(Debug)]
pub enum Failure {
    /// Said on standard error, with its code.
    Say(Code, String),
    /// Whoever read the output has enough: quiet.
    BrokenPipe,
    /// Ctrl-C at a question: quiet.
    Interrupted,
}

impl Failure {
    /// A failure with its sentence.
    pub fn say(code: Code, sentence: impl Into<String>) -> Self {
        Self::Say(code, sentence.into())
    }

    /// Output that cannot be written.
    pub fn output(text: &Text, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::BrokenPipe
        } else {
            Self::say(Code::Storage, text.output_trouble)
        }
    }

    /// A core that did not open.
    pub fn open(text: &Text, error: &OpenError) -> Self {
        let folder = crate::home::shown();
        let sentence = match error {
            OpenError::SecretStore(_) => fill(text.secret_store_trouble, folder),
            OpenError::Folder(_) => fill(text.file_trouble, folder),
            OpenError::Storage(error) => store(text, *error),
            OpenError::KeyMissing => text.key_missing.to_owned(),
        };
        Self::say(Code::Storage, sentence)
    }

    /// A question that was not answered.
    pub fn query(text: &Text, error: &QueryError) -> Self {
        let code = match error {
            QueryError::Offline => Code::Offline,
            QueryError::SignedOut => Code::NotSignedIn,
            QueryError::ConsentRequired => Code::Consent,
            QueryError::NotFound => Code::NotFound,
            QueryError::InvalidInput => Code::Usage,
            QueryError::BadCertificate(_) => Code::Certificate,
            QueryError::Storage(_) | QueryError::SecretStore(_) => Code::Storage,
            QueryError::Denied
            | QueryError::TooMany { .. }
            | QueryError::Server { .. }
            | QueryError::Unreadable
            | QueryError::Closed => Code::Other,
        };
        Self::say(code, query_error(text, error, &crate::home::shown()))
    }

    /// Readings that were not recorded.
    pub fn record(text: &Text, error: &RecordError) -> Self {
        let code = match error {
            RecordError::SignedOut => Code::NotSignedIn,
            RecordError::NotReporting => Code::Other,
            RecordError::ConsentRequired(_) => Code::Consent,
            RecordError::InvalidInput => Code::Usage,
            RecordError::StorageFull
            | RecordError::Storage(_)
            | RecordError::SecretStore(_)
            | RecordError::KeyMissing => Code::Storage,
        };
        Self::say(code, record_error(text, error, &crate::home::shown()))
    }

    /// What keeps an answer from being fresh, where only a fresh one will do.
    pub fn trouble(text: &Text, why: Trouble) -> Self {
        let code = match why {
            Trouble::Offline => Code::Offline,
            Trouble::SignedOut | Trouble::AccountEnded => Code::NotSignedIn,
            Trouble::ConsentRequired => Code::Consent,
            Trouble::BadCertificate(_) => Code::Certificate,
            Trouble::StorageFull | Trouble::CacheSalvaged | Trouble::Storage => Code::Storage,
            Trouble::Denied | Trouble::TooMany { .. } | Trouble::Server { .. } | Trouble::Unreadable => {
                Code::Other
            }
        };
        Self::say(code, trouble(text, why))
    }

    /// Consent that is missing.
    pub fn consent(text: &Text, refused: ConsentRequired) -> Self {
        Self::say(Code::Consent, consent(text, refused))
    }

    /// A decision that was not written.
    pub fn decision(text: &Text, error: ConsentError) -> Self {
        Self::say(Code::Storage, consent_error(text, error, &crate::home::shown()))
    }

    /// A refused sign-in.
    pub fn sign_in(text: &Text, error: &SignInRefusal) -> Self {
        let code = match error {
            SignInRefusal::Address(_) | SignInRefusal::BadTlsSettings => Code::Usage,
            SignInRefusal::WrongPassword
            | SignInRefusal::CodeNeeded
            | SignInRefusal::WrongCode
            | SignInRefusal::Disabled
            | SignInRefusal::Expired
            | SignInRefusal::TooManyTries { .. } => Code::Refused,
            SignInRefusal::ConsentRequired(_) => Code::Consent,
            SignInRefusal::NoConnection => Code::Offline,
            SignInRefusal::BadCertificate(_) => Code::Certificate,
            SignInRefusal::SecretStore(_)
            | SignInRefusal::Consent(_)
            | SignInRefusal::Storage(_)
            | SignInRefusal::KeyMissing => Code::Storage,
            SignInRefusal::NotATrackingServer
            | SignInRefusal::Server { .. }
            | SignInRefusal::Unreadable
            | SignInRefusal::Closed => Code::Other,
        };
        Self::say(code, refusal(text, error, "--allow-cleartext", &crate::home::shown()))
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use crate::text::Language;
    use trak_core::decide::consent::{ConsentRequired, NoConsent};
    use trak_core::engine::{QueryError, SignInRefusal};
    use trak_core::model::Purpose;
    use trak_core::store::StoreError;
    use trak_core::traccar::address::AddressError;
    use trak_core::traccar::tls::CertificateTrouble;

    #[test]
    fn codes_are_those_of_the_documentation() {
        let text = Language::En.text();
        let code = |failure| match failure {
            Failure::Say(code, _) => code as u8,
            Failure::BrokenPipe => 0,
            Failure::Interrupted => crate::signals::INTERRUPTED,
        };
        let queries = [
            (QueryError::Offline, 5),
            (QueryError::SignedOut, 4),
            (QueryError::NotFound, 3),
            (QueryError::InvalidInput, 2),
            (QueryError::BadCertificate(CertificateTrouble::Expired), 7),
            (QueryError::Storage(StoreError::Full), 8),
            (QueryError::ConsentRequired, 9),
            (QueryError::Denied, 1),
        ];
        for (error, expected) in queries {
            assert_eq!(code(Failure::query(text, &error)), expected, "{error:?}");
        }
        let refusals = [
            (SignInRefusal::Address(AddressError::CleartextRefused), 2),
            (SignInRefusal::WrongPassword, 6),
            (SignInRefusal::CodeNeeded, 6),
            (SignInRefusal::TooManyTries { retry_after_s: 3 }, 6),
            (SignInRefusal::NoConnection, 5),
            (SignInRefusal::BadCertificate(CertificateTrouble::UnknownIssuer), 7),
            (SignInRefusal::KeyMissing, 8),
            (
                SignInRefusal::ConsentRequired(ConsentRequired {
                    purpose: Purpose::Account,
                    why: NoConsent::NotAsked,
                }),
                9,
            ),
            (SignInRefusal::NotATrackingServer, 1),
        ];
        for (error, expected) in refusals {
            assert_eq!(code(Failure::sign_in(text, &error)), expected, "{error:?}");
        }
    }
}
