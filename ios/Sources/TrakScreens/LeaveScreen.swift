// The end of the account, with its deadline and the way back, and the end of everything on this device.
import SwiftUI
import TrakModel

struct LeaveScreen: View {
    @Environment(AppModel.self) private var app
    @State private var model: LeaveModel

    init(model: LeaveModel) {
        _model = State(initialValue: model)
    }

    var body: some View {
        Form {
            if let ends = model.cancellation {
                EndsSection(model: model, ends: ends)
            } else {
                CancelSection(model: model)
            }
            EraseSection()
        }
        .navigationTitle(app.words(.leave))
        .task { await model.standing.ask() }
    }
}

private struct EndsSection: View {
    @Environment(AppModel.self) private var app
    let model: LeaveModel
    let ends: Cancellation

    var body: some View {
        Section {
            Label(
                app.words(ends.done ? .leaveDone : .leaveEnds, app.words.date(ends.deadlineMs)),
                systemImage: "calendar.badge.exclamationmark")
            Fact(app.words(.leaveRequested), app.words.moment(ends.requestedMs))
            Fact(app.words(.leaveDeadline), app.words.date(ends.deadlineMs))
            if !ends.done {
                Button(app.words(.leaveKeep)) { Task { await model.keep() } }
                    .disabled(model.working)
            }
            Refusal(model.trouble.map(app.words.rights))
        } footer: {
            Text(app.words(.leaveMeans))
        }
    }
}

private struct CancelSection: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: LeaveModel
    @State private var asks = false

    var body: some View {
        Section {
            Field(app.words(.password)) {
                SecureField(app.words(.password), text: $model.password).textContentType(.password)
            }
            if model.asksForCode { CodeField(code: $model.code) }
            Button(app.words(.leaveSend), role: .destructive) { asks = true }
                .disabled(!model.canCancel)
            if model.working { ProgressView(app.words(.asking)) }
            Refusal(model.refusal.map(app.words.sentence))
            Refusal(model.standing.trouble.map(app.words.rights))
        } footer: {
            Text(app.words(.leaveMeans))
        }
        .confirmationDialog(app.words(.leaveAsk), isPresented: $asks, titleVisibility: .visible) {
            Button(app.words(.leaveSend), role: .destructive) { Task { await model.cancel() } }
            Button(app.words(.cancel), role: .cancel) {}
        } message: {
            Text(app.words(.leaveMeans))
        }
    }
}

private struct EraseSection: View {
    @Environment(AppModel.self) private var app
    @State private var asks = false
    @State private var trouble: QueryError?

    var body: some View {
        Section {
            Button(app.words(.eraseDevice), role: .destructive) { asks = true }
            Refusal(trouble.map(app.words.rights))
        } footer: {
            Text(app.words(.eraseDeviceMeans))
        }
        .confirmationDialog(app.words(.eraseDevice), isPresented: $asks, titleVisibility: .visible) {
            Button(app.words(.eraseDevice), role: .destructive) {
                Task { trouble = await app.eraseThisDevice() }
            }
            Button(app.words(.cancel), role: .cancel) {}
        } message: {
            Text(app.words(.eraseDeviceMeans))
        }
    }
}
