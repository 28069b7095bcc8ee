package online.trakiot.app.screens.mylocation

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AssistChip
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.myLocation
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationNeed
import online.trakiot.app.platform.Outside
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Fact
import online.trakiot.app.ui.parts.HereLines
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.parts.lockedWords
import online.trakiot.app.ui.parts.rememberAccess
import online.trakiot.app.ui.sharedWords
import online.trakiot.core.CoordinateFormat
import online.trakiot.core.MyLocation
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.formatCoordinates

/** What the screen shows. */
data class MyLocationState(val access: LocationAccess, val here: MyLocation?, val coordinates: CoordinateFormat)

/** What a person can do there. */
sealed interface MyLocationEvent {
    data object Back : MyLocationEvent

    data object Share : MyLocationEvent

    data object Nearby : MyLocationEvent

    data class Need(val need: LocationNeed) : MyLocationEvent
}

@Composable
fun MyLocationRoute(services: Services, trak: Trak, onBack: () -> Unit, onNearby: () -> Unit) {
    val handle = rememberAccess(services, trak, Purpose.LOCATION_ON_SCREEN)
    val here by myLocation(services, trak, handle.access is LocationAccess.Allowed, known = true)
    val format by services.settings.coordinateFormat.collectAsStateWithLifecycle()
    val outside = Outside(LocalContext.current)
    MyLocationScreen(MyLocationState(handle.access, here, format)) { event ->
        when (event) {
            is MyLocationEvent.Back -> onBack()
            is MyLocationEvent.Nearby -> onNearby()
            is MyLocationEvent.Need -> handle.go(event.need)
            is MyLocationEvent.Share -> 
                here?.let { outside.share(sharedWords(null, formatCoordinates(it.place, format), services.clock.now().wallMs - it.ageMs)) }
        }
    }
}

/** Where this phone is, in every notation that somebody on the telephone may ask for. */
@Composable
fun MyLocationScreen(state: MyLocationState, on: (MyLocationEvent) -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.my_location_title), { on(MyLocationEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding).verticalScroll(rememberScrollState())) {
            lockedWords(state.access)?.let { (words, way) -> Notice(words, way = way) { on(MyLocationEvent.Need(LocationNeed.Any)) } }
            val here = state.here
            if (here == null) {
                if (state.access is LocationAccess.Allowed) Nothing(stringResource(R.string.locating))
                return@Column
            }
            HereLines(here, state.coordinates, current = state.access is LocationAccess.Allowed)
            if (here.approximate) {
                Notice(stringResource(R.string.location_approximate_means), way = stringResource(R.string.location_make_precise)) {
                    on(MyLocationEvent.Need(LocationNeed.Precise))
                }
            }
            Row(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
                AssistChip({ on(MyLocationEvent.Nearby) }, { Text(stringResource(R.string.nearby_units)) })
                AssistChip({ on(MyLocationEvent.Share) }, { Text(stringResource(R.string.share)) })
            }
            SectionHead(stringResource(R.string.settings_coordinates))
            SelectionContainer {
                Column {
                    for (format in CoordinateFormat.entries) {
                        formatCoordinates(here.place, format)?.let { Fact(stringResource(formatLabel(format)), it) }
                    }
                }
            }
        }
    }
}

private fun formatLabel(format: CoordinateFormat): Int =
    when (format) {
        CoordinateFormat.DECIMAL -> R.string.format_decimal
        CoordinateFormat.DEGREES_MINUTES -> R.string.format_degrees_minutes
        CoordinateFormat.DEGREES_MINUTES_SECONDS -> R.string.format_degrees_minutes_seconds
        CoordinateFormat.UTM -> R.string.format_utm
        CoordinateFormat.MGRS -> R.string.format_mgrs
    }
