// Registers, policies and a dishonest holder for the tests of buckets.
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import SetIntersection
import Sodium
import Testing
import Vault
import WireProtocol

@testable import NodeCore

/// A register of phones: each record has one key, so that what a question tells is easily reckoned.
enum Phones {
    static func number(_ record: Int) -> String { "+4915124410\(record < 10 ? "0" : "")\(record)" }

    /// - Parameter handling: of all of them.
    static func csv(_ records: Range<Int>, handling: String = "H1") -> String {
        "id,phone,subject_category,handling,originator\n"
            + records.map { "p\($0),\(number($0)),suspect,\(handling),bravo\n" }.joined()
    }

    static func of(_ records: Int...) -> [String: String] {
        ["phone": records.map(number).joined(separator: ";")]
    }
}

extension TestPolicies {
    /// The law of the holder demands buckets.
    static func bucketed(minimum: Int = 2) -> TestPolicies {
        TestPolicies().requiring(
            "retrieval: [bucketed], bucket_minimum: \(minimum)",
            at: "index",
            sides: "holder",
            in: .jurisdiction("XB")
        )
    }

    /// It demands them, or forbids them, for records of one handling code.
    func retrieval(_ mode: String, of handling: String) -> TestPolicies {
        adding(
            """
              - id: way-of-\(handling.lowercased())
                effect: require
                stages: [index]
                sides: [holder]
                when: {record.handling: \(handling)}
                source: TREATY Art. 9
                because: {en: A way of the test.}
                obligations: {retrieval: [\(mode)]}

            """,
            to: .jurisdiction("XB")
        )
    }
}

extension Pair {
    func ask(_ fields: [String: String], cover: Bool, through reaching: (any PeerReaching)? = nil)
        async throws -> PeerAnswerReport
    {
        var question = Self.question(.fields(fields))
        question.cover = cover
        let report = try await asker.node.ask(question, dryRun: false, by: nil, through: reaching ?? peers) { _ in }
        return try #require(report.asked.first)
    }

    /// Asks about several rows, each a cell of phones; gives the outcome.
    func ask(rows: [String]) async throws -> String? {
        let csv = "id,phone\n" + rows.enumerated().map { "s\($0.offset),\($0.element)\n" }.joined()
        let question = Self.question(.file(Array(csv.utf8), name: "rows.csv"))
        let report = try await asker.node.ask(question, dryRun: false, by: nil, through: peers) { _ in }
        return report.asked.first?.outcome
    }

    /// What is told of whoever has these fields, as a dry run says it.
    func told(_ fields: [String: String], by asker: TestNode? = nil) async throws -> Int {
        let report = try await (asker ?? self.asker).node.ask(
            Self.question(.fields(fields)),
            dryRun: true,
            by: nil,
            through: peers
        ) { _ in }
        let reason = try #require(report.asked.first?.reason)
        let words = try #require(reason.firstMatch(of: /; (\d+) of 8 were told/), "\(reason)")
        return try #require(Int(words.output.1))
    }
}

extension TestNode {
    func importMore(_ csv: String) async throws {
        _ = try await node.importRecords(
            csv: Array(csv.utf8),
            fileName: "more.csv",
            dataset: "more",
            renames: [:],
            defaults: [:],
            by: "operator"
        )
    }
}

extension Pair {
    /// The holder's folder has the files that its newest manifest names, and no others.
    func expectOnlyNamedSegments() async throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: holder.node.vault.segments.url.path)
        let named = try await newest().classes.flatMap(\.segments).map { Hex.encode($0.digest) }
        #expect(Set(files) == Set(named))
    }

    /// The holder publishes the next version with other segments, as only a dishonest one does.
    func republish(_ change: (Manifest.ClassIndex) -> [SegmentDescription]) async throws {
        let node = holder.node
        let last = try await newest()
        let next = try Manifest(
            scope: last.scope,
            version: last.version + 1,
            predecessor: last.digest,
            recipe: last.recipe,
            records: last.records,
            retrieval: last.retrieval,
            classes: last.classes.map { part in
                try Manifest.ClassIndex(
                    scope: last.scope,
                    keyClass: part.keyClass,
                    publicKey: part.publicKey,
                    segments: change(part),
                    cut: part.cut,
                    leftOut: part.leftOut
                )
            }
        )
        let signature = try node.signed(ManifestSignature.message(next.bytes))
        _ = try await node.vault.commit { transaction in
            try transaction.store(
                StoredManifest(
                    agreement: next.scope.agreement,
                    holder: next.scope.holder,
                    asker: next.scope.asker,
                    version: next.version,
                    epoch: next.scope.epoch,
                    bytes: next.bytes,
                    signature: signature,
                    leaf: try transaction.nextLeaf(),
                    bucketMinimum: next.retrieval.minimum
                )
            )
            let data: [String: JSONValue?] = [
                "agreement": .string(next.scope.agreement), "peer": .string(next.scope.asker),
                "epoch": .integer(next.scope.epoch), "version": .integer(next.version),
                "manifest_digest": .string(Hex.encode(next.digest)), "count": .integer(next.entries),
            ]
            return ((), [try node.draft("index.published", by: .system, data: data, in: transaction)])
        }
    }
}
