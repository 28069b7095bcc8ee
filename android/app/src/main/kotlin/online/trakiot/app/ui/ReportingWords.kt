package online.trakiot.app.ui

import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R
import online.trakiot.app.platform.PhoneMaker
import online.trakiot.app.reporting.StartRefusal
import online.trakiot.core.Blocked
import online.trakiot.core.GapCause
import online.trakiot.core.RecordException
import online.trakiot.core.Rejection
import online.trakiot.core.ReportingView
import online.trakiot.core.ReportingWhy
import online.trakiot.core.SetAsideReason

@StringRes
fun blockedLabel(blocked: Blocked): Int =
    when (blocked) {
        Blocked.OFFLINE -> R.string.blocked_offline
        Blocked.SIGNED_OUT -> R.string.blocked_signed_out
        Blocked.UNKNOWN_UNIT -> R.string.blocked_unknown_unit
        Blocked.DENIED -> R.string.blocked_denied
        Blocked.SERVER_BUSY -> R.string.blocked_server_busy
        Blocked.NO_ANSWER -> R.string.blocked_no_answer
        Blocked.BAD_CERTIFICATE -> R.string.blocked_bad_certificate
        Blocked.OTHER_PROGRAM -> R.string.blocked_other_program
        Blocked.CONSENT_REQUIRED -> R.string.blocked_consent
        Blocked.STORAGE -> R.string.blocked_storage
    }

@StringRes
fun gapLabel(cause: GapCause): Int =
    when (cause) {
        GapCause.PERMISSION_LOST -> R.string.gap_permission_lost
        GapCause.LOCATION_OFF -> R.string.gap_location_off
        GapCause.KILLED -> R.string.gap_killed
        GapCause.RESTARTED -> R.string.gap_restarted
        GapCause.NO_READING -> R.string.gap_no_reading
        GapCause.CONSENT_WITHDRAWN -> R.string.gap_consent_withdrawn
        GapCause.SIGNED_OUT -> R.string.gap_signed_out
        GapCause.SWITCHED_OFF -> R.string.gap_switched_off
    }

@StringRes
fun setAsideLabel(reason: SetAsideReason): Int =
    when (reason) {
        SetAsideReason.REFUSED -> R.string.aside_refused
        SetAsideReason.DENIED -> R.string.aside_denied
        SetAsideReason.UNKNOWN_UNIT -> R.string.aside_unknown_unit
        SetAsideReason.NO_ANSWER -> R.string.aside_no_answer
        SetAsideReason.TOO_LARGE -> R.string.aside_too_large
    }

@StringRes
fun rejectionLabel(rejection: Rejection): Int =
    when (rejection) {
        Rejection.NOT_ON_EARTH -> R.string.rejected_not_on_earth
        Rejection.NULL_ISLAND -> R.string.rejected_null_island
        Rejection.ACCURACY -> R.string.rejected_accuracy
        Rejection.OLDER -> R.string.rejected_older
        Rejection.DUPLICATE -> R.string.rejected_duplicate
        Rejection.FUTURE -> R.string.rejected_future
        Rejection.IMPOSSIBLE_SPEED -> R.string.rejected_impossible_speed
        Rejection.MOCK -> R.string.rejected_mock
        Rejection.DEBOUNCE -> R.string.rejected_debounce
        Rejection.STATIONARY -> R.string.rejected_stationary
    }

@StringRes
fun refusalLabel(why: StartRefusal): Int =
    when (why) {
        StartRefusal.NoPermission -> R.string.refused_no_permission
        StartRefusal.FromBackground -> R.string.refused_from_background
        StartRefusal.BySystem -> R.string.refused_by_system
        StartRefusal.NotOpened -> R.string.refused_not_opened
    }

/** The same outside the app: what a tap does about it. */
@StringRes
fun stoppedLabel(why: StartRefusal): Int =
    when (why) {
        StartRefusal.NoPermission -> R.string.stopped_no_permission
        StartRefusal.FromBackground -> R.string.stopped_from_background
        StartRefusal.BySystem -> R.string.stopped_by_system
        StartRefusal.NotOpened -> R.string.stopped_not_opened
    }

@StringRes
fun makerLabel(maker: PhoneMaker): Int =
    when (maker) {
        PhoneMaker.Xiaomi -> R.string.maker_xiaomi
        PhoneMaker.Huawei, PhoneMaker.Honor -> R.string.maker_huawei
        PhoneMaker.Oppo -> R.string.maker_oppo
        PhoneMaker.Vivo -> R.string.maker_vivo
        PhoneMaker.Samsung -> R.string.maker_samsung
        PhoneMaker.Other -> R.string.maker_other
    }

/** What stands between a position and the server. */
@Composable
fun whyWords(why: ReportingWhy, view: ReportingView, nowMs: Long): String =
    when (why) {
        is ReportingWhy.FirstReading -> stringResource(R.string.reporting_waits_for_first)
        is ReportingWhy.Gap -> stringResource(R.string.reporting_nothing_recorded, stringResource(gapLabel(why.cause)))
        is ReportingWhy.Blocked -> stringResource(blockedLabel(why.blocked))
        is ReportingWhy.Late -> stringResource(R.string.reporting_late, view.outbox.queued.toInt())
        is ReportingWhy.Quiet -> stringResource(R.string.reporting_quiet, lastSentWords(view, nowMs))
        is ReportingWhy.InMemory -> stringResource(R.string.reporting_storage_full)
    }

@Composable
fun lastSentWords(view: ReportingView, nowMs: Long): String =
    view.outbox.lastSuccessMs?.let { ageWords((nowMs - it).coerceAtLeast(0)) } ?: stringResource(R.string.reporting_never)

/** Why a command of reporting failed, and what to do. */
@Composable
fun recordWords(error: RecordException): String =
    when (error) {
        is RecordException.SignedOut -> stringResource(R.string.trouble_signed_out)
        is RecordException.NotReporting -> stringResource(R.string.reporting_is_off)
        is RecordException.InvalidInput -> stringResource(R.string.reporting_bad_identifier)
        is RecordException.StorageFull -> stringResource(R.string.reporting_storage_full)
        is RecordException.Storage -> storageWords(error.trouble)
        is RecordException.SecretStore -> secretWords(error.error)
        is RecordException.KeyMissing -> stringResource(R.string.key_missing)
        is RecordException.ConsentRequired -> stringResource(noConsentLabel(error.why))
        is RecordException.Closed -> stringResource(R.string.closed)
    }
