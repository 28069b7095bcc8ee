package online.trakiot.app.platform

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.security.keystore.UserNotAuthenticatedException
import online.trakiot.core.SecretStore
import online.trakiot.core.SecretStoreException
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyStore
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * Secrets in files of the app, each encrypted by a key that never leaves the Keystore. Fails closed: where the Keystore
 * does not answer, nothing is written and nothing is read, and a secret whose file is damaged is not "none".
 */
class KeystoreSecretStore(private val folder: File) : SecretStore {
    override fun load(name: String): ByteArray? =
        guarded {
            val file = File(folder, name)
            if (!file.exists()) return@guarded null
            val bytes = file.readBytes()
            if (bytes.size <= IV_BYTES) throw SecretStoreException.Unavailable()
            val cipher = Cipher.getInstance(TRANSFORMATION)
            val key = key() ?: throw SecretStoreException.Unavailable()
            cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, bytes, 0, IV_BYTES))
            cipher.updateAAD(name.encodeToByteArray())
            cipher.doFinal(bytes, IV_BYTES, bytes.size - IV_BYTES)
        }

    override fun save(name: String, value: ByteArray) {
        guarded {
            val cipher = Cipher.getInstance(TRANSFORMATION)
            cipher.init(Cipher.ENCRYPT_MODE, key() ?: newKey())
            cipher.updateAAD(name.encodeToByteArray())
            val sealed = cipher.iv + cipher.doFinal(value)
            if (!folder.isDirectory && !folder.mkdirs()) throw SecretStoreException.Unavailable()
            val part = File(folder, "$name.part")
            FileOutputStream(part).use {
                it.write(sealed)
                it.fd.sync()
            }
            if (!part.renameTo(File(folder, name))) throw SecretStoreException.Unavailable()
        }
    }

    override fun remove(name: String) {
        guarded {
            val file = File(folder, name)
            if (file.exists() && !file.delete()) throw SecretStoreException.Unavailable()
        }
    }

    private fun key(): SecretKey? {
        val store = KeyStore.getInstance(PROVIDER).apply { load(null) }
        return store.getKey(ALIAS, null) as SecretKey?
    }

    private fun newKey(): SecretKey {
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER)
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        generator.init(
            KeyGenParameterSpec.Builder(ALIAS, purposes)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .setKeySize(256)
                .build(),
        )
        return generator.generateKey()
    }

    private fun <T> guarded(work: () -> T): T =
        try {
            work()
        } catch (error: UserNotAuthenticatedException) {
            throw SecretStoreException.Locked()
        } catch (error: AEADBadTagException) {
            throw SecretStoreException.Unavailable()
        } catch (error: GeneralSecurityException) {
            throw SecretStoreException.Unavailable()
        } catch (error: IOException) {
            throw SecretStoreException.Unavailable()
        }

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val ALIAS = "trak-secrets"
        const val TRANSFORMATION = "AES/GCM/NoPadding"
        const val IV_BYTES = 12
        const val TAG_BITS = 128
    }
}
