package online.trakiot.app.core

import online.trakiot.core.Answer
import online.trakiot.core.ConsentAction
import online.trakiot.core.ConsentDecision
import online.trakiot.core.ConsentException
import online.trakiot.core.ConsentScreen
import online.trakiot.core.ConsentView
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.Purpose
import online.trakiot.core.Trak
import online.trakiot.core.Unsent
import online.trakiot.core.consented

/** Whether something may be done now, by the core's word. */
fun ConsentView.permits(purpose: Purpose): Boolean = purposes.any { it.purpose == purpose && it.permitted }

/** Writes that the person agreed, with what could be read there. Not for the main thread. */
fun Trak.given(purpose: Purpose, screen: ConsentScreen, language: PolicyLanguage) =
    decided(purpose, ConsentAction.GIVEN, screen, language)

/**
 * Writes a decision about the newest policy. [unsent]: what becomes of fixes that wait, where the decision ends reporting; an
 * account that ends takes everything along. Not for the main thread.
 */
fun Trak.decided(
    purpose: Purpose,
    action: ConsentAction,
    screen: ConsentScreen,
    language: PolicyLanguage,
    unsent: Unsent = if (purpose == Purpose.ACCOUNT) Unsent.ERASE else Unsent.SEND,
): Answer<ConsentView, ConsentException> =
    consented { decide(ConsentDecision(purpose, action, consents().newestPolicy, language, screen), unsent) }
