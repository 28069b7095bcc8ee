package online.trakiot.app.screens.about

import android.content.res.Resources
import android.widget.Toast
import androidx.annotation.StringRes
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
import androidx.compose.ui.platform.LocalResources
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.platform.Outside
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.parts.Line

/** Where the operator's people can be reached, and under which number the app is filed; each is named when the app is built, or there is none. */
data class Support(val hotline: String?, val mail: String?, val filing: String? = null) {
    companion object {
        fun of(resources: Resources): Support =
            Support(
                hotline = resources.getString(R.string.operator_hotline).ifBlank { null },
                mail = resources.getString(R.string.operator_mail).ifBlank { null },
                filing = resources.getString(R.string.operator_filing).ifBlank { null },
            )
    }
}

/** What a person can do there. */
enum class AboutEvent { Back, Call, Write }

@Composable
fun AboutRoute(support: Support = Support.of(LocalResources.current), onBack: () -> Unit) {
    val context = LocalContext.current
    val outside = Outside(context)
    val version = context.packageManager.getPackageInfo(context.packageName, 0).versionName.orEmpty()
    fun tells(opened: Boolean?, @StringRes words: Int) {
        if (opened == false) Toast.makeText(context, words, Toast.LENGTH_LONG).show()
    }
    AboutScreen(version, support) { event ->
        when (event) {
            AboutEvent.Back -> onBack()
            AboutEvent.Call -> tells(support.hotline?.let(outside::call), R.string.no_phone_app)
            AboutEvent.Write -> tells(support.mail?.let(outside::mail), R.string.no_mail_app)
        }
    }
}

/** The version, where help comes from, whose work is inside. */
@Composable
fun AboutScreen(version: String, support: Support, on: (AboutEvent) -> Unit) {
    Scaffold(topBar = { BackBar(stringResource(R.string.about_title), { on(AboutEvent.Back) }) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding).verticalScroll(rememberScrollState()).padding(vertical = 8.dp)) {
            Paragraph(stringResource(R.string.about_version, version), MaterialTheme.typography.titleMedium)
            Paragraph(stringResource(R.string.about_help))
            support.hotline?.let { Line(stringResource(R.string.about_hotline), "hotline", more = it) { on(AboutEvent.Call) } }
            support.mail?.let { Line(stringResource(R.string.about_mail), "mail", more = it) { on(AboutEvent.Write) } }
            support.filing?.let { Paragraph(stringResource(R.string.about_filing, it)) }
            Paragraph(stringResource(R.string.about_map))
            Paragraph(stringResource(R.string.about_licences), MaterialTheme.typography.bodySmall)
        }
    }
}

@Composable
private fun Paragraph(words: String, style: TextStyle = MaterialTheme.typography.bodyLarge) {
    Text(words, Modifier.padding(horizontal = 16.dp, vertical = 8.dp), style = style)
}
