package online.trakiot.app

import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** A real backend on loopback with a fleet that moves, ended with the test. */
class Backend(units: Int = 200, everySeconds: Int = 10) : AutoCloseable {
    private val folder = Files.createTempDirectory("trak-backend").toFile()
    private val process: Process
    val address: String

    init {
        val program = System.getProperty("trak.backend") ?: error("scripts/android says where the backend is")
        val password = File(folder, "password").apply { writeText(PASSWORD) }
        val ready = File(folder, "ready")
        process =
            ProcessBuilder(
                program, "--database", File(folder, "backend.db").path, "demo", "--bind", "127.0.0.1:0",
                "--size", "$units", "--every", "$everySeconds", "--account", ACCOUNT, "--password-file", password.path,
                "--ready-file", ready.path, "--until-input-ends",
            ).redirectErrorStream(true).redirectOutput(File(folder, "log")).start()
        while (!ready.exists()) {
            check(process.isAlive) { "the backend ended: ${File(folder, "log").readText()}" }
            process.waitFor(20, TimeUnit.MILLISECONDS)
        }
        address = ready.readText().trim()
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
