package online.trakiot.app.navigation

import androidx.annotation.StringRes
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import online.trakiot.app.R
import online.trakiot.app.ui.pushWords
import online.trakiot.core.AccountView
import online.trakiot.core.Link
import online.trakiot.core.LinkException
import online.trakiot.core.LinkPart
import online.trakiot.core.PushException
import online.trakiot.core.parseLink

/** What a link turned out to be. */
sealed interface Arrival {
    /** To a place in the app, from a link or from a shortcut of the app's own. */
    data class Leads(val to: Destination) : Arrival

    /** To a sign-in, which the person is asked about. */
    data class Proposes(val signIn: Link.Server) : Arrival

    data class Nowhere(val error: LinkException) : Arrival

    /** A message that was tapped and opens nothing. */
    data class NoMessage(val error: PushException) : Arrival
}

/** Links from outside: web pages, messages, QR codes; and shortcuts, the widget. Kept until somebody can follow them. */
class Links {
    private val arrived = MutableStateFlow<Arrival?>(null)
    val pending: StateFlow<Arrival?> = arrived.asStateFlow()

    fun arrive(text: String) {
        arrived.value =
            try {
                when (val link = parseLink(text)) {
                    is Link.Unit -> Arrival.Leads(Destination.UnitDetails(link.id))
                    is Link.Search -> Arrival.Leads(Destination.FoundUnits(link.text))
                    is Link.Server -> Arrival.Proposes(link)
                }
            } catch (error: LinkException) {
                Arrival.Nowhere(error)
            }
    }

    /** A place of the app by its route; another is no place. */
    fun go(route: String) {
        Destination.of(route)?.let { arrived.value = Arrival.Leads(it) }
    }

    fun refused(error: PushException) {
        arrived.value = Arrival.NoMessage(error)
    }

    fun done() {
        arrived.value = null
    }
}

/** Shows what a link would change before it changes anything, and why another leads nowhere. */
@Composable
fun LinkQuestion(links: Links, account: AccountView?, onSignIn: (Link.Server) -> Unit) {
    val pending by links.pending.collectAsStateWithLifecycle()
    when (val arrival = pending) {
        is Arrival.Nowhere -> Unfollowed(R.string.link_bad, stringResource(linkLabel(arrival.error)), links::done)
        is Arrival.NoMessage -> Unfollowed(R.string.push_bad, pushWords(arrival.error), links::done)
        is Arrival.Proposes -> {
            val link = arrival.signIn
            val accept = {
                links.done()
                onSignIn(link)
            }
            AlertDialog(
                onDismissRequest = links::done,
                title = { Text(stringResource(R.string.link_sign_in)) },
                text = { Text(changeWords(link, account)) },
                confirmButton = {
                    TextButton(accept, Modifier.testTag("link-accept")) { Text(stringResource(R.string.link_accept)) }
                },
                dismissButton = { TextButton(links::done) { Text(stringResource(R.string.cancel)) } },
            )
        }
        is Arrival.Leads, null -> {}
    }
}

@Composable
private fun Unfollowed(@StringRes title: Int, words: String, onClose: () -> Unit) {
    AlertDialog(
        onDismissRequest = onClose,
        title = { Text(stringResource(title)) },
        text = { Text(words) },
        confirmButton = { TextButton(onClose) { Text(stringResource(R.string.close)) } },
    )
}

@Composable
private fun changeWords(link: Link.Server, account: AccountView?): String =
    listOfNotNull(
        account?.let { stringResource(R.string.link_now, it.server, it.email) },
        stringResource(R.string.link_new_server, link.address),
        link.account?.let { stringResource(R.string.link_new_account, it) },
        if (link.address.startsWith("http://")) stringResource(R.string.link_cleartext) else null,
        link.pinnedSpkiSha256?.let { stringResource(R.string.link_pinned) },
        stringResource(R.string.link_only_if),
    ).joinToString("\n\n")

@StringRes
private fun linkLabel(error: LinkException): Int =
    when (error) {
        is LinkException.NotOurs -> R.string.link_not_ours
        is LinkException.UnknownKind -> R.string.link_not_followed
        is LinkException.Missing -> partLabel(error.part)
        is LinkException.Unreadable -> partLabel(error.part)
    }

@StringRes
private fun partLabel(part: LinkPart): Int =
    when (part) {
        LinkPart.UNIT -> R.string.link_bad_unit
        LinkPart.TEXT -> R.string.link_bad_text
        LinkPart.ADDRESS -> R.string.link_bad_server
        LinkPart.ACCOUNT -> R.string.link_bad_account
        LinkPart.PIN -> R.string.link_bad_pin
    }
