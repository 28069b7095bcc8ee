package online.trakiot.app.map

import java.io.File
import java.util.Locale
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import okhttp3.CacheControl
import okhttp3.HttpUrl
import okhttp3.HttpUrl.Companion.toHttpUrl
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import online.trakiot.core.Viewport
import org.json.JSONException
import org.json.JSONObject

/**
 * Sessions of Google's Map Tiles API: one a layer and language, asked for when the first tile is wanted, kept until Google
 * ends it. One that has ended still names the tiles that are kept, for whoever has no connection.
 * https://developers.google.com/maps/documentation/tile/session_tokens
 */
class GoogleSessions(private val folder: File, private val ask: suspend (Request) -> String?) {
    private class Session(val token: String, val endsMs: Long)

    private val one = Mutex()
    private val sessions = ConcurrentHashMap<String, Session>()

    suspend fun tileUrl(source: TileSource.Google, tile: Tile): String? {
        val session = session(source) ?: return null
        return address(source, "v1/2dtiles/${tile.z}/${tile.x}/${tile.y}", session).build().toString()
    }

    /** What has to stand on the map, for what is in sight. */
    suspend fun attribution(source: TileSource.Google, sight: Viewport, zoom: Int): String? {
        val session = session(source) ?: return null
        val url =
            address(source, "tile/v1/viewport", session).addQueryParameter("zoom", "$zoom")
                .addQueryParameter("north", "${sight.northDeg}").addQueryParameter("south", "${sight.southDeg}")
                .addQueryParameter("east", "${sight.eastDeg}").addQueryParameter("west", "${sight.westDeg}").build()
        val answer = ask(Request.Builder().url(url).build()) ?: ask(Request.Builder().url(url).cacheControl(CacheControl.FORCE_CACHE).build())
        return answer?.let(::read)?.optString("copyright").let { whose -> if (whose.isNullOrBlank()) GOOGLE_MAPS else "$GOOGLE_MAPS · $whose" }
    }

    fun erase() {
        sessions.clear()
        folder.deleteRecursively()
    }

    private suspend fun session(source: TileSource.Google): String? = one.withLock {
        val locale = Locale.getDefault()
        val name = "${source.mapType}-${locale.toLanguageTag()}"
        val kept = sessions[name] ?: readKept(name)
        if (kept != null && kept.endsMs > System.currentTimeMillis()) return@withLock kept.token
        val wish = JSONObject().put("mapType", source.mapType).put("language", locale.toLanguageTag()).put("region", locale.country.ifBlank { "US" })
        val url = "${source.server}/v1/createSession".toHttpUrl().newBuilder().addQueryParameter("key", source.key).build()
        val answer = ask(Request.Builder().url(url).post(wish.toString().toRequestBody(JSON)).build())
        val fresh = answer?.let { write(name, it) }
        (fresh ?: kept)?.token
    }

    private fun address(source: TileSource.Google, path: String, session: String): HttpUrl.Builder =
        "${source.server}/$path".toHttpUrl().newBuilder().addQueryParameter("session", session).addQueryParameter("key", source.key)

    private fun readKept(name: String): Session? =
        File(folder, name).takeIf { it.isFile }?.readText()?.let(::toSession)?.also { sessions[name] = it }

    private fun write(name: String, answer: String): Session? =
        toSession(answer)?.also {
            sessions[name] = it
            folder.mkdirs()
            File(folder, name).writeText(answer)
        }

    private fun toSession(answer: String): Session? {
        val json = read(answer) ?: return null
        val token = json.optString("session").ifBlank { return null }
        return Session(token, json.optLong("expiry") * 1_000)
    }

    private fun read(answer: String): JSONObject? =
        try {
            JSONObject(answer)
        } catch (other: JSONException) {
            null
        }

    private companion object {
        const val GOOGLE_MAPS = "Google Maps"
        val JSON = "application/json".toMediaType()
    }
}
