package online.trakiot.app.core

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import online.trakiot.core.Answer
import online.trakiot.core.Notice
import online.trakiot.core.QueryException
import online.trakiot.core.Trak
import online.trakiot.core.asked

/**
 * The operator's notices that nobody has acknowledged yet, held up on every screen: without a network those that
 * the core kept of the server's last answer.
 */
class NoticeBoard {
    private val held = MutableStateFlow<List<Notice>>(emptyList())
    val open: StateFlow<List<Notice>> = held.asStateFlow()

    /** Asks the server; what cannot be asked changes nothing. */
    suspend fun refresh(trak: Trak) {
        when (val answer = asked { trak.notices() }) {
            is Answer.Value -> held.value = answer.value.filter { it.acknowledgedMs == null }.sortedBy { it.createdMs }
            // A plain Traccar server has none; of another trouble the status of the fleet tells.
            is Answer.Refused -> if (answer.error is QueryException.NotFound) clear()
        }
    }

    /** The person has read it: gone from here once the server knows. Answers with why it does not. */
    suspend fun acknowledge(trak: Trak, id: Long): QueryException? =
        when (val answer = asked { trak.acknowledgeNotice(id) }) {
            is Answer.Value -> null.also { held.value = held.value.filter { it.id != id } }
            is Answer.Refused -> answer.error
        }

    /** Another account is another person. */
    fun clear() {
        held.value = emptyList()
    }
}
