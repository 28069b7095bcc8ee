package online.trakiot.app.platform

import android.content.ContentResolver
import android.net.Uri
import android.provider.DocumentsContract
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.FileNotFoundException
import java.io.IOException

/** Writes a file where the person said, whole or not at all. Answers whether it is there. */
suspend fun ContentResolver.writeDocument(to: Uri, bytes: ByteArray): Boolean =
    withContext(Dispatchers.IO) {
        val written =
            try {
                openOutputStream(to, "wt")?.use { it.write(bytes) } != null
            } catch (refused: IOException) {
                false
            } catch (notOurs: SecurityException) {
                false // whoever keeps the file took the right to it back
            }
        if (!written) removeDocument(to)
        written
    }

/** Removes what the system's picker has made before anything was written. */
suspend fun ContentResolver.removeDocument(file: Uri) {
    withContext(Dispatchers.IO) {
        try {
            DocumentsContract.deleteDocument(this@removeDocument, file)
        } catch (gone: FileNotFoundException) {
            false
        } catch (notTheirs: UnsupportedOperationException) {
            false // whoever keeps the file does not let others delete it
        } catch (notOurs: SecurityException) {
            false
        } catch (noDocument: IllegalArgumentException) {
            false
        }
    }
}
