package online.trakiot.core

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * The core's changes as a flow: a first value at once, then one whenever a view would look different, conflated by the
 * core. Leaving the collection, by cancellation too, ends the observer and frees it; nothing is lost by that, because
 * whoever collects again asks for whole views.
 */
fun Trak.changes(): Flow<ULong> = flow {
    observe().use { observer ->
        try {
            emit(0uL)
            while (true) emit(observer.next() ?: break)
        } finally {
            observer.end()
        }
    }
}
