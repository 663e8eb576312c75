/// Use case: why two records of the vault match, or nearly do. Looking at records is an act that the log has.

import Accounts
import AuditLog
import CanonicalJSON
public import MatchKeys
import Vault

/// A pair of records with their keys compared, in clear.
public struct PairReport: Codable, Sendable, Equatable {
    public struct Agreement: Codable, Sendable, Equatable {
        public var kind: String
        public var words: String
        /// In clear: personal data.
        public var key: String
    }

    public struct Near: Codable, Sendable, Equatable {
        public var kind: String
        /// What differs, with both readings.
        public var words: String
        public var holder: String
        public var asker: String
        /// Whether it differs by a slip of the hand.
        public var slip: Bool
    }

    public var agreeing: [Agreement]
    public var near: [Near]
    public var keysHolder: Int
    public var keysAsker: Int
    public var score: Int
    public var band: String?

    private enum CodingKeys: String, CodingKey {
        case agreeing, near, score, band
        case keysHolder = "keys_holder"
        case keysAsker = "keys_asker"
    }

    /// - Parameter records: among how many the first was found.
    public init(holder: Record, asker: Record, among records: Int, recipe: KeyRecipe = .current) {
        let (left, right) = (recipe.keys(of: holder), recipe.keys(of: asker))
        let explanation = PairExplanation(holder: left, asker: right, holderRecords: records, recipe: recipe)
        agreeing = explanation.agreeing.map {
            Agreement(kind: $0.kind.rawValue, words: $0.kind.words, key: $0.value)
        }
        near = explanation.near.map {
            Near(kind: $0.kind.rawValue, words: $0.words, holder: $0.holder, asker: $0.asker, slip: $0.isSlip)
        }
        keysHolder = left.count
        keysAsker = right.count
        score = explanation.score.score
        band = explanation.score.band?.rawValue
    }
}

extension Node {
    /// Each record is given by its `ID` in the data set main, or as `DATASET/ID`.
    public func explainPair(holder: String, asker: String, by account: String?) async throws(NodeProblem) -> PairReport
    {
        let person = try await person(account, for: .compareRecords)
        do {
            let left = try await record(named: holder, flag: "--holder-row")
            let right = try await record(named: asker, flag: "--asker-row")
            _ = try await vault.commit { transaction in
                let draft = try self.draft(
                    "record.viewed",
                    by: .person(person),
                    data: ["purpose": "explain-pair", "count": 2],
                    personal: [
                        PersonalValue(
                            name: "subject",
                            value: .array([.string(holder), .string(asker)]),
                            retentionClass: RetentionClass.question
                        )
                    ],
                    in: transaction
                )
                return ((), [draft])
            }
            let records = try await vault.read { try $0.recordCount() }
            return PairReport(holder: left, asker: right, among: records, recipe: recipe)
        } catch {
            throw NodeProblem(fault: error, doing: "comparing two records")
        }
    }

    private func record(named name: String, flag: String) async throws -> Record {
        let boxed = try await vault.read { transaction -> BoxedRecord? in
            if let found = try transaction.record(name, of: "main") { return found }
            guard let slash = name.firstIndex(of: "/") else { return nil }
            return try transaction.record(String(name[name.index(after: slash)...]), of: String(name[..<slash]))
        }
        guard let boxed else {
            throw NodeProblem(
                .data,
                "there is no record of that id",
                at: flag,
                try: "the id of a record of the data set main, or DATASET/ID"
            )
        }
        return try vault.sealer.open(boxed)
    }
}
