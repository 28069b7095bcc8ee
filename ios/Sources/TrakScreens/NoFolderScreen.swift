// The system gave the app no folder of its own.
import Foundation
import SwiftUI
import TrakKit

/// Says so in the system's language: without a folder there are no settings either.
public struct NoFolderScreen: View {
    public init() {}

    public var body: some View {
        let words = Words(Language(preferred: Locale.preferredLanguages))
        EmptyState(
            title: words(.product), text: words.sentence(OpenError.Folder),
            symbol: "externaldrive.badge.exclamationmark")
    }
}
