package online.trakiot.app.ui.parts

import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.certificateLabel
import online.trakiot.core.FleetStatus
import online.trakiot.core.LinkToServer
import online.trakiot.core.Trouble

/**
 * How far what is shown can be trusted: nothing while it is live, otherwise one line with a way out. Old data stays on the
 * screen below it.
 */
@Composable
fun StatusBanner(
    status: FleetStatus,
    nowMs: Long,
    onRetry: () -> Unit,
    onSignIn: () -> Unit,
    modifier: Modifier = Modifier,
) {
    Column(modifier.fillMaxWidth()) {
        if (status.refreshing) LinearProgressIndicator(Modifier.fillMaxWidth())
        val words = bannerWords(status, nowMs) ?: return
        val signedOut = status.trouble is Trouble.SignedOut || status.link is LinkToServer.SignedOut
        Surface(color = MaterialTheme.colorScheme.secondaryContainer, modifier = Modifier.fillMaxWidth()) {
            Row(
                Modifier.padding(start = 16.dp, end = 8.dp).heightIn(min = 48.dp).testTag("status-banner"),
                verticalAlignment = Alignment.CenterVertically,
            ) {
                Text(
                    words,
                    Modifier.weight(1f).padding(vertical = 8.dp).semantics { liveRegion = LiveRegionMode.Polite },
                    style = MaterialTheme.typography.bodyMedium,
                )
                if (signedOut) TextButton(onSignIn) { Text(stringResource(R.string.sign_in_again)) }
                else TextButton(onRetry) { Text(stringResource(R.string.try_again)) }
            }
        }
    }
}

@Composable
private fun bannerWords(status: FleetStatus, nowMs: Long): String? {
    val trouble = status.trouble?.let { troubleWords(it) }
    if (trouble != null && status.trouble !is Trouble.Offline) return trouble
    return when (status.link) {
        is LinkToServer.Offline -> {
            val confirmed = status.confirmedAtMs
            if (confirmed == null) stringResource(R.string.offline_nothing)
            else stringResource(R.string.offline_since, ageWords((nowMs - confirmed).coerceAtLeast(0)))
        }
        is LinkToServer.SignedOut -> stringResource(R.string.trouble_signed_out)
        is LinkToServer.Connecting, is LinkToServer.Live -> trouble
    }
}

/** Why there are no units to show yet: it says only that they are being loaded where they are. */
@StringRes
fun notLoadedLabel(status: FleetStatus): Int =
    when {
        status.link is LinkToServer.SignedOut || status.trouble is Trouble.SignedOut -> R.string.units_after_sign_in
        status.refreshing || status.link is LinkToServer.Live -> R.string.units_loading
        status.link is LinkToServer.Offline || status.trouble != null -> R.string.units_waiting
        else -> R.string.units_loading
    }

/** What went wrong and what can be done about it. */
@Composable
fun troubleWords(trouble: Trouble): String =
    when (trouble) {
        is Trouble.Offline -> stringResource(R.string.trouble_offline)
        is Trouble.SignedOut -> stringResource(R.string.trouble_signed_out)
        is Trouble.AccountEnded -> stringResource(R.string.trouble_account_ended)
        is Trouble.ConsentRequired -> stringResource(R.string.trouble_consent)
        is Trouble.Denied -> stringResource(R.string.trouble_denied)
        is Trouble.TooMany -> stringResource(R.string.trouble_too_many, trouble.retryAfterS.toInt())
        is Trouble.BadCertificate -> stringResource(certificateLabel(trouble.trouble))
        is Trouble.Server -> stringResource(R.string.trouble_server, trouble.status.toInt())
        is Trouble.Unreadable -> stringResource(R.string.trouble_unreadable)
        is Trouble.StorageFull -> stringResource(R.string.trouble_storage_full)
        is Trouble.CacheSalvaged -> stringResource(R.string.trouble_cache_salvaged)
        is Trouble.Storage -> stringResource(R.string.trouble_storage)
    }
