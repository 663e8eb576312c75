/// What the node keeps of a disclosure request, sealed in its row: one file for each side. Knows shapes; decides nothing.

import AuditLog
import CanonicalJSON
import Casework
import Foundation
import MatchKeys
import PeerTrust
import Sodium
import TransparencyLog
import Vault
import WireProtocol

/// The terms of a query as its holder answered it: a disclosure request that follows is decided under the same.
struct ReceivedTerms: Codable, Sendable {
    var agreement: String
    var epoch: Int
    var purpose: String
    var legalBasis: String
    var offence: String?
    /// Hex.
    var caseReference: String?
    var analyst: String
    /// What else a later batch is decided under; nil in a query of one batch, and of the first version.
    var long: LongTerms?

    init(_ query: QueryRequest) {
        agreement = query.agreement
        epoch = query.epoch
        purpose = query.purpose
        legalBasis = query.legalBasis
        offence = query.offence
        caseReference = query.caseReference.map { Hex.encode($0) }
        analyst = query.analyst
        if query.points.count < query.keys { long = LongTerms(query) }
    }
}

/// A transcript between two entries (AUDIT section 6).
struct KeptTranscript: Codable, Sendable {
    var digest: Data
    var previous: Data
    var messages: Int

    init(_ transcript: Transcript) {
        digest = Data(transcript.digest)
        previous = Data(transcript.previous)
        messages = transcript.messages
    }

    var transcript: Transcript {
        Transcript(digest: [UInt8](digest), previous: [UInt8](previous), messages: messages)
    }
}

/// The other side's receipt.
struct KeptReceipt: Codable, Sendable {
    var origin: String
    var index: Int
    var leaf: Data

    init(_ receipt: PeerTrust.AuditReceipt) {
        origin = receipt.origin
        index = receipt.index
        leaf = Data(receipt.leaf)
    }

    var receipt: AuditLog.AuditReceipt? {
        TreeHash([UInt8](leaf)).map { AuditLog.AuditReceipt(origin: origin, index: index, leaf: $0) }
    }
}

/// A sealed release as it travels.
struct KeptRelease: Codable, Sendable {
    var keyID: String
    var encapsulation: Data
    var ciphertext: Data
    var additionalData: Data

    var message: SealedRelease {
        SealedRelease(
            keyID: keyID,
            encapsulation: [UInt8](encapsulation),
            ciphertext: [UInt8](ciphertext),
            additionalData: [UInt8](additionalData)
        )
    }
}

/// The holder's file of a request.
struct HeldFile: Codable, Sendable {
    struct Place: Codable, Sendable, Equatable {
        var dataset: String
        var id: String
    }

    var request: HeldRequest
    var agreement: String
    var epoch: Int
    var handle: String
    /// Columns asked for.
    var asked: [String]
    /// Columns that policy lets leave, without those that people kept back.
    var leaving: [String]
    /// Columns that people kept back; nil where nobody did.
    var withheld: [String]?
    var reason: String
    var confirmed: Bool
    var urgent: Bool
    var terms: ReceivedTerms?
    /// The record that the proofs of hit are about; nil when they are about none.
    var record: Place?
    /// The version of the record that people look at.
    var recordDigest: Data?
    /// 0 to 100, by the proofs that hold.
    var score: Int
    /// Nil in the files of an older version, and where nothing is proven.
    var band: String?
    /// Agreeing kinds of key.
    var kinds: [String]
    /// Rules that fired.
    var rules: [String]
    var sealingKeyID: String
    var sealingKey: Data
    /// SHA-256 of the request's body: the same bytes may come again.
    var bodyDigest: Data
    var transcript: KeptTranscript
    var receipt: KeptReceipt
    var release: KeptRelease?
    /// Seconds since 1970; nil while nobody fetched the release, and it can still be taken back.
    var fetched: Int?
    /// Our entry that the next answer belongs to: `disclosure.request_received`, then `disclosure.released`.
    var leaf: Int?
    /// `leaf` before anything was sealed: until a release shows, answers are as if none had been.
    var leafBefore: Int?
    var handling: String?
    var retention: String?
    var onward: String?
    /// Set when only the frame is left.
    var erased: ErasedFrame?
}

