package online.trakiot.core

/** What a command answered: a value, or an error named by what the caller can do, to be read by an exhaustive `when`. */
sealed interface Answer<out T, out E> {
    data class Value<T>(val value: T) : Answer<T, Nothing>

    data class Refused<E>(val error: E) : Answer<Nothing, E>
}

inline fun <T, R, E> Answer<T, E>.map(change: (T) -> R): Answer<R, E> =
    when (this) {
        is Answer.Value -> Answer.Value(change(value))
        is Answer.Refused -> this
    }

/** Runs a command of the core; only its declared error is caught, so that cancellation and faults pass through. */
inline fun <T> asked(command: () -> T): Answer<T, QueryException> =
    try {
        Answer.Value(command())
    } catch (error: QueryException) {
        Answer.Refused(error)
    }

/** Signs in; see [Trak.signIn]. */
suspend fun Trak.trySignIn(request: SignInRequest): Answer<AccountView, SignInException> =
    try {
        Answer.Value(signIn(request))
    } catch (error: SignInException) {
        Answer.Refused(error)
    }

/** Runs a command of reporting; see [asked]. */
inline fun <T> recorded(command: () -> T): Answer<T, RecordException> =
    try {
        Answer.Value(command())
    } catch (error: RecordException) {
        Answer.Refused(error)
    }

/** Writes or reads decisions; see [asked]. */
inline fun <T> consented(command: () -> T): Answer<T, ConsentException> =
    try {
        Answer.Value(command())
    } catch (error: ConsentException) {
        Answer.Refused(error)
    }

/** Asks for the end of the account; see [asked]. */
inline fun <T> cancelled(command: () -> T): Answer<T, CancelException> =
    try {
        Answer.Value(command())
    } catch (error: CancelException) {
        Answer.Refused(error)
    }

/** Hands over what came by a push; see [asked]. */
inline fun <T> pushed(command: () -> T): Answer<T, PushException> =
    try {
        Answer.Value(command())
    } catch (error: PushException) {
        Answer.Refused(error)
    }
