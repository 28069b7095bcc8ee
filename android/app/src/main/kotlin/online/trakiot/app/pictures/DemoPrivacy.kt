package online.trakiot.app.pictures

import androidx.compose.runtime.Composable
import online.trakiot.app.screens.policy.PolicyState
import online.trakiot.app.screens.privacy.PrivacyState
import online.trakiot.app.ui.policyLanguage
import online.trakiot.core.ConsentAction
import online.trakiot.core.ConsentAnswer
import online.trakiot.core.ConsentEntry
import online.trakiot.core.ConsentScreen
import online.trakiot.core.ConsentView
import online.trakiot.core.NoConsent
import online.trakiot.core.PolicyLanguage
import online.trakiot.core.Purpose
import online.trakiot.core.PurposeView
import online.trakiot.core.ServerCopy
import online.trakiot.core.ToAsk
import online.trakiot.core.policyChanges
import online.trakiot.core.policyText
import online.trakiot.core.policyVersions

/** A person's decisions, and the policy itself. */
object DemoPrivacy {
    const val EFFECTIVE_MS = 1_798_156_800_000

    private fun entry(sequence: Int, purpose: Purpose, action: ConsentAction, screen: ConsentScreen) =
        ConsentEntry(
            sequence.toULong(), purpose, action, 2u, "ab12", PolicyLanguage.ENGLISH, Demo.NOW_MS - (9 - sequence) * Demo.HOUR_MS,
            "0.1.0", screen, "cd34",
        )

    val centre =
        PrivacyState(
            ConsentView(
                listOf(
                    PurposeView(Purpose.ACCOUNT, ConsentAnswer.Given(2u), permitted = true, null, null),
                    PurposeView(Purpose.LOCATION_ON_SCREEN, ConsentAnswer.Given(2u), permitted = true, null, null),
                    PurposeView(Purpose.REPORTING, ConsentAnswer.Withdrawn, permitted = false, Purpose.REPORTING, NoConsent.WITHDRAWN),
                    PurposeView(Purpose.PUSH, ConsentAnswer.Given(2u), permitted = true, null, null),
                    PurposeView(Purpose.PUSH_COLLECTION, ConsentAnswer.NotAsked, permitted = false, Purpose.PUSH_COLLECTION, NoConsent.NOT_ASKED),
                ),
                ToAsk.Nothing, damaged = false, serverCopy = ServerCopy.Same, newestPolicy = 2u,
            ),
            listOf(
                entry(4, Purpose.REPORTING, ConsentAction.WITHDRAWN, ConsentScreen.PRIVACY_CENTRE),
                entry(3, Purpose.REPORTING, ConsentAction.GIVEN, ConsentScreen.FEATURE),
                entry(2, Purpose.LOCATION_ON_SCREEN, ConsentAction.GIVEN, ConsentScreen.FEATURE),
                entry(1, Purpose.ACCOUNT, ConsentAction.GIVEN, ConsentScreen.FIRST_RUN),
            ),
            error = null,
        )

    @Composable
    fun policy() = policyLanguage().let { PolicyState(policyVersions(), 2u, null, it, policyText(2u, it)) }

    @Composable
    fun changes() = policyLanguage().let { PolicyState(policyVersions(), 2u, 1u, it, policyChanges(1u, 2u, it)) }
}
