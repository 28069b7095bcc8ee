// error: main actor-isolated
import UIKit

func copy(_ text: String) { UIPasteboard.general.string = text }
