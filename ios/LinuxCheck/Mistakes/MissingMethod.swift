// error: has no member 'onDoubleTap'
import SwiftUI

struct MissingMethod: View {
    let name: String
    var body: some View { Text(name).onDoubleTap {} }
}
