package online.trakiot.app.ui.parts

import androidx.compose.foundation.horizontalScroll
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.relocation.BringIntoViewRequester
import androidx.compose.foundation.relocation.bringIntoViewRequester
import androidx.compose.foundation.rememberScrollState
import androidx.compose.material3.FilterChip
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp

/** Things to choose from in a row that scrolls where they have no room; what is chosen is in sight when the row appears. */
@Composable
fun <T> Choices(items: List<T>, chosen: (T) -> Boolean, label: @Composable (T) -> String, onChoose: (T) -> Unit) {
    val first = items.indexOfFirst(chosen)
    val sight = remember { BringIntoViewRequester() }
    LaunchedEffect(Unit) { if (first >= 0) sight.bringIntoView() }
    Row(Modifier.horizontalScroll(rememberScrollState()).padding(horizontal = 16.dp), Arrangement.spacedBy(8.dp)) {
        items.forEachIndexed { index, item ->
            val seen = if (index == first) Modifier.bringIntoViewRequester(sight) else Modifier
            FilterChip(chosen(item), { onChoose(item) }, { Text(label(item)) }, seen)
        }
    }
}
