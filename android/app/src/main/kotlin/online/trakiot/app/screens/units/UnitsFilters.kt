package online.trakiot.app.screens.units

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import online.trakiot.app.R
import online.trakiot.app.ui.freshnessLabel
import online.trakiot.app.ui.kindLabel
import online.trakiot.app.ui.parts.Choices
import online.trakiot.core.Freshness
import online.trakiot.core.UnitGroup
import online.trakiot.core.UnitKind
import online.trakiot.core.UnitOrder

/** The filters: each row one question, nothing chosen means all. */
@Composable
fun UnitsFilters(search: UnitsSearch, groups: List<UnitGroup>, onChange: (UnitsSearch) -> Unit) {
    Column(Modifier.padding(vertical = 4.dp)) {
        Choices(
            listOf(UnitOrder.NAME to R.string.order_name, UnitOrder.FRESHEST to R.string.order_freshest, UnitOrder.NEAREST to R.string.order_nearest),
            { it.first == search.order },
            { stringResource(it.second) },
        ) { onChange(search.copy(order = it.first)) }
        Choices(Freshness.entries, { it in search.freshness }, { stringResource(freshnessLabel(it)) }) {
            onChange(search.copy(freshness = search.freshness.toggled(it)))
        }
        Choices(UnitKind.entries, { it in search.kinds }, { stringResource(kindLabel(it)) }) {
            onChange(search.copy(kinds = search.kinds.toggled(it)))
        }
        if (groups.isNotEmpty()) {
            Choices(groups, { it.id == search.groupId }, { it.name }) {
                onChange(search.copy(groupId = if (search.groupId == it.id) null else it.id))
            }
        }
    }
}

private fun <T> Set<T>.toggled(item: T): Set<T> = if (item in this) this - item else this + item
