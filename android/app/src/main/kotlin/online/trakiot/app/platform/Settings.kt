package online.trakiot.app.platform

import android.content.Context
import androidx.core.content.edit
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import online.trakiot.core.CoordinateFormat

/** The version of the privacy notice in this app; a new one asks again. */
const val NOTICE_VERSION = 1

/** What a person chose on this phone. Survives restarts, leaves the phone never. */
class Settings(context: Context) {
    private val kept = context.getSharedPreferences("settings", Context.MODE_PRIVATE)
    private val consent = MutableStateFlow(kept.getInt(CONSENT_VERSION, 0) == NOTICE_VERSION)
    private val format = MutableStateFlow(readFormat())

    /** Whether the person agreed to the notice of this version. */
    val consented: StateFlow<Boolean> = consent.asStateFlow()

    /** How coordinates are written. */
    val coordinateFormat: StateFlow<CoordinateFormat> = format.asStateFlow()

    /** When the person agreed, milliseconds since 1970; 0 when not. */
    val consentedAtMs: Long get() = kept.getLong(CONSENT_AT, 0)

    /** The server that was signed in to last. */
    var server: String
        get() = kept.getString(SERVER, null).orEmpty()
        set(value) = kept.edit { putString(SERVER, value) }

    /** Whether the system's question about location was ever shown. */
    var locationAsked: Boolean
        get() = kept.getBoolean(LOCATION_ASKED, false)
        set(value) = kept.edit { putBoolean(LOCATION_ASKED, value) }

    fun agree(nowMs: Long) {
        kept.edit { putInt(CONSENT_VERSION, NOTICE_VERSION).putLong(CONSENT_AT, nowMs) }
        consent.value = true
    }

    fun withdraw() {
        kept.edit { remove(CONSENT_VERSION).remove(CONSENT_AT) }
        consent.value = false
    }

    fun write(coordinates: CoordinateFormat) {
        kept.edit { putString(FORMAT, coordinates.name) }
        format.value = coordinates
    }

    private fun readFormat(): CoordinateFormat {
        val name = kept.getString(FORMAT, null)
        return CoordinateFormat.entries.firstOrNull { it.name == name } ?: CoordinateFormat.DECIMAL
    }

    private companion object {
        const val CONSENT_VERSION = "consent_version"
        const val CONSENT_AT = "consent_at_ms"
        const val SERVER = "server"
        const val LOCATION_ASKED = "location_asked"
        const val FORMAT = "coordinate_format"
    }
}
