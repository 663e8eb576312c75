/// Our own disclosure requests on their way: sent byte for byte, ended where the holder refuses them for good, and changed only
/// with the entries that belong to it. Never learns what is released.

import AuditLog
import CanonicalJSON
import Casework
import Foundation
import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// Sends a request's bytes, the same each time, and takes the deadline.
    func send(_ stored: StoredDisclosure, through reaching: any PeerReaching) async throws -> SentFile {
        let file = try await current(stored)
        guard let agency = AgencyID(stored.peer), let id = MessageID(stored.id) else {
            throw NodeProblem(.fault, "the request cannot be addressed", at: stored.id)
        }
        let body = [UInt8](file.body)
        let response: VerifiedPeerResponse
        do throws(PeerReachError) {
            response = try await reaching.send(
                PeerRequest(
                    id: try freshMessageIDOrUnsendable(),
                    route: .disclosureRequests,
                    body: body,
                    receipt: try await receiptOrUnsendable()
                ),
                to: agency
            )
        } catch {
            throw NodeProblem(
                .unreachable,
                "the request is written down and has not reached \(stored.peer)",
                at: "request \(stored.id)",
                because: error.text,
                try: "comity disclosure receive \(folder.path) sends it again"
            )
        }
        if Self.isForGood(response) {
            _ = try await fail(stored, by: .peer(stored.peer), ground: "peer", because: Self.words(of: response))
        }
        guard response.status == 202, let accepted = try? DisclosureAccepted(body: response.body), accepted.id == id
        else {
            throw NodeProblem(
                .refused,
                "\(stored.peer) did not take the request",
                at: response.problem?.rule ?? "request \(stored.id)",
                because: response.problem?.detail ?? "its answer cannot be read"
            )
        }
        return try await change(stored) { file in
            file.request.accepted(deadline: accepted.deadline)
            var transcript = Transcript(query: id.bytes)
            transcript.append(.request, body: body)
            transcript.append(.answer, body: response.body)
            file.transcript = KeptTranscript(transcript)
            return []
        }
    }

    /// Whether the same bytes would be refused each time they are sent.
    static func isForGood(_ response: VerifiedPeerResponse) -> Bool {
        guard let problem = response.problem, problem != .replayed else { return false }
        return [.malformed, .refused, .notFound, .conflict].contains(problem.kind)
    }

    static func words(of response: VerifiedPeerResponse) -> String {
        WeighDisclosure.line(
            "the holder refused it for good: \(response.problem?.detail ?? "its answer cannot be read")"
        )
    }

    /// Nothing comes of it, whoever tries again.
    func fail(_ stored: StoredDisclosure, by actor: Actor, ground: String, because: String) async throws -> SentFile {
        try await change(stored) { file in
            guard file.request.isOpen else { return [] }
            file.request.fail(because: because)
            let data: [String: JSONValue?] = [
                "request": .string(stored.id), "agreement": .string(file.agreement), "ground": .string(ground),
            ]
            return [Drafting(event: "disclosure.refused", actor: actor, data: data)]
        }
    }

    private func freshMessageIDOrUnsendable() throws(PeerReachError) -> MessageID {
        do { return try freshMessageID() } catch { throw .unsendable }
    }

    func receiptOrUnsendable() async throws(PeerReachError) -> PeerTrust.AuditReceipt {
        do { return try await latestReceipt() } catch { throw .unsendable }
    }

    func current(_ stored: StoredDisclosure) async throws -> SentFile {
        guard let row = try await vault.read({ try $0.disclosure(.asker, peer: stored.peer, id: stored.id) }) else {
            throw NodeProblem(.usage, "the request is gone", at: stored.id)
        }
        return try sentFile(row)
    }

    /// Changes the asker's file of a request, with the entries that go with it.
    func change(
        _ stored: StoredDisclosure,
        _ body: @Sendable @escaping (inout SentFile) throws -> [Drafting]
    ) async throws -> SentFile {
        try await change(stored) { file, _ in try body(&file) }
    }

    func change(
        _ stored: StoredDisclosure,
        _ body: @Sendable @escaping (inout SentFile, VaultTransaction) throws -> [Drafting]
    ) async throws -> SentFile {
        try await vault.commit { transaction -> (SentFile, [AuditDraft]) in
            guard let row = try transaction.disclosure(.asker, peer: stored.peer, id: stored.id) else {
                throw NodeProblem(.usage, "the request is gone", at: stored.id)
            }
            var file = try self.sentFile(row)
            let drafts = try body(&file, transaction).map { try $0.draft(self, transaction) }
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            return (file, drafts)
        }.value
    }

    /// An entry to be made inside a transaction.
    struct Drafting: Sendable {
        var event: String
        var actor: Actor
        var data: [String: JSONValue?]
        var personal: [PersonalValue] = []

        func draft(_ node: Node, _ transaction: VaultTransaction) throws -> AuditDraft {
            try node.draft(event, by: actor, data: data, personal: personal, in: transaction)
        }
    }
}
