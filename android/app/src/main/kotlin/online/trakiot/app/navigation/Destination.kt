package online.trakiot.app.navigation

import androidx.compose.runtime.Composable
import androidx.compose.runtime.mutableStateListOf
import androidx.compose.runtime.saveable.Saver
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.snapshots.SnapshotStateList

/** A place in the app. Its [route] is text, so that it survives the death of the process. */
sealed interface Destination {
    val route: String

    data object Units : Destination {
        override val route = "units"
    }

    data object NearMe : Destination {
        override val route = "near-me"
    }

    data object FleetMap : Destination {
        override val route = "map"
    }

    data object Alerts : Destination {
        override val route = "alerts"
    }

    data object More : Destination {
        override val route = "more"
    }

    data object SettingsScreen : Destination {
        override val route = "settings"
    }

    data object Privacy : Destination {
        override val route = "privacy"
    }

    data object Policy : Destination {
        override val route = "policy"
    }

    data object About : Destination {
        override val route = "about"
    }

    data object MyLocation : Destination {
        override val route = "my-location"
    }

    data object Reporting : Destination {
        override val route = "reporting"
    }

    data object AlertSettingsScreen : Destination {
        override val route = "alert-settings"
    }

    data object Account : Destination {
        override val route = "account"
    }

    data object OwnTrack : Destination {
        override val route = "own-track"
    }

    data object AccessLog : Destination {
        override val route = "access-log"
    }

    data object Retention : Destination {
        override val route = "retention"
    }

    data object CancelAccount : Destination {
        override val route = "cancel-account"
    }

    /** The list, searched through by a link. */
    data class FoundUnits(val search: String) : Destination {
        override val route = "found/$search"
    }

    data class UnitDetails(val id: Long) : Destination {
        override val route = "unit/$id"
    }

    data class NearUnit(val id: Long) : Destination {
        override val route = "near-unit/$id"
    }

    /** Around a place that the person pointed at, WGS-84. */
    data class NearPlace(val latDeg: Double, val lonDeg: Double) : Destination {
        override val route = "near-place/$latDeg,$lonDeg"
    }

    /** The map, with one unit always in its middle. */
    data class WatchedUnit(val id: Long) : Destination {
        override val route = "watch/$id"
    }

    data class UnitHistory(val id: Long) : Destination {
        override val route = "history/$id"
    }

    companion object {
        private val plain: List<Destination> by lazy {
            listOf(
                Units, NearMe, FleetMap, Alerts, AlertSettingsScreen, More, SettingsScreen, Privacy, Policy, About, MyLocation, Reporting,
                Account, OwnTrack, AccessLog, Retention, CancelAccount,
            )
        }

        fun of(route: String): Destination? {
            plain.firstOrNull { it.route == route }?.let { return it }
            val rest = route.substringAfter('/', "")
            if (route.startsWith("found/")) return FoundUnits(rest)
            if (route.startsWith("near-place/")) return nearPlace(rest)
            val id = rest.toLongOrNull() ?: return null
            return when (route.substringBefore('/')) {
                "unit" -> UnitDetails(id)
                "near-unit" -> NearUnit(id)
                "history" -> UnitHistory(id)
                "watch" -> WatchedUnit(id)
                else -> null
            }
        }

        /** Nothing for what is not on earth: any app may send a route. */
        private fun nearPlace(place: String): Destination? {
            val degrees = place.split(',').map { it.toDoubleOrNull() ?: return null }
            val onEarth = degrees.size == 2 && degrees[0] in -90.0..90.0 && degrees[1] in -180.0..180.0
            return if (onEarth) NearPlace(degrees[0], degrees[1]) else null
        }
    }
}

/** Where a person is and how they got there; never empty. */
class BackStack(start: List<Destination>) {
    private val entries: SnapshotStateList<Destination> = mutableStateListOf(*start.toTypedArray())

    val current: Destination get() = entries.last()
    val canGoBack: Boolean get() = entries.size > 1

    fun open(destination: Destination) {
        if (current != destination) entries += destination
    }

    /** Goes to a place of the navigation bar: back leads to the list, then out. */
    fun switchTo(top: Destination) {
        entries.clear()
        entries += Destination.Units
        if (top != Destination.Units) entries += top
    }

    fun back() {
        if (canGoBack) entries.removeAt(entries.lastIndex)
    }

    fun routes(): List<String> = entries.map { it.route }
}

@Composable
fun rememberBackStack(): BackStack =
    rememberSaveable(
        saver =
            Saver<BackStack, ArrayList<String>>(
                save = { ArrayList(it.routes()) },
                restore = { routes -> BackStack(routes.mapNotNull(Destination::of).ifEmpty { listOf(Destination.Units) }) },
            ),
    ) { BackStack(listOf(Destination.Units)) }
