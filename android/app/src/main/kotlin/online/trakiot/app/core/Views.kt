package online.trakiot.app.core

import androidx.compose.runtime.Composable
import androidx.compose.runtime.State
import androidx.compose.runtime.produceState
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.compose.LocalLifecycleOwner
import androidx.lifecycle.repeatOnLifecycle
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.merge
import kotlinx.coroutines.withContext
import online.trakiot.core.Trak
import online.trakiot.core.changes

/** Ages grow while nothing changes: every view is asked for again after so long. */
private const val TICK_MS = 15_000L

/**
 * A view of the core that stays current while the screen is started. The first answer comes at once, from memory; every
 * later one when the core says that something changed, or when ages have grown. Nothing is kept but the newest whole view.
 */
@Composable
fun <T> coreView(trak: Trak, vararg keys: Any?, ask: (Trak) -> T): State<T> {
    val lifecycle = LocalLifecycleOwner.current.lifecycle
    return produceState(ask(trak), trak, *keys) {
        lifecycle.repeatOnLifecycle(Lifecycle.State.STARTED) {
            val ticks = flow { while (true) { delay(TICK_MS); emit(0uL) } }
            withContext(Dispatchers.Default) {
                merge(trak.changes(), ticks).conflate().collect { value = ask(trak) }
            }
        }
    }
}
