// SwiftUI's views as far as the app uses them: declarations only, after Apple's public documentation. Texts are only
// declared for strings: what the app says comes from TrakKit's words, never from a literal. Modifiers, property wrappers
// and navigation stand in the files beside this one.
import Foundation
@_exported import UIKit

@MainActor @preconcurrency public protocol View {
    associatedtype Body: View
    @ViewBuilder @MainActor @preconcurrency var body: Body { get }
}

extension Never: View {
    public var body: Never { fatalError() }
}

/// A view that the system draws itself.
public protocol Drawn: View where Body == Never {}
extension Drawn {
    public var body: Never { fatalError() }
}

@resultBuilder public enum ViewBuilder {
    public static func buildExpression<Content: View>(_ content: Content) -> Content { content }
    public static func buildBlock() -> EmptyView { fatalError() }
    public static func buildBlock<Content: View>(_ content: Content) -> Content { content }
    public static func buildBlock<each Content: View>(_ content: repeat each Content) -> TupleView<
        (repeat each Content)
    > {
        fatalError()
    }
    public static func buildIf<Content: View>(_ content: Content?) -> Content? { content }
    public static func buildEither<First: View, Second: View>(first: First) -> ConditionalContent<First, Second> {
        fatalError()
    }
    public static func buildEither<First: View, Second: View>(second: Second) -> ConditionalContent<First, Second> {
        fatalError()
    }
}

extension Optional: View where Wrapped: View {
    public var body: Never { fatalError() }
}
public struct TupleView<T>: Drawn {}
public struct ConditionalContent<First, Second>: Drawn {}
public struct EmptyView: Drawn { public init() {} }
public struct AnyView: Drawn { public init<V: View>(_ view: V) {} }

public struct Text: Drawn {
    public struct DateStyle: Sendable {
        public static let relative = Self(), time = Self(), date = Self()
    }
    public init(_ date: Date, style: DateStyle) {}
    public init<S: StringProtocol>(_ content: S) {}
    public init(verbatim content: String) {}
    public func bold() -> Text { self }
    public func monospacedDigit() -> Text { self }
}

public struct Image: Drawn {
    public init(systemName: String) {}
    public func resizable() -> Image { self }
}

public struct Label<Title: View, Icon: View>: Drawn {
    public init(@ViewBuilder title: () -> Title, @ViewBuilder icon: () -> Icon) {}
}
extension Label where Title == Text, Icon == Image {
    public init<S: StringProtocol>(_ title: S, systemImage name: String) {}
}

public struct ButtonRole: Equatable, Sendable {
    public static let destructive = ButtonRole()
    public static let cancel = ButtonRole()
}
public struct Button<Label: View>: Drawn {
    public init(role: ButtonRole? = nil, action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> Label) {}
}
extension Button where Label == Text {
    public init<S: StringProtocol>(_ title: S, role: ButtonRole? = nil, action: @escaping @MainActor () -> Void) {}
}
extension Button where Label == SwiftUI.Label<Text, Image> {
    public init<S: StringProtocol>(
        _ title: S, systemImage: String, role: ButtonRole? = nil, action: @escaping @MainActor () -> Void
    ) {}
}

public struct Toggle<Label: View>: Drawn {
    public init(isOn: Binding<Bool>, @ViewBuilder label: () -> Label) {}
}
extension Toggle where Label == Text {
    public init<S: StringProtocol>(_ title: S, isOn: Binding<Bool>) {}
}

public enum Axis: Sendable {
    public struct Set: OptionSet, Sendable {
        public let rawValue: Int8
        public init(rawValue: Int8) { self.rawValue = rawValue }
        public static let horizontal = Set(rawValue: 1), vertical = Set(rawValue: 2)
    }
    case horizontal, vertical
}
public struct TextField<Label: View>: Drawn {}
extension TextField where Label == Text {
    public init<S: StringProtocol>(_ title: S, text: Binding<String>, axis: Axis) {}
    public init<S: StringProtocol>(_ title: S, text: Binding<String>) {}
}
public struct SecureField<Label: View>: Drawn {}
extension SecureField where Label == Text {
    public init<S: StringProtocol>(_ title: S, text: Binding<String>) {}
}

