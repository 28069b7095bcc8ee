// The sign-in form. Every refusal has its sentence; what lowers security says what it means before it can be chosen.
import Foundation
import SwiftUI
import TrakModel

struct SignInScreen: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: SignInModel

    var body: some View {
        Form {
            Section {
                Text(app.words(.signInIntro)).foregroundStyle(.secondary)
                LeftNote()
            }
            if let refusal = model.refusal {
                Section { Refusal(app.words.sentence(refusal)) }
            }
            CredentialFields(model: model)
            if model.offersCleartext {
                CleartextChoice(allowed: $model.cleartextAllowed)
            }
            if let pin = model.pin { PinNote(model: model, pin: pin) }
            AuthorityChoice(model: model)
            Section {
                Button(app.words(.signIn)) { Task { await model.signIn() } }
                    .disabled(!model.canSignIn)
                if model.working { ProgressView() }
            }
        }
        .navigationTitle(app.words(.product))
        .toolbar {
            ToolbarItem(placement: .topBarTrailing) { LanguageMenu() }
            if app.canGoBack {
                ToolbarItem(placement: .cancellationAction) {
                    Button(app.words(.cancel)) { Task { await app.backToFleet() } }
                }
            }
        }
    }
}

private struct CredentialFields: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: SignInModel

    var body: some View {
        Section {
            Field(app.words(.server)) {
                TextField(app.words(.server), text: $model.server)
                    .keyboardType(.URL)
                    .textContentType(.URL)
                    .textInputAutocapitalization(.never)
                    .autocorrectionDisabled()
            }
            Field(app.words(.account)) {
                TextField(app.words(.account), text: $model.email)
                    .keyboardType(.emailAddress)
                    .textContentType(.username)
                    .textInputAutocapitalization(.never)
                    .autocorrectionDisabled()
            }
            Field(app.words(.password)) {
                SecureField(app.words(.password), text: $model.password)
                    .textContentType(.password)
                    .submitLabel(.go)
                    .onSubmit { Task { await model.signIn() } }
            }
            if model.asksForCode { CodeField(code: $model.code) }
        }
    }
}

/// The one-time code of an account that has one.
struct CodeField: View {
    @Environment(AppModel.self) private var app
    @Binding var code: String

    var body: some View {
        Field(app.words(.code)) {
            TextField(app.words(.code), text: $code)
                .keyboardType(.numberPad)
                .textContentType(.oneTimeCode)
        }
    }
}

private struct CleartextChoice: View {
    @Environment(AppModel.self) private var app
    @Binding var allowed: Bool

    var body: some View {
        Section {
            Toggle(app.words(.allowCleartext), isOn: $allowed)
        } footer: {
            Text(app.words(.cleartextMeans))
        }
    }
}

/// A pinned key narrows what is trusted; it can be seen and given up.
private struct PinNote: View {
    @Environment(AppModel.self) private var app
    let model: SignInModel
    let pin: Data

    var body: some View {
        Section(app.words(.pinned)) {
            Text(ServerProposal.fingerprint(pin)).font(.footnote.monospacedDigit())
            Button(app.words(.clear), role: .destructive) { model.removePin() }
        }
    }
}

private struct AuthorityChoice: View {
    @Environment(AppModel.self) private var app
    let model: SignInModel

    var body: some View {
        Section {
            DisclosureGroup(app.words(.certificates)) {
                Text(app.words(.authorityMeans)).font(.footnote).foregroundStyle(.secondary)
                if let authority = model.authority {
                    Text(app.words(.authorityAdded, authority.count))
                    Button(app.words(.clear), role: .destructive) { model.removeAuthority() }
                } else {
                    Button(app.words(.addAuthority)) { Task { await model.addAuthority() } }
                }
            }
        }
    }
}

/// Both languages are one tap away, also before the sign-in.
struct LanguageMenu: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        Menu {
            ForEach(Language.allCases, id: \.self) { language in
                Button(language.ownName) { app.settings.chosenLanguage = language }
            }
        } label: {
            Label(app.words(.languageLabel), systemImage: "globe")
        }
    }
}
