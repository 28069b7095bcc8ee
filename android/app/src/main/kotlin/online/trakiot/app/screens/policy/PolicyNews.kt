package online.trakiot.app.screens.policy

import androidx.activity.compose.BackHandler
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.app.R
import online.trakiot.app.core.decided
import online.trakiot.app.ui.policyLanguage
import online.trakiot.core.Answer
import online.trakiot.core.ConsentAction
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentScreen
import online.trakiot.core.Purpose
import online.trakiot.core.ToAsk
import online.trakiot.core.Trak

/** The policy changed without taking anything away: told once, and written down. */
@Composable
fun PolicyNewsRoute(trak: Trak, news: ToAsk.Information) {
    val scope = rememberCoroutineScope()
    val language = policyLanguage()
    var refused by remember { mutableStateOf<ConsentException?>(null) }
    PolicyNews(news.fromVersion, refused) {
        scope.launch {
            val answer =
                withContext(Dispatchers.IO) { trak.decided(Purpose.ACCOUNT, ConsentAction.INFORMED, ConsentScreen.POLICY_CHANGE, language) }
            refused = (answer as? Answer.Refused)?.error
        }
    }
}

/** Over whatever is on the screen: that it changed, and a way to what is different since [fromVersion]. */
@Composable
fun PolicyNews(fromVersion: UInt, refused: ConsentException?, onKnown: () -> Unit) {
    var reading by rememberSaveable { mutableStateOf(false) }
    if (reading) {
        BackHandler { reading = false }
        PolicyRoute(fromVersion) { reading = false }
        return
    }
    AlertDialog(
        onDismissRequest = onKnown,
        title = { Text(stringResource(R.string.policy_title)) },
        text = {
            Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
                Text(stringResource(R.string.policy_news))
                refused?.let { Undecided(it) }
            }
        },
        confirmButton = { TextButton(onKnown, Modifier.testTag("policy-news-known")) { Text(stringResource(R.string.close)) } },
        dismissButton = {
            TextButton({ reading = true }, Modifier.testTag("policy-news-read")) { Text(stringResource(R.string.policy_changes)) }
        },
    )
}