public struct Picker<Label: View, Selection: Hashable, Content: View>: Drawn {}
extension Picker where Label == Text {
    public init<S: StringProtocol>(
        _ title: S, selection: Binding<Selection>, @ViewBuilder content: () -> Content
    ) {}
}

public struct DatePickerComponents: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let date = DatePickerComponents(rawValue: 1)
    public static let hourAndMinute = DatePickerComponents(rawValue: 2)
}
public struct DatePicker<Label: View>: Drawn {}
extension DatePicker where Label == Text {
    public init<S: StringProtocol>(
        _ title: S, selection: Binding<Date>, displayedComponents: DatePickerComponents = [.hourAndMinute, .date]
    ) {}
}

public struct Slider<Label: View>: Drawn {}
extension Slider {
    public init(
        value: Binding<Double>, in bounds: ClosedRange<Double>, step: Double = 1, @ViewBuilder label: () -> Label
    ) {}
}

public struct ProgressView<Label: View>: Drawn {}
extension ProgressView where Label == EmptyView {
    public init() {}
}
extension ProgressView where Label == Text {
    public init<S: StringProtocol>(_ title: S) {}
}

public struct Menu<Label: View, Content: View>: Drawn {
    public init(@ViewBuilder content: () -> Content, @ViewBuilder label: () -> Label) {}
}

public struct Link<Label: View>: Drawn {
    public init(destination: URL, @ViewBuilder label: () -> Label) {}
}
extension Link where Label == Text {
    public init<S: StringProtocol>(_ title: S, destination: URL) {}
}

public struct ShareLink<Label: View>: Drawn {
    public init(item: String, @ViewBuilder label: () -> Label) {}
}

public struct ContentUnavailableView<Label: View, Description: View, Actions: View>: Drawn {
    public init(
        @ViewBuilder label: () -> Label, @ViewBuilder description: () -> Description,
        @ViewBuilder actions: () -> Actions
    ) {}
}

public struct LabeledContent<Label: View, Content: View>: Drawn {}
extension LabeledContent where Label == Text {
    public init<S: StringProtocol>(_ title: S, @ViewBuilder content: () -> Content) {}
}
extension LabeledContent where Label == Text, Content == Text {
    public init<S1: StringProtocol, S2: StringProtocol>(_ title: S1, value: S2) {}
}

public struct DisclosureGroup<Label: View, Content: View>: Drawn {}
extension DisclosureGroup where Label == Text {
    public init<S: StringProtocol>(_ label: S, @ViewBuilder content: @escaping () -> Content) {}
}

public struct Group<Content> {}
extension Group: View where Content: View {
    public var body: Never { fatalError() }
    public init(@ViewBuilder content: () -> Content) {}
}

public struct ForEach<Data: RandomAccessCollection, ID: Hashable, Content> {}
extension ForEach: View where Content: View {
    public var body: Never { fatalError() }
    public init(_ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder content: @escaping (Data.Element) -> Content)
    {}
}
extension ForEach where Content: View, Data.Element: Identifiable, ID == Data.Element.ID {
    public init(_ data: Data, @ViewBuilder content: @escaping (Data.Element) -> Content) {}
}

public struct List<SelectionValue: Hashable, Content: View>: Drawn {
    public init(selection: Binding<SelectionValue?>?, @ViewBuilder content: () -> Content) {}
}
extension List where SelectionValue == Never {
    public init(@ViewBuilder content: () -> Content) {}
}
public struct Form<Content: View>: Drawn { public init(@ViewBuilder content: () -> Content) {} }

public struct Section<Parent, Content, Footer> {}
extension Section: View where Parent: View, Content: View, Footer: View {
    public var body: Never { fatalError() }
    public init(
        @ViewBuilder content: () -> Content, @ViewBuilder header: () -> Parent, @ViewBuilder footer: () -> Footer
    ) {}
}
extension Section where Parent == EmptyView, Content: View, Footer == EmptyView {
    public init(@ViewBuilder content: () -> Content) {}
}
extension Section where Parent == EmptyView, Content: View, Footer: View {
    public init(@ViewBuilder content: () -> Content, @ViewBuilder footer: () -> Footer) {}
}
extension Section where Parent == Text, Content: View, Footer == EmptyView {
    public init<S: StringProtocol>(_ title: S, @ViewBuilder content: () -> Content) {}
}

