package online.trakiot.app.pictures

import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.tooling.preview.Preview
import androidx.compose.ui.tooling.preview.PreviewParameter
import androidx.compose.ui.tooling.preview.PreviewParameterProvider
import java.time.LocalDate
import online.trakiot.app.core.Loaded
import online.trakiot.app.map.Camera
import online.trakiot.app.map.Drawn
import online.trakiot.app.map.PlacedPoint
import online.trakiot.app.navigation.AppFrame
import online.trakiot.app.navigation.Destination
import online.trakiot.app.navigation.Opening
import online.trakiot.app.navigation.shown
import online.trakiot.app.platform.LocationAccess
import online.trakiot.app.platform.MapApp
import online.trakiot.app.screens.about.AboutScreen
import online.trakiot.app.screens.about.Support
import online.trakiot.app.screens.accesslog.AccessLogScreen
import online.trakiot.app.screens.account.AccountScreen
import online.trakiot.app.screens.alerts.AlertsScreen
import online.trakiot.app.screens.alerts.AlertsState
import online.trakiot.app.screens.alerts.Inbox
import online.trakiot.app.screens.alertsettings.AlertSettingsScreen
import online.trakiot.app.screens.cancel.CancelScreen
import online.trakiot.app.screens.consent.ConsentScreen
import online.trakiot.app.screens.consent.ConsentState
import online.trakiot.app.screens.history.HistoryAnswer
import online.trakiot.app.screens.history.HistoryRange
import online.trakiot.app.screens.history.HistoryScreen
import online.trakiot.app.screens.history.HistoryState
import online.trakiot.app.screens.map.MapScreen
import online.trakiot.app.screens.map.MapState
import online.trakiot.app.screens.more.MoreScreen
import online.trakiot.app.screens.more.MoreState
import online.trakiot.app.screens.mylocation.MyLocationScreen
import online.trakiot.app.screens.mylocation.MyLocationState
import online.trakiot.app.screens.nearby.NearbyScreen
import online.trakiot.app.screens.nearby.NearbyState
import online.trakiot.app.screens.notices.Noticed
import online.trakiot.app.screens.owntrack.OwnTrackScreen
import online.trakiot.app.screens.policy.PolicyChangeScreen
import online.trakiot.app.screens.policy.PolicyScreen
import online.trakiot.app.screens.privacy.PrivacyScreen
import online.trakiot.app.screens.reporting.ReportingScreen
import online.trakiot.app.screens.reporting.ReportingState
import online.trakiot.app.screens.retention.RetentionScreen
import online.trakiot.app.screens.settings.SettingsScreen
import online.trakiot.app.screens.settings.SettingsState
import online.trakiot.app.screens.signin.SignInScreen
import online.trakiot.app.screens.signin.SignInState
import online.trakiot.app.screens.unit.UnitScreen
import online.trakiot.app.screens.unit.UnitState
import online.trakiot.app.screens.units.UnitPages
import online.trakiot.app.screens.units.UnitsScreen
import online.trakiot.app.screens.units.UnitsSearch
import online.trakiot.app.screens.units.UnitsState
import online.trakiot.app.ui.TrakTheme
import online.trakiot.app.ui.parts.LocalSignIn
import online.trakiot.core.CertificateTrouble
import online.trakiot.core.CoordinateFormat
import online.trakiot.core.FleetView
import online.trakiot.core.HistorySource
import online.trakiot.core.MyLocation
import online.trakiot.core.NearbyView
import online.trakiot.core.NoConsent
import online.trakiot.core.Place
import online.trakiot.core.QueryException
import online.trakiot.core.SignInException
import online.trakiot.core.Trouble
import online.trakiot.core.UnitOrder

/** One screen in one state. [main]: the screen as it mostly is, to be looked at in every size. */
class Picture(val name: String, val main: Boolean = false, val content: @Composable () -> Unit) {
    override fun toString() = name
}

private val decimal = CoordinateFormat.DECIMAL
private val someDays = HistoryRange.Days(LocalDate.of(2026, 11, 20), LocalDate.of(2026, 11, 23))
private val lastKnown = Demo.here.copy(ageMs = Demo.HOUR_MS, fromLastKnown = true)
private val allowed = LocationAccess.Allowed(precise = true, always = false)

@Composable
private fun Framed(selected: Destination, beside: Boolean = true, content: @Composable () -> Unit) {
    val map = @Composable { MapPicture(chosen = true) }
    CompositionLocalProvider(LocalSignIn provides {}) { AppFrame(selected, {}, map.takeIf { beside }) { content() } }
}

