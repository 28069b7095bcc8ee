package online.trakiot.app.ui.parts

import android.Manifest.permission.ACCESS_BACKGROUND_LOCATION
import android.app.Activity
import android.os.Build
import androidx.activity.compose.LocalActivity
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts.RequestMultiplePermissions
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.core.app.ActivityCompat
import androidx.lifecycle.compose.LifecycleResumeEffect
import online.trakiot.app.R
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.Services
import online.trakiot.app.core.coreView
import online.trakiot.app.core.given
import online.trakiot.app.core.permits
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.LocationNeed
import online.trakiot.app.platform.LocationWay
import online.trakiot.app.platform.Outside
import online.trakiot.app.platform.access
import online.trakiot.app.platform.locationWay
import online.trakiot.app.platform.refusedForGood
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.consentErrorLabel
import online.trakiot.app.ui.distanceWords
import online.trakiot.app.ui.policyLanguage
import online.trakiot.core.Answer
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentScreen
import online.trakiot.core.CoordinateFormat
import online.trakiot.core.FixSource
import online.trakiot.core.MyLocation
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.formatCoordinates

/** What the system allows of the position, and [go], the way to what a screen needs; to be called by a tap only. */
class AccessHandle(val access: LocationAccess, val go: (LocationNeed) -> Unit)

/**
 * Current whenever the screen comes back: a person may have been in the system's settings. With a [purpose], the way
 * begins with the person's consent to it.
 */
@Composable
fun rememberAccess(services: Services, trak: Trak, purpose: Purpose?): AccessHandle {
    val scope = rememberCoroutineScope()
    val agreed by coreView(trak, purpose) { core -> purpose == null || core.consents().permits(purpose) }
    val language = policyLanguage()
    var access by remember { mutableStateOf(services.location.access()) }
    LifecycleResumeEffect(services) {
        access = services.location.access()
        onPauseOrDispose {}
    }
    val activity = LocalActivity.current
    val outside = Outside(LocalContext.current)
    var mayHaveAsked by remember { mutableStateOf(false) }
    val question =
        rememberLauncherForActivityResult(RequestMultiplePermissions()) { answers ->
            val earlier = services.location.facts().refusedForGood
            val granted = answers.values.all { it }
            val after = activity.mayExplain(answers.keys)
            services.location.answered(refusedForGood(mayHaveAsked, after, earlier, granted))
            access = services.location.access()
        }
    var refused by remember { mutableStateOf<ConsentException?>(null) }
    val shown = if (agreed) access else LocationAccess.NoConsent(refused)
    return AccessHandle(shown) { need ->
        val facts = services.location.facts()
        if (purpose != null && !agreed) {
            scope.launch {
                val answer = withContext(Dispatchers.IO) { trak.given(purpose, ConsentScreen.FEATURE, language) }
                refused = (answer as? Answer.Refused)?.error
            }
            if (access is LocationAccess.Allowed) return@AccessHandle
        }
        when (val way = locationWay(access, need, facts.sdk, facts.refusedForGood)) {
            is LocationWay.None -> {}
            is LocationWay.Ask -> {
                mayHaveAsked = activity.mayExplain(way.permissions)
                question.launch(way.permissions.toTypedArray())
            }
            is LocationWay.AppSettings -> outside.appSettings()
            is LocationWay.LocationSettings -> outside.locationSettings()
        }
    }
}

/** Whether the system would show one of these questions again after a refusal. */
private fun Activity?.mayExplain(permissions: Collection<String>): Boolean =
    this != null &&
        permissions.any {
            (it != ACCESS_BACKGROUND_LOCATION || Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) &&
                ActivityCompat.shouldShowRequestPermissionRationale(this, it)
        }

/** Why the position cannot be read, as a text and the words of its way out; nothing where it can. */
@Composable
fun lockedWords(access: LocationAccess): Pair<String, String>? =
    when (access) {
        is LocationAccess.NoConsent ->
            stringResource(access.refused?.let(::consentErrorLabel) ?: R.string.location_not_asked) to stringResource(R.string.location_allow)
        is LocationAccess.NotAsked -> stringResource(R.string.location_not_asked) to stringResource(R.string.location_allow)
        is LocationAccess.Denied -> stringResource(R.string.location_denied_once) to stringResource(R.string.location_allow)
        is LocationAccess.DeniedForGood -> stringResource(R.string.location_denied) to stringResource(R.string.open_settings)
        is LocationAccess.SwitchedOff -> stringResource(R.string.location_off) to stringResource(R.string.open_settings)
        is LocationAccess.Allowed -> null
    }

/**
 * Where this phone is: coordinates, how exact, from what, how old; a blurred place says that it is one. Not [current]: no
 * reading can be taken now, so that even a young place is the last known one.
 */
@Composable
fun HereLines(here: MyLocation, format: CoordinateFormat, modifier: Modifier = Modifier, current: Boolean = true) {
    Column(
        modifier.padding(horizontal = 16.dp, vertical = 8.dp).semantics(mergeDescendants = true) {}.testTag("my-coordinates"),
        Arrangement.spacedBy(2.dp),
    ) {
        Text(formatCoordinates(here.place, format).orEmpty(), style = MaterialTheme.typography.titleMedium)
        val accuracy = here.accuracyM?.let { stringResource(R.string.plus_minus, distanceWords(it)) }
        val source = stringResource(sourceLabel(here.source))
        Text(listOfNotNull(accuracy, source, ageWords(here.ageMs)).joinToString(" · "), style = MaterialTheme.typography.bodyMedium)
        if (here.approximate) Text(stringResource(R.string.location_approximate), style = MaterialTheme.typography.bodyMedium)
        if (here.fromLastKnown || !current) Text(stringResource(R.string.location_last_known), style = MaterialTheme.typography.bodyMedium)
    }
}

private fun sourceLabel(source: FixSource): Int =
    when (source) {
        FixSource.GPS -> R.string.source_satellites
        FixSource.NETWORK -> R.string.source_network
        FixSource.FUSED -> R.string.source_fused
        FixSource.IP -> R.string.source_ip
    }
