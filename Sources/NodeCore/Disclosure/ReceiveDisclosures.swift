/// Use case: fetch what became of our disclosure requests. A release is opened, checked against the holder's signature and
/// the terms it was sealed under, sealed again under the key of its retention month, and its ciphertext dropped.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import Foundation
import MatchKeys
import PeerTrust
import PolicyEngine
import Sodium
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// Asks after every open request of ours; one peer's silence keeps none of the others.
    public func receiveDisclosures(
        by account: String?,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> DisclosureList {
        let person = try await person(account, for: .requestDisclosure)
        do {
            let open = try await vault.read { try $0.openDisclosures(.asker) }.filter {
                (try? sentFile($0).request.isOpen) == true
            }
            return try await withThrowingTaskGroup(of: DisclosureReport.self) { group in
                for (_, rows) in Dictionary(grouping: open, by: \.peer) {
                    for row in rows {
                        group.addTask { try await self.receive(row, by: person, through: reaching) }
                    }
                }
                var reports: [DisclosureReport] = []
                for try await report in group { reports.append(report) }
                return DisclosureList(requests: reports.sorted { ($0.created, $0.id) < ($1.created, $1.id) })
            }
        } catch {
            throw NodeProblem(fault: error, doing: "receiving disclosures")
        }
    }

    private func receive(
        _ row: StoredDisclosure,
        by person: Person,
        through reaching: any PeerReaching
    ) async throws -> DisclosureReport {
        do {
            var file = try sentFile(row)
            if file.request.state == .approved { file = try await leave(row, through: reaching) }
            if file.request.state == .unsent { file = try await send(row, through: reaching) }
            guard file.request.isOpen, file.request.state != .approved else { return report(file, stored: row) }
            file = try await status(row, by: person, through: reaching)
            return report(file, stored: row)
        } catch {
            let problem = NodeProblem(fault: error, doing: "receiving the request")
            var report = report(try sentFile(row), stored: row)
            report.note = [problem.text, problem.because].compactMap { $0 }.joined(separator: ": ")
            return report
        }
    }

    private func status(
        _ row: StoredDisclosure,
        by person: Person,
        through reaching: any PeerReaching
    ) async throws -> SentFile {
        guard let agency = AgencyID(row.peer), let id = MessageID(row.id), let peer = peers.peer(agency: agency) else {
            throw NodeProblem(.unreachable, "no card of \(row.peer) is trusted here")
        }
        let response: VerifiedPeerResponse
        do {
            response = try await reaching.send(
                PeerRequest(
                    id: try freshMessageID(),
                    route: .disclosureRequest(id),
                    receipt: try await latestReceipt()
                ),
                to: agency
            )
        } catch let error as PeerReachError {
            throw NodeProblem(.unreachable, "\(row.peer) cannot be asked now", because: error.text)
        }
        if Self.isForGood(response) {
            return try await fail(row, by: .peer(row.peer), ground: "peer", because: Self.words(of: response))
        }
        guard response.status == 200, let status = try? DisclosureStatus(body: response.body), status.id == id else {
            throw NodeProblem(
                .unreachable,
                "the answer of \(row.peer) cannot be read",
                because: response.problem?.detail
            )
        }
        switch status.state {
        case .deciding: return try await current(row)
        case .askedBack(let question):
            return try await learn(.askedBack(question: question), row, event: ("disclosure.asked_back", nil))
        case .refused(let ground, let because):
            return try await learn(
                .refused(ground: ground, because: because),
                row,
                event: ("disclosure.refused", ground)
            )
        case .nothing: return try await learn(.nothing, row, event: ("disclosure.refused", "nothing"))
        case .released(let sealed):
            // The key is not dropped between its use and the row.
            return try await turns.run(Self.retentionTurn) {
                try await self.take(sealed, body: response, row: row, id: id, peer: peer, by: person)
            }
        }
    }

    private func learn(
        _ state: SentRequest.State,
        _ row: StoredDisclosure,
        event: (name: String, ground: String?)
    ) async throws -> SentFile {
        try await change(row) { file in
            guard file.request.isOpen, file.request.state != state else { return [] }
            file.request.learn(state)
            return [
                Drafting(
                    event: event.name,
                    actor: .peer(row.peer),
                    data: [
                        "request": .string(row.id), "ground": event.ground.map { .string($0) },
                        "agreement": .string(file.agreement),
                    ]
                )
            ]
        }
    }

    // MARK: Opening

    private func take(
        _ sealed: SealedRelease,
        body response: VerifiedPeerResponse,
        row: StoredDisclosure,
        id: MessageID,
        peer: PinnedPeer,
        by person: Person
    ) async throws -> SentFile {
        let file = try await current(row)
        guard file.received == nil else { return file }
        let (terms, release) = try open(sealed, file: file, id: id, peer: peer)
        let last = lastDay(terms, ours: file.retentionDays)
        let key = try keyring.secret(SecretName.retention(last)) { try SecretBytes(random: 32, from: random) }
        let box = try XChaCha20Poly1305.seal(
            [UInt8](try JSONEncoder().encode(release.fields)),
            key: key,
            associatedData: Self.releaseBinding(row.id),
            random: random
        )
        let cells = release.record.isEmpty ? nil : [UInt8](try JSONEncoder().encode(release.record))
        let recordBox = try cells.map { cells in
            try XChaCha20Poly1305.seal(
                cells,
                key: key,
                associatedData: Self.recordBinding(row.id),
                random: random
            )
        }
        let now = clock.seconds
        let names = release.fields.keys.sorted()
        let brought = Set(names).union(release.record.keys).sorted()
        let record = MatchKeys.Record(id: file.subject, columns: release.fields)
        let receipt = AuditLog.AuditReceipt(
            origin: response.receipt.origin,
            index: response.receipt.index,
            leaf: try Self.treeHash(response.receipt.leaf)
        )
        // Only once the row says so: a look that is made meanwhile may not have seen it.
        defer { lookAgainForExpired() }
        return try await change(row) { file, transaction in
            guard file.received == nil, file.erased == nil else { return [] }
            try transaction.markMade(key: SecretName.retention(last))
            file.received = SentFile.Received(
                handling: terms.handling,
                source: terms.source,
                retention: last.description,
                onward: terms.onward,
                policyDigest: terms.policyDigest,
                fields: names,
                at: now,
                box: Data(box),
                recordBox: recordBox.map { Data($0) }
            )
            file.request.learn(.received)
            var transcript = file.transcript.transcript
            transcript.append(.answer, body: response.body)
            file.transcript = KeptTranscript(transcript)
            let exchange = AuditLog.Exchange(
                query: row.id,
                side: .asker,
                peer: row.peer,
                transcript: transcript,
                receipt: receipt
            )
            return [
                Drafting(
                    event: "disclosure.received",
                    actor: .person(person),
                    data: [
                        "x": exchange.value, "request": .string(row.id), "agreement": .string(file.agreement),
                        "purpose": .string(file.purpose),
                        "peer": .string(row.peer), "fields": .array(brought.map { .string($0) }),
                        "handling": .string(terms.handling), "retention_date": .string(last.description),
                    ],
                    personal: [
                        PersonalValue(
                            name: "subject",
                            value: .string(file.subject),
                            retentionClass: RetentionClass.question,
                            terms: SubjectTerms.of(KeyRecipe.current.keys(of: record))
                        ),
                        PersonalValue(
                            name: "recipient",
                            value: .string(person.account.name.description),
                            retentionClass: RetentionClass.question
                        ),
                    ]
                )
            ]
        }
    }

    private static func treeHash(_ bytes: [UInt8]) throws -> TreeHash {
        guard let hash = TreeHash(bytes) else { throw NodeProblem(.fault, "the peer's receipt cannot be read") }
        return hash
    }

    /// Opens a release and checks every word that binds it: what does not fit is not believed.
    private func open(
        _ sealed: SealedRelease,
        file: SentFile,
        id: MessageID,
        peer: PinnedPeer
    ) throws(NodeProblem) -> (ReleaseTerms, Release) {
        func disbelieved(_ why: String) -> NodeProblem {
            NodeProblem(.refused, "the release of \(peer.agency.text) is not believed", because: why)
        }
        guard sealed.keyID == file.keyID, let key = SealingKeys.opening(file.keyID, keyring) else {
            throw disbelieved("it is sealed to a key that this request did not name, or that is erased")
        }
        let context = ReleaseContext(
            agreement: file.agreement,
            request: id,
            holder: peer.agency.text,
            asker: configuration.agency,
            handle: file.handle,
            epoch: file.epoch,
            keyID: file.keyID
        )
        let bytes = SealedBytes(encapsulation: sealed.encapsulation, ciphertext: sealed.ciphertext)
        do throws(WireError) {
            let info = try context.info()
            let terms = try ReleaseTerms(additionalData: sealed.additionalData)
            guard let padded = key.open(bytes, info: info, additionalData: sealed.additionalData) else {
                throw WireError.notCanonical
            }
            let release = try Release(padded: padded)
            let message = try release.signedBytes(info: info, additionalData: sealed.additionalData)
            guard peer.card.card.signingKey.verifies(release.signature, over: message) else {
                throw WireError.member("signature")
            }
            guard release.recipient == configuration.agency, release.request == id else {
                throw WireError.member("recipient")
            }
            guard release.fields.keys.allSatisfy(file.fields.contains), Day(terms.retention) != nil else {
                throw WireError.member("fields")
            }
            return (terms, release)
        } catch {
            throw disbelieved("it does not open under this request, or carries other words than were signed")
        }
    }

    /// The earlier of the holder's last day and that of our own rules.
    private func lastDay(_ terms: ReleaseTerms, ours days: Int?) -> Day {
        let today = clock.moment.day
        let theirs = Day(terms.retention) ?? today
        return min(theirs, Day(number: today.number + min(days ?? 36_500, 36_500)))
    }

    static func releaseBinding(_ id: String) -> [UInt8] { Array("comity/received/v1".utf8) + [0] + Array(id.utf8) }
}

extension SecretName {
    /// Seals what was released to us, by the month in which its retention ends: erasing the key erases the month.
    static func retention(_ last: Day) -> String { retentionPrefix + last.description.prefix(7) }
    static let retentionPrefix = "retention/"
}
