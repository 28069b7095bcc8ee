package online.trakiot.app.screens.privacy

import android.content.ContentResolver
import android.net.Uri
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import online.trakiot.app.platform.removeDocument
import online.trakiot.app.platform.writeDocument
import online.trakiot.core.Answer
import online.trakiot.core.Trak
import online.trakiot.core.asked

/** Fetches the copy of all data and writes it where the person said; goes on while the window is rebuilt. */
class CopyModel : ViewModel() {
    private val mutable = MutableStateFlow<CopyState>(CopyState.None)
    val state: StateFlow<CopyState> = mutable.asStateFlow()

    /** The person has left the screen that says what became of it. */
    fun told() {
        if (mutable.value != CopyState.Busy) mutable.value = CopyState.None
    }

    fun save(trak: Trak, files: ContentResolver, to: Uri) {
        if (mutable.value == CopyState.Busy) return
        mutable.value = CopyState.Busy
        viewModelScope.launch {
            mutable.value =
                when (val answer = asked { trak.copyOfMyData() }) {
                    is Answer.Refused -> CopyState.Refused(answer.error).also { files.removeDocument(to) }
                    is Answer.Value -> if (files.writeDocument(to, answer.value)) CopyState.Saved else CopyState.NotWritten
                }
        }
    }
}
