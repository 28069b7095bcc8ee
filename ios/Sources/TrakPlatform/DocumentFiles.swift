// Saves and opens files where the person chooses, through the system's picker: the app needs no access of its own.
import Foundation
import TrakModel
import UIKit
import UniformTypeIdentifiers

/// UIDocumentPickerViewController as a `FilePresenter`.
@MainActor public final class DocumentFiles: FilePresenter {
    /// Nothing of the app is on the screen, so nothing can be shown on it.
    public struct NoScreen: Error {}

    private var shown: PickerAnswer?

    /// Where files wait until the picker has its copy. What an earlier run left there, ended by the system before the
    /// person had chosen, goes.
    private let waiting = FileManager.default.temporaryDirectory.appendingPathComponent("handed-over")

    public init() {
        try? FileManager.default.removeItem(at: waiting)
    }

    public func save(_ data: Data, named name: String) async throws -> Bool {
        // A folder of its own keeps the name as it is; it goes as soon as the picker has its copy.
        let folder = waiting.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(name)
        try data.write(to: file, options: .completeFileProtection)
        return try await show(UIDocumentPickerViewController(forExporting: [file], asCopy: true)) != nil
    }

    public func open() async throws -> Data? {
        let picker = UIDocumentPickerViewController(forOpeningContentTypes: [.data], asCopy: true)
        guard let file = try await show(picker) else { return nil }
        return try Data(contentsOf: file)
    }

    private func show(_ picker: UIDocumentPickerViewController) async throws -> URL? {
        guard let top = Self.topController() else { throw NoScreen() }
        return await withCheckedContinuation { continuation in
            let answer = PickerAnswer { [self] url in
                shown = nil
                continuation.resume(returning: url)
            }
            shown = answer
            picker.delegate = answer
            // A picker that is swiped away is only dismissed.
            picker.presentationController?.delegate = answer
            top.present(picker, animated: true)
        }
    }

    private static func topController() -> UIViewController? {
        let scenes = UIApplication.shared.connectedScenes
        let active = scenes.first { $0.activationState == .foregroundActive } as? UIWindowScene
        var top = active?.keyWindow?.rootViewController
        while let next = top?.presentedViewController { top = next }
        return top
    }
}

/// The picker's delegate, which it holds weakly. Answers once.
@MainActor
private final class PickerAnswer: NSObject, UIDocumentPickerDelegate, UIAdaptivePresentationControllerDelegate {
    private var answer: ((URL?) -> Void)?

    init(_ answer: @escaping (URL?) -> Void) {
        self.answer = answer
    }

    func documentPicker(_ controller: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL]) {
        finish(urls.first)
    }

    func documentPickerWasCancelled(_ controller: UIDocumentPickerViewController) {
        finish(nil)
    }

    func presentationControllerDidDismiss(_ presentationController: UIPresentationController) {
        finish(nil)
    }

    private func finish(_ url: URL?) {
        answer?(url)
        answer = nil
    }
}
