package online.trakiot.app.ui

import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import online.trakiot.app.R
import online.trakiot.core.ConsentAction
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentScreen
import online.trakiot.core.NoConsent
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.Purpose
import java.util.Locale

/** The policy's language that fits the screen's. */
@Composable
fun policyLanguage(): PolicyLanguage = policyLanguage(locale())

/** The same where there is no screen. */
fun policyLanguage(locale: Locale): PolicyLanguage =
    if (locale.language == "zh") PolicyLanguage.SIMPLIFIED_CHINESE else PolicyLanguage.ENGLISH

@StringRes
fun purposeLabel(purpose: Purpose): Int =
    when (purpose) {
        Purpose.ACCOUNT -> R.string.purpose_account
        Purpose.LOCATION_ON_SCREEN -> R.string.purpose_location
        Purpose.REPORTING -> R.string.purpose_reporting
        Purpose.PUSH -> R.string.purpose_push
        Purpose.PUSH_COLLECTION -> R.string.purpose_push_collection
        Purpose.DIAGNOSTICS -> R.string.purpose_diagnostics
    }

/** What it means, in one sentence. */
@StringRes
fun purposeMeaning(purpose: Purpose): Int =
    when (purpose) {
        Purpose.ACCOUNT -> R.string.purpose_account_means
        Purpose.LOCATION_ON_SCREEN -> R.string.purpose_location_means
        Purpose.REPORTING -> R.string.purpose_reporting_means
        Purpose.PUSH -> R.string.purpose_push_means
        Purpose.PUSH_COLLECTION -> R.string.purpose_push_collection_means
        Purpose.DIAGNOSTICS -> R.string.purpose_diagnostics_means
    }

@StringRes
fun consentActionLabel(action: ConsentAction): Int =
    when (action) {
        ConsentAction.GIVEN -> R.string.action_given
        ConsentAction.REFUSED -> R.string.action_refused
        ConsentAction.WITHDRAWN -> R.string.action_withdrawn
        ConsentAction.INFORMED -> R.string.action_informed
    }

@StringRes
fun consentScreenLabel(screen: ConsentScreen): Int =
    when (screen) {
        ConsentScreen.FIRST_RUN -> R.string.screen_first_run
        ConsentScreen.SIGN_IN -> R.string.sign_in_title
        ConsentScreen.PRIVACY_CENTRE -> R.string.privacy_title
        ConsentScreen.POLICY_CHANGE -> R.string.screen_policy_change
        ConsentScreen.FEATURE -> R.string.screen_feature
        ConsentScreen.TERMINAL -> R.string.screen_terminal
    }

@StringRes
fun noConsentLabel(why: NoConsent): Int =
    when (why) {
        NoConsent.NOT_ASKED -> R.string.no_consent_not_asked
        NoConsent.REFUSED -> R.string.no_consent_refused
        NoConsent.WITHDRAWN -> R.string.no_consent_withdrawn
        NoConsent.POLICY_CHANGED -> R.string.no_consent_policy_changed
        NoConsent.RECORD_DAMAGED -> R.string.no_consent_damaged
    }

@StringRes
fun consentErrorLabel(error: ConsentException): Int =
    when (error) {
        is ConsentException.Full -> R.string.consent_full
        is ConsentException.Io -> R.string.consent_io
        is ConsentException.UnknownPolicy -> R.string.consent_unknown_policy
        is ConsentException.Damaged -> R.string.no_consent_damaged
        is ConsentException.Closed -> R.string.closed
    }
