package online.trakiot.app.screens.privacy

import android.content.ContentResolver
import android.net.Uri
import android.provider.DocumentsContract
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import online.trakiot.core.Answer
import online.trakiot.core.Trak
import online.trakiot.core.asked
import java.io.FileNotFoundException
import java.io.IOException

/** Fetches the copy of all data and writes it where the person said; goes on while the window is rebuilt. */
class CopyModel : ViewModel() {
    private val mutable = MutableStateFlow<CopyState>(CopyState.None)
    val state: StateFlow<CopyState> = mutable.asStateFlow()

    fun save(trak: Trak, files: ContentResolver, to: Uri) {
        if (mutable.value == CopyState.Busy) return
        mutable.value = CopyState.Busy
        viewModelScope.launch {
            mutable.value =
                when (val answer = asked { trak.copyOfMyData() }) {
                    is Answer.Refused -> CopyState.Refused(answer.error)
                    is Answer.Value -> if (files.write(to, answer.value)) CopyState.Saved else CopyState.NotWritten
                }
            if (mutable.value != CopyState.Saved) files.remove(to) // the picker has made an empty file
        }
    }

    private suspend fun ContentResolver.write(to: Uri, bytes: ByteArray): Boolean =
        withContext(Dispatchers.IO) {
            try {
                openOutputStream(to, "wt")?.use { it.write(bytes) } != null
            } catch (refused: IOException) {
                false
            }
        }

    private suspend fun ContentResolver.remove(file: Uri) {
        withContext(Dispatchers.IO) {
            try {
                DocumentsContract.deleteDocument(this@remove, file)
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
}
