package online.trakiot.app

import android.app.Application
import com.sun.jna.Library
import com.sun.jna.Native
import com.sun.jna.Structure
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import online.trakiot.core.Observer
import online.trakiot.core.Trak
import online.trakiot.core.changes
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.nio.file.Files

/** What glibc says of its own blocks; `uordblks` are the bytes in use, in all arenas. */
@Suppress("unused", "SpellCheckingInspection")
@Structure.FieldOrder("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
open class MallocInfo : Structure() {
    @JvmField var arena = 0L
    @JvmField var ordblks = 0L
    @JvmField var smblks = 0L
    @JvmField var hblks = 0L
    @JvmField var hblkhd = 0L
    @JvmField var usmblks = 0L
    @JvmField var fsmblks = 0L
    @JvmField var uordblks = 0L
    @JvmField var fordblks = 0L
    @JvmField var keepcost = 0L

    class ByValue : MallocInfo(), Structure.ByValue
}

interface LibC : Library {
    fun mallinfo2(): MallocInfo.ByValue
}

/** Bytes in use, in the heap and behind it. */
private data class Used(val heap: Long, val native: Long) {
    operator fun minus(before: Used) = Used(heap - before.heap, native - before.native)
}

/**
 * An observer that is left takes its memory with it, in the heap and behind it. Runs under Robolectric like the other tests:
 * the core keeps one set of callbacks a process, so two class loaders cannot both have it.
 *
 * What can be measured is the whole process. Hence one of its own, without what other tests leave running; and the median of
 * several rounds, because a single one says nothing: Java's compilers come and go, and JNA frees the memory of each call, some
 * twenty an observer, only after the collector, in a thread of its own. Meanwhile it is listed in a table that doubles and
 * never shrinks, a megabyte once, which looks like a heap that grows. What is kept on purpose must be seen all the same.
 */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = Application::class)
class LeakTest {
    private val libC = Native.load("c", LibC::class.java)

    @Test
    fun tenThousandObserversLeaveNothing() {
        val folder = Files.createTempDirectory("trak-leak").toFile()
        val trak = Trak.open(folder.path, MemorySecrets())
        val left = rounds { opensAndCloses(trak, COUNT) }
        assertTrue("heap grew by ${left.map { it.heap }} bytes", median(left) { it.heap } < MOST_BYTES)
        assertTrue("native memory grew by ${left.map { it.native }} bytes", median(left) { it.native } < MOST_BYTES)

        val kept = mutableListOf<Observer>()
        val forgotten = rounds { repeat(COUNT) { kept += trak.observe() } }
        assertTrue("the heap is looked at: ${forgotten.map { it.heap }}", median(forgotten) { it.heap } > MOST_BYTES)
        assertTrue("native memory is looked at: ${forgotten.map { it.native }}", median(forgotten) { it.native } > MOST_BYTES)
        kept.forEach { it.close() }
        runBlocking { trak.shutdown() }
        trak.close()
        folder.deleteRecursively()
    }

    /** What each of several rounds left, after one in which pools fill and the compilers see the way. */
    private fun rounds(work: () -> Unit): List<Used> {
        work()
        var before = used()
        return List(ROUNDS) {
            work()
            val after = used()
            (after - before).also { before = after }
        }
    }

    private fun median(rounds: List<Used>, of: (Used) -> Long) = rounds.map(of).sorted()[ROUNDS / 2]

    /** Half of them are left after their first value, half while they wait for the next. */
    private fun opensAndCloses(trak: Trak, count: Int) = runBlocking {
        repeat(count / 2) {
            trak.changes().first()
            val waits = launch(start = CoroutineStart.UNDISPATCHED) { trak.changes().collect {} }
            yield()
            waits.cancelAndJoin()
        }
    }

    /** Once nothing more becomes free: JNA's cleaner follows the collector in a thread of its own. */
    private fun used(): Used {
        var last = Used(Long.MAX_VALUE, Long.MAX_VALUE)
        repeat(TRIES) {
            System.gc()
            System.runFinalization()
            val now = Used(heap(), native())
            if (last.heap - now.heap in 0..STEADY_BYTES && last.native - now.native in 0..STEADY_BYTES) return now
            last = now
            Thread.sleep(TRY_MS)
        }
        return last
    }

    private fun heap() = Runtime.getRuntime().run { totalMemory() - freeMemory() }

    private fun native() = libC.mallinfo2().run { uordblks + hblkhd }

    private companion object {
        const val COUNT = 10_000

        /** Ten bytes an observer; one that is forgotten keeps hundreds. */
        const val MOST_BYTES = 100_000L
        const val ROUNDS = 5
        const val TRIES = 50
        const val TRY_MS = 100L
        const val STEADY_BYTES = 20_000L
    }
}
