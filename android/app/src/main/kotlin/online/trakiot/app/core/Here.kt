package online.trakiot.app.core

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.State
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.compose.LocalLifecycleOwner
import androidx.lifecycle.repeatOnLifecycle
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import online.trakiot.app.Services
import online.trakiot.app.platform.LOOKING
import online.trakiot.core.MyLocation
import online.trakiot.core.Trak
import online.trakiot.core.recorded

/**
 * Where this phone is, by the core's judgement of the readings, which are taken while the screen is started and [allowed].
 * With [known] also where it was last, which needs no reading. Nothing of it is kept or sent.
 */
@Composable
fun myLocation(services: Services, trak: Trak, allowed: Boolean, known: Boolean = allowed): State<MyLocation?> {
    val lifecycle = LocalLifecycleOwner.current.lifecycle
    LaunchedEffect(services, trak, allowed) {
        if (!allowed) return@LaunchedEffect
        lifecycle.repeatOnLifecycle(Lifecycle.State.STARTED) {
            withContext(Dispatchers.Default) {
                services.location.fixes(LOOKING).collect {
                    // Without consent nothing is shown; the screen says so by itself.
                    recorded { trak.locate(it, services.surroundings.now(), services.clock.now()) }
                }
            }
        }
    }
    return coreView(trak, allowed, known) { core -> if (known) core.myLocation(services.clock.now()) else null }
}
