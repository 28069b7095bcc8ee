package online.trakiot.app.navigation

import androidx.activity.compose.BackHandler
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.saveable.rememberSaveableStateHolder
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import online.trakiot.app.Services
import online.trakiot.app.map.LocalTiles
import online.trakiot.app.screens.about.AboutRoute
import online.trakiot.app.screens.accesslog.AccessLogRoute
import online.trakiot.app.screens.account.AccountRoute
import online.trakiot.app.screens.alerts.AlertsRoute
import online.trakiot.app.screens.alertsettings.AlertSettingsRoute
import online.trakiot.app.screens.cancel.CancelRoute
import online.trakiot.app.screens.history.HistoryRoute
import online.trakiot.app.screens.map.MapRoute
import online.trakiot.app.screens.more.MoreRoute
import online.trakiot.app.screens.mylocation.MyLocationRoute
import online.trakiot.app.screens.nearby.NearWhat
import online.trakiot.app.screens.nearby.NearbyRoute
import online.trakiot.app.screens.notices.WithNotices
import online.trakiot.app.screens.owntrack.OwnTrackRoute
import online.trakiot.app.screens.policy.PolicyRoute
import online.trakiot.app.screens.privacy.PrivacyRoute
import online.trakiot.app.screens.reporting.ReportingRoute
import online.trakiot.app.screens.retention.RetentionRoute
import online.trakiot.app.screens.settings.SettingsRoute
import online.trakiot.app.screens.unit.UnitRoute
import online.trakiot.app.screens.units.UnitsRoute
import online.trakiot.app.ui.parts.LocalSignIn
import online.trakiot.core.AccountView
import online.trakiot.core.Place
import online.trakiot.core.Trak

/** The screens of somebody who is signed in, and the way between them. */
@Composable
fun Screens(services: Services, trak: Trak, account: AccountView, onSignIn: () -> Unit) {
    val stack = rememberBackStack()
    BackHandler(stack.canGoBack) { stack.back() }
    val kept = rememberSaveableStateHolder()
    val pending by services.links.pending.collectAsStateWithLifecycle()
    LaunchedEffect(pending) {
        val to = (pending as? Arrival.Leads)?.to ?: return@LaunchedEffect
        services.links.done()
        if (isTop(to)) stack.switchTo(to) else stack.open(to)
    }
    val here = stack.current
    val side = @Composable {
        kept.SaveableStateProvider(SIDE_MAP) {
            val focus = (here as? Destination.UnitDetails)?.id ?: (here as? Destination.WatchedUnit)?.id
            MapRoute(services, trak, stack::open, onSignIn, focus, watches = here is Destination.WatchedUnit)
        }
    }
    CompositionLocalProvider(LocalTiles provides services.maps.tiles, LocalSignIn provides onSignIn) {
        WithNotices(services, trak, account) {
            AppFrame(here, stack::switchTo, side.takeIf { here.besideMap }) { sideBySide ->
                val shown = here.shown(sideBySide)
                kept.SaveableStateProvider(shown.route) { Screen(shown, services, trak, account, stack, onSignIn) }
            }
        }
    }
}

private const val SIDE_MAP = "side-map"

/** What stands in its place: where the map stands at the side already, the list, or the unit that is watched on it. */
fun Destination.shown(sideBySide: Boolean): Destination =
    when {
        !sideBySide -> this
        this is Destination.FleetMap -> Destination.Units
        this is Destination.WatchedUnit -> Destination.UnitDetails(id)
        else -> this
    }

/** Whether the map beside it helps. */
private val Destination.besideMap: Boolean
    get() =
        when (this) {
            is Destination.Units, is Destination.FoundUnits, is Destination.UnitDetails, is Destination.FleetMap,
            is Destination.NearMe, is Destination.NearUnit, is Destination.NearPlace, is Destination.WatchedUnit, is Destination.Alerts -> true
            is Destination.UnitHistory, is Destination.More, is Destination.SettingsScreen, is Destination.Privacy, is Destination.Policy,
            is Destination.About, is Destination.MyLocation, is Destination.Reporting, is Destination.AlertSettingsScreen,
            is Destination.Account, is Destination.OwnTrack, is Destination.AccessLog, is Destination.Retention,
            is Destination.CancelAccount -> false
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
        is Destination.Units -> UnitsRoute(services, trak, account, "", openUnit, onSignIn)
        is Destination.FoundUnits -> UnitsRoute(services, trak, account, here.search, openUnit, onSignIn)
        is Destination.NearMe -> NearbyRoute(services, trak, NearWhat.Me, openUnit, null, onSignIn)
        is Destination.NearUnit -> NearbyRoute(services, trak, NearWhat.OneUnit(here.id), openUnit, stack::back, onSignIn)
        is Destination.NearPlace -> NearbyRoute(services, trak, NearWhat.Spot(Place(here.latDeg, here.lonDeg)), openUnit, stack::back, onSignIn)
        is Destination.UnitDetails -> UnitRoute(services, trak, here.id, stack::back, onSignIn, stack::open)
        is Destination.UnitHistory -> HistoryRoute(services, trak, here.id, stack::back)
        is Destination.FleetMap -> MapRoute(services, trak, stack::open, onSignIn, focus = null)
        is Destination.WatchedUnit -> MapRoute(services, trak, stack::open, onSignIn, focus = here.id, watches = true)
        is Destination.Alerts -> AlertsRoute(trak, openUnit, { stack.open(Destination.AlertSettingsScreen) }, onSignIn)
        is Destination.AlertSettingsScreen -> AlertSettingsRoute(services, trak, stack::back)
        is Destination.More -> MoreRoute(services, trak, account, stack::open)
        is Destination.SettingsScreen -> SettingsRoute(services.settings, stack::back)
        is Destination.Privacy -> PrivacyRoute(services, trak, stack::back, stack::open)
        is Destination.Account -> AccountRoute(trak, account, stack::back)
        is Destination.OwnTrack -> OwnTrackRoute(trak, stack::back)
        is Destination.AccessLog -> AccessLogRoute(trak, stack::back)
        is Destination.Retention -> RetentionRoute(trak, stack::back)
        is Destination.CancelAccount -> CancelRoute(trak, stack::back)
        is Destination.Policy -> PolicyRoute(fromVersion = null, stack::back)
        is Destination.About -> AboutRoute(onBack = stack::back)
        is Destination.MyLocation -> MyLocationRoute(services, trak, stack::back) { stack.open(Destination.NearMe) }
        is Destination.Reporting -> ReportingRoute(services, trak, stack::back)
    }
}
