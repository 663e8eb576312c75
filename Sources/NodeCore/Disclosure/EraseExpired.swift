/// Use case: data of disclosures are erased when their time is over, on both sides, each with its entry in the same transaction.
/// What stays is an empty frame with its proof. Each step is done over until it holds, so that a node that dies between two
/// of them ends where it would have. Never learns what it erases.

import AuditLog
import CanonicalJSON
import Casework
import Foundation
import MatchKeys
import PolicyEngine
import Sodium
import Synchronization
import Vault

/// Under what the last look for data past their time was made: nothing else changes what it finds.
struct RetentionPass: Sendable, Equatable {
    var day: Day
    var policyDigest: String
    /// Whether something is left to do: a request that could not be erased, or older pages in the write-ahead log.
    var isUnfinished: Bool
}

/// The last look, and how often something came in that it may not have seen.
struct RetentionLook: Sendable {
    /// Nil before the first.
    var last: RetentionPass?
    var arrivals = 0
}

enum Retention {
    /// Days after which no backup of a keyring is left that holds a dropped key (PROTOCOL section 4).
    static let backupDays = 35
    /// Days for which a request that brought no data is kept, as long as data where no rule says.
    static let requestDays = WeighDisclosure.retentionDays
    /// Days for which questions are kept, with blind seeds and hits, where drawn keys need not be shown for longer: as the log's
    /// personal values.
    static let questionDays = AuditRetention.usual
    /// Seconds after midnight that a look may take: what is erased by then is not late.
    static let grace = 3_600
}

/// What says that data were erased, kept with their empty frame.
struct ErasedFrame: Codable, Sendable, Equatable {
    /// Seconds since 1970.
    var at: Int
    /// The rule, or `retention`.
    var ground: String
    /// Our entry that says so.
    var entry: Int
}

extension Node {
    /// Erases what is past its time. Looks once a day, after a change of policies or of what is kept, and when the node starts.
    func eraseExpired(say: @Sendable (String) -> Void = { _ in }) async throws {
        let (today, digest) = (clock.moment.day, activePolicies.digest)
        let look = retentionLook.withLock { $0 }
        if let last = look.last, last.day == today, last.policyDigest == digest, !last.isUnfinished { return }
        let areAllErased = try await eraseDisclosures(say: say)
        try await eraseQuestions()
        try await eraseDrafts()
        try await dropUnusedRetentionKeys()
        try await tellCompleteErasures()
        let isClean = try await vault.truncateWriteAheadLog()
        retentionLook.withLock {
            // What came in meanwhile was perhaps not seen.
            guard $0.arrivals == look.arrivals else { return }
            $0.last = RetentionPass(day: today, policyDigest: digest, isUnfinished: !isClean || !areAllErased)
        }
    }

    /// What came in since the last look is looked at by the next.
    func lookAgainForExpired() {
        retentionLook.withLock {
            $0.last = nil
            $0.arrivals += 1
        }
    }

    // MARK: Disclosures

    /// One that cannot be erased keeps no other; it is named once, and by `doctor`.
    ///
    /// - Returns: false if there was one.
    @discardableResult
    func eraseDisclosures(say: @Sendable (String) -> Void = { _ in }) async throws -> Bool {
        var areAllErased = true
        for row in try await vault.read({ try $0.keptDisclosures() }) where isReadable(row) {
            do {
                switch row.side {
                case .asker: try await eraseReceived(row)
                // What was released may go while the deadline runs on.
                case .holder: try await eraseReleased(row)
                // Those of ours go with their question; those of peers name nobody.
                case .question, .ownQuestion: break
                }
            } catch let error where !(error is CancellationError) {
                areAllErased = false
                if setAside.withLock({ $0.insert("erase/" + row.id).inserted }) {
                    say("request \(row.id) of \(row.peer) cannot be erased: it is tried again each minute")
                }
            }
        }
        return areAllErased
    }

    /// Data that are past their last day and still here, for `doctor`.
    func checkErasing(_ rows: [StoredDisclosure]) throws -> [DoctorReport.Check] {
        let late = try rows.filter { row in
            let last: Day
            switch row.side {
            case .asker:
                let file = try sentFile(row)
                guard file.erased == nil else { return false }
                last = file.received.flatMap { Day($0.retention) } ?? Self.lastDay(ofRequest: row)
            case .holder:
                let file = try heldFile(row)
                guard file.erased == nil else { return false }
                last = (file.release == nil ? nil : file.retention.flatMap { Day($0) }) ?? Self.lastDay(ofRequest: row)
            case .question, .ownQuestion: return false
            }
            return clock.seconds >= (last.number + 1) * 86_400 + Retention.grace
        }
        guard let first = late.first else { return [] }
        let words =
            "\(late.count) requests are past their last day and not erased; the first is \(first.id) of \(first.peer)"
        return [
            check("erasing", .failed, words, try: "comity serve \(folder.path): it erases, and says what it cannot")
        ]
    }

