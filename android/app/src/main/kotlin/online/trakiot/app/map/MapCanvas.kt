package online.trakiot.app.map

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.gestures.detectTapGestures
import androidx.compose.foundation.gestures.detectTransformGestures
import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.produceState
import androidx.compose.runtime.rememberUpdatedState
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clipToBounds
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.layout.onSizeChanged
import androidx.compose.ui.unit.toSize
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import online.trakiot.core.coastlines

/** Read once for the process: half a megabyte that never changes. */
private var loaded: Coastlines? = null

/** Reads the coastlines where that was not done before; not for the main thread. */
fun loadCoastlines(): Coastlines = loaded ?: Coastlines(coastlines()).also { loaded = it }

/**
 * The map's ground and gestures; what stands on it is drawn by [overlay]. Another map may take its place behind the same
 * arguments.
 */
@Composable
fun MapCanvas(
    camera: Camera,
    onCamera: (Camera) -> Unit,
    onTap: (Offset, Size) -> Unit,
    modifier: Modifier = Modifier,
    onSize: (Size) -> Unit = {},
    overlay: DrawScope.() -> Unit,
) {
    val land by produceState(loaded) {
        if (value == null) value = withContext(Dispatchers.Default) { loadCoastlines() }
    }
    val dark = isSystemInDarkTheme()
    val sea = if (dark) Color(0xFF14232B) else Color(0xFFCFE3EC)
    val ground = if (dark) Color(0xFF2A302C) else Color(0xFFF4F2EA)
    val shore = if (dark) Color(0xFF5B6B66) else Color(0xFF9DB0A9)
    val now by rememberUpdatedState(camera)
    val move by rememberUpdatedState(onCamera)
    val tap by rememberUpdatedState(onTap)
    Canvas(
        modifier
            .clipToBounds()
            .onSizeChanged { onSize(it.toSize()) }
            .pointerInput(Unit) {
                detectTransformGestures { focus, pan, zoom, _ ->
                    move(now.panned(pan, density).zoomed(zoom.toDouble(), focus, size.toSize(), density))
                }
            }
            .pointerInput(Unit) {
                detectTapGestures(
                    onDoubleTap = { move(now.zoomed(2.0, it, size.toSize(), density)) },
                    onTap = { tap(it, size.toSize()) },
                )
            },
    ) {
        drawRect(sea)
        land?.path(camera, size, density)?.let {
            drawPath(it, ground)
            drawPath(it, shore, style = Stroke(density))
        }
        overlay()
    }
}