@Composable
private fun MapPicture(chosen: Boolean, change: (MapState) -> MapState = { it }) {
    val camera = Camera.at(Place(31.23, 121.49), 8.6)
    val row = Demo.rows[0].takeIf { chosen }
    val state =
        MapState(
            camera, PlacedPoint.of(Demo.mapPoints), Demo.live, Demo.NOW_MS, Demo.here, row, following = false, tail = null, members = emptyList(),
        )
    MapScreen(change(state), onSize = { _: Size -> }) {}
}

@Composable
private fun About(support: Support) = Framed(Destination.About, beside = false) { AboutScreen("0.1.0", support) {} }

@Composable
private fun FleetMap(chosen: Boolean = false, change: (MapState) -> MapState = { it }) {
    val map = @Composable { MapPicture(chosen, change) }
    AppFrame(Destination.FleetMap, {}, map) { sideBySide ->
        if (Destination.FleetMap.shown(sideBySide) == Destination.FleetMap) map() else UnitsList(Demo.fleet(Demo.live))
    }
}

/** Close enough for the circle that this phone is in to be seen. */
private fun MapState.closer() = copy(camera = Camera.at(Demo.here.place, 12.0), me = Demo.hereBlurred)

private fun MapState.nobodyThere() = copy(points = emptyList(), me = null)

@Composable
private fun Units(view: FleetView, search: UnitsSearch = UnitsSearch(), filters: Boolean = false) =
    Framed(Destination.Units) { UnitsList(view, search, filters) }

@Composable
private fun UnitsList(view: FleetView, search: UnitsSearch = UnitsSearch(), filters: Boolean = false) {
    UnitsScreen(UnitsState(search, UnitPages(view) { view }, Demo.groups, Demo.NOW_MS, filters), cleartext = false) {}
}

@Composable
private fun NearMe(access: LocationAccess, here: MyLocation? = null, change: (NearbyView) -> NearbyView = { it }) =
    Framed(Destination.NearMe) {
        val view = change(Demo.nearby).takeIf { here != null }
        NearbyScreen(NearbyState(null, 5_000, access, here, view, decimal, Demo.NOW_MS), canGoBack = false) {}
    }

@Composable
private fun MyLocationPicture(access: LocationAccess, here: MyLocation?) =
    Framed(Destination.MyLocation, beside = false) { MyLocationScreen(MyLocationState(access, here, decimal)) {} }

@Composable
private fun History(answer: HistoryAnswer, range: HistoryRange = HistoryRange.Today) =
    Framed(Destination.UnitHistory(1), beside = false) {
        HistoryScreen(HistoryState(Demo.rows[0].name, range, answer, replayAt = 40)) {}
    }

@Composable
private fun Alerts(inbox: Loaded<Inbox>) = Framed(Destination.Alerts) { AlertsScreen(AlertsState(inbox, Demo.live, Demo.NOW_MS)) {} }

/** A screen without the map beside it. */
@Composable
private fun Plain(destination: Destination, content: @Composable () -> Unit) = Framed(destination, beside = false, content)

@Composable
private fun Reporting(state: ReportingState) =
    Framed(Destination.Reporting, beside = false) { ReportingScreen(state) {} }

private val entered = SignInState("trak.example.com", "dispatch@example.com", "password")

