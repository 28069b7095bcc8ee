package online.trakiot.app.navigation

import androidx.activity.ComponentActivity
import androidx.activity.compose.LocalActivity
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Button
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import androidx.lifecycle.ViewModelProvider
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.core.CoreHolder
import online.trakiot.app.core.CoreState
import online.trakiot.app.core.coreView
import online.trakiot.app.screens.consent.ConsentRoute
import online.trakiot.app.screens.policy.PolicyChangeRoute
import online.trakiot.app.screens.policy.PolicyNewsRoute
import online.trakiot.app.screens.signin.SignInModel
import online.trakiot.app.screens.signin.SignInRoute
import online.trakiot.app.ui.departureWords
import online.trakiot.app.ui.openWords
import online.trakiot.app.ui.parts.Sure
import online.trakiot.app.ui.parts.troubleWords
import online.trakiot.core.Link
import online.trakiot.core.NoConsent
import online.trakiot.core.OpenException
import online.trakiot.core.Purpose
import online.trakiot.core.SecretStoreException
import online.trakiot.core.ToAsk
import online.trakiot.core.Trak
import online.trakiot.core.Trouble

/** The app: consent, then sign-in, then the fleet; nothing is sent anywhere before the first two, which the core sees to. */
@Composable
fun TrakApp(services: Services) {
    val state by services.core.state.collectAsStateWithLifecycle()
    Surface(Modifier.fillMaxSize()) {
        when (val core = state) {
            is CoreState.Opening -> Opening()
            is CoreState.Failed -> {
                fun again(open: () -> Unit) {
                    open()
                    services.scope.launch { services.reporter.resume() } // refused while nothing could be read
                }
                Failed(core.error, { again(services.core::open) }, { again(services.core::eraseAndOpen) })
            }
            is CoreState.Ready -> {
                NobodysThings(services, core.trak)
                Consented(core.trak) { SignedInOrNot(services, core.trak) }
                Ended(core.trak)
            }
        }
    }
    Departed(services.core)
}

/** What maps have kept and what was entered to sign in goes with the account, however that ended. */
@Composable
private fun NobodysThings(services: Services, trak: Trak) {
    val nobody by coreView(trak) { it.account() == null }
    val entered = ViewModelProvider(LocalActivity.current as ComponentActivity)[SignInModel::class.java]
    var somebody by rememberSaveable { mutableStateOf(false) }
    LaunchedEffect(nobody) {
        if (nobody && somebody) entered.forget() // what the first person enters to sign in stays over a new process
        somebody = !nobody
        if (nobody) withContext(Dispatchers.IO) { services.maps.forget() }
    }
}

/** What became of leaving, over whichever screen comes next: the one that asked is gone, and whoever left is asked for consent anew. */
@Composable
private fun Departed(core: CoreHolder) {
    val departure by core.departure.collectAsStateWithLifecycle()
    val left = departure ?: return
    AlertDialog(
        onDismissRequest = core::departureTold,
        title = { Text(stringResource(R.string.sign_out)) },
        text = { Text(departureWords(left)) },
        confirmButton = { TextButton(core::departureTold, Modifier.testTag("departure-told")) { Text(stringResource(R.string.close)) } },
    )
}

/** The account's own end, over the first screen: what was here before it is gone. */
@Composable
private fun Ended(trak: Trak) {
    val ended by coreView(trak) { it.status().trouble is Trouble.AccountEnded }
    var told by remember(ended) { mutableStateOf(false) }
    if (!ended || told) return
    AlertDialog(
        onDismissRequest = { told = true },
        title = { Text(stringResource(R.string.leave_title)) },
        text = { Text(troubleWords(Trouble.AccountEnded)) },
        confirmButton = { TextButton({ told = true }, Modifier.testTag("end-told")) { Text(stringResource(R.string.close)) } },
    )
}

/** [content] once there is consent; until then, what has to be decided. A new policy may wait until it applies. */
@Composable
private fun Consented(trak: Trak, content: @Composable () -> Unit) {
    val consents by coreView(trak) { it.consents() }
    var later by rememberSaveable { mutableStateOf(false) }
    val account = consents.purposes.first { it.purpose == Purpose.ACCOUNT }
    val ask = consents.toAsk
    when {
        ask is ToAsk.MaterialChange && !(account.permitted && later) ->
            PolicyChangeRoute(trak, ask, onLater = if (account.permitted) ({ later = true }) else null)
        !account.permitted -> ConsentRoute(trak, account.missingWhy ?: NoConsent.NOT_ASKED)
        else -> {
            content()
            if (ask is ToAsk.Information) PolicyNewsRoute(trak, ask)
        }
    }
}

@Composable
private fun SignedInOrNot(services: Services, trak: Trak) {
    val account by coreView(trak) { it.account() }
    var again by rememberSaveable { mutableStateOf(false) }
    val signedIn = account
    var linked by remember { mutableStateOf<Link.Server?>(null) }
    LinkQuestion(services.links, signedIn) {
        linked = it
        again = true
    }
    val ended = { // a link that was followed to here says nothing about the next sign-in
        linked = null
        again = false
    }
    if (signedIn == null || again) {
        SignInRoute(
            services,
            trak,
            email = signedIn?.email.orEmpty(),
            linked,
            onDone = ended,
            onBack = ended.takeIf { signedIn != null },
        )
    } else {
        LaunchedEffect(trak, signedIn) {
            services.core.startLive()
            // A message that was tapped before anybody was signed in.
            withContext(Dispatchers.IO) { trak.takeOpenedUnit() }?.let { services.links.go(Destination.UnitDetails(it).route) }
        }
        Screens(services, trak, signedIn, onSignIn = { again = true })
    }
}

@Composable
fun Opening() {
    val words = stringResource(R.string.opening)
    Box(Modifier.fillMaxSize(), Alignment.Center) {
        CircularProgressIndicator(
            Modifier.semantics {
                contentDescription = words
                heading()
            },
        )
    }
}

@Composable
fun Failed(error: OpenException, onAgain: () -> Unit, onErase: () -> Unit) {
    val key = error as? OpenException.SecretStore
    // A key store that has lost the key itself answers like one that may come back: both ways are offered.
    val lost = error is OpenException.KeyMissing || key?.error is SecretStoreException.Unavailable
    var erasing by rememberSaveable { mutableStateOf(false) }
    Column(Modifier.fillMaxSize().verticalScroll(rememberScrollState()), Arrangement.Center, Alignment.CenterHorizontally) {
        Text(openWords(error), Modifier.padding(32.dp).testTag("not-opened").semantics { heading() }, textAlign = TextAlign.Center)
        if (error !is OpenException.KeyMissing) {
            Button(onAgain, Modifier.padding(8.dp).testTag("open-again")) { Text(stringResource(R.string.try_again)) }
        }
        if (lost) {
            Text(stringResource(R.string.erase_and_start_means), Modifier.padding(32.dp, 8.dp), textAlign = TextAlign.Center)
            OutlinedButton({ erasing = true }, Modifier.padding(8.dp).testTag("erase-and-start")) { Text(stringResource(R.string.erase_and_start)) }
        }
    }
    if (erasing) {
        val erase = stringResource(R.string.erase_and_start)
        Sure(erase, stringResource(R.string.erase_and_start_means), erase, { erasing = false }, onErase)
    }
}
