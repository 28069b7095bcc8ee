// Room for large text: with the accessibility sizes what stands side by side goes below one another, nothing has a fixed
// height, and what does not fit on the screen can be scrolled.
import SwiftUI
import TrakModel

/// Side by side, or below one another with the largest texts.
struct Beside<Content: View>: View {
    @Environment(\.dynamicTypeSize) private var textSize
    @ViewBuilder let content: () -> Content

    var body: some View {
        let layout =
            textSize.isAccessibilitySize
            ? AnyLayout(VStackLayout(alignment: .leading)) : AnyLayout(HStackLayout(alignment: .firstTextBaseline))
        layout { content() }
    }
}

/// Pushes the two sides apart; nothing where they stand below one another.
struct Gap: View {
    @Environment(\.dynamicTypeSize) private var textSize

    var body: some View {
        if !textSize.isAccessibilitySize { Spacer() }
    }
}

/// A label before its value, or above it with the largest texts.
struct Labelled<Content: View>: View {
    @Environment(\.dynamicTypeSize) private var textSize
    let label: String
    @ViewBuilder let content: () -> Content

    init(_ label: String, @ViewBuilder content: @escaping () -> Content) {
        (self.label, self.content) = (label, content)
    }

    var body: some View {
        if textSize.isAccessibilitySize {
            VStack(alignment: .leading) {
                Text(label)
                content()
            }
        } else {
            LabeledContent(label) { content() }
        }
    }
}

/// A field to write in under its name: the name stays when something is written, and wraps, which a field's own
/// placeholder does not.
struct Field<Content: View>: View {
    let label: String
    @ViewBuilder let content: () -> Content

    init(_ label: String, @ViewBuilder content: @escaping () -> Content) {
        (self.label, self.content) = (label, content)
    }

    var body: some View {
        VStack(alignment: .leading) {
            // VoiceOver reads the field's own name.
            Text(label).font(.footnote).foregroundStyle(.secondary).accessibilityHidden(true)
            content()
        }
    }
}

/// All of it where it fits, else what can be scrolled.
struct Scrollable<Content: View>: View {
    @ViewBuilder let content: () -> Content

    var body: some View {
        ViewThatFits(in: .vertical) {
            content()
            ScrollView { content() }
        }
    }
}

extension View {
    /// With the largest texts every choice has a line of its own: a menu would cut the chosen one.
    func roomyChoices() -> some View { modifier(RoomyChoices()) }

    /// A bar at the edge of the screen grows up to a point, as the system's own do, so that it leaves room for what is above
    /// it; held down, it shows its text in the middle of the screen.
    func bar() -> some View {
        dynamicTypeSize(...DynamicTypeSize.accessibility2).accessibilityShowsLargeContentViewer()
    }
}

private struct RoomyChoices: ViewModifier {
    @Environment(\.dynamicTypeSize) private var textSize

    func body(content: Content) -> some View {
        if textSize.isAccessibilitySize { content.pickerStyle(.inline) } else { content }
    }
}