/** Every screen, and every state that a screen can be in. */
val pictures: List<Picture> =
    listOf(
        Picture("consent", main = true) { ConsentScreen(ConsentState(NoConsent.NOT_ASKED)) {} },
        Picture("consent-declined") { ConsentScreen(ConsentState(NoConsent.REFUSED)) {} },
        Picture("sign-in", main = true) { SignInScreen(SignInState(), null) {} },
        Picture("opening") { Opening() },
        Picture("sign-in-refused") { SignInScreen(entered.copy(refusal = SignInException.WrongPassword()), null) {} },
        Picture("sign-in-code") { SignInScreen(entered.copy(codeAsked = true, refusal = SignInException.CodeNeeded()), {}) {} },
        Picture("sign-in-certificate") {
            SignInScreen(entered.copy(refusal = SignInException.BadCertificate(CertificateTrouble.UNKNOWN_ISSUER)), null) {}
        },
        Picture("sign-in-cleartext") {
            SignInScreen(entered.copy(server = "http://10.0.0.7", refusal = SignInException.CleartextRefused()), null) {}
        },
        Picture("units", main = true) { Units(Demo.fleet(Demo.live)) },
        Picture("units-filters") { Units(Demo.fleet(Demo.live), filters = true) },
        Picture("units-nearest") { Units(Demo.fleet(Demo.live, Demo.nearby.rows.map { it.unit }), UnitsSearch(order = UnitOrder.NEAREST)) },
        Picture("units-nearest-last-known") {
            Framed(Destination.Units) {
                val view = Demo.fleet(Demo.live, Demo.nearby.rows.map { it.unit })
                val search = UnitsSearch(order = UnitOrder.NEAREST)
                UnitsScreen(UnitsState(search, UnitPages(view) { view }, Demo.groups, Demo.NOW_MS, here = lastKnown), cleartext = false) {}
            }
        },
        Picture("units-refreshing") { Units(Demo.fleet(Demo.live.copy(refreshing = true))) },
        Picture("units-offline") { Units(Demo.fleet(Demo.offline)) },
        Picture("units-offline-nothing") {
            Units(Demo.fleet(Demo.loading.copy(link = Demo.offline.link, refreshing = false), emptyList(), 0))
        },
        Picture("units-loading") { Units(Demo.fleet(Demo.loading, emptyList(), 0)) },
        Picture("units-empty") { Units(Demo.fleet(Demo.live, emptyList(), 0)) },
        Picture("units-no-match") { Units(Demo.fleet(Demo.live, emptyList()), UnitsSearch("铲")) },
        Picture("units-signed-out") { Units(Demo.fleet(Demo.signedOut)) },
        Picture("units-server-trouble") { Units(Demo.fleet(Demo.live.copy(trouble = Trouble.Server(503u)))) },
        Picture("unit", main = true) {
            Framed(Destination.UnitDetails(1)) { UnitScreen(UnitState(Demo.unit, decimal, Demo.NOW_MS)) {} }
        },
        Picture("unit-navigate") {
            Framed(Destination.UnitDetails(1)) { UnitScreen(UnitState(Demo.unit, decimal, Demo.NOW_MS, MapApp.entries)) {} }
        },
        Picture("unit-without-position") {
            Framed(Destination.UnitDetails(9)) { UnitScreen(UnitState(Demo.unitWithoutPosition, decimal, Demo.NOW_MS)) {} }
        },
        Picture("unit-offline") {
            Framed(Destination.UnitDetails(1)) { UnitScreen(UnitState(Demo.unitOffline, decimal, Demo.NOW_MS)) {} }
        },
        Picture("unit-gone") { Framed(Destination.UnitDetails(1)) { UnitScreen(UnitState(null, decimal, Demo.NOW_MS)) {} } },
        Picture("map", main = true) { FleetMap() },
        Picture("map-chosen") { FleetMap(chosen = true) },
        Picture("map-offline") { FleetMap { it.copy(status = Demo.offline) } },
        Picture("map-loading") { FleetMap { it.nobodyThere().copy(status = Demo.loading) } },
        Picture("map-none") { FleetMap { it.nobodyThere().copy(empty = true) } },
        Picture("map-followed") { FleetMap(chosen = true) { it.closer().copy(following = true, tail = Drawn.TRUE.line(Demo.track)) } },
        Picture("map-last-known") { FleetMap { it.closer().copy(me = lastKnown) } },
        Picture("map-members") { FleetMap { it.copy(members = Demo.rows.take(4), membersTotal = 128) } },
        Picture("map-layer") { FleetMap { it.copy(layer = DemoMap.layers[0], layers = DemoMap.layers) } },
        Picture("map-layers") { FleetMap { it.copy(layers = DemoMap.layers, layersOpen = true) } },
        Picture("near-me", main = true) { NearMe(allowed, Demo.here) },
        Picture("near-me-approximate") { NearMe(LocationAccess.Allowed(precise = false, always = false), Demo.hereBlurred) },
        Picture("near-me-locating") { NearMe(allowed) },
        Picture("near-me-not-asked") { NearMe(LocationAccess.NotAsked) },
        Picture("near-me-denied") { NearMe(LocationAccess.Denied) },
        Picture("near-me-denied-for-good") { NearMe(LocationAccess.DeniedForGood) },
        Picture("near-me-location-off") { NearMe(LocationAccess.SwitchedOff) },
        Picture("near-me-offline") { NearMe(allowed, Demo.here) { it.copy(status = Demo.offline) } },
        Picture("near-me-nothing") { NearMe(allowed, Demo.here) { it.copy(rows = emptyList(), within = 0u) } },
        Picture("near-unit") {
            Framed(Destination.NearUnit(1)) {
                NearbyScreen(NearbyState(Demo.rows[0].name, 5_000, allowed, null, Demo.nearby, decimal, Demo.NOW_MS), canGoBack = true) {}
            }
        },
        Picture("my-location", main = true) { MyLocationPicture(allowed, Demo.here) },
        Picture("my-location-approximate") { MyLocationPicture(LocationAccess.Allowed(precise = false, always = false), Demo.hereBlurred) },
        Picture("my-location-last-known") { MyLocationPicture(LocationAccess.SwitchedOff, lastKnown) },
        Picture("history", main = true) { History(HistoryAnswer.Loaded(Demo.history, Demo.track)) },
        Picture("history-empty") { History(HistoryAnswer.Loaded(Demo.history, emptyList())) },
        Picture("history-some-days") { History(HistoryAnswer.Loaded(Demo.history, Demo.track), someDays) },
        Picture("history-signed-out") { History(HistoryAnswer.Refused(QueryException.SignedOut())) },
        Picture("history-cache") { History(HistoryAnswer.Loaded(Demo.history.copy(source = HistorySource.CACHE), Demo.track)) },
        Picture("history-loading") { History(HistoryAnswer.Loading) },
        Picture("history-refused") { History(HistoryAnswer.Refused(QueryException.Offline())) },
        Picture("alerts", main = true) { Alerts(Loaded.Has(Demo.inbox)) },
        Picture("alerts-all-seen") { Alerts(Loaded.Has(Demo.inbox.copy(rows = Demo.inbox.rows.drop(2), unread = 0))) },
        Picture("alerts-empty") { Alerts(Loaded.Has(Demo.inbox.copy(rows = emptyList(), total = 0, unread = 0))) },
        Picture("alerts-refused") { Alerts(Loaded.Refused(QueryException.SignedOut())) },
        Picture("alert-settings", main = true) { Plain(Destination.AlertSettingsScreen) { AlertSettingsScreen(DemoRights.alertSettings) {} } },
        Picture("alert-settings-off") { Plain(Destination.AlertSettingsScreen) { AlertSettingsScreen(DemoRights.alertSettingsOff) {} } },
        Picture("notice", main = true) { Noticed(DemoRights.notices, { Units(Demo.fleet(Demo.live)) }) {} },
        Picture("more", main = true) { Framed(Destination.More, beside = false) { MoreScreen(MoreState(Demo.account, reporting = true)) {} } },
        Picture("settings", main = true) {
            Framed(Destination.SettingsScreen, beside = false) { SettingsScreen(SettingsState(decimal), {}) {} }
        },
        Picture("privacy", main = true) { Framed(Destination.Privacy, beside = false) { PrivacyScreen(DemoPrivacy.centre) {} } },
        Picture("account", main = true) { Plain(Destination.Account) { AccountScreen(DemoRights.account) {} } },
        Picture("own-track", main = true) { Plain(Destination.OwnTrack) { OwnTrackScreen(DemoRights.ownTrack) {} } },
        Picture("own-track-erased") { Plain(Destination.OwnTrack) { OwnTrackScreen(DemoRights.ownTrackErased) {} } },
        Picture("own-track-none") { Plain(Destination.OwnTrack) { OwnTrackScreen(DemoRights.ownTrackNone) {} } },
        Picture("access-log", main = true) { Plain(Destination.AccessLog) { AccessLogScreen(Loaded.Has(DemoRights.log), {}, {}) } },
        Picture("access-log-offline") {
            Plain(Destination.AccessLog) { AccessLogScreen(Loaded.Refused(QueryException.Offline()), {}, {}) }
        },
        Picture("retention", main = true) { Plain(Destination.Retention) { RetentionScreen(DemoRights.retention, {}, {}) } },
        Picture("cancel-account", main = true) { Plain(Destination.CancelAccount) { CancelScreen(DemoRights.cancel) {} } },
        Picture("cancel-account-refused") { Plain(Destination.CancelAccount) { CancelScreen(DemoRights.cancelRefused) {} } },
        Picture("cancel-account-asked") { Plain(Destination.CancelAccount) { CancelScreen(DemoRights.cancelAsked) {} } },
        Picture("policy", main = true) { Framed(Destination.Policy, beside = false) { PolicyScreen(DemoPrivacy.policy()) {} } },
        Picture("policy-change") { PolicyChangeScreen(DemoPrivacy.EFFECTIVE_MS, null, {}, {}, {}) { PolicyScreen(DemoPrivacy.changes()) {} } },
        Picture("about", main = true) { About(Support(null, null)) },
        Picture("about-support") { About(Support("400-820-0000", "help@example.com", "沪ICP备00000000号-1A")) },
        Picture("reporting", main = true) { Reporting(DemoReporting.works) },
        Picture("reporting-off") { Reporting(DemoReporting.off) },
        Picture("reporting-setup") { Reporting(DemoReporting.setup) },
        Picture("reporting-blocked") { Reporting(DemoReporting.blocked) },
        Picture("reporting-refused") { Reporting(DemoReporting.refused) },
    )

/** For Android Studio: the previews of all screens. Maps need the core's library and stay empty there. */
class EveryPicture : PreviewParameterProvider<Picture> {
    override val values = pictures.asSequence()
}

@Preview
@Composable
private fun PicturePreview(@PreviewParameter(EveryPicture::class) picture: Picture) = TrakTheme { picture.content() }
