package online.trakiot.app.map

import androidx.compose.animation.core.AnimationState
import androidx.compose.animation.core.AnimationVector2D
import androidx.compose.animation.core.VectorConverter
import androidx.compose.animation.core.animateDecay
import androidx.compose.animation.splineBasedDecay
import androidx.compose.foundation.gestures.awaitEachGesture
import androidx.compose.foundation.gestures.awaitFirstDown
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.input.pointer.PointerEventPass
import androidx.compose.ui.input.pointer.PointerInputScope
import androidx.compose.ui.input.pointer.util.VelocityTracker
import androidx.compose.ui.input.pointer.util.addPointerInputChange
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/**
 * A map that was thrown glides on, slower and slower as a list does, until a finger holds it. Only watches the fingers:
 * moving and zooming is another's business.
 */
suspend fun PointerInputScope.detectThrows(scope: CoroutineScope, onGlide: (Offset) -> Unit) {
    val slowest = 50.dp.toPx()
    val decay = splineBasedDecay<Offset>(this)
    var glide: Job? = null
    awaitEachGesture {
        val down = awaitFirstDown(requireUnconsumed = false)
        glide?.cancel()
        val speed = VelocityTracker()
        speed.addPointerInputChange(down)
        var alone = true
        do {
            val event = awaitPointerEvent(PointerEventPass.Final)
            // Two fingers zoom: their speed says nothing about where the map should go.
            if (event.changes.size > 1) alone = false
            val finger = event.changes.firstOrNull { it.id == down.id } ?: break
            speed.addPointerInputChange(finger)
        } while (finger.pressed)
        val velocity = speed.calculateVelocity().let { Offset(it.x, it.y) }
        if (alone && velocity.getDistance() > slowest) {
            glide = scope.launch {
                var last = Offset.Zero
                AnimationState(Offset.VectorConverter, Offset.Zero, AnimationVector2D(velocity.x, velocity.y)).animateDecay(decay) {
                    onGlide(value - last)
                    last = value
                }
            }
        }
    }
}
