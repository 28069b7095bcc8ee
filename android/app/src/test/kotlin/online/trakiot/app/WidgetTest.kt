package online.trakiot.app

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Canvas
import android.view.View
import android.view.ViewGroup
import android.widget.FrameLayout
import android.widget.TextView
import androidx.core.view.children
import online.trakiot.app.pictures.Demo
import online.trakiot.app.ui.shortTimeWords
import online.trakiot.app.widget.Nearest
import online.trakiot.app.widget.NearestWidget
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.io.File

/** The home screen's widget as a launcher draws it. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = TestApplication::class)
class WidgetTest {
    @Test @Config(qualifiers = "en-rUS-w360dp-h740dp-notnight-mdpi") fun inTheLight() = pictures("phone-en-light")

    @Test @Config(qualifiers = "zh-rCN-w360dp-h740dp-night-mdpi") fun inTheDark() = pictures("phone-zh-dark")

    /** A launcher shows for hours what was drawn once: an age would stay young. */
    @Test
    @Config(qualifiers = "en-rUS-w360dp-h740dp-mdpi")
    fun itTellsTimesThatStayTrue() {
        val context = Robolectric.buildActivity(Activity::class.java).setup().get()
        val hereAtMs = Demo.NOW_MS - 900_000
        val words = words(NearestWidget.views(context, Nearest(Demo.nearby.rows, hereAtMs, Demo.NOW_MS)).apply(context, FrameLayout(context)))
        val times = Demo.nearby.rows.take(4).mapNotNull { it.unit.fixTimeMs } + hereAtMs
        for (atMs in times) assertTrue("$words", words.any { context.resources.shortTimeWords(atMs, Demo.NOW_MS) in it })
        assertTrue("$words", words.none { "ago" in it || context.getString(R.string.age_now) in it })
    }

    private fun words(view: View): List<String> =
        when (view) {
            is TextView -> listOf(view.text.toString())
            is ViewGroup -> view.children.flatMap(::words).toList()
            else -> emptyList()
        }

    private fun pictures(variant: String) {
        val context = Robolectric.buildActivity(Activity::class.java).setup().get()
        val shots = Shots(File(System.getProperty("trak.screenshots")), File(System.getProperty("trak.differences")), System.getProperty("trak.record") == "yes")
        val found =
            listOf("widget" to Nearest(Demo.nearby.rows, Demo.NOW_MS - 900_000, Demo.NOW_MS), "widget-no-place" to null).mapNotNull { (name, found) ->
                val view = NearestWidget.views(context, found).apply(context, FrameLayout(context))
                val exactly = { size: Int -> View.MeasureSpec.makeMeasureSpec(size, View.MeasureSpec.EXACTLY) }
                view.measure(exactly(WIDTH), exactly(HEIGHT))
                view.layout(0, 0, WIDTH, HEIGHT)
                val bitmap = Bitmap.createBitmap(WIDTH, HEIGHT, Bitmap.Config.ARGB_8888)
                view.draw(Canvas(bitmap))
                shots.compare("$variant/$name", bitmap)
            }
        assertEquals("", found.joinToString("\n"))
    }

    private companion object {
        const val WIDTH = 250
        const val HEIGHT = 260
    }
}
