package online.trakiot.app.screens.privacy

import online.trakiot.core.ConsentEntry
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentView
import online.trakiot.core.Purpose
import online.trakiot.core.PurposeView

/** What this app does with data; the other purposes have nothing in it that would ask for them. */
private val ours = setOf(Purpose.ACCOUNT, Purpose.LOCATION_ON_SCREEN, Purpose.REPORTING)

/** What the privacy centre shows. */
data class PrivacyState(val consents: ConsentView, val record: List<ConsentEntry>, val error: ConsentException?) {
    val purposes: List<PurposeView> get() = consents.purposes.filter { it.purpose in ours }
    val damaged: Boolean get() = consents.damaged
}

/** What a person can do there. */
sealed interface PrivacyEvent {
    data object Back : PrivacyEvent

    data class Decide(val purpose: Purpose, val given: Boolean) : PrivacyEvent

    data object Read : PrivacyEvent

    data object Export : PrivacyEvent
}
