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

/**
 * An observer that is left takes its memory with it, in the heap and behind it. Runs where the other tests run: the core
 * keeps one set of callbacks a process, so two class loaders cannot both have it.
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
        opensAndCloses(trak, COUNT) // pools and caches fill, the compiler has seen every path
        val (heap, native) = used()
        opensAndCloses(trak, COUNT)
        val (heapAfter, nativeAfter) = used()
        assertTrue("heap: $heap, then $heapAfter; grew by ${heapAfter - heap} bytes", heapAfter - heap < MOST_BYTES)
        assertTrue("native: $native, then $nativeAfter; grew by ${nativeAfter - native} bytes", nativeAfter - native < MOST_BYTES)
        runBlocking { trak.shutdown() }
        trak.close()
        folder.deleteRecursively()
    }

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
    private fun used(): Pair<Long, Long> {
        var last = Long.MAX_VALUE
        repeat(ROUNDS) {
            System.gc()
            System.runFinalization()
            val heap = heap()
            if (last - heap in 0..STEADY_BYTES) return heap to native()
            last = heap
            Thread.sleep(ROUND_MS)
        }
        return heap() to native()
    }

    private fun heap() = Runtime.getRuntime().run { totalMemory() - freeMemory() }

    private fun native() = libC.mallinfo2().run { uordblks + hblkhd }

    private companion object {
        const val COUNT = 10_000

        /** A twentieth of what one forgotten object an observer would keep. */
        const val MOST_BYTES = 100_000L
        const val ROUNDS = 100
        const val ROUND_MS = 100L
        const val STEADY_BYTES = 20_000
    }
}
