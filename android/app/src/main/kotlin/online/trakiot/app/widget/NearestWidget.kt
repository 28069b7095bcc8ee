package online.trakiot.app.widget

import android.app.PendingIntent
import android.appwidget.AppWidgetManager
import android.appwidget.AppWidgetProvider
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.view.View
import android.widget.RemoteViews
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import online.trakiot.app.MainActivity
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.TrakApplication
import online.trakiot.app.navigation.Destination
import online.trakiot.app.ui.compassWords
import online.trakiot.app.ui.distanceWords
import online.trakiot.app.ui.shortTimeWords
import online.trakiot.core.Answer
import online.trakiot.core.NearbyOrigin
import online.trakiot.core.NearbyQuery
import online.trakiot.core.NearbyRow
import online.trakiot.core.UnitFilter
import online.trakiot.core.asked
import online.trakiot.core.changes

/** What is near, and of when this phone's own place is that the distances are told from. */
internal data class Nearest(val rows: List<NearbyRow>, val hereAtMs: Long, val nowMs: Long)

/**
 * The nearest units on the home screen, around the last place that this phone was known to be at. A launcher shows what was
 * drawn for as long as it likes, so it tells times and no ages, which would go on saying "just now".
 */
class NearestWidget : AppWidgetProvider() {
    override fun onUpdate(context: Context, manager: AppWidgetManager, ids: IntArray) {
        val services = (context.applicationContext as TrakApplication).services
        val pending = goAsync()
        services.scope.launch {
            try {
                update(context.applicationContext, services)
            } finally {
                pending?.finish()
            }
        }
    }

    companion object {
        private const val RADIUS_M = 100_000.0
        private const val PATIENCE_MS = 5_000L
        private val lines =
            listOf(
                Triple(R.id.unit_1, R.id.name_1, R.id.where_1),
                Triple(R.id.unit_2, R.id.name_2, R.id.where_2),
                Triple(R.id.unit_3, R.id.name_3, R.id.where_3),
                Triple(R.id.unit_4, R.id.name_4, R.id.where_4),
            )

        /** Draws every copy of the widget anew; nothing where there is none. */
        suspend fun update(context: Context, services: Services) {
            val manager = AppWidgetManager.getInstance(context)
            val ids = manager.getAppWidgetIds(ComponentName(context, NearestWidget::class.java))
            if (ids.isEmpty()) return
            val found = withTimeoutOrNull(PATIENCE_MS) { nearest(services) }
            manager.updateAppWidget(ids, views(context, found))
        }

        /** Nothing of an account stays on the home screen once nobody is signed in, wherever the app is then. */
        suspend fun follow(context: Context, services: Services) {
            val trak = services.core.ready()
            trak.changes().map { trak.account() == null }.distinctUntilChanged().drop(1).filter { it }.collect { update(context, services) }
        }

        private suspend fun nearest(services: Services): Nearest? {
            val trak = services.core.ready()
            val now = services.clock.now()
            val here = trak.myLocation(now) ?: return null
            val query = NearbyQuery(NearbyOrigin.At(here.place, here.accuracyM), RADIUS_M, UnitFilter())
            val rows = (asked { trak.nearby(query) } as? Answer.Value)?.value?.rows ?: return null
            return Nearest(rows, now.wallMs - here.ageMs, now.wallMs)
        }

        /** What the home screen draws; [found] is missing while this phone's place is not known. */
        internal fun views(context: Context, found: Nearest?): RemoteViews {
            val views = RemoteViews(context.packageName, R.layout.widget_nearest)
            val rows = found?.rows.orEmpty()
            val around = found?.let { context.getString(R.string.widget_around, context.resources.shortTimeWords(it.hereAtMs, it.nowMs)) }
            val words = if (found == null) R.string.widget_no_place else R.string.widget_none
            views.setTextViewText(R.id.around, around)
            views.setViewVisibility(R.id.around, if (around == null) View.GONE else View.VISIBLE)
            views.setTextViewText(R.id.empty, context.getString(words))
            views.setViewVisibility(R.id.empty, if (rows.isEmpty()) View.VISIBLE else View.GONE)
            views.setOnClickPendingIntent(R.id.widget, open(context, Destination.NearMe))
            for ((index, line) in lines.withIndex()) {
                val (whole, name, where) = line
                val row = rows.getOrNull(index)
                views.setViewVisibility(whole, if (row == null) View.GONE else View.VISIBLE)
                if (row == null || found == null) continue
                views.setTextViewText(name, row.unit.name)
                views.setTextViewText(where, whereWords(context, row, found.nowMs))
                views.setOnClickPendingIntent(whole, open(context, Destination.UnitDetails(row.unit.id)))
            }
            return views
        }

        private fun whereWords(context: Context, row: NearbyRow, nowMs: Long): String {
            val words = context.resources
            val bearing = row.unit.bearingDeg?.takeIf { row.uncertainty.bearingDeg < 180.0 }
            return listOfNotNull(
                row.unit.distanceM?.let(words::distanceWords),
                bearing?.let(words::compassWords),
                row.unit.fixTimeMs?.let { words.shortTimeWords(it, nowMs) },
            ).joinToString(" · ")
        }

        private fun open(context: Context, to: Destination): PendingIntent {
            // The action tells one pending intent from another.
            val intent = Intent("widget:${to.route}", null, context, MainActivity::class.java).putExtra(MainActivity.PLACE, to.route)
            return PendingIntent.getActivity(context, 0, intent, PendingIntent.FLAG_IMMUTABLE)
        }
    }
}
