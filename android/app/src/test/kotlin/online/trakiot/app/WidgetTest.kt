package online.trakiot.app

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Canvas
import android.view.View
import android.widget.FrameLayout
import online.trakiot.app.pictures.Demo
import online.trakiot.app.widget.NearestWidget
import org.junit.Assert.assertEquals
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

    private fun pictures(variant: String) {
        val context = Robolectric.buildActivity(Activity::class.java).setup().get()
        val shots = Shots(File(System.getProperty("trak.screenshots")), File(System.getProperty("trak.differences")), System.getProperty("trak.record") == "yes")
        val found =
            listOf("widget" to Demo.nearby.rows, "widget-no-place" to null).mapNotNull { (name, rows) ->
                val view = NearestWidget.views(context, rows).apply(context, FrameLayout(context))
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
