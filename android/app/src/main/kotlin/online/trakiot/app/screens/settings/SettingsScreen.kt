package online.trakiot.app.screens.settings

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.ListItem
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import online.trakiot.app.R
import online.trakiot.app.platform.Settings
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.core.CoordinateFormat
import online.trakiot.core.Place
import online.trakiot.core.formatCoordinates

/** What the screen shows. */
data class SettingsState(val coordinates: CoordinateFormat)

@Composable
fun SettingsRoute(settings: Settings, onBack: () -> Unit) {
    val format by settings.coordinateFormat.collectAsStateWithLifecycle()
    SettingsScreen(SettingsState(format), onBack, settings::write)
}

/** What a person can choose on this phone. Language, dark and font size are the system's. */
@Composable
fun SettingsScreen(state: SettingsState, onBack: () -> Unit, onFormat: (CoordinateFormat) -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.settings_title), onBack) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding).verticalScroll(rememberScrollState())) {
            SectionHead(stringResource(R.string.settings_coordinates))
            for (format in CoordinateFormat.entries) {
                ListItem(
                    headlineContent = { Text(formatCoordinates(EXAMPLE, format).orEmpty()) },
                    leadingContent = { RadioButton(format == state.coordinates, null) },
                    modifier = Modifier.selectable(format == state.coordinates, role = Role.RadioButton) { onFormat(format) },
                )
            }
        }
    }
}

private val EXAMPLE = Place(31.2304, 121.4737)
