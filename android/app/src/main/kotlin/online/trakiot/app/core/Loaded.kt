package online.trakiot.app.core

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.State
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.produceState
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.compose.LocalLifecycleOwner
import androidx.lifecycle.repeatOnLifecycle
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.withContext
import online.trakiot.core.Answer
import online.trakiot.core.QueryException
import online.trakiot.core.Trak
import online.trakiot.core.asked
import online.trakiot.core.changes

/** What a question to the server, or to the disk, has brought so far. */
sealed interface Loaded<out T> {
    data object Waiting : Loaded<Nothing>

    data class Refused(val error: QueryException) : Loaded<Nothing>

    data class Has<T>(val value: T) : Loaded<T>
}

/** The value where there is one. */
val <T> Loaded<T>.orNull: T? get() = (this as? Loaded.Has)?.value

/** A question that is asked when the screen opens and whenever the person says so; what was there stays meanwhile. */
class Question<T>(private val answer: State<Loaded<T>>, val again: () -> Unit) {
    val loaded: Loaded<T> get() = answer.value
}

@Composable
fun <T> fromServer(trak: Trak, vararg keys: Any?, ask: suspend (Trak) -> T): Question<T> {
    val answer = remember(trak, *keys) { mutableStateOf<Loaded<T>>(Loaded.Waiting) }
    var attempt by remember(trak, *keys) { mutableIntStateOf(0) }
    LaunchedEffect(trak, attempt, *keys) {
        when (val got = asked { ask(trak) }) {
            is Answer.Value -> answer.value = Loaded.Has(got.value)
            is Answer.Refused -> answer.value = Loaded.Refused(got.error)
        }
    }
    return Question(answer) { attempt++ }
}

/** A view that reads the disk: asked for away from the main thread, again whenever the core says that something changed. */
@Composable
fun <T> storedView(trak: Trak, vararg keys: Any?, ask: (Trak) -> T): State<Loaded<T>> {
    val lifecycle = LocalLifecycleOwner.current.lifecycle
    return produceState<Loaded<T>>(Loaded.Waiting, trak, *keys) {
        lifecycle.repeatOnLifecycle(Lifecycle.State.STARTED) {
            withContext(Dispatchers.IO) {
                trak.changes().conflate().collect {
                    value =
                        when (val got = asked { ask(trak) }) {
                            is Answer.Value -> Loaded.Has(got.value)
                            is Answer.Refused -> Loaded.Refused(got.error)
                        }
                }
            }
        }
    }
}
