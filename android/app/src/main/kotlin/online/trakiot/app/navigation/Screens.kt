package online.trakiot.app.navigation

import androidx.activity.compose.BackHandler
import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.WindowInsets
import androidx.compose.foundation.layout.consumeWindowInsets
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.automirrored.filled.List
import androidx.compose.material.icons.filled.LocationOn
import androidx.compose.material.icons.filled.MoreVert
import androidx.compose.material.icons.filled.Notifications
import androidx.compose.material.icons.filled.Place
import androidx.compose.material3.Icon
import androidx.compose.material3.NavigationBar
import androidx.compose.material3.NavigationBarItem
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.saveable.rememberSaveableStateHolder
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import online.trakiot.app.R
import online.trakiot.app.Services
import online.trakiot.app.screens.about.AboutRoute
import online.trakiot.app.screens.alerts.AlertsRoute
import online.trakiot.app.screens.history.HistoryRoute
import online.trakiot.app.screens.map.MapRoute
import online.trakiot.app.screens.more.MoreRoute
import online.trakiot.app.screens.nearby.NearbyRoute
import online.trakiot.app.screens.privacy.PrivacyRoute
import online.trakiot.app.screens.settings.SettingsRoute
import online.trakiot.app.screens.unit.UnitRoute
import online.trakiot.app.screens.units.UnitsRoute
import online.trakiot.core.AccountView
import online.trakiot.core.Trak

private class Tab(val top: Destination, @param:StringRes val label: Int, val icon: ImageVector)

private val tabs =
    listOf(
        Tab(Destination.Units, R.string.tab_units, Icons.AutoMirrored.Filled.List),
        Tab(Destination.FleetMap, R.string.tab_map, Icons.Filled.Place),
        Tab(Destination.NearMe, R.string.tab_nearby, Icons.Filled.LocationOn),
        Tab(Destination.Alerts, R.string.tab_alerts, Icons.Filled.Notifications),
        Tab(Destination.More, R.string.tab_more, Icons.Filled.MoreVert),
    )

/** The screens of somebody who is signed in, and the way between them. */
@Composable
fun Screens(services: Services, trak: Trak, account: AccountView, onSignIn: () -> Unit) {
    val stack = rememberBackStack()
    BackHandler(stack.canGoBack) { stack.back() }
    val kept = rememberSaveableStateHolder()
    Scaffold(
        contentWindowInsets = WindowInsets(0),
        bottomBar = {
            NavigationBar {
                for (tab in tabs) {
                    NavigationBarItem(
                        selected = stack.current == tab.top,
                        onClick = { stack.switchTo(tab.top) },
                        icon = { Icon(tab.icon, null) },
                        label = { Text(stringResource(tab.label)) },
                        modifier = Modifier.testTag("tab-${tab.top.route}"),
                    )
                }
            }
        },
    ) { padding ->
        Box(Modifier.fillMaxSize().padding(padding).consumeWindowInsets(padding)) {
            val here = stack.current
            kept.SaveableStateProvider(here.route) {
                Screen(here, services, trak, account, stack, onSignIn)
            }
        }
    }
}

@Composable
private fun Screen(
    here: Destination,
    services: Services,
    trak: Trak,
    account: AccountView,
    stack: BackStack,
    onSignIn: () -> Unit,
) {
    val openUnit = { id: Long -> stack.open(Destination.UnitDetails(id)) }
    when (here) {
        is Destination.Units -> UnitsRoute(trak, account, openUnit, onSignIn)
        is Destination.NearMe -> NearbyRoute(services, trak, null, openUnit, null, onSignIn)
        is Destination.NearUnit -> NearbyRoute(services, trak, here.id, openUnit, stack::back, onSignIn)
        is Destination.UnitDetails -> UnitRoute(services, trak, here.id, stack::back, onSignIn, stack::open)
        is Destination.UnitHistory -> HistoryRoute(trak, here.id, stack::back)
        is Destination.FleetMap -> MapRoute(services, trak, openUnit, onSignIn)
        is Destination.Alerts -> AlertsRoute(trak, openUnit, onSignIn)
        is Destination.More -> MoreRoute(services.core, account, stack::open)
        is Destination.SettingsScreen -> SettingsRoute(services.settings, stack::back)
        is Destination.Privacy -> PrivacyRoute(services, stack::back)
        is Destination.About -> AboutRoute(stack::back)
    }
}
