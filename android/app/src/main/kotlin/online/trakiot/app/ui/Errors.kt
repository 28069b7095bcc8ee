package online.trakiot.app.ui

import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R
import online.trakiot.core.CertificateTrouble
import online.trakiot.core.OpenException
import online.trakiot.core.PushException
import online.trakiot.core.QueryException
import online.trakiot.core.SecretStoreException
import online.trakiot.core.SignInException
import online.trakiot.core.StorageTrouble

@StringRes
fun certificateLabel(trouble: CertificateTrouble): Int =
    when (trouble) {
        CertificateTrouble.UNKNOWN_ISSUER -> R.string.certificate_unknown_issuer
        CertificateTrouble.EXPIRED -> R.string.certificate_expired
        CertificateTrouble.NOT_YET_VALID -> R.string.certificate_not_yet_valid
        CertificateTrouble.WRONG_NAME -> R.string.certificate_wrong_name
        CertificateTrouble.PIN_MISMATCH -> R.string.certificate_pin_mismatch
        CertificateTrouble.OTHER -> R.string.certificate_other
    }

/** Why what is kept cannot be read or written. */
@Composable
fun storageWords(trouble: StorageTrouble): String =
    when (trouble) {
        is StorageTrouble.WrongKey -> stringResource(R.string.storage_wrong_key)
        is StorageTrouble.NewerSchema -> stringResource(R.string.storage_newer)
        is StorageTrouble.Full -> stringResource(R.string.storage_full)
        is StorageTrouble.Io -> stringResource(R.string.storage_io)
        is StorageTrouble.Corrupt -> stringResource(R.string.storage_corrupt)
        is StorageTrouble.Internal -> stringResource(R.string.storage_internal, trouble.code.toInt())
    }

/** Why the key store gave no secret. */
@Composable
fun secretWords(error: SecretStoreException): String =
    when (error) {
        is SecretStoreException.Locked -> stringResource(R.string.secrets_locked)
        is SecretStoreException.Unavailable -> stringResource(R.string.secrets_unavailable)
    }

/** Why the core could not be opened, and what to do. */
@Composable
fun openWords(error: OpenException): String =
    when (error) {
        is OpenException.SecretStore -> secretWords(error.error)
        is OpenException.Folder -> stringResource(R.string.storage_io)
        is OpenException.Storage -> storageWords(error.trouble)
        is OpenException.KeyMissing -> stringResource(R.string.key_missing)
        is OpenException.NoThreads -> stringResource(R.string.no_threads)
    }

/** Why a sign-in was refused, and what to do. */
@Composable
fun signInWords(error: SignInException): String =
    when (error) {
        is SignInException.AddressEmpty -> stringResource(R.string.sign_in_address_empty)
        is SignInException.AddressUnreadable -> stringResource(R.string.sign_in_address_unreadable)
        is SignInException.CleartextRefused -> stringResource(R.string.sign_in_cleartext_refused)
        is SignInException.UnsupportedScheme -> stringResource(R.string.sign_in_unsupported_scheme)
        is SignInException.CredentialsInAddress -> stringResource(R.string.sign_in_credentials_in_address)
        is SignInException.BadTlsSettings -> stringResource(R.string.sign_in_bad_tls_settings)
        is SignInException.WrongPassword -> stringResource(R.string.sign_in_wrong_password)
        is SignInException.CodeNeeded -> stringResource(R.string.sign_in_code_needed)
        is SignInException.WrongCode -> stringResource(R.string.sign_in_wrong_code)
        is SignInException.Disabled -> stringResource(R.string.sign_in_disabled)
        is SignInException.Expired -> stringResource(R.string.sign_in_expired)
        is SignInException.TooManyTries -> stringResource(R.string.sign_in_too_many, error.retryAfterS.toInt())
        is SignInException.NoConnection -> stringResource(R.string.sign_in_no_connection)
        is SignInException.BadCertificate -> stringResource(certificateLabel(error.trouble))
        is SignInException.NotATrackingServer, is SignInException.Unreadable -> stringResource(R.string.sign_in_not_a_server)
        is SignInException.Server -> stringResource(R.string.sign_in_server, error.status.toInt())
        is SignInException.SecretStore -> secretWords(error.error)
        is SignInException.Storage -> storageWords(error.trouble)
        is SignInException.KeyMissing -> stringResource(R.string.key_missing)
        is SignInException.ConsentRequired -> stringResource(noConsentLabel(error.why))
        is SignInException.ConsentRecord -> stringResource(consentErrorLabel(error.error))
        is SignInException.Closed -> stringResource(R.string.closed)
    }

/** Why a question was not answered, and what to do. */
@Composable
fun queryWords(error: QueryException): String =
    when (error) {
        is QueryException.Offline -> stringResource(R.string.trouble_offline)
        is QueryException.SignedOut -> stringResource(R.string.trouble_signed_out)
        is QueryException.Denied -> stringResource(R.string.trouble_denied)
        is QueryException.NotFound -> stringResource(R.string.not_found)
        is QueryException.InvalidInput -> stringResource(R.string.invalid_input)
        is QueryException.TooMany -> stringResource(R.string.trouble_too_many, error.retryAfterS.toInt())
        is QueryException.BadCertificate -> stringResource(certificateLabel(error.trouble))
        is QueryException.Server -> stringResource(R.string.trouble_server, error.status.toInt())
        is QueryException.Unreadable -> stringResource(R.string.trouble_unreadable)
        is QueryException.Storage -> storageWords(error.trouble)
        is QueryException.SecretStore -> secretWords(error.error)
        is QueryException.ConsentRequired -> stringResource(R.string.trouble_consent)
        is QueryException.Closed -> stringResource(R.string.closed)
    }

/** Why a message opens nothing. Nothing was kept of it. */
@Composable
fun pushWords(error: PushException): String =
    when (error) {
        is PushException.TooLarge, is PushException.Malformed, is PushException.FutureTime -> stringResource(R.string.push_unreadable)
        is PushException.UnknownVersion -> stringResource(R.string.push_newer)
        is PushException.OtherAccount -> stringResource(R.string.push_other_account)
        is PushException.SignedOut -> stringResource(R.string.push_signed_out)
        is PushException.ConsentRequired ->
            stringResource(R.string.push_no_consent, stringResource(purposeLabel(error.purpose)), stringResource(noConsentLabel(error.why)))
    }
