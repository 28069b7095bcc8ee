package online.trakiot.app

import org.json.JSONObject
import java.io.File
import java.net.HttpURLConnection
import java.net.URI
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** A real backend on loopback with a fleet that moves, ended with the test. */
class Backend(units: Int = 200, everySeconds: Int = 10) : AutoCloseable {
    private val folder = Files.createTempDirectory("trak-backend").toFile()
    private val process: Process
    val address: String

    init {
        val password = File(folder, "password").apply { writeText(PASSWORD) }
        val ready = File(folder, "ready")
        process =
            start(
                "demo", "--bind", "127.0.0.1:0",
                "--size", "$units", "--every", "$everySeconds", "--account", ACCOUNT, "--password-file", password.path,
                "--ready-file", ready.path, "--until-input-ends",
            )
        while (!ready.exists()) {
            check(process.isAlive) { "the backend ended: ${File(folder, "log").readText()}" }
            process.waitFor(20, TimeUnit.MILLISECONDS)
        }
        address = ready.readText().trim()
    }

    /** An administrator's command, on the database that is being served. */
    fun administers(vararg words: String) {
        check(start(*words).waitFor() == 0) { File(folder, "log").readText() }
    }

    /** What the server asks of whoever signs in, answered: the account's number. */
    fun accountId(): Long {
        val request = URI("$address/api/session").toURL().openConnection() as HttpURLConnection
        request.doOutput = true
        request.outputStream.use { it.write("email=$ACCOUNT&password=$PASSWORD".encodeToByteArray()) }
        return JSONObject(request.inputStream.use { it.readBytes() }.decodeToString()).getLong("id")
    }

    private fun start(vararg words: String): Process {
        val program = System.getProperty("trak.backend") ?: error("scripts/android says where the backend is")
        val command = ProcessBuilder(program, "--database", File(folder, "backend.db").path, *words)
        command.environment().remove("LD_PRELOAD") // who watches the app does not watch the server
        return command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(File(folder, "log"))).start()
    }

    override fun close() {
        process.outputStream.close()
        process.waitFor()
        folder.deleteRecursively()
    }

    companion object {
        const val ACCOUNT = "demo@example.com"
        const val PASSWORD = "a-password-of-the-test"
    }
}
