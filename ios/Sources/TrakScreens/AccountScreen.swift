// Correcting one's own data: what a person changes by themselves, and what they ask the administrator for.
import SwiftUI
import TrakModel

struct AccountScreen: View {
    @Environment(AppModel.self) private var app
    @State private var model: AccountModel

    init(model: AccountModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        Form {
            ChangeSection(model: model)
            RequestSection(model: model)
            RequestsSection(requests: model.requests)
        }
        .navigationTitle(app.words(.correct))
        .task { await model.requests.ask() }
    }
}

private struct ChangeSection: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: AccountModel

    var body: some View {
        Section {
            Fact(app.words(.name), app.account?.name)
            Fact(app.words(.account), app.account?.email)
            Field(app.words(.newName)) {
                TextField(app.words(.newName), text: $model.name).textContentType(.name)
            }
            Field(app.words(.newEmail)) {
                TextField(app.words(.newEmail), text: $model.email)
                    .keyboardType(.emailAddress)
                    .textContentType(.username)
                    .textInputAutocapitalization(.never)
                    .autocorrectionDisabled()
            }
            Field(app.words(.newPhone)) {
                TextField(app.words(.newPhone), text: $model.phone)
                    .keyboardType(.phonePad)
                    .textContentType(.telephoneNumber)
            }
            Field(app.words(.newPassword)) {
                SecureField(app.words(.newPassword), text: $model.password).textContentType(.newPassword)
            }
            Button(app.words(.save)) { Task { await model.change() } }
                .disabled(!model.canChange)
            if model.changed { Success(app.words(.accountChanged)) }
            Refusal(model.trouble.map(app.words.rights))
        } footer: {
            Text(app.words(.emptyStays))
        }
    }
}

private struct RequestSection: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: AccountModel

    var body: some View {
        Section {
            Picker(app.words(.correctionAbout), selection: $model.field) {
                ForEach(AccountModel.fields, id: \.self) { Text(app.words.field($0)).tag($0) }
            }
            .roomyChoices()
            Field(app.words(.correctionText)) {
                TextField(app.words(.correctionText), text: $model.text, axis: .vertical)
            }
            Button(app.words(.correctionSend)) { Task { await model.request() } }
                .disabled(!model.canRequest)
            if model.sent { Success(app.words(.correctionSent)) }
            Refusal(model.requestTrouble.map(app.words.rights))
        } header: {
            Text(app.words(.askAdministrator))
        } footer: {
            Text(app.words(.askAdministratorMeans))
        }
    }
}

private struct RequestsSection: View {
    @Environment(AppModel.self) private var app
    let requests: Asked<[CorrectionRequest]>

    var body: some View {
        Section(app.words(.requests)) {
            Answer(asked: requests) { found in
                if found.isEmpty { Text(app.words(.requestsNone)).foregroundStyle(.secondary) }
                ForEach(found, id: \.id) { RequestRow(request: $0) }
            }
        }
    }
}

private struct RequestRow: View {
    @Environment(AppModel.self) private var app
    let request: CorrectionRequest

    var body: some View {
        VStack(alignment: .leading) {
            Text("\(app.words.field(request.field)): \(request.text)")
            Text(app.words.standing(request)).font(.footnote).foregroundStyle(.secondary)
            if let answer = request.answer { Text(app.words(.requestAnswer, answer)).font(.footnote) }
        }
        .accessibilityElement(children: .combine)
    }
}