    private func eraseReceived(_ stored: StoredDisclosure) async throws {
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            guard let row = try transaction.disclosure(.asker, peer: stored.peer, id: stored.id) else {
                return ((), [])
            }
            var file = try self.sentFile(row)
            guard file.erased == nil,
                case .erase(let ground, let last, let notices) = try self.verdict(on: file, row: row)
            else { return ((), []) }
            if row.isOpen {
                // Nobody answered, nobody let it go: no answer is waited for longer than data are kept.
                guard file.received == nil else { return ((), []) }
                file.request.stay(ground: "overdue", because: "")
                file.request.fail(because: "")
            }
            let key = file.received.flatMap { Day($0.retention) }.map(SecretName.retention)
            file.empty(try self.frame(ground, in: transaction))
            try self.tell(notices, of: row, agreement: file.agreement, in: transaction)
            return (
                (),
                [
                    try self.keepFrame(
                        try self.stored(file, peer: row.peer, id: row.id, created: row.created),
                        ground,
                        last,
                        key: key,
                        in: transaction
                    )
                ]
            )
        }
    }

    private func eraseReleased(_ stored: StoredDisclosure) async throws {
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            guard let row = try transaction.disclosure(.holder, peer: stored.peer, id: stored.id) else {
                return ((), [])
            }
            var file = try self.heldFile(row)
            guard file.erased == nil,
                case .erase(let ground, let last, let notices) = try self.verdict(on: file, row: row, in: transaction)
            else { return ((), []) }
            file.empty(try self.frame(ground, in: transaction))
            try self.tell(notices, of: row, agreement: file.agreement, in: transaction)
            return (
                (),
                [
                    try self.keepFrame(
                        try self.stored(file, peer: row.peer, id: row.id, created: row.created),
                        ground,
                        last,
                        key: nil,
                        in: transaction
                    )
                ]
            )
        }
    }

    private func frame(_ ground: String, in transaction: VaultTransaction) throws -> ErasedFrame {
        ErasedFrame(at: clock.seconds, ground: ground, entry: try transaction.nextLeaf())
    }

    private func tell(
        _ notices: NoticeDuties,
        of row: StoredDisclosure,
        agreement: String,
        in transaction: VaultTransaction
    ) throws {
        try notify(notices, of: .erased, about: row.id, agreement: agreement, peer: row.peer, in: transaction)
    }

    private func keepFrame(
        _ row: StoredDisclosure,
        _ ground: String,
        _ last: Day,
        key: String?,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        try transaction.store(row)
        try transaction.eraseDecisions(on: row)
        try transaction.markErased(row, key: key, at: clock.seconds)
        let late = clock.seconds - (last.number + 1) * 86_400
        return try draft(
            "disclosure.erased",
            by: .system,
            data: [
                "request": .string(row.id), "ground": .string(ground),
                "late_ms": .integer(late > Retention.grace ? late * 1_000 : 0),
            ],
            in: transaction
        )
    }

    /// What we asked for: with what it brought, or without.
    ///
    /// - Parameter policies: nil for those that decide now.
    func verdict(
        on file: SentFile,
        row: StoredDisclosure,
        policies: PolicySet? = nil
    ) throws -> WeighRetention.Verdict {
        let today = clock.moment.day
        guard let received = file.received, let last = Day(received.retention) else {
            return WeighRetention.byTime(last: Self.lastDay(ofRequest: row), today: today)
        }
        var request: PolicyRequest?
        if let purpose = Purpose(rawValue: file.purpose), let basis = file.legalBasis {
            request = PolicyRequest(
                stage: .retention,
                side: .asker,
                at: clock.moment,
                asker: configuration.agency,
                holder: row.peer,
                agreement: file.agreement,
                purpose: purpose,
                legalBasis: basis,
                offence: file.offence,
                record: recordFacts(of: received, request: row.id)
            )
        }
        return WeighRetention.weigh(
            request,
            last: last,
            since: Moment(seconds: received.at).day,
            today: today,
            policies: policies ?? activePolicies.set
        )
    }

    /// What a peer asked for. Of one that brought it nothing only the time counts, whatever lies behind it: the log grows alike.
    private func verdict(
        on file: HeldFile,
        row: StoredDisclosure,
        in transaction: VaultTransaction
    ) throws -> WeighRetention.Verdict {
        let today = clock.moment.day
        guard file.release != nil, let last = file.retention.flatMap({ Day($0) }) else {
            return WeighRetention.byTime(last: Self.lastDay(ofRequest: row), today: today)
        }
        var request: PolicyRequest?
        if let terms = file.terms, let purpose = Purpose(rawValue: terms.purpose) {
            var facts: RecordFacts?
            if let place = file.record, let (boxed, _) = try transaction.record(dataset: place.dataset, id: place.id) {
                // One that does not open, or says nothing here, is unknown: its last day still counts.
                let record = try? vault.sealer.open(boxed)
                facts = record.flatMap { record in try? RecordColumns({ record.cell($0) }).record() }
            }
            request = PolicyRequest(
                stage: .retention,
                side: .holder,
                at: clock.moment,
                asker: row.peer,
                holder: configuration.agency,
                agreement: file.agreement,
                purpose: purpose,
                legalBasis: terms.legalBasis,
                offence: terms.offence,
                record: facts
            )
        }
        return WeighRetention.weigh(
            request,
            last: last,
            since: Moment(seconds: row.created / 1_000).day,
            today: today,
            policies: activePolicies.set
        )
    }

    private static func lastDay(ofRequest row: StoredDisclosure) -> Day {
        Day(number: Moment(seconds: row.created / 1_000).day.number + Retention.requestDays)
    }

    /// What policy may know of the record behind a release; its code is the one it came under.
    func recordFacts(of received: SentFile.Received, request: String) -> RecordFacts {
        var cells: [String: String] = [:]
        if let box = received.recordBox, let last = Day(received.retention) {
            let plain = try? XChaCha20Poly1305.open(
                [UInt8](box),
                key: keyring.secret(SecretName.retention(last)),
                associatedData: Self.recordBinding(request)
            )
            cells = plain.flatMap { try? JSONDecoder().decode([String: String].self, from: Data($0)) } ?? [:]
        }
        // A cell that says nothing here, or a box that does not open, is unknown, which helps nobody.
        var facts = (try? RecordColumns(cells).record()) ?? RecordFacts()
        facts.handling = Handling(rawValue: received.handling)
        return facts
    }

    static func recordBinding(_ id: String) -> [UInt8] {
        Array("comity/received-record/v1".utf8) + [0] + Array(id.utf8)
    }

    // MARK: Questions and keys

    /// Questions past their time: whom they were about, blind seeds, hits.
    func eraseQuestions() async throws {
        let days = max(Retention.questionDays, configuration.openingRetentionDays ?? Retention.questionDays)
        let limit = (clock.moment.day.number - days) * 86_400_000
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            // What a court may want of the log is checked with what is kept here.
            guard try !transaction.isAnyHoldPlaced() else { return ((), []) }
            let count = try transaction.eraseQuestions(before: limit)
            guard count > 0 else { return ((), []) }
            let data: [String: JSONValue?] = [
                "dataset": "questions", "fields": ["blind_seed", "hits", "subjects"],
                "ground": .string(WeighRetention.overGround), "count": .integer(count),
            ]
            return ((), [try self.draft("record.erased", by: .system, data: data, in: transaction)])
        }
    }

    /// A retention key goes with the last of the data under it. Written down first: what a crash leaves is dropped again.
    func dropUnusedRetentionKeys() async throws {
        // Nobody seals under a key that goes.
        try await turns.run(Self.retentionTurn) { try await self.dropUnusedKeys() }
    }

    /// Who makes, uses or drops retention keys does so one after another.
    static let retentionTurn = "retention-keys"

    /// Only within the turn of the retention keys.
    private func dropUnusedKeys() async throws {
        let rows = try await vault.read { try $0.keptDisclosures() }
        // A file that does not open may need any of them.
        guard rows.allSatisfy({ $0.side != .asker || isReadable($0) }) else { return }
        let used = Set(
            try rows.filter { $0.side == .asker }.compactMap { try sentFile($0).received }
                .compactMap { Day($0.retention).map(SecretName.retention) }
        )
        let unused = keyring.names.filter { $0.hasPrefix(SecretName.retentionPrefix) && !used.contains($0) }
        guard !unused.isEmpty else { return }
        let now = clock.seconds
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            for key in unused { try transaction.markDropped(key: key, at: now) }
            return ((), [])
        }
        try keyring.update(set: [:], remove: unused)
    }

    /// The second date of an erasure: no backup of the keyring opens the data any more.
    func tellCompleteErasures() async throws {
        let now = clock.seconds
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            let requests = try transaction.completeErasures(before: now - Retention.backupDays * 86_400, at: now)
            let drafts = try requests.map { request in
                let data: [String: JSONValue?] = ["request": .string(request), "ground": "backups"]
                return try self.draft("disclosure.erased", by: .system, data: data, in: transaction)
            }
            return ((), drafts)
        }
    }
}

extension SentFile {
    /// Takes out what a release brought and what was written for it.
    fileprivate mutating func empty(_ frame: ErasedFrame) {
        erased = frame
        received?.box = Data()
        received?.recordBox = nil
        request.forgetWords()
        (body, reason, subject, handle, caseReference) = (Data(), "", "", "", nil)
    }
}

extension HeldFile {
    /// Takes out the sealed release and all that leads to the record.
    fileprivate mutating func empty(_ frame: ErasedFrame) {
        erased = frame
        (release, record, recordDigest, terms) = (nil, nil, nil, nil)
        request.forgetWords()
        (reason, handle, sealingKey) = ("", "", Data())
    }
}
