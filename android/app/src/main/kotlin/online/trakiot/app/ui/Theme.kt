package online.trakiot.app.ui

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Typography
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.unit.Density
import online.trakiot.core.Freshness

private val light =
    lightColorScheme(
        primary = Color(0xFF00696D),
        onPrimary = Color.White,
        primaryContainer = Color(0xFFBFEBED),
        onPrimaryContainer = Color(0xFF002021),
        secondary = Color(0xFF4A6364),
        secondaryContainer = Color(0xFFCCE8E9),
        onSecondaryContainer = Color(0xFF051F20),
        background = Color(0xFFF7FAF9),
        surface = Color(0xFFF7FAF9),
        surfaceContainer = Color(0xFFEBEFEE),
    )

private val dark =
    darkColorScheme(
        primary = Color(0xFF80D4D8),
        onPrimary = Color(0xFF003739),
        primaryContainer = Color(0xFF004F52),
        onPrimaryContainer = Color(0xFFBFEBED),
        secondary = Color(0xFFB0CCCD),
        secondaryContainer = Color(0xFF324B4C),
        onSecondaryContainer = Color(0xFFCCE8E9),
        background = Color(0xFF0F1514),
        surface = Color(0xFF0F1514),
        surfaceContainer = Color(0xFF1B2120),
    )

/** Coordinates, numbers and Latin names keep their order of reading where the language is written from right to left. */
private val typography =
    Typography().run {
        val reading = TextStyle(textDirection = TextDirection.ContentOrLtr)
        Typography(
            displayLarge.merge(reading), displayMedium.merge(reading), displaySmall.merge(reading),
            headlineLarge.merge(reading), headlineMedium.merge(reading), headlineSmall.merge(reading),
            titleLarge.merge(reading), titleMedium.merge(reading), titleSmall.merge(reading),
            bodyLarge.merge(reading), bodyMedium.merge(reading), bodySmall.merge(reading),
            labelLarge.merge(reading), labelMedium.merge(reading), labelSmall.merge(reading),
        )
    }

/** The app's colours: strong contrasts, to be read in the sun. */
@Composable
fun TrakTheme(content: @Composable () -> Unit) {
    MaterialTheme(if (isSystemInDarkTheme()) dark else light, typography = typography, content = content)
}

/** Letters that have no room to grow further: at most [largest] times as large as usual. */
@Composable
fun FontScaleUpTo(largest: Float, content: @Composable () -> Unit) {
    val density = LocalDensity.current
    val limited = Density(density.density, density.fontScale.coerceAtMost(largest))
    CompositionLocalProvider(LocalDensity provides limited, content = content)
}

/** The colour of a freshness, never the only sign of it; readable on the surface in both themes. */
@Composable
@ReadOnlyComposable
fun freshnessColor(freshness: Freshness?): Color {
    val dark = isSystemInDarkTheme()
    return when (freshness) {
        Freshness.LIVE -> if (dark) Color(0xFF7BDA8F) else Color(0xFF1B7A33)
        Freshness.RECENT -> if (dark) Color(0xFF8CC5FF) else Color(0xFF1565C0)
        Freshness.OLD -> if (dark) Color(0xFFFFC46B) else Color(0xFF9A5B00)
        Freshness.LOST, null -> if (dark) Color(0xFFB8BFBE) else Color(0xFF5F6665)
    }
}
