package online.trakiot.app.navigation

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.Surface
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.CoreState
import online.trakiot.app.core.coreView
import online.trakiot.app.screens.consent.ConsentRoute
import online.trakiot.app.screens.signin.SignInRoute
import online.trakiot.app.ui.openWords
import online.trakiot.app.ui.parts.Nothing
import online.trakiot.core.OpenException
import online.trakiot.core.Trak

/** The app: consent, then sign-in, then the fleet; nothing is sent anywhere before the first two. */
@Composable
fun TrakApp(services: Services) {
    val consented by services.settings.consented.collectAsStateWithLifecycle()
    val state by services.core.state.collectAsStateWithLifecycle()
    Surface(Modifier.fillMaxSize()) {
        when (val core = state) {
            is CoreState.Opening -> Opening()
            is CoreState.Failed -> Failed(core.error, services)
            is CoreState.Ready -> if (consented) SignedInOrNot(services, core.trak) else ConsentRoute(services)
        }
    }
}

@Composable
private fun SignedInOrNot(services: Services, trak: Trak) {
    val account by coreView(trak) { it.account() }
    var again by rememberSaveable { mutableStateOf(false) }
    val signedIn = account
    if (signedIn == null || again) {
        SignInRoute(
            services,
            trak,
            email = signedIn?.email.orEmpty(),
            onDone = { again = false },
            onBack = if (signedIn == null) null else ({ again = false }),
        )
    } else {
        LaunchedEffect(trak, signedIn) { services.core.startLive() }
        Screens(services, trak, signedIn, onSignIn = { again = true })
    }
}

@Composable
private fun Opening() {
    val words = stringResource(R.string.opening)
    Box(Modifier.fillMaxSize(), Alignment.Center) {
        CircularProgressIndicator(Modifier.semantics { contentDescription = words })
    }
}

@Composable
private fun Failed(error: OpenException, services: Services) {
    val lost = error is OpenException.KeyMissing
    Nothing(
        openWords(error),
        way = stringResource(if (lost) R.string.erase_and_start else R.string.try_again),
        onWay = { if (lost) services.core.eraseAndOpen() else services.core.open() },
    )
}
