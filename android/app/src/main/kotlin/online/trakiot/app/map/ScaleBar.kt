package online.trakiot.app.map

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import kotlin.math.floor
import kotlin.math.log10
import kotlin.math.pow
import online.trakiot.app.ui.distanceWords

/** The longest of 1, 2 or 5 times a power of ten that is at most [mostM], metres. */
fun roundLength(mostM: Double): Double {
    val power = 10.0.pow(floor(log10(mostM)))
    return power * listOf(5.0, 2.0, 1.0).first { it * power <= mostM * (1 + 1e-9) }
}

/** How long a round distance is in the middle of the map. */
@Composable
fun ScaleBar(metersPerDp: Double, modifier: Modifier = Modifier) {
    if (metersPerDp <= 0.0 || !metersPerDp.isFinite()) return
    val lengthM = roundLength(LONGEST.value * metersPerDp)
    val scheme = MaterialTheme.colorScheme
    Column(
        modifier.background(scheme.surface, RoundedCornerShape(4.dp)).padding(horizontal = 8.dp, vertical = 4.dp).testTag("scale-bar"),
        Arrangement.spacedBy(2.dp),
    ) {
        Text(distanceWords(lengthM), color = scheme.onSurface, style = MaterialTheme.typography.labelMedium)
        Spacer(Modifier.width(Dp((lengthM / metersPerDp).toFloat())).height(3.dp).background(scheme.onSurface))
    }
}

private val LONGEST = 96.dp
