// A place by its coordinates, in any notation that the core reads.
import SwiftUI
import TrakModel

struct PlaceScreen: View {
    @Environment(AppModel.self) private var app
    @State private var model: PlaceModel

    init(model: PlaceModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        Form {
            Section {
                Field(app.words(.coordinates)) {
                    TextField(app.words(.coordinates), text: $model.text)
                        .textInputAutocapitalization(.never)
                        .autocorrectionDisabled()
                        .submitLabel(.search)
                        .onSubmit { model.find() }
                }
                Button(app.words(.find)) { model.find() }.disabled(model.text.isEmpty)
                Refusal(model.isRefused ? app.words(.placeUnreadable) : nil)
            } footer: {
                Text(app.words(.aroundPlaceMeans))
            }
        }
        .navigationTitle(app.words(.aroundPlace))
    }
}
