package online.trakiot.app

import android.graphics.Bitmap
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.isSpecified
import androidx.compose.ui.graphics.luminance
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.text.TextLayoutResult
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.dp
import kotlin.math.max
import kotlin.math.min

/**
 * What a screen reader, a large finger and weak eyes need: everything that can be touched has words and is large enough,
 * every screen has a heading, letters stand out from their ground, no text is cut off or shortened, and what is chosen is in sight.
 */
class Accessibility(
    private val root: SemanticsNode,
    private val unmerged: SemanticsNode,
    private val image: Bitmap,
    private val density: Density,
    private val isDialog: Boolean,
) {
    fun findings(): List<String> {
        val found = mutableListOf<String>()
        val touchable = root.all().filter { it.isTouchable() && it.isShown() }
        for (node in touchable) {
            val words = node.words()
            if (words.isBlank()) found += "nothing says what this is for: ${node.boundsInRoot}"
            val touched = node.touchBoundsInRoot
            val least = with(density) { LEAST.toPx() } - 0.5f
            // What is scrolled half out of sight is measured where it is whole.
            if (node.isWhole() && (touched.width < least || touched.height < least)) found += "too small to touch: \"$words\" $touched"
        }
        if (!isDialog && unmerged.all().none { it.config.contains(SemanticsProperties.Heading) }) found += "the screen has no heading"
        for (node in root.all().filter { it.isChosen() && !it.isShown() && it.row()?.isShown() == true }) found += "chosen and out of sight: \"${node.words()}\""
        for (node in unmerged.all().filter { it.isShown() && it.isWhole() }) found += node.text().mapNotNull { judged(node, it) }
        return found
    }

    private fun judged(node: SemanticsNode, text: TextLayoutResult): String? {
        val words = text.layoutInput.text.text.take(40)
        val cut = text.multiParagraph.didExceedMaxLines && text.layoutInput.overflow != TextOverflow.Ellipsis
        if (cut) return "cut off: \"$words\""
        if ((0 until text.lineCount).any(text::isLineEllipsized)) return "shortened: \"$words\""
        val color = text.layoutInput.style.color
        if (!color.isSpecified || node.isDisabled() || words.isBlank()) return null
        val contrast = contrast(color, ground(node.boundsInRoot) ?: return null)
        val large = text.layoutInput.style.fontSize.value >= 18
        return if (contrast < if (large) 3.0 else 4.5) "contrast ${"%.1f".format(contrast)}: \"$words\"" else null
    }

    /** The colour that most of the pixels have: what the letters stand on. */
    private fun ground(bounds: Rect): Color? {
        val counts = HashMap<Int, Int>()
        for (y in max(0, bounds.top.toInt()) until min(image.height, bounds.bottom.toInt())) {
            for (x in max(0, bounds.left.toInt()) until min(image.width, bounds.right.toInt())) {
                counts.merge(image.getPixel(x, y), 1, Int::plus)
            }
        }
        return counts.maxByOrNull { it.value }?.let { Color(it.key) }
    }

    private fun contrast(one: Color, other: Color): Double {
        val (dark, light) = listOf(one.luminance(), other.luminance()).sorted()
        return (light + 0.05) / (dark + 0.05)
    }

    private fun SemanticsNode.all(): List<SemanticsNode> = listOf(this) + children.flatMap { it.all() }

    private fun SemanticsNode.isShown() = boundsInRoot.width > 0 && boundsInRoot.height > 0

    private fun SemanticsNode.isWhole() = boundsInRoot.size.width >= size.width - 1f && boundsInRoot.size.height >= size.height - 1f

    private fun SemanticsNode.isChosen() = config.getOrNull(SemanticsProperties.Selected) == true

    /** What it stands in, where that scrolls sideways. */
    private fun SemanticsNode.row(): SemanticsNode? = if (config.contains(SemanticsProperties.HorizontalScrollAxisRange)) this else parent?.row()

    private fun SemanticsNode.isTouchable() =
        config.contains(SemanticsActions.OnClick) || config.contains(SemanticsProperties.ToggleableState)

    private fun SemanticsNode.isDisabled(): Boolean =
        config.contains(SemanticsProperties.Disabled) || parent?.isDisabled() == true

    private fun SemanticsNode.words(): String =
        (
            config.getOrNull(SemanticsProperties.ContentDescription).orEmpty() +
                config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text } +
                listOfNotNull(config.getOrNull(SemanticsProperties.EditableText)?.text)
        ).joinToString(" ").ifBlank { children.joinToString(" ") { it.words() } }

    private fun SemanticsNode.text(): List<TextLayoutResult> {
        val results = mutableListOf<TextLayoutResult>()
        if (config.contains(SemanticsProperties.EditableText)) return results // fields scroll what does not fit
        config.getOrNull(SemanticsActions.GetTextLayoutResult)?.action?.invoke(results)
        return results
    }

    private companion object {
        /** What Android wants of anything that is touched. */
        val LEAST = 48.dp
    }
}
