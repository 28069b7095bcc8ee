// UniformTypeIdentifiers as far as the app uses it: declarations only, after Apple's public documentation.

public struct UTType: Sendable {
    public static var data: UTType { fatalError() }
}
