package online.trakiot.app.screens.map

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import online.trakiot.app.R
import online.trakiot.app.map.MapLayer
import online.trakiot.app.ui.locale

/** What the map is drawn on; each layer says who learns of it. */
@Composable
fun LayersDialog(layers: List<MapLayer>, chosen: MapLayer?, on: (MapEvent) -> Unit) {
    AlertDialog(
        onDismissRequest = { on(MapEvent.ShowLayers(false)) },
        containerColor = MaterialTheme.colorScheme.surface,
        title = { Text(stringResource(R.string.layers)) },
        text = {
            Column(Modifier.verticalScroll(rememberScrollState())) {
                Choice(stringResource(R.string.layer_coast), stringResource(R.string.layer_coast_means), chosen == null, "none") {
                    on(MapEvent.ChooseLayer(null))
                }
                for (layer in layers) {
                    Choice(layer.name(locale()), stringResource(R.string.layer_means, layer.source.host), layer == chosen, layer.id) {
                        on(MapEvent.ChooseLayer(layer))
                    }
                }
            }
        },
        confirmButton = { TextButton({ on(MapEvent.ShowLayers(false)) }) { Text(stringResource(R.string.close)) } },
    )
}

@Composable
private fun Choice(name: String, means: String, chosen: Boolean, tag: String, onChoose: () -> Unit) {
    ListItem(
        headlineContent = { Text(name) },
        supportingContent = { Text(means) },
        leadingContent = { RadioButton(chosen, null) },
        modifier = Modifier.selectable(chosen, role = Role.RadioButton, onClick = onChoose).testTag("layer-$tag"),
    )
}
