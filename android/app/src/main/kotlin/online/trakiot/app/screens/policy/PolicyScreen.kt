package online.trakiot.app.screens.policy

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.FilterChip
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextDecoration
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.parts.BackBar
import online.trakiot.app.ui.policyLanguage
import online.trakiot.app.ui.timeWords
import online.trakiot.core.PolicyBlock
import online.trakiot.core.PolicyBlockFate
import online.trakiot.core.PolicyBlockKind
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.PolicyVersion
import online.trakiot.core.policyChanges
import online.trakiot.core.policyText
import online.trakiot.core.policyVersions

/** What is read: a version, or what changed up to it. */
data class PolicyState(
    val versions: List<PolicyVersion>,
    val version: UInt,
    /** The version that it is compared with; nothing for the whole text. */
    val fromVersion: UInt?,
    val language: PolicyLanguage,
    val blocks: List<PolicyBlock>,
)

/** What a person can do there. */
sealed interface PolicyEvent {
    data object Back : PolicyEvent

    data class Version(val version: UInt) : PolicyEvent

    data class Changes(val fromVersion: UInt?) : PolicyEvent

    data class Language(val language: PolicyLanguage) : PolicyEvent
}

/** The policy, from within the app: no network, every version, both languages. [fromVersion] begins with what changed. */
@Composable
fun PolicyRoute(fromVersion: UInt?, onBack: (() -> Unit)?) {
    val versions = remember { policyVersions() }
    val own = policyLanguage()
    var version by rememberSaveable { mutableStateOf(versions.last().version.toInt()) }
    var from by rememberSaveable { mutableStateOf(fromVersion?.toInt()) }
    var chinese by rememberSaveable { mutableStateOf(own == PolicyLanguage.SIMPLIFIED_CHINESE) }
    val language = if (chinese) PolicyLanguage.SIMPLIFIED_CHINESE else PolicyLanguage.ENGLISH
    val blocks =
        remember(version, from, language) {
            from?.let { policyChanges(it.toUInt(), version.toUInt(), language) } ?: policyText(version.toUInt(), language)
        }
    PolicyScreen(PolicyState(versions, version.toUInt(), from?.toUInt(), language, blocks), canGoBack = onBack != null) { event ->
        when (event) {
            is PolicyEvent.Back -> onBack?.invoke()
            is PolicyEvent.Version -> {
                version = event.version.toInt()
                from = null
            }
            is PolicyEvent.Changes -> from = event.fromVersion?.toInt()
            is PolicyEvent.Language -> chinese = event.language == PolicyLanguage.SIMPLIFIED_CHINESE
        }
    }
}

@Composable
fun PolicyScreen(state: PolicyState, canGoBack: Boolean = true, on: (PolicyEvent) -> Unit) {
    val back = if (canGoBack) ({ on(PolicyEvent.Back) }) else null
    Scaffold(topBar = { BackBar(stringResource(R.string.policy_title), back) }) { padding ->
        Column(Modifier.fillMaxSize().padding(padding)) {
            Choices(state, on)
            state.versions.firstOrNull { it.version == state.version }?.let {
                Text(
                    stringResource(R.string.policy_dates, timeWords(it.publishedMs), timeWords(it.effectiveMs)),
                    Modifier.padding(horizontal = 16.dp),
                    color = MaterialTheme.colorScheme.onSurfaceVariant,
                    style = MaterialTheme.typography.bodySmall,
                )
            }
            LazyColumn(Modifier.fillMaxSize().testTag("policy")) { items(state.blocks) { Block(it) } }
        }
    }
}

@Composable
private fun Choices(state: PolicyState, on: (PolicyEvent) -> Unit) {
    FlowRow(Modifier.padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
        for (one in state.versions) {
            FilterChip(
                one.version == state.version && state.fromVersion == null,
                { on(PolicyEvent.Version(one.version)) },
                { Text(stringResource(R.string.policy_version, one.version.toInt())) },
            )
        }
        val before = state.versions.lastOrNull { it.version < state.version }
        if (before != null) {
            FilterChip(
                state.fromVersion != null,
                { on(PolicyEvent.Changes(if (state.fromVersion == null) before.version else null)) },
                { Text(stringResource(R.string.policy_changes)) },
                Modifier.testTag("policy-changes"),
            )
        }
        FilterChip(state.language == PolicyLanguage.ENGLISH, { on(PolicyEvent.Language(PolicyLanguage.ENGLISH)) }, { Text("English") })
        val chinese = PolicyLanguage.SIMPLIFIED_CHINESE
        FilterChip(state.language == chinese, { on(PolicyEvent.Language(chinese)) }, { Text("简体中文") })
    }
}

/** One block; what was added or removed says so in words, not by its colour alone. */
@Composable
private fun Block(block: PolicyBlock) {
    val typography = MaterialTheme.typography
    val style =
        when (block.kind) {
            PolicyBlockKind.TITLE -> typography.headlineSmall
            PolicyBlockKind.HEADING -> typography.titleLarge
            PolicyBlockKind.SUBHEADING -> typography.titleMedium
            PolicyBlockKind.PARAGRAPH, PolicyBlockKind.ITEM -> typography.bodyMedium
        }
    val isHead = block.kind != PolicyBlockKind.PARAGRAPH && block.kind != PolicyBlockKind.ITEM
    val start = if (block.kind == PolicyBlockKind.ITEM) 32.dp else 16.dp
    Column(Modifier.padding(start = start, end = 16.dp, top = if (isHead) 16.dp else 4.dp, bottom = 4.dp)) {
        val fate =
            when (block.fate) {
                PolicyBlockFate.KEPT -> null
                PolicyBlockFate.ADDED -> R.string.policy_added
                PolicyBlockFate.REMOVED -> R.string.policy_removed
            }
        val removed = block.fate == PolicyBlockFate.REMOVED
        val color =
            when (block.fate) {
                PolicyBlockFate.KEPT -> MaterialTheme.colorScheme.onSurface
                PolicyBlockFate.ADDED -> MaterialTheme.colorScheme.primary
                PolicyBlockFate.REMOVED -> MaterialTheme.colorScheme.error
            }
        if (fate != null) Text(stringResource(fate), color = color, style = typography.labelMedium)
        val text = if (block.kind == PolicyBlockKind.ITEM) "• ${block.text}" else block.text
        Text(
            text,
            if (isHead) Modifier.semantics { heading() } else Modifier,
            color = color,
            style = style,
            textDecoration = if (removed) TextDecoration.LineThrough else null,
        )
    }
}
