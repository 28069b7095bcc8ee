// The choice of a widget's unit, in the system's own sheet.
import AppIntents
import TrakModel
import TrakPlatform

struct ChooseUnit: WidgetConfigurationIntent {
    static let title: LocalizedStringResource = "Choose a unit"

    @Parameter(title: "Unit")
    var unit: UnitEntity?
}

/// A unit as the system's sheet shows it.
struct UnitEntity: AppEntity {
    static let typeDisplayRepresentation: TypeDisplayRepresentation = "Unit"
    static let defaultQuery = UnitQuery()

    let id: String
    let name: String

    var displayRepresentation: DisplayRepresentation { DisplayRepresentation(title: "\(name)") }

    init(_ choice: GlanceChoice) {
        (id, name) = (String(choice.id), choice.name)
    }
}

struct UnitQuery: EntityStringQuery {
    func entities(for identifiers: [String]) async throws -> [UnitEntity] {
        try await model().choices(identifiers.compactMap { Int64($0) }).map(UnitEntity.init)
    }

    func entities(matching text: String) async throws -> [UnitEntity] {
        try await model().choices(matching: text).map(UnitEntity.init)
    }

    func suggestedEntities() async throws -> [UnitEntity] {
        try await entities(matching: "")
    }

    @MainActor private func model() throws -> GlanceModel {
        GlanceModel(platform: try Platform.ofThisDevice())
    }
}
