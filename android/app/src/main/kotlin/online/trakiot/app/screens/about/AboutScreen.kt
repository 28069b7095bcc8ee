package online.trakiot.app.screens.about

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.parts.BackBar

@Composable
fun AboutRoute(onBack: () -> Unit) {
    val context = LocalContext.current
    val version = context.packageManager.getPackageInfo(context.packageName, 0).versionName.orEmpty()
    AboutScreen(version, onBack)
}

/** The version, where help comes from, whose work is inside. */
@Composable
fun AboutScreen(version: String, onBack: () -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.about_title), onBack) }) { padding ->
        Column(
            Modifier.fillMaxSize().padding(padding).verticalScroll(rememberScrollState()).padding(16.dp),
            Arrangement.spacedBy(16.dp),
        ) {
            Text(stringResource(R.string.about_version, version), style = MaterialTheme.typography.titleMedium)
            Text(stringResource(R.string.about_help))
            Text(stringResource(R.string.about_map))
            Text(stringResource(R.string.about_licences), style = MaterialTheme.typography.bodySmall)
        }
    }
}
