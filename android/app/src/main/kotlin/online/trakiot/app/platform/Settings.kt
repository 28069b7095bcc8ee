package online.trakiot.app.platform

import android.content.Context
import androidx.core.content.edit
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import online.trakiot.core.CoordinateFormat

/** What a person chose on this phone. Survives restarts, leaves the phone never. */
class Settings(context: Context) {
    private val kept = context.getSharedPreferences("settings", Context.MODE_PRIVATE)
    private val format = MutableStateFlow(readFormat())

    /** How coordinates are written. */
    val coordinateFormat: StateFlow<CoordinateFormat> = format.asStateFlow()

    /** The server that was signed in to last. */
    var server: String
        get() = kept.getString(SERVER, null).orEmpty()
        set(value) = kept.edit { putString(SERVER, value) }

    /** Whether the system's question about location was ever shown. */
    var locationAsked: Boolean
        get() = kept.getBoolean(LOCATION_ASKED, false)
        set(value) = kept.edit { putBoolean(LOCATION_ASKED, value) }

    /** Whether the person refused in a way that the system will not ask again. */
    var locationRefusedForGood: Boolean
        get() = kept.getBoolean(LOCATION_REFUSED, false)
        set(value) = kept.edit { putBoolean(LOCATION_REFUSED, value) }

    /** Whether reporting was on when the core was last asked; says only whether its silence is worth a word. */
    var reportingWasOn: Boolean
        get() = kept.getBoolean(REPORTING_WAS_ON, false)
        set(value) = kept.edit { putBoolean(REPORTING_WAS_ON, value) }

    fun write(coordinates: CoordinateFormat) {
        kept.edit { putString(FORMAT, coordinates.name) }
        format.value = coordinates
    }

    /** Erases what a person chose, where they were signed in included; what the system has asked it does not ask again. */
    fun forget() {
        kept.edit(commit = true) {
            for (name in listOf(SERVER, REPORTING_WAS_ON, FORMAT)) remove(name)
        }
        format.value = readFormat()
    }

    private fun readFormat(): CoordinateFormat {
        val name = kept.getString(FORMAT, null)
        return CoordinateFormat.entries.firstOrNull { it.name == name } ?: CoordinateFormat.DECIMAL
    }

    private companion object {
        const val SERVER = "server"
        const val LOCATION_ASKED = "location_asked"
        const val LOCATION_REFUSED = "location_refused_for_good"
        const val REPORTING_WAS_ON = "reporting_was_on"
        const val FORMAT = "coordinate_format"
    }
}
