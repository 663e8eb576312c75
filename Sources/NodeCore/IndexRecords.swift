/// Which records enter an index: a policy decision record by record, then their keys, cut to the agreement's scope.

import CanonicalJSON
import MatchKeys
import ObliviousPRF
import PolicyEngine
import Sodium
import Synchronization
import Vault

/// Decides for one agreement and asker.
struct IndexAdmission: Sendable {
    let policies: PolicySet
    let agreement: Agreement
    let asker: String
    let holder: String
    let at: Moment
    /// Kinds of key that the agreement covers.
    let kinds: Set<MatchKeys.KeyKind>

    init(policies: PolicySet, agreement: Agreement, asker: String, holder: String, at: Moment) {
        self.policies = policies
        self.agreement = agreement
        self.asker = asker
        self.holder = holder
        self.at = at
        let scope = Set(agreement.scope.keyKinds.map(\.rawValue))
        kinds = Set(MatchKeys.KeyKind.allCases.filter { scope.contains($0.policyKind.rawValue) })
    }

    /// What the rules say of a record.
    enum Ruling: Sendable, Equatable {
        /// How an index with it may be fetched, and who is told that it was published.
        case enters(RetrievalTerms, NoticeDuties)
        /// The rule that keeps it out, or the duty nobody can carry out, or the column that cannot be read.
        case staysOut(String)
    }

    /// Whether anything may be published at all: a gate that no record can pass.
    func closed() -> String? {
        let request = PolicyRequest(
            stage: .index,
            at: at,
            asker: asker,
            holder: holder,
            agreement: agreement.id
        )
        guard let decision = try? policies.decide(request) else { return "builtin/undecidable" }
        let gates: Set = [
            "builtin/unknown-agency", "builtin/unknown-agreement", "builtin/not-a-party",
            "builtin/agreement-not-in-force", "builtin/agreement-suspended", "builtin/stage-out-of-scope",
        ]
        return decision.reasons.first { gates.contains($0.rule) }?.rule
    }

    func ruling(on record: Record) -> Ruling { ruling(on: RecordColumns { record.cell($0) }) }

    func ruling(on columns: RecordColumns) -> Ruling {
        let facts: RecordFacts
        do throws(ColumnProblem) {
            facts = try columns.record()
        } catch {
            return .staysOut("column \(error.column)")
        }
        let request = PolicyRequest(
            stage: .index,
            at: at,
            asker: asker,
            holder: holder,
            agreement: agreement.id,
            record: facts
        )
        guard let decision = try? policies.decide(request) else { return .staysOut("column") }
        guard decision.outcome == .permit else { return .staysOut(decision.reasons.first?.rule ?? "policy") }
        if let duty = Duties.undone(in: decision) { return .staysOut("\(duty.rule) (\(duty.type))") }
        return .enters(RetrievalTerms(decision), NoticeDuties(decision))
    }
}

/// Rulings of one admission, each made once for records whose cells are the same: a register of a million records has a
/// few hundred kinds of them. Sound because a ruling follows from the admission and these cells alone.
final class Rulings: Sendable {
    private let admission: IndexAdmission
    private let known = Mutex<[Cells: IndexAdmission.Ruling]>([:])

    /// Most that are kept: days and free words may make every record another.
    private static let limit = 1 << 14

    init(_ admission: IndexAdmission) { self.admission = admission }

    func ruling(on cells: ArraySlice<UInt8>) -> IndexAdmission.Ruling {
        let cells = Cells(bytes: Array(cells))
        if let ruling = known.withLock({ $0[cells] }) { return ruling }
        // What cannot be read is no column of ours: keys are made anew before they come here.
        guard let columns = PolicyCells.decode(cells.bytes) else { return .staysOut("column") }
        let ruling = admission.ruling(on: RecordColumns(columns))
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[cells] = ruling
        }
        return ruling
    }

    /// An array hashes itself byte by byte; this hashes all bytes in one go.
    private struct Cells: Hashable {
        let bytes: [UInt8]
        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }
}

/// The cells of a record that policy reads, as bytes: UInt32 length ‖ text of each column in order, nothing for none.
enum PolicyCells {
    /// `source_reference` is for people; no rule reads it.
    private static let columns = Record.policyColumns.filter { $0 != "source_reference" }

    /// Says how keys and cells are made: other columns or another recipe mean making them anew.
    static func recipe(with keys: KeyRecipe) -> [UInt8] { recipes[keys.name] ?? digest(keys) }

    /// Needed for every record that is stored.
    private static let recipes = Dictionary(
        KeyRecipe.all.map { ($0.name, digest($0)) },
        uniquingKeysWith: { first, _ in first }
    )

    private static func digest(_ keys: KeyRecipe) -> [UInt8] {
        SHA2.sha256(keys.canonicalDescription + Array("cells \(columns.joined(separator: " "))\n".utf8))
    }

    static func encode(_ record: Record) -> [UInt8] {
        var bytes: [UInt8] = []
        for column in columns {
            let text = record.cell(column).utf8
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text)
        }
        return bytes
    }

    static func decode(_ bytes: [UInt8]) -> [String: String]? {
        var cells: [String: String] = [:]
        var position = 0
        for column in columns {
            guard position + 4 <= bytes.count else { return nil }
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            position += 4
            guard position + length <= bytes.count,
                let text = String(validating: bytes[position..<position + length], as: UTF8.self)
            else { return nil }
            if length > 0 { cells[column] = text }
            position += length
        }
        return position == bytes.count ? cells : nil
    }
}

extension RecordKeys {
    /// Keys and cells of a record by the recipe in use.
    static func made(of record: Record, by recipe: KeyRecipe) -> RecordKeys? {
        RecordKeys(
            recipe: PolicyCells.recipe(with: recipe),
            cells: PolicyCells.encode(record),
            keys: recipe.keys(of: record)
        )
    }
}