public struct HorizontalAlignment: Equatable, Sendable {
    public static let leading = Self(), center = Self(), trailing = Self()
}
public struct VerticalAlignment: Equatable, Sendable {
    public static let top = Self(), center = Self(), bottom = Self(), firstTextBaseline = Self()
}
public struct Alignment: Equatable, Sendable {
    public static let leading = Self(), center = Self(), trailing = Self(), top = Self(), bottom = Self()
    public static let topLeading = Self(), topTrailing = Self(), bottomLeading = Self(), bottomTrailing = Self()
}

public struct VStack<Content: View>: Drawn {
    public init(
        alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content
    ) {}
}
public struct HStack<Content: View>: Drawn {
    public init(
        alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content
    ) {}
}
public struct ZStack<Content: View>: Drawn {
    public init(alignment: Alignment = .center, @ViewBuilder content: () -> Content) {}
}
public protocol Layout {}
extension Layout {
    @MainActor public func callAsFunction<V: View>(@ViewBuilder _ content: () -> V) -> some View { EmptyView() }
}
public struct HStackLayout: Layout {
    public init(alignment: VerticalAlignment = .center, spacing: CGFloat? = nil) {}
}
public struct VStackLayout: Layout {
    public init(alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil) {}
}
public struct AnyLayout: Layout {
    public init<L: Layout>(_ layout: L) {}
}
public struct ViewThatFits<Content: View>: Drawn {
    public init(in axes: Axis.Set = [.horizontal, .vertical], @ViewBuilder content: () -> Content) {}
}
public struct ScrollView<Content: View>: Drawn { public init(@ViewBuilder content: () -> Content) {} }
public struct GeometryProxy {
    public var size: CGSize { fatalError() }
}
public struct GeometryReader<Content: View>: Drawn {
    public init(@ViewBuilder content: @escaping (GeometryProxy) -> Content) {}
}
public struct Spacer: Drawn { public init(minLength: CGFloat? = nil) {} }
public struct Divider: Drawn { public init() {} }

public protocol ShapeStyle: Sendable {}
public struct Color: ShapeStyle, Hashable {
    public static let red = Self(), orange = Self(), yellow = Self(), green = Self(), blue = Self(), gray = Self()
    public static let primary = Self(), secondary = Self(), accentColor = Self(), white = Self(), clear = Self()
    public func opacity(_ opacity: Double) -> Color { self }
}
// Apart from the type, so that a colour does not belong to the main actor.
extension Color: Drawn {}
public struct Material: ShapeStyle {}
public struct HierarchicalShapeStyle: ShapeStyle {}
extension ShapeStyle where Self == Color {
    public static var red: Color { fatalError() }
    public static var orange: Color { fatalError() }
    public static var green: Color { fatalError() }
    public static var blue: Color { fatalError() }
    public static var gray: Color { fatalError() }
    public static var white: Color { fatalError() }
}
extension ShapeStyle where Self == HierarchicalShapeStyle {
    public static var primary: HierarchicalShapeStyle { fatalError() }
    public static var secondary: HierarchicalShapeStyle { fatalError() }
}
public struct BackgroundStyle: ShapeStyle {}
extension ShapeStyle where Self == BackgroundStyle {
    public static var background: BackgroundStyle { fatalError() }
}
extension ShapeStyle where Self == Material {
    public static var regularMaterial: Material { fatalError() }
    public static var thinMaterial: Material { fatalError() }
}

public protocol Shape: Sendable, View {}
extension Shape {
    public var body: Never { fatalError() }
    public func fill<S: ShapeStyle>(_ content: S) -> some View { EmptyView() }
    public func stroke<S: ShapeStyle>(_ content: S, lineWidth: CGFloat = 1) -> some View { EmptyView() }
}
public struct Circle: Shape { public init() {} }
public struct Capsule: Shape { public init() {} }
public struct RoundedRectangle: Shape { public init(cornerRadius: CGFloat) {} }

public struct Font: Hashable, Sendable {
    public enum TextStyle: Sendable { case largeTitle, title, headline, subheadline, body, callout, footnote, caption }
    public static let largeTitle = Self(), title = Self(), title2 = Self(), title3 = Self(), headline = Self()
    public static let subheadline = Self(), body = Self(), callout = Self(), footnote = Self(), caption = Self()
    public func monospacedDigit() -> Font { self }
    public func bold() -> Font { self }
}
