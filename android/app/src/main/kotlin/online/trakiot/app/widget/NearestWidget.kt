package online.trakiot.app.widget

import android.app.PendingIntent
import android.appwidget.AppWidgetManager
import android.appwidget.AppWidgetProvider
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.view.View
import android.widget.RemoteViews
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import online.trakiot.app.MainActivity
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.TrakApplication
import online.trakiot.app.navigation.Destination
import online.trakiot.app.ui.ageWords
import online.trakiot.app.ui.compassWords
import online.trakiot.app.ui.distanceWords
import online.trakiot.core.Answer
import online.trakiot.core.NearbyOrigin
import online.trakiot.core.NearbyQuery
import online.trakiot.core.NearbyRow
import online.trakiot.core.UnitFilter
import online.trakiot.core.asked

/** The nearest units on the home screen, around the last place that this phone was known to be at. */
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
            val rows = withTimeoutOrNull(PATIENCE_MS) { nearest(services) }
            manager.updateAppWidget(ids, views(context, rows))
        }

        private suspend fun nearest(services: Services): List<NearbyRow>? {
            val trak = services.core.ready()
            val here = trak.myLocation(services.clock.now()) ?: return null
            val query = NearbyQuery(NearbyOrigin.At(here.place, here.accuracyM), RADIUS_M, UnitFilter())
            return (asked { trak.nearby(query) } as? Answer.Value)?.value?.rows
        }

        /** What the home screen draws; [rows] are missing while this phone's place is not known. */
        internal fun views(context: Context, rows: List<NearbyRow>?): RemoteViews {
            val views = RemoteViews(context.packageName, R.layout.widget_nearest)
            val words = if (rows == null) R.string.widget_no_place else R.string.widget_none
            views.setTextViewText(R.id.empty, context.getString(words))
            views.setViewVisibility(R.id.empty, if (rows.isNullOrEmpty()) View.VISIBLE else View.GONE)
            views.setOnClickPendingIntent(R.id.widget, open(context, Destination.NearMe))
            for ((index, line) in lines.withIndex()) {
                val (whole, name, where) = line
                val row = rows?.getOrNull(index)
                views.setViewVisibility(whole, if (row == null) View.GONE else View.VISIBLE)
                if (row == null) continue
                views.setTextViewText(name, row.unit.name)
                views.setTextViewText(where, whereWords(context, row))
                views.setOnClickPendingIntent(whole, open(context, Destination.UnitDetails(row.unit.id)))
            }
            return views
        }

        private fun whereWords(context: Context, row: NearbyRow): String {
            val words = context.resources
            val bearing = row.unit.bearingDeg?.takeIf { row.uncertainty.bearingDeg < 180.0 }
            return listOfNotNull(
                row.unit.distanceM?.let(words::distanceWords),
                bearing?.let(words::compassWords),
                words.ageWords(row.unit.ageMs),
            ).joinToString(" · ")
        }

        private fun open(context: Context, to: Destination): PendingIntent {
            // The action tells one pending intent from another.
            val intent = Intent("widget:${to.route}", null, context, MainActivity::class.java).putExtra(MainActivity.PLACE, to.route)
            return PendingIntent.getActivity(context, 0, intent, PendingIntent.FLAG_IMMUTABLE)
        }
    }
}
