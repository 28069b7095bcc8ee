package online.trakiot.app.map

import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.graphics.drawscope.rotate
import androidx.compose.ui.text.TextMeasurer
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.drawText
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import kotlin.math.cos
import kotlin.math.hypot
import kotlin.math.max
import online.trakiot.core.MapPoint
import online.trakiot.core.MercatorPoint
import online.trakiot.core.Place
import online.trakiot.core.TrackPoint

/** A point of the map with its place in the projection: asked of the core once, drawn in every frame. */
class PlacedPoint(val point: MapPoint, val world: MercatorPoint) {
    fun at(camera: Camera, size: Size, density: Float): Offset = camera.toScreen(world, size, density)

    companion object {
        /** All points of a view, projected in one call. */
        fun of(points: List<MapPoint>, drawn: Drawn = Drawn.TRUE): List<PlacedPoint> =
            points.zip(drawn.allOn(points.map { it.place }), ::PlacedPoint)
    }
}

/** A unit: a dot with its freshness' colour, an arrow where it has a course, a ring when chosen. */
fun DrawScope.drawUnit(at: Offset, color: Color, courseDeg: Double?, chosen: Boolean) {
    val radius = 8.dp.toPx()
    if (chosen) drawCircle(color, radius * 1.9f, at, style = Stroke(3.dp.toPx()))
    drawCircle(Color.White, radius + 2.dp.toPx(), at)
    drawCircle(color, radius, at)
    if (courseDeg != null) {
        rotate(courseDeg.toFloat(), at) {
            val tip = Path()
            tip.moveTo(at.x, at.y - radius * 2)
            tip.lineTo(at.x - radius * 0.7f, at.y - radius)
            tip.lineTo(at.x + radius * 0.7f, at.y - radius)
            tip.close()
            drawPath(tip, color)
        }
    }
}

/** A group: a disc with its count. */
fun DrawScope.drawGroup(at: Offset, count: UInt, color: Color, onColor: Color, text: TextMeasurer) {
    val digits = count.toString()
    val words = text.measure(digits, TextStyle(onColor, 14.sp, FontWeight.Medium))
    val radius = max((14 + 3 * digits.length).dp.toPx(), hypot(words.size.width.toFloat(), words.size.height.toFloat()) / 2 + 2.dp.toPx())
    drawCircle(color.copy(alpha = 0.3f), radius * 1.25f, at)
    drawCircle(color, radius, at)
    drawText(words, topLeft = at - Offset(words.size.width / 2f, words.size.height / 2f))
}

/** The circle that this phone is in; below the units, because it may cover them all. */
fun DrawScope.drawMyCircle(place: Place, accuracyM: Double?, camera: Camera, drawn: Drawn, color: Color) {
    val at = camera.toScreen(drawn.on(place), size, density)
    val radius = ((accuracyM ?: return) / metersAround(place.latDeg) * camera.worldPx(density)).toFloat()
    drawCircle(color.copy(alpha = 0.15f), radius, at)
    drawCircle(color.copy(alpha = 0.5f), radius, at, style = Stroke(1.dp.toPx()))
}

/** This phone: a dot in a ring of its own, which no unit has; hollow where it was [lastKnown] and may be gone from. */
fun DrawScope.drawMe(place: Place, lastKnown: Boolean, camera: Camera, drawn: Drawn, color: Color) {
    val at = camera.toScreen(drawn.on(place), size, density)
    drawCircle(Color.White, 10.dp.toPx(), at)
    drawCircle(color, 8.dp.toPx(), at, style = Stroke(2.dp.toPx()))
    if (!lastKnown) drawCircle(color, 4.dp.toPx(), at)
}

/** The length of a parallel, metres. */
fun metersAround(latDeg: Double): Double = 40_075_016.686 * cos(Math.toRadians(latDeg))

/** A track; nothing is drawn from one run of points to the next, a gap is a gap. */
class TrackLine(points: List<TrackPoint>, val world: List<MercatorPoint>) {
    private val segments = points.zip(world).groupBy({ it.first.segment }, { it.second }).values

    fun draw(scope: DrawScope, camera: Camera, color: Color) =
        with(scope) {
            for (run in segments) {
                val path = Path()
                run.forEachIndexed { index, point ->
                    val at = camera.toScreen(point, size, density)
                    if (index == 0) path.moveTo(at.x, at.y) else path.lineTo(at.x, at.y)
                }
                drawPath(path, color, style = Stroke(4.dp.toPx()))
            }
        }
}
