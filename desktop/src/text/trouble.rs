//! Refusals and troubles as sentences: what happened, what it means for the person's data, what to do.

use trak_core::decide::consent::ConsentRequired;
use trak_core::engine::{QueryError, RecordError, SignInRefusal};
use trak_core::model::Purpose;
use trak_core::privacy::{ConsentError, policy};
use trak_core::store::StoreError;
use trak_core::traccar::address::AddressError;
use trak_core::traccar::tls::CertificateTrouble;
use trak_core::view::Trouble;

use super::{Text, fill, purpose};

/// What is wrong with the certificate.
pub fn certificate(text: &Text, trouble: CertificateTrouble) -> &'static str {
    match trouble {
        CertificateTrouble::UnknownIssuer => text.cert_unknown_issuer,
        CertificateTrouble::Expired => text.cert_expired,
        CertificateTrouble::NotYetValid => text.cert_not_yet,
        CertificateTrouble::WrongName => text.cert_wrong_name,
        CertificateTrouble::PinMismatch => text.cert_pin,
        CertificateTrouble::Other => text.cert_other,
    }
}

/// Why what is shown is not fresher.
pub fn trouble(text: &Text, trouble: Trouble) -> String {
    match trouble {
        Trouble::Offline => text.trouble_offline.to_owned(),
        Trouble::SignedOut => text.trouble_signed_out.to_owned(),
        Trouble::AccountEnded => text.trouble_account_ended.to_owned(),
        Trouble::ConsentRequired => text.trouble_consent.to_owned(),
        Trouble::Denied => text.trouble_denied.to_owned(),
        Trouble::TooMany { retry_after_s } => fill(text.trouble_too_many, retry_after_s),
        Trouble::BadCertificate(why) => certificate(text, why).to_owned(),
        Trouble::Server { status } => fill(text.trouble_server, status),
        Trouble::Unreadable => text.trouble_unreadable.to_owned(),
        Trouble::StorageFull => text.trouble_storage_full.to_owned(),
        Trouble::CacheSalvaged => text.trouble_salvaged.to_owned(),
        Trouble::Storage => text.trouble_storage.to_owned(),
    }
}

/// The cache's trouble.
pub fn store(text: &Text, error: StoreError) -> String {
    let why = match error {
        StoreError::WrongKey => text.storage_wrong_key,
        StoreError::NewerSchema => text.storage_newer,
        StoreError::Full => text.storage_full,
        StoreError::Io => text.storage_io,
        StoreError::Corrupt => text.storage_corrupt,
        StoreError::Closed => text.closed,
        StoreError::Internal(_) => text.storage_internal,
    };
    fill(text.storage_trouble, why)
}

/// Why a question was not answered. `folder` is where the key file lies.
pub fn query_error(text: &Text, error: &QueryError, folder: &str) -> String {
    match error {
        QueryError::Offline => text.trouble_offline.to_owned(),
        QueryError::SignedOut => text.trouble_signed_out.to_owned(),
        QueryError::ConsentRequired => text.trouble_consent.to_owned(),
        QueryError::Denied => text.denied.to_owned(),
        QueryError::NotFound => fill(text.not_found, "?"),
        QueryError::InvalidInput => text.bad_range.to_owned(),
        QueryError::TooMany { retry_after_s } => fill(text.trouble_too_many, retry_after_s),
        QueryError::BadCertificate(why) => certificate(text, *why).to_owned(),
        QueryError::Server { status } => fill(text.trouble_server, status),
        QueryError::Unreadable => text.trouble_unreadable.to_owned(),
        QueryError::Storage(error) => store(text, *error),
        QueryError::SecretStore(_) => fill(text.secret_store_trouble, folder),
        QueryError::Closed => text.closed.to_owned(),
    }
}

/// Why nothing was recorded. `folder` is where the key file lies.
pub fn record_error(text: &Text, error: &RecordError, folder: &str) -> String {
    match error {
        RecordError::SignedOut => text.trouble_signed_out.to_owned(),
        RecordError::ConsentRequired(refused) => consent(text, *refused),
        RecordError::NotReporting => text.not_reporting.to_owned(),
        RecordError::InvalidInput => text.bad_identifier.to_owned(),
        RecordError::StorageFull => store(text, StoreError::Full),
        RecordError::Storage(error) => store(text, *error),
        RecordError::SecretStore(_) => fill(text.secret_store_trouble, folder),
        RecordError::KeyMissing => text.outbox_key_missing.to_owned(),
    }
}

/// Consent that is missing.
pub fn consent(text: &Text, refused: ConsentRequired) -> String {
    match refused.purpose {
        Purpose::Account => fill(text.consent_account, policy::newest().version),
        other => fill(text.consent_needed, purpose(text, other)),
    }
}

/// A decision that was not written. `folder` is where the record lies.
pub fn consent_error(text: &Text, error: ConsentError, folder: &str) -> String {
    match error {
        ConsentError::Full | ConsentError::Io => fill(text.consent_trouble, folder),
        ConsentError::UnknownPolicy => fill(text.consent_wrong_policy, "?"),
        ConsentError::Closed => text.closed.to_owned(),
    }
}

/// Why a sign-in was refused. `allow` names what allows cleartext here; `folder` is where the key file lies.
pub fn refusal(text: &Text, refusal: &SignInRefusal, allow: &str, folder: &str) -> String {
    match refusal {
        SignInRefusal::Address(AddressError::Empty) => text.no_address.to_owned(),
        SignInRefusal::Address(AddressError::NotAnAddress) => text.bad_address.to_owned(),
        SignInRefusal::Address(AddressError::CleartextRefused) => fill(text.cleartext_refused, allow),
        SignInRefusal::Address(AddressError::UnsupportedScheme) => text.bad_scheme.to_owned(),
        SignInRefusal::Address(AddressError::CredentialsInAddress) => text.credentials_in_address.to_owned(),
        SignInRefusal::ConsentRequired(refused) => consent(text, *refused),
        SignInRefusal::Consent(error) => consent_error(text, *error, folder),
        SignInRefusal::WrongPassword => text.wrong_password.to_owned(),
        SignInRefusal::CodeNeeded => text.code_needed.to_owned(),
        SignInRefusal::WrongCode => text.wrong_code.to_owned(),
        SignInRefusal::Disabled => text.account_disabled.to_owned(),
        SignInRefusal::Expired => text.account_expired.to_owned(),
        SignInRefusal::TooManyTries { retry_after_s } => fill(text.too_many_tries, retry_after_s),
        SignInRefusal::NoConnection => text.no_connection.to_owned(),
        SignInRefusal::BadCertificate(why) => certificate(text, *why).to_owned(),
        SignInRefusal::NotATrackingServer | SignInRefusal::Unreadable => text.not_tracking_server.to_owned(),
        SignInRefusal::Server { status } => fill(text.trouble_server, status),
        SignInRefusal::SecretStore(_) => fill(text.secret_store_trouble, folder),
        SignInRefusal::Storage(error) => store(text, *error),
        SignInRefusal::BadTlsSettings => text.bad_tls_settings.to_owned(),
        SignInRefusal::KeyMissing => text.key_missing.to_owned(),
        SignInRefusal::Closed => text.closed.to_owned(),
    }
}
