package online.trakiot.app.screens.privacy

import androidx.annotation.StringRes
import online.trakiot.app.R
import online.trakiot.app.navigation.Destination
import online.trakiot.core.ConsentEntry
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentView
import online.trakiot.core.Purpose
import online.trakiot.core.PurposeView
import online.trakiot.core.QueryException

/** What this app does with data; nothing in it asks for reports of faults. */
private val ours = Purpose.entries.toSet() - Purpose.DIAGNOSTICS

/** How the copy of all data stands. */
sealed interface CopyState {
    data object None : CopyState

    data object Busy : CopyState

    data object Saved : CopyState

    /** The file could not be written; nothing of it is left. */
    data object NotWritten : CopyState

    data class Refused(val error: QueryException) : CopyState
}

/** What the privacy centre shows. */
data class PrivacyState(
    val consents: ConsentView,
    val record: List<ConsentEntry>,
    val error: ConsentException?,
    val copy: CopyState = CopyState.None,
    /** How many own fixes were not sent: the end of reporting has to say what becomes of them. */
    val unsent: Long = 0,
    /** Whether the record was written where the person said; nothing before. */
    val recordSaved: Boolean? = null,
) {
    val purposes: List<PurposeView> get() = consents.purposes.filter { it.purpose in ours }
    val damaged: Boolean get() = consents.damaged
}

/** The screens of a person's rights, in the order in which they are offered. */
enum class Right(val to: Destination, @param:StringRes val label: Int, @param:StringRes val means: Int) {
    Account(Destination.Account, R.string.account_title, R.string.account_line),
    OwnTrack(Destination.OwnTrack, R.string.own_track_title, R.string.own_track_line),
    AccessLog(Destination.AccessLog, R.string.access_log_title, R.string.access_log_line),
    Retention(Destination.Retention, R.string.retention_title, R.string.retention_line),
    Cancel(Destination.CancelAccount, R.string.leave_title, R.string.leave_line),
}

/** What a person can do there. */
sealed interface PrivacyEvent {
    data object Back : PrivacyEvent

    data class Decide(val purpose: Purpose, val given: Boolean) : PrivacyEvent

    /** Ends reporting; what waits is sent or erased. */
    data class EndReporting(val erase: Boolean) : PrivacyEvent

    data object Read : PrivacyEvent

    data object Export : PrivacyEvent

    data object Copy : PrivacyEvent

    data class Go(val right: Right) : PrivacyEvent

    data object EraseDevice : PrivacyEvent
}
