// Words for the core's enums.

extension Words {
    /// The level's word; a unit without a position has its own.
    public func freshness(_ level: Freshness?) -> String {
        switch level {
        case .live: self(.live)
        case .recent: self(.recent)
        case .old: self(.old)
        case .lost: self(.lost)
        case nil: self(.noPosition)
        }
    }

    /// The link's word.
    public func link(_ state: LinkState) -> String {
        switch state {
        case .online: self(.linkUp)
        case .offline: self(.linkDown)
        case .unknown: self(.linkUnknown)
        }
    }

    /// The kind's word.
    public func kind(_ kind: UnitKind) -> String {
        switch kind {
        case .car: self(.car)
        case .van: self(.van)
        case .truck: self(.truck)
        case .bus: self(.bus)
        case .trailer: self(.trailer)
        case .crane: self(.crane)
        case .excavator: self(.excavator)
        case .tractor: self(.tractor)
        case .motorcycle: self(.motorcycle)
        case .bicycle: self(.bicycle)
        case .ship: self(.ship)
        case .train: self(.train)
        case .plane: self(.plane)
        case .helicopter: self(.helicopter)
        case .person: self(.person)
        case .animal: self(.animal)
        case .other: self(.otherKind)
        }
    }

    /// What happened; a kind that the product does not know keeps the server's own word.
    public func event(_ event: EventRow) -> String {
        event.kind == .other ? event.typeWord : kind(event.kind)
    }

    /// Everything that is doubtful about a unit's position, most important first.
    public func doubts(_ unit: UnitDetails) -> [String] {
        var doubts: [String] = []
        switch unit.row.doubt {
        case .rolloverCorrected: doubts.append(self(.doubtRollover, unit.rawFixTimeMs.map(moment) ?? self(.unknown)))
        case .markedInvalid: doubts.append(self(.doubtInvalid))
        case nil: break
        }
        if unit.row.futureHeldBack { doubts.append(self(.doubtFuture)) }
        return doubts
    }

    /// The level and its age: `Live, 12 seconds ago`.
    public func state(_ row: UnitRow) -> String {
        guard let ageMs = row.ageMs else { return freshness(nil) }
        return self(.levelAndAge, freshness(row.freshness), ago(ageMs))
    }
}