extension HeldFile {
    /// Approved once, and then withdrawn: the log says so already.
    var isTakenBack: Bool {
        if case .silent = request.state { !request.approvals.isEmpty } else { false }
    }
}

/// The asker's file of a request.
struct SentFile: Codable, Sendable {
    /// What was released, under which terms; the data themselves in a box of their own.
    struct Received: Codable, Sendable {
        var handling: String
        var source: String
        var retention: String
        var onward: String
        var policyDigest: String
        var fields: [String]
        var at: Int
        /// Sealed under the key of the retention month; empty once it is erased.
        var box: Data
        /// What our rules read of the record, sealed likewise; nil where they read nothing.
        var recordBox: Data?
    }

    var request: SentRequest
    var question: String
    /// The query as the peer knows it.
    var query: String
    var subject: String
    var agreement: String
    var purpose: String
    /// Nil in the files of an older version.
    var legalBasis: String?
    var offence: String?
    var caseReference: String?
    var epoch: Int
    var handle: String
    var fields: [String]
    var reason: String
    var confirmed: Bool
    var urgent: Bool
    var score: Int
    var band: String
    var kinds: [String]
    /// Rules of our own that fired.
    var rules: [String]
    /// Days, where our own policy names any.
    var retentionDays: Int?
    /// Columns that were wished for; `fields` are those that our rules leave. Nil in the files of an older version.
    var wished: [String]?
    /// Rules of our own that say which columns may be asked for; nil in the files of an older version.
    var fieldRules: [String]?
    /// The question that asks for the hit again in another epoch, while it waits for a person.
    var waitsFor: String?
    /// The message, byte for byte: a resend repeats it. Empty until it leaves.
    var body: Data
    var keyID: String
    var transcript: KeptTranscript
    var received: Received?
    /// Whether the log says that the holder's time passed without an outcome.
    var isOverdueTold: Bool?
    /// Set when only the frame is left.
    var erased: ErasedFrame?
}

/// A hit as the asker keeps it: what it takes to prove it later.
struct KeptHit: Codable, Sendable {
    struct Proof: Codable, Sendable {
        var slot: Int
        /// P of PROTOCOL section 4, 32 secret bytes.
        var key: Data
    }

    var handle: String
    var proofs: [Proof]
    /// Whom it was found for: what policy reads of the row, and its keys that agree, to ask for the hit again in another
    /// epoch. Nil in hits of an older version and of long queries.
    var subject: Record?
    var keys: [ResumableQuery.Key]?
    /// The row that was asked with, of a question about few.
    var row: Record?

    /// As many as a disclosure request takes.
    static let greatest = 64
}

extension Node {
    func heldFile(_ stored: StoredDisclosure) throws -> HeldFile {
        try questionSealer.open(HeldFile.self, stored.box, id: Self.boxName(stored.side, stored.peer, stored.id))
    }

    func sentFile(_ stored: StoredDisclosure) throws -> SentFile {
        try questionSealer.open(SentFile.self, stored.box, id: Self.boxName(stored.side, stored.peer, stored.id))
    }

    func stored(_ file: HeldFile, peer: String, id: String, created: Int) throws -> StoredDisclosure {
        StoredDisclosure(
            side: .holder,
            peer: peer,
            id: id,
            created: created,
            deadline: file.request.deadline,
            isOpen: !file.request.isClosed,
            looksUndecided: file.request.looksUndecided,
            box: try questionSealer.seal(file, id: Self.boxName(.holder, peer, id))
        )
    }

    func stored(_ file: SentFile, peer: String, id: String, created: Int) throws -> StoredDisclosure {
        StoredDisclosure(
            side: .asker,
            peer: peer,
            id: id,
            created: created,
            deadline: file.request.deadline ?? file.request.leaveBy,
            isOpen: file.request.isOpen || file.request.isHere,
            looksUndecided: file.request.looksUndecided,
            reference: questionSealer.tag(ofCase: file.caseReference),
            box: try questionSealer.seal(file, id: Self.boxName(.asker, peer, id))
        )
    }

    static func boxName(_ side: StoredDisclosure.Side, _ peer: String, _ id: String) -> String {
        "disclosure/\(side.rawValue)/\(peer)/\(id)"
    }

    static func termsName(peer: String, query: String) -> String { "received/\(peer)/\(query)" }
}
