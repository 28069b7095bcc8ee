// error: (incorrect argument label|extraneous argument label)
import SwiftUI

struct WrongLabel: View {
    var body: some View { Image(systemImage: "car") }
}
