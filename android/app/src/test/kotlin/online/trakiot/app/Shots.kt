package online.trakiot.app

import android.graphics.Bitmap
import com.dropbox.differ.Color
import com.dropbox.differ.Image
import com.dropbox.differ.SimpleImageComparator
import java.awt.image.BufferedImage
import java.awt.image.IndexColorModel
import java.io.File
import javax.imageio.ImageIO

/**
 * Pictures that are kept in the repository and compared with. Written with a palette, which makes them a third as large:
 * colours that differ by less than an eye sees become one.
 */
class Shots(private val folder: File, private val differences: File, private val record: Boolean) {
    private val comparator = SimpleImageComparator(maxDistance = TOLERANCE, hShift = 1, vShift = 1)

    /** Nothing when the picture is as it was, otherwise what is wrong with it. */
    fun compare(name: String, bitmap: Bitmap): String? {
        val kept = File(folder, "$name.png")
        val small = bitmap.width > WIDEST
        val now = indexed(if (small) Bitmap.createScaledBitmap(bitmap, bitmap.width / 2, bitmap.height / 2, true) else bitmap)
        if (record) {
            kept.parentFile?.mkdirs()
            ImageIO.write(now, "png", kept)
            return null
        }
        if (!kept.exists()) return "$name: there is no picture to compare with"
        val then = ImageIO.read(kept)
        val trouble =
            if (then.width != now.width || then.height != now.height) "its size has changed"
            else {
                val differing = comparator.compare(Pixels(then), Pixels(now), null).pixelDifferences
                if (differing <= MOST) return null else "$differing pixels differ"
            }
        val shown = File(differences, "$name.png").apply { parentFile?.mkdirs() }
        ImageIO.write(now, "png", shown)
        return "$name: $trouble; now: $shown"
    }

    private fun indexed(bitmap: Bitmap): BufferedImage {
        val pixels = IntArray(bitmap.width * bitmap.height)
        bitmap.getPixels(pixels, 0, bitmap.width, 0, 0, bitmap.width, bitmap.height)
        // The coarsest of these steps that is needed for 256 colours.
        val palette = STEPS.firstNotNullOf { step -> pixels.mapTo(HashSet()) { it.rounded(step) }.takeIf { it.size <= 256 }?.let { step to it.sorted() } }
        val (step, colors) = palette
        val index = colors.withIndex().associate { (at, color) -> color to at }
        val model = IndexColorModel(8, colors.size, colors.toIntArray(), 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE)
        val image = BufferedImage(bitmap.width, bitmap.height, BufferedImage.TYPE_BYTE_INDEXED, model)
        val data = pixels.map { index.getValue(it.rounded(step)) }.toIntArray()
        image.raster.setPixels(0, 0, bitmap.width, bitmap.height, data)
        return image
    }

    private fun Int.rounded(step: Int): Int {
        fun channel(shift: Int) = ((this shr shift and 0xff) / step * step + step / 2).coerceAtMost(255)
        return (channel(16) shl 16) or (channel(8) shl 8) or channel(0)
    }

    private class Pixels(private val image: BufferedImage) : Image {
        override val width get() = image.width
        override val height get() = image.height

        override fun getPixel(x: Int, y: Int): Color {
            val rgb = image.getRGB(x, y)
            return Color((rgb shr 16 and 0xff) / 255f, (rgb shr 8 and 0xff) / 255f, (rgb and 0xff) / 255f)
        }
    }

    private companion object {
        /** How far colours may be apart, of 1. */
        const val TOLERANCE = 0.12f

        /** How many pixels may differ, of the whole picture: fewer than one small letter has. The letters' shapes come with Robolectric. */
        const val MOST = 6

        val STEPS = listOf(16, 24, 32, 48, 64)

        /** What is wider is kept at half its size. */
        const val WIDEST = 800
    }
}
