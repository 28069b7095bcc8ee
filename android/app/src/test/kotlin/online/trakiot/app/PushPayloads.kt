package online.trakiot.app

import java.security.MessageDigest
import java.time.Instant

/** What the push relay hands to the vendor; see docs/extensions.md. */
fun pushPayload(account: String, event: Long): String =
    """{"v":1,"account":"$account","event":$event,"unit":1,"type":"alarm","at":"${Instant.now()}"}"""

/** How a push names the account it is for. */
fun pushAccount(backend: Backend): String {
    val named = "${backend.address.trimEnd('/')}/\n${backend.accountId()}"
    return MessageDigest.getInstance("SHA-256").digest(named.encodeToByteArray()).joinToString("") { "%02x".format(it) }.take(16)
}
