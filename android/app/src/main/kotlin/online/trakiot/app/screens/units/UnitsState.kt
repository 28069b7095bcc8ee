package online.trakiot.app.screens.units

import online.trakiot.app.platform.LocationAccess
import online.trakiot.core.FleetQuery
import online.trakiot.core.FleetView
import online.trakiot.core.Freshness
import online.trakiot.core.MyLocation
import online.trakiot.core.Place
import online.trakiot.core.UnitFilter
import online.trakiot.core.UnitGroup
import online.trakiot.core.UnitKind
import online.trakiot.core.UnitOrder
import online.trakiot.core.UnitRow

/** What a person looks for; kept over rotation and the death of the process. */
data class UnitsSearch(
    val text: String = "",
    val freshness: Set<Freshness> = emptySet(),
    val kinds: Set<UnitKind> = emptySet(),
    val groupId: Long? = null,
    val order: UnitOrder = UnitOrder.NAME,
) {
    val filtered: Boolean get() = freshness.isNotEmpty() || kinds.isNotEmpty() || groupId != null

    /** [origin]: where this phone is, as far as that is known; rows say how far they are from there. */
    fun query(offset: UInt, origin: Place? = null) = FleetQuery(text, filter(), order, origin, offset)

    private fun filter() =
        UnitFilter(
            freshness = freshness.toList().ifEmpty { null },
            groups = groupId?.let(::listOf),
            kinds = kinds.toList().ifEmpty { null },
        )

    /** As text, for the system to keep. */
    fun saved(): ArrayList<String> =
        arrayListOf(
            text,
            freshness.joinToString(",") { it.name },
            kinds.joinToString(",") { it.name },
            groupId?.toString().orEmpty(),
            order.name,
        )

    companion object {
        fun restored(saved: List<String>): UnitsSearch =
            UnitsSearch(
                text = saved[0],
                freshness = Freshness.entries.filter { it.name in saved[1].split(',') }.toSet(),
                kinds = UnitKind.entries.filter { it.name in saved[2].split(',') }.toSet(),
                groupId = saved[3].toLongOrNull(),
                order = UnitOrder.entries.first { it.name == saved[4] },
            )
    }
}

/** What the list shows. */
data class UnitsState(
    val search: UnitsSearch,
    val pages: UnitPages,
    val groups: List<UnitGroup>,
    val nowMs: Long,
    val filtersOpen: Boolean = false,
    /** What is missing for the order by distance, while that is chosen. */
    val missing: LocationAccess? = null,
    /** Where the distances are told from, while they are. */
    val here: MyLocation? = null,
)

/** What a person can do there. */
sealed interface UnitsEvent {
    data class Search(val search: UnitsSearch) : UnitsEvent

    data class FiltersOpen(val open: Boolean) : UnitsEvent

    data class Open(val id: Long) : UnitsEvent

    /** What is missing for the order by distance. */
    data object Locate : UnitsEvent

    data object Refresh : UnitsEvent

    data object SignIn : UnitsEvent
}

/**
 * One revision of the list: the first page at once, the others as they come into sight. A hundred thousand units are
 * scrolled through without ever being held.
 */
class UnitPages(val first: FleetView, private val page: (offset: UInt) -> FleetView) {
    private val loaded = HashMap<Int, List<UnitRow>>().apply { put(0, first.rows) }
    val size: Int get() = first.matched.toInt()

    fun row(index: Int): UnitRow? {
        val number = index / PAGE_ROWS
        val rows = loaded.getOrPut(number) { page((number * PAGE_ROWS).toUInt()).rows }
        return rows.getOrNull(index % PAGE_ROWS)
    }

    private companion object {
        const val PAGE_ROWS = 50
    }
}
