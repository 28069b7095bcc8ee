package online.trakiot.app.screens.account

import online.trakiot.app.core.Loaded
import online.trakiot.core.AccountChange
import online.trakiot.core.CorrectionField
import online.trakiot.core.CorrectionRequest
import online.trakiot.core.QueryException

/** What a person has typed about their account. Name and mail begin as they are; an empty phone or password stays as it is. */
data class AccountEntries(val name: String, val email: String, val phone: String = "", val password: String = "") {
    /** What is different from [before]; nothing when there is nothing to change or a name would be empty. */
    fun changeFrom(before: AccountEntries): AccountChange? {
        if (name.isBlank() || email.isBlank()) return null
        val change =
            AccountChange(
                name.trim().takeIf { it != before.name },
                email.trim().takeIf { it != before.email },
                phone.trim().ifEmpty { null },
                password.ifEmpty { null },
            )
        return change.takeIf { it != AccountChange(null, null, null, null) }
    }
}

/** What became of the last change or request. */
sealed interface AccountOutcome {
    data object Changed : AccountOutcome

    data object Asked : AccountOutcome

    data class Refused(val error: QueryException) : AccountOutcome
}

/** What the screen shows. */
data class AccountState(
    val before: AccountEntries,
    val entries: AccountEntries,
    val field: CorrectionField,
    val text: String,
    val requests: Loaded<List<CorrectionRequest>>,
    val busy: Boolean,
    val outcome: AccountOutcome?,
)

/** What a person can do there. */
sealed interface AccountEvent {
    data object Back : AccountEvent

    data class Enter(val entries: AccountEntries) : AccountEvent

    data object Save : AccountEvent

    data class Field(val field: CorrectionField) : AccountEvent

    data class Words(val text: String) : AccountEvent

    data object Ask : AccountEvent

    data object Again : AccountEvent
}
