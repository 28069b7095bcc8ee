package online.trakiot.app.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.layout.windowInsetsPadding
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.automirrored.filled.ArrowBack
import androidx.compose.material3.Button
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.ProvideTextStyle
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TopAppBar
import androidx.compose.material3.TopAppBarDefaults
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.freshnessColor
import online.trakiot.app.ui.freshnessLabel
import online.trakiot.core.Freshness

/** The bar of a screen that one comes back from. It grows with large letters: the title is never smaller than the person wants. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun BackBar(title: String, onBack: (() -> Unit)?, actions: @Composable () -> Unit = {}) {
    val back = @Composable {
        if (onBack != null) IconButton(onBack) { Icon(Icons.AutoMirrored.Filled.ArrowBack, stringResource(R.string.back)) }
    }
    if (LocalDensity.current.fontScale <= ROOMY_FONT_SCALE) {
        TopAppBar(title = { Title(title, lines = 2) }, navigationIcon = back, actions = { actions() })
        return
    }
    Row(
        Modifier.fillMaxWidth().windowInsetsPadding(TopAppBarDefaults.windowInsets).heightIn(min = 64.dp).padding(horizontal = 4.dp),
        Arrangement.spacedBy(4.dp),
        Alignment.CenterVertically,
    ) {
        back()
        ProvideTextStyle(MaterialTheme.typography.titleMedium) {
            Title(title, lines = 4, Modifier.weight(1f).padding(start = if (onBack == null) 12.dp else 0.dp).padding(vertical = 8.dp))
        }
        actions()
    }
}

@Composable
private fun Title(words: String, lines: Int, modifier: Modifier = Modifier) {
    Text(words, modifier.semantics { heading() }, maxLines = lines, overflow = TextOverflow.Ellipsis)
}

/** Up to this size two lines of a title have room in the usual bar. */
private const val ROOMY_FONT_SCALE = 1.1f

/** A screen with nothing to show yet: why, and the way out. */
@Composable
fun Nothing(words: String, modifier: Modifier = Modifier, way: String? = null, onWay: () -> Unit = {}) {
    Column(
        modifier.fillMaxSize().padding(32.dp),
        Arrangement.spacedBy(16.dp, Alignment.CenterVertically),
        Alignment.CenterHorizontally,
    ) {
        Text(words, style = MaterialTheme.typography.bodyLarge, textAlign = TextAlign.Center)
        if (way != null) Button(onWay) { Text(way) }
    }
}

/** A freshness as a shape, a word and an age: full, half, ring or cross, so that colour is never the only sign. */
@Composable
fun AgeLine(freshness: Freshness?, ageMs: Long?, modifier: Modifier = Modifier) {
    val color = freshnessColor(freshness)
    Row(modifier, Arrangement.spacedBy(6.dp), Alignment.CenterVertically) {
        FreshnessMark(freshness, color)
        val words =
            if (freshness == null) stringResource(R.string.freshness_none)
            else stringResource(R.string.freshness_and_age, stringResource(freshnessLabel(freshness)), ageWords(ageMs))
        Text(words, color = color, style = MaterialTheme.typography.bodyMedium)
    }
}

@Composable
private fun FreshnessMark(freshness: Freshness?, color: Color) {
    Box(Modifier.size(12.dp)) {
        androidx.compose.foundation.Canvas(Modifier.fillMaxSize()) {
            val stroke = androidx.compose.ui.graphics.drawscope.Stroke(2.dp.toPx())
            when (freshness) {
                Freshness.LIVE -> drawCircle(color)
                Freshness.RECENT -> {
                    drawCircle(color, radius = size.minDimension / 2 - 1.dp.toPx(), style = stroke)
                    drawCircle(color, radius = size.minDimension / 4)
                }
                Freshness.OLD -> drawCircle(color, radius = size.minDimension / 2 - 1.dp.toPx(), style = stroke)
                Freshness.LOST, null -> {
                    drawLine(color, androidx.compose.ui.geometry.Offset.Zero, center * 2f, 2.dp.toPx())
                    val up = androidx.compose.ui.geometry.Offset(0f, size.height)
                    drawLine(color, up, androidx.compose.ui.geometry.Offset(size.width, 0f), 2.dp.toPx())
                }
            }
        }
    }
}

/** A label with what it stands for, read together by a screen reader; one below the other where letters are large. */
@Composable
fun Fact(label: String, value: String, modifier: Modifier = Modifier) {
    val around = modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp).semantics(mergeDescendants = true) {}
    if (LocalDensity.current.fontScale > STACKED_FONT_SCALE) {
        Column(around) {
            FactLabel(label)
            Text(value, style = MaterialTheme.typography.bodyLarge)
        }
    } else {
        Row(around, Arrangement.spacedBy(16.dp)) {
            FactLabel(label, Modifier.weight(0.42f).widthIn(min = 80.dp))
            Text(value, Modifier.weight(0.58f), style = MaterialTheme.typography.bodyLarge)
        }
    }
}

@Composable
private fun FactLabel(label: String, modifier: Modifier = Modifier) {
    Text(label, modifier, color = MaterialTheme.colorScheme.onSurfaceVariant, style = MaterialTheme.typography.bodyMedium)
}

private const val STACKED_FONT_SCALE = 1.4f

/** The head of a group of facts. */
@Composable
fun SectionHead(words: String) {
    Text(
        words,
        Modifier.padding(start = 16.dp, end = 16.dp, top = 20.dp, bottom = 4.dp).semantics { heading() },
        color = MaterialTheme.colorScheme.primary,
        style = MaterialTheme.typography.titleSmall,
    )
}

/** What became of the last thing that the person did: stands above a list, whatever it is scrolled to, and is read out. */
@Composable
fun Outcome(words: String?) {
    if (words != null) Notice(words, Modifier.testTag("outcome").semantics(mergeDescendants = true) { liveRegion = LiveRegionMode.Polite })
}

/** Something to know within a screen, with a way out where there is one. */
@Composable
fun Notice(words: String, modifier: Modifier = Modifier, way: String? = null, onWay: () -> Unit = {}) {
    Surface(
        modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp),
        shape = MaterialTheme.shapes.medium,
        color = MaterialTheme.colorScheme.secondaryContainer,
    ) {
        Column(Modifier.padding(16.dp), Arrangement.spacedBy(8.dp)) {
            Text(words, style = MaterialTheme.typography.bodyMedium)
            if (way != null) Button(onWay, Modifier.testTag("way")) { Text(way) }
        }
    }
}
