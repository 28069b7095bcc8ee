package online.trakiot.app.screens.map

import androidx.activity.compose.LocalActivity
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.Saver
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.platform.LocalDensity
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import java.util.concurrent.atomic.AtomicLong
import kotlinx.coroutines.launch
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.core.myLocation
import online.trakiot.app.core.permits
import online.trakiot.app.map.Camera
import online.trakiot.app.map.Drawn
import online.trakiot.app.map.PlacedPoint
import online.trakiot.app.navigation.Destination
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.access
import online.trakiot.core.MapPoint
import online.trakiot.core.MapQuery
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.UnitFilter
import online.trakiot.core.UnitRow
import online.trakiot.core.Viewport
import online.trakiot.core.asked

private val everything = UnitFilter()
private val world = Viewport(-85.0, -180.0, 85.0, 180.0)
private val cameraSaver = Saver<Camera?, DoubleArray>({ it?.run { doubleArrayOf(x, y, zoom) } }, { Camera(it[0], it[1], it[2]) })

@Composable
fun MapRoute(
    services: Services,
    trak: Trak,
    onGo: (Destination) -> Unit,
    onSignIn: () -> Unit,
    focus: Long?,
    watches: Boolean = false,
) {
    val density = LocalDensity.current.density
    var kept by rememberSaveable(stateSaver = cameraSaver) { mutableStateOf<Camera?>(null) }
    var size by remember { mutableStateOf(Size.Zero) }
    var chosenId by rememberSaveable { mutableStateOf<Long?>(null) }
    var following by rememberSaveable { mutableStateOf(false) }
    var group by remember { mutableStateOf<MapPoint?>(null) }
    var layersOpen by rememberSaveable { mutableStateOf(false) }
    val scope = rememberCoroutineScope()
    val layer by services.maps.layer.collectAsStateWithLifecycle()
    val drawn = layer?.drawn ?: Drawn.TRUE
    var keptOn by rememberSaveable { mutableStateOf(drawn.datum) }
    if (keptOn != drawn.datum) { // another layer: the same sight
        kept = kept?.let { Drawn(keptOn).moved(it, drawn) }
        keptOn = drawn.datum
    }

    // What the core says changes with every change of the fleet; where the map looks changes with every frame.
    val count = remember { AtomicLong() }
    val revision by coreView(trak) { count.incrementAndGet() }
    LaunchedEffect(size, revision) { if (kept == null) kept = whole(trak, size, density, drawn) }
    val camera = kept ?: Camera()
    val view =
        remember(camera, drawn, size, revision) { trak.map(MapQuery(drawn.at(camera.viewport(size, density)), camera.zoom, everything)) }
    val points = remember(view, drawn) { PlacedPoint.of(view.points, drawn) }
    val chosen by coreView(trak, chosenId) { core -> chosenId?.let { core.unit(it)?.row } }
    val tail by coreView(trak, following, drawn) { core -> if (following) drawn.line(core.tail()) else null }
    var pages by remember(group) { mutableIntStateOf(1) }
    val members by coreView(trak, group, pages) { core -> group?.let { core.membersOf(it, pages) } }
    val agreed by coreView(trak) { it.consents().permits(Purpose.LOCATION_ON_SCREEN) }
    val me by myLocation(services, trak, agreed && services.location.access() is LocationAccess.Allowed)
    LaunchedEffect(focus, watches) {
        // The unit that is open beside the map, or is to be watched on it.
        val place = focus?.let { trak.unit(it)?.row?.place } ?: return@LaunchedEffect
        chosenId = focus
        if (watches) following = true
        kept = Camera.at(place, maxOf(kept?.zoom ?: 0.0, FOCUS_ZOOM), drawn)
    }
    LaunchedEffect(chosenId, following) { trak.follow(chosenId?.takeIf { following }) }
    val activity = LocalActivity.current
    DisposableEffect(trak) { // a track that nobody sees is not fetched; a rotated window goes on with its own
        onDispose { if (activity?.isChangingConfigurations != true) trak.follow(null) }
    }
    LaunchedEffect(chosen?.place, following) {
        val place = chosen?.place
        if (following && place != null) kept = Camera.at(place, camera.zoom, drawn)
    }
    val empty by coreView(trak) { it.map(MapQuery(world, 0.0, everything)).points.isEmpty() }
    val state = MapState(camera, points, view.status, trak.nowMs(), me, chosen, following, tail, members?.first.orEmpty(), empty, layer, services.maps.layers, layersOpen, members?.second ?: 0)
    MapScreen(state, onSize = { size = it }) { event ->
        when (event) {
            is MapEvent.Moved -> {
                kept = event.camera
                following = false
            }
            is MapEvent.Tapped -> {
                chosenId = event.point?.unitId
                following = false
                group = event.point?.takeIf { it.unitId == null && !it.canSplit }
            }
            is MapEvent.ZoomInto -> kept = Camera.showing(event.point.bounds, size, density, drawn)
            is MapEvent.Follow -> following = event.on
            is MapEvent.Open -> onGo(Destination.UnitDetails(event.id))
            is MapEvent.Around -> onGo(Destination.NearPlace(event.place.latDeg, event.place.lonDeg))
            is MapEvent.ShowLayers -> layersOpen = event.open
            is MapEvent.ChooseLayer -> {
                services.maps.choose(event.layer)
                layersOpen = false
            }
            is MapEvent.ShowAll -> kept = whole(trak, size, density, drawn)
            is MapEvent.ShowMe -> me?.let { kept = Camera.at(it.place, SHOW_ME_ZOOM, drawn) }
            is MapEvent.CloseMembers -> group = null
            is MapEvent.MoreMembers -> pages++
            is MapEvent.Refresh -> scope.launch { asked { trak.refresh() } }
            is MapEvent.SignIn -> onSignIn()
        }
    }
}

/** The first [pages] of the units at one spot, and how many stand there. */
private fun Trak.membersOf(group: MapPoint, pages: Int): Pair<List<UnitRow>, Int> {
    val first = members(group, everything, 0u)
    val rows = first.rows.toMutableList()
    repeat(pages - 1) { if (rows.size < first.total.toInt()) rows += members(group, everything, rows.size.toUInt()).rows }
    return rows.distinctBy { it.id } to first.total.toInt()
}

/** So that the fleet is seen; nothing while there is none. */
private fun whole(trak: Trak, size: Size, density: Float, drawn: Drawn): Camera? {
    if (size == Size.Zero) return null
    val all = trak.map(MapQuery(world, 0.0, everything)).points
    if (all.isEmpty()) return null
    val bounds =
        Viewport(
            southDeg = all.minOf { it.bounds.southDeg },
            westDeg = all.minOf { it.bounds.westDeg },
            northDeg = all.maxOf { it.bounds.northDeg },
            eastDeg = all.maxOf { it.bounds.eastDeg },
        )
    return Camera.showing(bounds, size, density, drawn)
}

private const val SHOW_ME_ZOOM = 14.0
private const val FOCUS_ZOOM = 11.0
