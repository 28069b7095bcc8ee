package online.trakiot.app.screens.reporting

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.platform.BatteryGuidance
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.gapLabel
import online.trakiot.app.ui.makerLabel
import online.trakiot.app.ui.number
import online.trakiot.app.ui.parts.Fact
import online.trakiot.app.ui.parts.Notice
import online.trakiot.app.ui.parts.SectionHead
import online.trakiot.app.ui.rejectionLabel
import online.trakiot.app.ui.setAsideLabel
import online.trakiot.app.ui.spanWords
import online.trakiot.app.ui.timeWords
import online.trakiot.core.Crossing
import online.trakiot.core.OwnCrossing
import online.trakiot.core.ReportingGap
import online.trakiot.core.ReportingView
import online.trakiot.core.SetAsideFix

/** What waits, what was sent, what is missing and why. */
fun LazyListScope.reportingFacts(view: ReportingView, state: ReportingState, on: (ReportingEvent) -> Unit) {
    item { Outbox(view, state.nowMs) }
    if (view.outbox.setAside > 0u) {
        item {
            SectionHead(stringResource(R.string.reporting_set_aside, view.outbox.setAside.toInt()))
            OutlinedButton({ on(ReportingEvent.Retry) }, Modifier.padding(horizontal = 16.dp).testTag("retry"), !state.busy) {
                Text(stringResource(R.string.reporting_retry))
            }
        }
        items(state.setAside, key = { it.queued.id }) { SetAside(it) }
    }
    if (view.gaps.isNotEmpty()) {
        item { SectionHead(stringResource(R.string.reporting_gaps)) }
        items(view.gaps) { GapLine(it, state.nowMs) }
    }
    if (view.crossings.isNotEmpty()) {
        item { SectionHead(stringResource(R.string.reporting_crossings)) }
        items(view.crossings) { CrossingLine(it) }
    }
    if (view.rejected.isNotEmpty()) {
        item { SectionHead(stringResource(R.string.reporting_rejected)) }
        items(view.rejected) { Fact(stringResource(rejectionLabel(it.reason)), number(it.count.toDouble(), 0)) }
    }
}

@Composable
private fun Outbox(view: ReportingView, nowMs: Long) {
    val outbox = view.outbox
    SectionHead(stringResource(R.string.reporting_outbox))
    Fact(stringResource(R.string.reporting_queued), number(outbox.queued.toDouble(), 0), Modifier.testTag("queued"))
    outbox.oldestMs?.let { Fact(stringResource(R.string.reporting_oldest), since(it, nowMs)) }
    Fact(
        stringResource(R.string.reporting_last_success),
        outbox.lastSuccessMs?.let { since(it, nowMs) } ?: stringResource(R.string.reporting_never),
        Modifier.testTag("last-success"),
    )
    outbox.newestSentMs?.let { Fact(stringResource(R.string.reporting_newest_sent), since(it, nowMs)) }
    view.profile?.let {
        val every = stringResource(R.string.reporting_every, spanOfSeconds(it.intervalMs.toLong()))
        val motion = stringResource(if (view.moving) R.string.reporting_moving else R.string.reporting_still)
        Fact(stringResource(R.string.reporting_sampling), "$motion · $every")
    }
    if (view.inMemoryOnly > 0u) Notice(stringResource(R.string.reporting_in_memory, view.inMemoryOnly.toInt()))
    if (outbox.thinned > 0u) Notice(stringResource(R.string.reporting_thinned, outbox.thinned.toInt()))
    view.salvaged?.let {
        val words = if (it.complete) R.string.reporting_salvaged else R.string.reporting_salvaged_parts
        Notice(stringResource(words, it.fixes.toInt()))
    }
}

@Composable
private fun since(atMs: Long, nowMs: Long) = "${ageWords((nowMs - atMs).coerceAtLeast(0))} · ${timeWords(atMs)}"

@Composable
private fun spanOfSeconds(spanMs: Long): String =
    if (spanMs < 60_000) stringResource(R.string.seconds, (spanMs / 1_000).toInt()) else spanWords(spanMs)

@Composable
private fun SetAside(fix: SetAsideFix) = TwoLines(stringResource(setAsideLabel(fix.reason)), timeWords(fix.queued.fixTimeMs))

@Composable
private fun GapLine(gap: ReportingGap, nowMs: Long) {
    val to = gap.toMs
    val span = spanWords(((to ?: nowMs) - gap.fromMs).coerceAtLeast(0))
    val lasts = if (to == null) stringResource(R.string.reporting_gap_lasts, span) else span
    TwoLines(stringResource(gapLabel(gap.cause)), "${timeWords(gap.fromMs)} · $lasts")
}

@Composable
private fun CrossingLine(crossing: OwnCrossing) {
    val way = if (crossing.crossing == Crossing.ENTER) R.string.reporting_entered else R.string.reporting_left
    TwoLines(stringResource(way, crossing.geofenceName), timeWords(crossing.atMs))
}

@Composable
private fun TwoLines(first: String, second: String) {
    Column(
        Modifier.padding(horizontal = 16.dp, vertical = 8.dp).semantics(mergeDescendants = true) {},
        Arrangement.spacedBy(2.dp),
    ) {
        Text(first, style = MaterialTheme.typography.bodyLarge)
        Text(second, color = MaterialTheme.colorScheme.onSurfaceVariant, style = MaterialTheme.typography.bodyMedium)
    }
}

/** Makers end apps in the background in ways of their own: what to switch on this phone. */
@Composable
fun BatteryAdvice(battery: BatteryGuidance, on: (ReportingEvent) -> Unit) {
    SectionHead(stringResource(R.string.reporting_battery))
    if (battery.exempt) Notice(stringResource(R.string.reporting_battery_exempt))
    else {
        Notice(stringResource(R.string.reporting_battery_not_exempt), way = stringResource(R.string.open_settings)) {
            on(ReportingEvent.BatterySettings)
        }
    }
    if (battery.maker.autostart.isEmpty()) Notice(stringResource(makerLabel(battery.maker)))
    else Notice(stringResource(makerLabel(battery.maker)), way = stringResource(R.string.open_settings)) { on(ReportingEvent.MakerSettings) }
}
