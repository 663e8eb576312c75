/// Use case: somebody searches the log in the console, or opens one entry with its proof. Each is an entry of its own, durable
/// before anything is shown. Shows no personal value: entries have none.

import Accounts
public import AuditLog
import CanonicalJSON
import Foundation
import PolicyEngine
import TransparencyLog
import Vault

/// An entry in full, with all it takes to check that it stands in the log.
public struct AuditEntryReport: Sendable, Equatable {
    public struct Fact: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    public let index: Int
    public let time: String
    public let event: String
    public let role: String
    public let actor: String
    public let facts: [Fact]
    /// Names of personal values of which the entry holds a digest.
    public let personal: [String]
    /// The entry's bytes.
    public let leaf: [UInt8]
    /// From the leaf upwards, 32 bytes each.
    public let path: [[UInt8]]
    /// The signed note to whose root the path leads.
    public let checkpoint: String
    /// The key under which the note was signed, as `name+id+key`.
    public let logKey: String
}

extension Node {
    /// How many entries one search shows at most.
    public static let mostAuditLines = 200

    /// The newest entries that fit.
    ///
    /// - Parameters:
    ///   - before: only entries before this one; nil: up to now.
    ///   - words: what was searched for, in words; the log only commits to it.
    public func searchAudit(
        _ filter: LeafFilter,
        before: Int?,
        words: String,
        by account: String?
    ) async throws(NodeProblem) -> FoundLeaves {
        _ = try await person(account, for: .readAudit)
        let found: FoundLeaves
        do {
            found = try await vault.read { try $0.auditLines(filter, before: before, most: Self.mostAuditLines) }
        } catch {
            throw NodeProblem(fault: error, doing: "searching the log")
        }
        try await recordAuditRead(count: found.lines.count, filter: words, by: account)
        return found
    }

    /// Of a case with more the newest are looked for.
    public static let mostQueriesOfCase = 2_000

    /// The filter, limited to what concerns a case of ours: its questions, their parts at each peer, its requests, as far as they
    /// are kept.
    public func auditFilter(
        _ filter: LeafFilter,
        ofCase reference: String,
        by account: String?
    ) async throws(NodeProblem) -> LeafFilter {
        _ = try await person(account, for: .readAudit)
        var filter = filter
        let tag = questionSealer.tag(ofCase: reference)
        do {
            filter.queries = try await vault.read { try $0.queryIDs(ofCase: tag, most: Self.mostQueriesOfCase) }
            return filter
        } catch {
            throw NodeProblem(fault: error, doing: "reading the case")
        }
    }

    /// The filter, limited to what somebody of this agency did: each year they go by another word. What is no account's name
    /// is taken for such a word.
    public func auditFilter(
        _ filter: LeafFilter,
        ofPerson name: String,
        by account: String?
    ) async throws(NodeProblem) -> LeafFilter {
        _ = try await person(account, for: .readAudit)
        var filter = filter
        // No account can hide another behind its name.
        guard !Pseudonym.isOne(name) else {
            filter.actor = name
            return filter
        }
        do {
            let words = try await vault.read { try $0.pseudonyms(of: name) }
            if words.count > 1 { filter.actors = Set(words) } else { filter.actor = words.first ?? name }
            return filter
        } catch {
            throw NodeProblem(fault: error, doing: "reading the accounts")
        }
    }

    public func auditEntry(_ index: Int, by account: String?) async throws(NodeProblem) -> AuditEntryReport {
        _ = try await person(account, for: .readAudit)
        do {
            guard index >= 0, index < (try await vault.read { try $0.nextLeaf() }) else {
                throw NodeProblem(.usage, "the log has no such entry", at: String(index))
            }
            try await recordAuditRead(count: 1, filter: "entry \(index)", by: account)
            let proof: Vault.EntryProof?
            do {
                // Checked by who looks at it, in the browser: what was changed on the disk shall be seen.
                proof = try await vault.uncheckedProof(of: index)
            } catch LogReaderError.outOfRange {
                throw NodeProblem(
                    .usage,
                    "the entry is newer than the checkpoint",
                    at: String(index),
                    because: "a proof leads to a signed checkpoint, and the next one is not published yet",
                    try: "look again in a moment"
                )
            }
            guard let proof, let leaf = try? Leaf(proof.leaf) else {
                throw NodeProblem(.usage, "the log has no such entry", at: String(index))
            }
            let key = try String(contentsOf: folder.log.appendingPathComponent("vkey"), encoding: .utf8)
            return AuditEntryReport(
                index: index,
                time: leaf.time.description,
                event: leaf.event,
                role: leaf.actor.role.rawValue,
                actor: leaf.actor.pseudonym,
                facts: leaf.data.sorted { $0.key < $1.key }.flatMap { Self.facts($0.key, $0.value) },
                personal: leaf.personal.keys.sorted(),
                leaf: proof.leaf,
                path: proof.hashes.map(\.bytes),
                checkpoint: proof.checkpoint,
                logKey: key.trimmingCharacters(in: .whitespacesAndNewlines)
            )
        } catch {
            throw NodeProblem(fault: error, doing: "reading the entry")
        }
    }

    /// A member of an entry in lines that a person reads; what is nested gets its path as name.
    private static func facts(_ name: String, _ value: JSONValue) -> [AuditEntryReport.Fact] {
        switch value {
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap { facts("\(name).\($0.key)", $0.value) }
        case .array(let elements):
            [.init(name: name, value: elements.flatMap { facts("", $0).map(\.value) }.joined(separator: ", "))]
        case .string(let text): [.init(name: name, value: text)]
        case .integer(let number):
            // Deadlines are seconds since 1970.
            [.init(name: name, value: name == "deadline" ? Moment(seconds: number).description : String(number))]
        case .bool(let flag): [.init(name: name, value: flag ? "yes" : "no")]
        }
    }
}
