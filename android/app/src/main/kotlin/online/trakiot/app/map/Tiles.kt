package online.trakiot.app.map

import android.graphics.BitmapFactory
import android.util.LruCache
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.asImageBitmap
import java.io.File
import java.io.IOException
import java.util.concurrent.TimeUnit
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import okhttp3.Cache
import okhttp3.CacheControl
import okhttp3.Call
import okhttp3.Callback
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.Response
import online.trakiot.core.Viewport

/** What became of asking for a tile. */
sealed interface TileAnswer {
    data class Picture(val image: ImageBitmap) : TileAnswer

    /** The layer has none there. */
    data object Absent : TileAnswer

    data class Failed(val trouble: TileTrouble) : TileAnswer
}

/** Why pictures do not come. */
enum class TileTrouble { OFFLINE, REFUSED, UNREADABLE }

/**
 * The only way to map servers: asks for the person's consent before each request, keeps what came as long as the server
 * allows, and where it cannot be asked takes what is kept, however old. Nothing is opened before the first tile is wanted.
 */
class Tiles(private val folder: File, private val permitted: () -> Boolean) {
    private val pictures = object : LruCache<String, ImageBitmap>(MEMORY_BYTES) {
        override fun sizeOf(key: String, value: ImageBitmap): Int = value.width * value.height * 4
    }
    private val opened = lazy {
        OkHttpClient.Builder()
            .cache(Cache(File(folder, "tiles"), DISK_BYTES))
            .callTimeout(30, TimeUnit.SECONDS)
            .addInterceptor { chain ->
                if (!permitted()) throw IOException("no consent")
                chain.proceed(chain.request().newBuilder().header("User-Agent", USER_AGENT).build())
            }
            .build()
    }
    private val client by opened
    private val google = GoogleSessions(File(folder, "sessions")) { text(it) }

    /** A tile's picture: what is kept at once, then what the server has now where that is another. */
    fun picture(layer: MapLayer, tile: Tile): Flow<TileAnswer> = flow {
        val key = "${layer.id}/${tile.z}/${tile.x}/${tile.y}"
        pictures.get(key)?.let {
            emit(TileAnswer.Picture(it))
            return@flow
        }
        val url =
            when (val source = layer.source) {
                is TileSource.Template -> source.url(tile)
                is TileSource.Google ->
                    google.tileUrl(source, tile) ?: run {
                        emit(TileAnswer.Failed(TileTrouble.OFFLINE))
                        return@flow
                    }
            }
        val kept = answer(Request.Builder().url(url).cacheControl(CacheControl.FORCE_CACHE).build()) as? TileAnswer.Picture
        kept?.let { emit(it) }
        val now = answer(Request.Builder().url(url).build())
        if (now is TileAnswer.Picture) pictures.put(key, now.image)
        if (kept == null || now is TileAnswer.Picture) emit(now)
    }.flowOn(Dispatchers.IO)

    /** Whose work is in sight; nothing where that cannot be asked. */
    suspend fun attribution(layer: MapLayer, sight: Viewport, zoom: Int): String? =
        when (val source = layer.source) {
            is TileSource.Template -> source.attribution
            is TileSource.Google -> withContext(Dispatchers.IO) { google.attribution(source, sight, zoom) }
        }

    /** Forgets everything: which pictures are kept tells where somebody looked. Not for the main thread. */
    fun erase() {
        pictures.evictAll()
        if (opened.isInitialized()) client.cache?.evictAll() else File(folder, "tiles").deleteRecursively()
        google.erase()
    }

    private suspend fun answer(request: Request): TileAnswer =
        try {
            client.newCall(request).answered().use { response ->
                when {
                    response.code == NO_CONTENT || response.code == NOT_FOUND -> TileAnswer.Absent
                    !response.isSuccessful -> TileAnswer.Failed(if (response.code == NOT_KEPT) TileTrouble.OFFLINE else TileTrouble.REFUSED)
                    else -> {
                        val bytes = response.body.bytes()
                        val image = BitmapFactory.decodeByteArray(bytes, 0, bytes.size)?.asImageBitmap()
                        if (image == null) TileAnswer.Failed(TileTrouble.UNREADABLE) else TileAnswer.Picture(image)
                    }
                }
            }
        } catch (unreachable: IOException) {
            TileAnswer.Failed(TileTrouble.OFFLINE)
        }

    /** The answer's text; nothing where there is none. */
    private suspend fun text(request: Request): String? =
        try {
            client.newCall(request).answered().use { if (it.isSuccessful) it.body.string() else null }
        } catch (unreachable: IOException) {
            null
        }

    private companion object {
        const val DISK_BYTES = 100L * 1024 * 1024
        const val MEMORY_BYTES = 24 * 1024 * 1024
        const val NO_CONTENT = 204
        const val NOT_FOUND = 404

        /** What OkHttp answers when only the cache may be asked and has nothing. */
        const val NOT_KEPT = 504
        const val USER_AGENT = "TRAK-IOT.online (Android)"
    }
}

/** Waits for the answer without a thread; whoever stops waiting ends the request. */
private suspend fun Call.answered(): Response = suspendCancellableCoroutine { waiting ->
    waiting.invokeOnCancellation { cancel() }
    enqueue(
        object : Callback {
            override fun onFailure(call: Call, e: IOException) {
                if (!waiting.isCancelled) waiting.resumeWithException(e)
            }

            override fun onResponse(call: Call, response: Response) = waiting.resume(response) { _, late, _ -> late.close() }
        },
    )
}
