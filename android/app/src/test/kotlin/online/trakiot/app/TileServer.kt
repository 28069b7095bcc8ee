package online.trakiot.app

import com.sun.net.httpserver.HttpServer
import java.awt.Color
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.net.InetSocketAddress
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import javax.imageio.ImageIO

/** A map server on loopback: every tile is one colour; it answers as Google's does, too. */
class TileServer(private val color: Color = Color(200, 30, 30)) : AutoCloseable {
    private val threads = Executors.newCachedThreadPool()
    private val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)

    /** What it was asked for: method, path and query. */
    val asked = ConcurrentLinkedQueue<String>()
    val address get() = "http://127.0.0.1:${server.address.port}"

    init {
        server.executor = threads
        server.createContext("/") { exchange ->
            asked += "${exchange.requestMethod} ${exchange.requestURI}"
            val path = exchange.requestURI.path
            val answer =
                when {
                    path == "/v1/createSession" -> """{"session":"a-session","expiry":"4000000000","tileWidth":256,"tileHeight":256,"imageFormat":"png"}""".toByteArray()
                    path == "/tile/v1/viewport" -> """{"copyright":"Map data ©2026 somebody","maxZoomRects":[]}""".toByteArray()
                    else -> picture()
                }
            exchange.requestBody.use { it.readBytes() }
            exchange.responseHeaders.add("Content-Type", if (path.contains("/v1/c") || path.contains("viewport")) "application/json" else "image/png")
            exchange.sendResponseHeaders(200, answer.size.toLong())
            exchange.responseBody.use { it.write(answer) }
        }
        server.start()
    }

    private fun picture(): ByteArray {
        val image = BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB)
        image.createGraphics().apply { color = this@TileServer.color }.fillRect(0, 0, 256, 256)
        return ByteArrayOutputStream().also { ImageIO.write(image, "png", it) }.toByteArray()
    }

    override fun close() {
        if (threads.isShutdown) return
        server.stop(0)
        threads.shutdownNow()
    }
}
