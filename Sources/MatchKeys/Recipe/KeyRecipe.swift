/// The recipe: which kinds of key are built, in which class, with which points (data page KEY_RECIPE).
/// One value with a version, so that an index can name the recipe it was built by.

/// What the recipe says of one kind.
public struct KeyRule: Sendable, Equatable {
    public let kind: KeyKind
    public let keyClass: KeyClass
    public let points: Int
    public let secondTokenPoints: Int
}

/// A named way to weigh agreements. `household` of KEY_RECIPE needs address kinds that this version does not build.
public enum MatchProfile: String, CaseIterable, Sendable {
    case person
}

public struct KeyRecipe: Sendable, Equatable {
    /// Raised whenever a key's bytes, a class or a number below changes.
    public let version: Int
    /// One rule a kind, in the order of `KeyKind.allCases`.
    public let rules: [KeyRule]
    /// Default threshold of profile `person`: up to so many records of the holder, so many points.
    public let thresholds: [(records: Int, points: Int)]
    /// Points and the score (0-100) they are worth; straight lines between.
    public let scale: [(points: Int, score: Int)]
    /// The least points of each band.
    public let bands: [(band: StrengthBand, points: Int)]

    public static let current = KeyRecipe(
        version: 1,
        rules: [
            KeyRule(kind: .docfold, keyClass: .identifiers, points: 30, secondTokenPoints: 0),
            KeyRule(kind: .iban, keyClass: .identifiers, points: 30, secondTokenPoints: 0),
            KeyRule(kind: .wallet, keyClass: .identifiers, points: 30, secondTokenPoints: 0),
            KeyRule(kind: .imo, keyClass: .identifiers, points: 26, secondTokenPoints: 0),
            KeyRule(kind: .mmsi, keyClass: .identifiers, points: 26, secondTokenPoints: 0),
            KeyRule(kind: .vin, keyClass: .identifiers, points: 26, secondTokenPoints: 0),
            KeyRule(kind: .phone, keyClass: .identifiers, points: 22, secondTokenPoints: 0),
            KeyRule(kind: .plate, keyClass: .identifiers, points: 22, secondTokenPoints: 0),
            KeyRule(kind: .email, keyClass: .identifiers, points: 20, secondTokenPoints: 0),
            KeyRule(kind: .imei, keyClass: .identifiers, points: 20, secondTokenPoints: 0),
            KeyRule(kind: .skeletonDob, keyClass: .names, points: 14, secondTokenPoints: 8),
            KeyRule(kind: .skeletonYear, keyClass: .weak, points: 4, secondTokenPoints: 10),
            KeyRule(kind: .initialsDobNat, keyClass: .weak, points: 14, secondTokenPoints: 0),
            KeyRule(kind: .skeletonsMonth, keyClass: .names, points: 12, secondTokenPoints: 0),
            KeyRule(kind: .dobPostcode, keyClass: .names, points: 20, secondTokenPoints: 0),
            KeyRule(kind: .skeletonsPostcode, keyClass: .names, points: 20, secondTokenPoints: 0),
        ],
        thresholds: [(50_000, 14), (500_000, 20), (Int.max, 24)],
        scale: [(0, 0), (14, 50), (20, 90), (24, 99), (30, 100)],
        bands: [(.possible, 14), (.probable, 20), (.strong, 24)]
    )

    /// The match keys of `record`, sorted, none twice. Cells without canonical form give none.
    public func keys(of record: Record) -> [MatchKey] {
        KeyDerivation(record).keys()
    }

    /// The least points shown when the holder has `holderRecords` records.
    public func threshold(holderRecords: Int, profile: MatchProfile = .person) -> Int {
        switch profile {
        case .person: thresholds.first { holderRecords <= $0.records }?.points ?? 0
        }
    }

    /// The recipe as bytes for a digest (UTF-8 lines; the same for equal recipes, other for others).
    public var canonicalDescription: [UInt8] {
        var lines = ["comity key recipe", "version \(version)"]
        for rule in rules {
            lines.append(
                "kind \(rule.kind.rawValue) \(rule.keyClass.rawValue) \(rule.points) \(rule.secondTokenPoints)"
            )
        }
        for profile in MatchProfile.allCases {
            for step in thresholds { lines.append("threshold \(profile.rawValue) \(step.records) \(step.points)") }
        }
        for step in scale { lines.append("score \(step.points) \(step.score)") }
        for step in bands { lines.append("band \(step.band.rawValue) \(step.points)") }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    public static func == (left: KeyRecipe, right: KeyRecipe) -> Bool {
        left.canonicalDescription == right.canonicalDescription
    }
}
