// error: does not conform to protocol 'View'
import SwiftUI

struct MissingBody: View {
    let name: String
}
