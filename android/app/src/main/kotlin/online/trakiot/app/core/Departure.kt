package online.trakiot.app.core

import online.trakiot.core.QueryException

/** What became of leaving; told on the next screen, because the one that asked is gone. */
sealed interface Departure {
    /** Whether the server confirmed that this sign-in is void there too. */
    data class SignedOut(val revoked: Boolean) : Departure

    /** Everything of the account is gone from this phone. */
    data object Erased : Departure

    data class Refused(val error: QueryException) : Departure
}
