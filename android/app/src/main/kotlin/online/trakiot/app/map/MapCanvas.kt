package online.trakiot.app.map

import android.content.res.Resources
import androidx.compose.foundation.Canvas
import androidx.compose.foundation.background
import androidx.compose.foundation.gestures.detectTapGestures
import androidx.compose.foundation.gestures.detectTransformGestures
import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.produceState
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.rememberUpdatedState
import androidx.compose.runtime.setValue
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clipToBounds
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.layout.onSizeChanged
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.LocalResources
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.toSize
import kotlin.math.roundToInt
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import online.trakiot.app.R
import online.trakiot.core.MercatorPoint
import online.trakiot.core.fromMercator

/** Read once for the process: two megabytes that never change. */
private var loaded: Coastlines? = null

/** Reads the coastlines where that was not done before; not for the main thread. */
fun loadCoastlines(resources: Resources): Coastlines =
    loaded ?: resources.openRawResource(R.raw.coast).use(::Coastlines).also { loaded = it }

/** Where maps get their pictures; without them there are the coastlines. */
val LocalTiles = staticCompositionLocalOf<Tiles?> { null }

/**
 * The map's ground, its scale and its gestures; what stands on it is drawn by [overlay]. Another map may take its place
 * behind the same arguments. [camera] looks at the world as the [layer] shows it, in the layer's datum.
 */
@Composable
fun MapCanvas(
    camera: Camera,
    onCamera: (Camera) -> Unit,
    onTap: (Offset, Size) -> Unit,
    modifier: Modifier = Modifier,
    layer: MapLayer? = null,
    onLongPress: (Offset, Size) -> Unit = { _, _ -> },
    onSize: (Size) -> Unit = {},
    overlay: DrawScope.() -> Unit,
) {
    var size by remember { mutableStateOf(Size.Zero) }
    val density = LocalDensity.current.density
    val inSight = remember(layer, camera, size) { layer?.let { tilesInSight(camera, size, density, it.maxZoom) }.orEmpty() }
    val board = rememberBoard(layer, inSight)
    Box(modifier) {
        Ground(camera, onCamera, onTap, onLongPress, { size = it; onSize(it) }) {
            board?.draw(this, inSight)
            overlay()
        }
        Column(Modifier.padding(12.dp), Arrangement.spacedBy(4.dp)) {
            ScaleBar(metersPerDp(camera))
            if (layer != null) Attribution(layer, board, camera, size)
        }
    }
}

/** In the middle of the map; Mercator stretches towards the poles. */
private fun metersPerDp(camera: Camera): Double {
    val middle = fromMercator(MercatorPoint(camera.x, camera.y)) ?: return 0.0
    return metersAround(middle.latDeg) / camera.worldPx(1f)
}

@Composable
private fun rememberBoard(layer: MapLayer?, inSight: List<PlacedTile>): TileBoard? {
    val tiles = LocalTiles.current
    val scope = rememberCoroutineScope()
    val board = remember(tiles, layer) { if (tiles == null || layer == null) null else TileBoard(tiles, layer, scope) }
    DisposableEffect(board) { onDispose { board?.look(emptyList()) } }
    LaunchedEffect(board, inSight, board?.trouble) {
        board?.look(inSight)
        while (board?.trouble != null) {
            delay(AGAIN_MS)
            board.look(inSight, again = true)
        }
    }
    return board
}

/** Whose work the pictures are, and why they do not come. */
@Composable
private fun Attribution(layer: MapLayer, board: TileBoard?, camera: Camera, size: Size) {
    val tiles = LocalTiles.current
    val density = LocalDensity.current.density
    val fixed = (layer.source as? TileSource.Template)?.attribution
    val words by produceState(fixed, layer, camera, size) {
        if (fixed != null || tiles == null || size == Size.Zero) return@produceState
        delay(SETTLED_MS) // not for each frame of a movement
        tiles.attribution(layer, camera.viewport(size, density), camera.zoom.roundToInt().coerceIn(0, layer.maxZoom))?.let { value = it }
    }
    val trouble =
        when (board?.trouble) {
            TileTrouble.OFFLINE -> R.string.layer_offline
            TileTrouble.REFUSED -> R.string.layer_refused
            TileTrouble.UNREADABLE -> R.string.layer_unreadable
            null -> null
        }
    val lines = listOfNotNull(words, trouble?.let { stringResource(it, layer.source.host) })
    val scheme = MaterialTheme.colorScheme
    for (line in lines) {
        Text(
            line,
            Modifier.widthIn(max = 240.dp).background(scheme.surface, RoundedCornerShape(4.dp)).padding(horizontal = 8.dp, vertical = 2.dp)
                .testTag("attribution"),
            color = scheme.onSurface,
            style = MaterialTheme.typography.labelSmall,
        )
    }
}

private const val AGAIN_MS = 20_000L
private const val SETTLED_MS = 500L

@Composable
private fun Ground(
    camera: Camera,
    onCamera: (Camera) -> Unit,
    onTap: (Offset, Size) -> Unit,
    onLongPress: (Offset, Size) -> Unit,
    onSize: (Size) -> Unit,
    overlay: DrawScope.() -> Unit,
) {
    val resources = LocalResources.current
    val land by produceState(loaded) {
        if (value == null) value = withContext(Dispatchers.Default) { loadCoastlines(resources) }
    }
    val dark = isSystemInDarkTheme()
    val sea = if (dark) Color(0xFF14232B) else Color(0xFFCFE3EC)
    val ground = if (dark) Color(0xFF2A302C) else Color(0xFFF4F2EA)
    val shore = if (dark) Color(0xFF5B6B66) else Color(0xFF9DB0A9)
    val now by rememberUpdatedState(camera)
    val move by rememberUpdatedState(onCamera)
    val tap by rememberUpdatedState(onTap)
    val press by rememberUpdatedState(onLongPress)
    val scope = rememberCoroutineScope()
    Canvas(
        Modifier
            .fillMaxSize()
            .clipToBounds()
            .onSizeChanged { onSize(it.toSize()) }
            .pointerInput(Unit) {
                detectTransformGestures { focus, pan, zoom, _ ->
                    move(now.panned(pan, density).zoomed(zoom.toDouble(), focus, size.toSize(), density))
                }
            }
            .pointerInput(Unit) { detectThrows(scope) { move(now.panned(it, density)) } }
            .pointerInput(Unit) {
                detectTapGestures(
                    onLongPress = { press(it, size.toSize()) },
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
