/// Seals what a question leaves behind on the asker's disk: whom it was about, blind seeds, outcomes.

import Foundation
import Sodium
import Vault

struct QuestionSealer: Sendable {
    /// 32 bytes, from the keyring.
    let key: SecretBytes
    let random: RandomBytes

    /// - Parameter id: binds the box to its row.
    func seal(_ value: some Encodable, id: String) throws -> [UInt8] {
        try XChaCha20Poly1305.seal(
            [UInt8](try JSONEncoder().encode(value)),
            key: key,
            associatedData: binding(id),
            random: random
        )
    }

    /// The same for bytes that are encoded already.
    func seal(bytes: [UInt8], id: String) throws -> [UInt8] {
        try XChaCha20Poly1305.seal(bytes, key: key, associatedData: binding(id), random: random)
    }

    func open(bytes box: [UInt8], id: String) throws -> [UInt8] {
        try XChaCha20Poly1305.open(box, key: key, associatedData: binding(id))
    }

    func open<Value: Decodable>(_ type: Value.Type, _ box: [UInt8], id: String) throws -> Value {
        let plain = try XChaCha20Poly1305.open(box, key: key, associatedData: binding(id))
        return try JSONDecoder().decode(type, from: Data(plain))
    }

    /// What came of a peer's part, without what its hits are proven by.
    func report(of part: StoredPeerQuery) throws -> PeerAnswerReport {
        try open(SealedAnswer.self, part.box, id: part.id).report
    }

    /// By which what belongs to a case is found; says nothing of its number to who has no key.
    func tag(ofCase reference: String?) -> [UInt8] {
        guard let reference else { return [] }
        return SHA2.hmacSHA256(Array(reference.utf8), info: Array("comity/case/v1".utf8), key: key)
    }

    private func binding(_ id: String) -> [UInt8] { Array("comity/question/v1".utf8) + [0] + Array(id.utf8) }
}

/// What is kept of a question as a whole.
struct SealedQuestion: Codable {
    var question: String
    var purpose: String
    var legalBasis: String
    var offence: String?
    var caseReference: String?
    var subjects: SubjectIDs
    /// In English, which earlier versions kept alone.
    var notes: [String]
    /// The same for pages.
    var noteCodes: [QuestionNote]?
    /// Nil in questions of the first version.
    var urgent: Bool?
    /// Nil in questions from before there were buckets.
    var cover: Bool?
}

/// What is kept of one peer's part: the blind seed until openings can no longer be asked for, and what came of it.
struct SealedPeerQuery: Codable {
    /// 32 bytes; nil for a peer that was not asked.
    var blindSeed: [UInt8]?
    var report: PeerAnswerReport
    /// The epoch of the index that answered; nil without an answer.
    var epoch: Int?
    /// What it takes to prove the hits; nil without an answer.
    var hits: [KeptHit]?
    /// What it takes to ask again, while the holder holds the question for a person.
    var resumable: ResumableQuery?
    /// A query of more than one batch; its keys stand beside, batch by batch, until it is over.
    var long: LongQuery?
    /// What policy read, for a part that may go on; nil in parts of an older version.
    var decided: DecidedOn?
    /// The id under which people here let it go.
    var letGo: String?
}

/// The part of a `SealedPeerQuery` that lists show.
private struct SealedAnswer: Decodable {
    let report: PeerAnswerReport
}

/// Ids of those asked about, in order. There may be a million, so they are written as one text: sizes and ids. Lists are
/// read too: short ones, and those of an older version.
struct SubjectIDs: Codable, Sendable {
    var ids: [String]

    /// Most ids that a sealed question lists.
    static let mostListed = 512

    init(_ ids: [String]) { self.ids = ids }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let list = try? container.decode([String].self) {
            ids = list
            return
        }
        let bytes = [UInt8](try container.decode(Data.self))
        ids = []
        var place = 0
        while place < bytes.count {
            guard place + 4 <= bytes.count else { throw MalformedBatchFile() }
            let count = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            place += 4
            guard count <= bytes.count - place else { throw MalformedBatchFile() }
            ids.append(String(decoding: bytes[place..<place + count], as: UTF8.self))
            place += count
        }
    }

    func encode(to encoder: any Encoder) throws {
        var bytes = Data()
        for id in ids {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: id.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: id.utf8)
        }
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}
