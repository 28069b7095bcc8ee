package online.trakiot.app.ui

import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R
import online.trakiot.app.core.Departure
import online.trakiot.core.CancelException
import online.trakiot.core.CorrectionField
import online.trakiot.core.LookedAt
import online.trakiot.core.Notice
import online.trakiot.core.NoticeKind
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.RequestState
import java.text.DateFormat
import java.util.Date

@StringRes
fun correctionLabel(field: CorrectionField): Int =
    when (field) {
        CorrectionField.ACCOUNT_NAME -> R.string.correction_account_name
        CorrectionField.UNIT_NAME -> R.string.correction_unit_name
        CorrectionField.PLATE -> R.string.plate
        CorrectionField.PHONE -> R.string.phone
        CorrectionField.OTHER -> R.string.correction_other
    }

@StringRes
fun requestLabel(state: RequestState): Int =
    when (state) {
        RequestState.OPEN -> R.string.request_open
        RequestState.DONE -> R.string.request_done
        RequestState.REFUSED -> R.string.request_refused
    }

@StringRes
fun lookedAtLabel(what: LookedAt): Int =
    when (what) {
        LookedAt.POSITIONS -> R.string.looked_positions
        LookedAt.HISTORY -> R.string.looked_history
        LookedAt.EXPORT -> R.string.looked_export
        LookedAt.CONSENTS -> R.string.looked_consents
        LookedAt.UNIT -> R.string.looked_unit
        LookedAt.OTHER -> R.string.looked_other
    }

@StringRes
fun noticeLabel(kind: NoticeKind): Int =
    when (kind) {
        NoticeKind.SECURITY -> R.string.notice_security
        NoticeKind.END_OF_SERVICE -> R.string.notice_end_of_service
    }

/** A notice's title in the screen's language. */
@Composable
fun Notice.title(): String = if (policyLanguage() == PolicyLanguage.SIMPLIFIED_CHINESE) titleZh else titleEn

/** A notice's text in the screen's language. */
@Composable
fun Notice.text(): String = if (policyLanguage() == PolicyLanguage.SIMPLIFIED_CHINESE) textZh else textEn

/** Why the end of the account was not taken down, and what to do. */
@Composable
fun cancelWords(error: CancelException): String =
    when (error) {
        is CancelException.WrongPassword -> stringResource(R.string.leave_wrong_password)
        is CancelException.CodeNeeded -> stringResource(R.string.sign_in_code_needed)
        is CancelException.WrongCode -> stringResource(R.string.sign_in_wrong_code)
        is CancelException.LastAdministrator -> stringResource(R.string.leave_last_administrator)
        is CancelException.Query -> queryWords(error.error)
    }

/** What became of leaving, and what it means for the person's data. */
@Composable
fun departureWords(departure: Departure): String =
    when (departure) {
        is Departure.SignedOut -> stringResource(if (departure.revoked) R.string.left_revoked else R.string.left_not_revoked)
        is Departure.Erased -> stringResource(R.string.left_erased)
        is Departure.Refused -> stringResource(R.string.left_refused, queryWords(departure.error))
    }

/** A day as the person's language writes it, in the phone's time zone. */
@Composable
fun dayWords(atMs: Long): String = DateFormat.getDateInstance(DateFormat.LONG, locale()).format(Date(atMs))
