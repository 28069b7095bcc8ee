package online.trakiot.app

import online.trakiot.app.platform.KeystoreSecretStore
import online.trakiot.core.SecretStoreException
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.io.File
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyStoreException
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.spec.SecretKeySpec

/** A Keystore in memory under Android's name, which may lose its keys or stop answering. */
class FakeKeystore : Provider("AndroidKeyStore", 1.0, "for tests") {
    init {
        put("KeyStore.AndroidKeyStore", Store::class.java.name)
        put("KeyGenerator.AES", Generator::class.java.name)
    }

    class Store : KeyStoreSpi() {
        override fun engineLoad(stream: InputStream?, password: CharArray?) = answering {}

        override fun engineGetKey(alias: String?, password: CharArray?): Key? = answering { keys[alias] }

        override fun engineGetCertificateChain(alias: String?): Array<Certificate>? = null

        override fun engineGetCertificate(alias: String?): Certificate? = null

        override fun engineGetCreationDate(alias: String?): Date? = null

        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?) = throw KeyStoreException()

        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) = throw KeyStoreException()

        override fun engineSetCertificateEntry(alias: String, cert: Certificate) = throw KeyStoreException()

        override fun engineDeleteEntry(alias: String) {
            keys.remove(alias)
        }

        override fun engineAliases(): Enumeration<String> = Collections.enumeration(keys.keys)

        override fun engineContainsAlias(alias: String) = alias in keys

        override fun engineSize() = keys.size

        override fun engineIsKeyEntry(alias: String) = alias in keys

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineGetCertificateAlias(cert: Certificate): String? = null

        override fun engineStore(stream: OutputStream?, password: CharArray?) = throw KeyStoreException()
    }

    class Generator : KeyGeneratorSpi() {
        private var alias = ""

        override fun engineInit(random: SecureRandom?) = Unit

        override fun engineInit(keysize: Int, random: SecureRandom?) = Unit

        override fun engineInit(params: AlgorithmParameterSpec, random: SecureRandom?) {
            alias = (params as android.security.keystore.KeyGenParameterSpec).keystoreAlias
        }

        override fun engineGenerateKey(): SecretKey =
            answering { SecretKeySpec(ByteArray(32).also(SecureRandom()::nextBytes), "AES").also { keys[alias] = it } }
    }

    companion object {
        val keys = HashMap<String, SecretKey>()
        var silent = false

        private fun <T> answering(work: () -> T): T = if (silent) throw KeyStoreException("no answer") else work()
    }
}

/** Secrets are encrypted by a key of the Keystore's, and fail closed: nothing is ever written or read in the plain. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = android.app.Application::class)
class KeystoreSecretStoreTest {
    @get:Rule val disk = TemporaryFolder()
    private val folder by lazy { File(disk.root, "secrets") }
    private val store by lazy { KeystoreSecretStore(folder) }
    private val secret = "a token".encodeToByteArray()

    @Before
    fun begins() {
        FakeKeystore.keys.clear()
        FakeKeystore.silent = false
        Security.insertProviderAt(FakeKeystore(), Security.getProviders().size + 1)
    }

    @After
    fun ends() = Security.removeProvider("AndroidKeyStore")

    @Test
    fun whatIsKeptComesBackAndIsNotReadableOnTheDisk() {
        assertNull(store.load("session"))
        store.save("session", secret)
        assertArrayEquals(secret, KeystoreSecretStore(folder).load("session"))
        val raw = File(folder, "session").readBytes()
        assertFalse(String(raw, Charsets.ISO_8859_1).contains("a token"))
        store.save("session", "another".encodeToByteArray())
        assertArrayEquals("another".encodeToByteArray(), store.load("session"))
        assertEquals("no half-written file is left", listOf("session"), folder.list()?.toList())
        store.remove("session")
        assertNull(store.load("session"))
        store.remove("session")
    }

    @Test
    fun aLostKeyIsNotTakenForNoSecret() {
        store.save("session", secret)
        val before = File(folder, "session").readBytes()
        FakeKeystore.keys.clear()
        unavailable { store.load("session") }
        assertEquals("no new key is made by reading", 0, FakeKeystore.keys.size)
        assertArrayEquals("nothing was changed", before, File(folder, "session").readBytes())
        // What the way out of it needs: removing asks no key, and what comes after is whole again.
        store.remove("session")
        assertNull(store.load("session"))
        store.save("session", secret)
        assertArrayEquals(secret, store.load("session"))
    }

    @Test
    fun aKeystoreThatDoesNotAnswerKeepsAndGivesNothing() {
        store.save("session", secret)
        FakeKeystore.silent = true
        unavailable { store.load("session") }
        unavailable { store.save("other", secret) }
        assertFalse("never in the plain", File(folder, "other").exists())
        FakeKeystore.silent = false
        assertArrayEquals("it comes back", secret, store.load("session"))
    }

    @Test
    fun aDamagedOrExchangedFileIsNotTakenForASecret() {
        store.save("session", secret)
        store.save("other", "else".encodeToByteArray())
        val file = File(folder, "session")
        val whole = file.readBytes()
        for (place in listOf(0, 5, whole.size - 1)) {
            file.writeBytes(whole.copyOf().also { it[place] = (it[place].toInt() xor 1).toByte() })
            unavailable { store.load("session") }
        }
        for (length in listOf(0, 5, 12, whole.size - 1)) {
            file.writeBytes(whole.copyOf(length))
            unavailable { store.load("session") }
        }
        file.writeBytes(File(folder, "other").readBytes())
        unavailable { store.load("session") } // its name is sealed in
    }

    @Test
    fun aDiskThatTakesNothingKeepsWhatWasThere() {
        store.save("session", secret)
        File(folder, "session.part").mkdirs()
        unavailable { store.save("session", "newer".encodeToByteArray()) }
        assertArrayEquals(secret, store.load("session"))
    }

    private fun unavailable(work: () -> Unit) {
        assertThrows(SecretStoreException.Unavailable::class.java, work)
    }
}
