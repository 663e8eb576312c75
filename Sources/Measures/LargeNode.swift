// A node as large as one gets, for `scripts/measure-console` to serve: a long log, many records, answered questions, requests that
// wait, accounts that nobody has set up. Knows made-up people; its entries are about nobody.
import AuditLog
import Foundation
import NodeCore
import PeerTrust
import PolicyEngine
import Sodium

public struct LargeNode: Sendable {
    public struct Size: Sendable {
        public var entries = 1_000_000
        public var records = 100_000
        public var questions = 3_000
        /// Requests of the peer: all but a tenth were decided.
        public var requests = 1_000
        public var people = 200

        public init() {}
    }

    /// What whoever measures has to know, as JSON in the folder.
    public struct Made: Codable, Sendable {
        public struct Person: Codable, Sendable {
            public var name: String
            public var role: String
            /// One-time code.
            public var code: String
        }
        public var console: Int
        /// Where the peer would be: nothing listens there any more.
        public var peer: Int
        public var people: [Person]
        public var question: String
        /// Under what a question is allowed, by the names that the form gives to it.
        public var terms: [String: String]
        /// One that waits, and one that was decided.
        public var held: String
        public var sent: String
    }

    private let folder: URL
    private let size: Size

    public init(in folder: URL, _ size: Size) {
        self.folder = folder
        self.size = size
    }

    private static let approver = "approver"
    private static let passphrase = "measured with care and forgotten"

    /// Leaves the node in `holder`, its passphrase in `passphrase`, the rest in `made.json`.
    public func make() async throws {
        let policies = BenchPolicies.files(agreements: 1, bothAsk: true)
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let words = Array(Self.passphrase.utf8)
        try Data(words).write(to: folder.appendingPathComponent("passphrase"))
        let node = try await BenchNode.start(BenchPolicies.holder, in: folder, policies: policies, passphrase: words)
        let made: Result<Made, any Error>
        do { made = .success(try await fill(node, policies)) } catch { made = .failure(error) }
        await node.close()
        try JSONEncoder().encode(made.get()).write(to: folder.appendingPathComponent("made.json"))
    }

    private func fill(_ node: BenchNode, _ policies: [String: [UInt8]]) async throws -> Made {
        let peer = try await BenchNode.start(BenchPolicies.asker, in: folder, policies: policies)
        let talked: Result<Made, any Error>
        do { talked = .success(try await talk(node, peer)) } catch { talked = .failure(error) }
        // From here on nobody answers.
        await peer.close()
        var made = try talked.get()
        for number in 0..<size.people { made.people.append(try await person(number, of: node)) }
        for start in stride(from: 0, to: size.entries, by: 1_000) {
            try await node.node.append((start..<min(size.entries, start + 1_000)).map(LogMeasures.draft))
        }
        return made
    }

    private static let people = BenchPeople(count: 1_000)

    private func talk(_ node: BenchNode, _ peer: BenchNode) async throws -> Made {
        try await node.pin(peer)
        try await peer.pin(node)
        for (one, records) in [(node, size.records), (peer, 1_000)] {
            _ = try await one.node.addUser(Self.approver, roles: ["approver"], by: nil)
            _ = try await one.node.importRecords(
                csv: BenchPeople(count: records, of: one.node.configuration.agency).csv,
                fileName: "people.csv",
                dataset: "people",
                renames: [:],
                defaults: [:],
                by: BenchNode.analyst
            )
            _ = try await one.node.buildIndexes(
                agreement: BenchPolicies.agreement(0),
                asker: nil,
                rotating: false,
                by: nil,
                say: { _ in }
            )
        }
        var last = ""
        for number in 0..<size.questions {
            last = try await ask(node, Self.people.questions(10), case: number, by: BenchNode.analyst).query
        }
        var held = ""
        for number in 0..<size.requests {
            held = try await request(peer, number)
            guard number >= size.requests / 10 else { continue }
            _ = try await node.node.decideDisclosure(held, .approve, by: Self.approver, through: node.client)
        }
        return Made(
            console: node.node.configuration.console.port,
            peer: peer.node.configuration.listen.port,
            people: [],
            question: last,
            terms: [
                "agreement": BenchPolicies.agreement(0), "purpose": BenchPolicies.purpose.rawValue,
                "basis": BenchPolicies.legalBasis, "offence": BenchPolicies.offence,
            ],
            held: try await request(peer, 0),
            sent: try await request(node, 0)
        )
    }

    private func ask(
        _ node: BenchNode,
        _ subjects: [UInt8],
        case number: Int,
        by account: String
    ) async throws -> QuestionReport {
        var question = NodeMeasures.question(Self.people, keys: 10)
        question.caseReference = "case-\(number % 150)"
        return try await node.node.ask(question, dryRun: false, by: account, through: node.client, say: { _ in })
    }

    /// - Returns: its UUID.
    private func request(_ asker: BenchNode, _ number: Int) async throws -> String {
        let report = try await ask(asker, Self.people.questions(10), case: number, by: BenchNode.analyst)
        let wish = try DisclosureWish(measuring: report)
        return try await asker.node.requestDisclosure(wish, by: BenchNode.analyst, through: asker.client).id
    }

    /// Half are analysts; the rest share the other roles.
    private func person(_ number: Int, of node: BenchNode) async throws -> Made.Person {
        let role = number < size.people / 2 ? "analyst" : ["approver", "officer", "operator"][number % 3]
        let name = "person-\(number)"
        let report = try await node.node.addUser(name, roles: [role], by: nil)
        guard let code = report.code else { throw MeasureProblem("an account got no one-time code") }
        return Made.Person(name: name, role: role, code: code)
    }
}
