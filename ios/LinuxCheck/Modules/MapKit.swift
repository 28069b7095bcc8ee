// MapKit and its SwiftUI map as far as the app uses them: declarations only, after Apple's public documentation.
import Foundation
@_exported import CoreLocation
@_exported import SwiftUI

public struct MKCoordinateSpan: Sendable {
    public var latitudeDelta: CLLocationDegrees
    public var longitudeDelta: CLLocationDegrees
    public init(latitudeDelta: CLLocationDegrees, longitudeDelta: CLLocationDegrees) {
        (self.latitudeDelta, self.longitudeDelta) = (latitudeDelta, longitudeDelta)
    }
}

public struct MKCoordinateRegion: Sendable {
    public var center: CLLocationCoordinate2D
    public var span: MKCoordinateSpan
    public init(center: CLLocationCoordinate2D, span: MKCoordinateSpan) { (self.center, self.span) = (center, span) }
}

public struct MapCameraPosition: Equatable, Sendable {
    public static func region(_ region: MKCoordinateRegion) -> MapCameraPosition { fatalError() }
    public static var automatic: MapCameraPosition { fatalError() }
}

public struct MapCameraUpdateContext: Sendable {
    public var region: MKCoordinateRegion { fatalError() }
}
public enum MapCameraUpdateFrequency: Sendable { case continuous, onEnd }

@MainActor @preconcurrency public protocol MapContent {}
@MainActor @resultBuilder public enum MapContentBuilder {
    public static func buildBlock() -> some MapContent { NoMapContent() }
    public static func buildBlock<Content: MapContent>(_ content: Content) -> Content { content }
    public static func buildBlock<each Content: MapContent>(_ content: repeat each Content) -> some MapContent {
        NoMapContent()
    }
    public static func buildIf<Content: MapContent>(_ content: Content?) -> some MapContent { NoMapContent() }
    public static func buildEither<First: MapContent>(first: First) -> NoMapContent { NoMapContent() }
    public static func buildEither<Second: MapContent>(second: Second) -> NoMapContent { NoMapContent() }
}
public struct NoMapContent: MapContent { nonisolated init() {} }

extension ForEach: MapContent where Content: MapContent {
    public init(
        _ data: Data, id: KeyPath<Data.Element, ID>, @MapContentBuilder content: @escaping (Data.Element) -> Content
    ) {
        fatalError()
    }
}
extension ForEach where Content: MapContent, Data.Element: Identifiable, ID == Data.Element.ID {
    public init(_ data: Data, @MapContentBuilder content: @escaping (Data.Element) -> Content) {
        fatalError()
    }
}

@MainActor public struct Map<Content: View>: View {
    public var body: Never { fatalError() }
    public init<C: MapContent>(position: Binding<MapCameraPosition>, @MapContentBuilder content: () -> C)
    where Content == EmptyView {}
}

public struct Annotation<Label: View, Content: View>: MapContent {}
extension Annotation where Label == Text {
    public init<S: StringProtocol>(
        _ title: S, coordinate: CLLocationCoordinate2D, anchor: UnitPoint = .center, @ViewBuilder content: () -> Content
    ) {}
}
public struct MapCircle: MapContent {
    public init(center: CLLocationCoordinate2D, radius: CLLocationDistance) {}
}
public struct MapPolyline: MapContent {
    public init(coordinates: [CLLocationCoordinate2D]) {}
}
public struct UnitPoint: Hashable, Sendable {
    public static let center = Self(), bottom = Self()
}

extension MapContent {
    public func foregroundStyle<S: ShapeStyle>(_ style: S) -> some MapContent { self }
    public func stroke<S: ShapeStyle>(_ content: S, lineWidth: CGFloat = 1) -> some MapContent { self }
    public func annotationTitles(_ visibility: Visibility) -> some MapContent { self }
    public func tag<V: Hashable>(_ tag: V) -> some MapContent { self }
}

extension View {
    public func onMapCameraChange(
        frequency: MapCameraUpdateFrequency = .onEnd, _ action: @escaping (MapCameraUpdateContext) -> Void
    ) -> some View { self }
    public func mapControls<V: View>(@ViewBuilder _ content: () -> V) -> some View { self }
}
public struct MapStyle: Sendable {
    public static var standard: MapStyle { fatalError() }
    public static var imagery: MapStyle { fatalError() }
    public static var hybrid: MapStyle { fatalError() }
}
extension View {
    public func mapStyle(_ style: MapStyle) -> some View { self }
}
public struct MapScaleView: View {
    public init() {}
    public var body: Never { fatalError() }
}
public struct MapCompass: View {
    public init() {}
    public var body: Never { fatalError() }
}
