/// JSON of what a question leaves behind, written straight into bytes: Foundation's encoder takes ten times as long, and
/// a question waits for it three times. Read by `JSONDecoder`, as what that encoder wrote.

import Foundation
import MatchKeys

/// JSON text that grows from left to right. Whoever writes opens and closes in pairs.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func object(_ body: (inout JSONText) throws -> Void) rethrows { try nest("{", "}", body) }

    mutating func array<Element>(
        _ elements: some Sequence<Element>,
        _ body: (Element, inout JSONText) throws -> Void
    ) rethrows {
        try nest("[", "]") { text in for element in elements { try body(element, &text) } }
    }

    /// Names are ours: none needs an escape.
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
        needsComma = false
    }

    /// A name from outside.
    mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { characters in
            var start = 0
            for (position, byte) in characters.enumerated()
            where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes.append(contentsOf: characters[start..<position])
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: [byte >> 4, byte & 15].map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 })
                start = position + 1
            }
            bytes.append(contentsOf: characters[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func integer(_ number: Int) { raw(String(number).utf8) }

    mutating func bool(_ flag: Bool) { raw((flag ? "true" : "false").utf8) }

    /// A value that is JSON already.
    mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    private mutating func nest(
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        _ body: (inout JSONText) throws -> Void
    ) rethrows {
        raw(CollectionOfOne(UInt8(ascii: open)))
        needsComma = false
        try body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}

/// A value that writes the JSON by which `Decodable` reads it back.
protocol SealedText: Codable {
    func write(to text: inout JSONText) throws
}

extension QuestionSealer {
    /// - Parameter id: binds the box to its row.
    func seal(_ value: some SealedText, id: String) throws -> [UInt8] {
        var text = JSONText()
        try value.write(to: &text)
        return try seal(bytes: text.bytes, id: id)
    }
}

extension JSONText {
    mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        self.name(name)
        string(value)
    }

    mutating func member(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        self.name(name)
        integer(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        self.name(name)
        bool(value)
    }

    mutating func member(_ name: StaticString, _ value: [String]?) {
        guard let value else { return }
        self.name(name)
        array(value) { $1.string($0) }
    }

    /// What is seldom there, as Foundation writes it.
    mutating func member(_ name: StaticString, encoding value: (some Encodable)?) throws {
        guard let value else { return }
        self.name(name)
        raw(try JSONEncoder().encode(value))
    }
}

extension SealedQuestion: SealedText {
    func write(to text: inout JSONText) throws {
        try text.object { text in
            text.member("question", question)
            text.member("purpose", purpose)
            text.member("legalBasis", legalBasis)
            text.member("offence", offence)
            text.member("caseReference", caseReference)
            if subjects.ids.count <= SubjectIDs.mostListed {
                text.member("subjects", subjects.ids)
            } else {
                try text.member("subjects", encoding: subjects)
            }
            text.member("notes", notes)
            try text.member("noteCodes", encoding: noteCodes)
            text.member("urgent", urgent)
            text.member("cover", cover)
        }
    }
}

extension ReceivedTerms: SealedText {
    func write(to text: inout JSONText) throws {
        try text.object { text in
            text.member("agreement", agreement)
            text.member("epoch", epoch)
            text.member("purpose", purpose)
            text.member("legalBasis", legalBasis)
            text.member("offence", offence)
            text.member("caseReference", caseReference)
            text.member("analyst", analyst)
            try text.member("long", encoding: long)
        }
    }
}

extension SealedPeerQuery: SealedText {
    func write(to text: inout JSONText) throws {
        try text.object { text in
            if let blindSeed {
                text.name("blindSeed")
                text.array(blindSeed) { $1.integer(Int($0)) }
            }
            text.name("report")
            report.write(to: &text)
            text.member("epoch", epoch)
            if let hits {
                text.name("hits")
                text.array(hits) { $0.write(to: &$1) }
            }
            try text.member("resumable", encoding: resumable)
            try text.member("long", encoding: long)
            if let decided {
                text.name("decided")
                decided.write(to: &text)
            }
            text.member("letGo", letGo)
        }
    }
}

extension DecidedOn {
    fileprivate func write(to text: inout JSONText) {
        text.object { text in
            text.name("subjects")
            text.array(subjects) { one, text in
                text.object { text in
                    text.member("subject", one.subject)
                    text.member("origin", one.origin)
                }
            }
            text.member("keyKinds", keyKinds)
            text.member("keyCount", keyCount)
            text.member("caseReference", caseReference)
            text.member("analyst", analyst)
            text.member("approvals", approvals)
            text.member("authorised", authorised)
        }
    }
}

extension PeerAnswerReport {
    fileprivate func write(to text: inout JSONText) {
        text.object { text in
            text.member("peer", peer)
            text.member("id", id)
            text.member("outcome", outcome)
            text.member("reason", reason)
            text.name("hits")
            text.array(hits) { hit, text in
                text.object { text in
                    text.member("subject", hit.subject)
                    text.member("handle", hit.handle)
                    text.member("score", hit.score)
                    text.member("band", hit.band)
                    text.member("kinds", hit.kinds)
                    if let reasons = hit.reasons {
                        text.name("reasons")
                        text.array(reasons) { reason, text in
                            text.object { text in
                                text.member("kind", reason.kind)
                                text.member("what", reason.what)
                                text.member("worth", reason.worth)
                            }
                        }
                    }
                    if let judgement = hit.judgement {
                        text.name("judgement")
                        text.object { text in
                            text.member("verdict", judgement.verdict.rawValue)
                            text.member("why", judgement.why)
                            text.member("by", judgement.by)
                            text.member("at", judgement.at)
                        }
                    }
                }
            }
            text.member("heldHere", heldHere)
        }
    }
}

extension KeptHit {
    fileprivate func write(to text: inout JSONText) {
        text.object { text in
            text.member("handle", handle)
            text.name("proofs")
            text.array(proofs) { proof, text in
                text.object { text in
                    text.member("slot", proof.slot)
                    text.member("key", proof.key.base64EncodedString())
                }
            }
            text.member("subject", subject)
            if let keys {
                text.name("keys")
                text.array(keys) { key, text in
                    text.object { text in
                        text.member("kind", key.kind)
                        text.member("value", key.value)
                    }
                }
            }
            text.member("row", row)
        }
    }
}

extension JSONText {
    fileprivate mutating func member(_ name: StaticString, _ record: Record?) {
        guard let record else { return }
        self.name(name)
        object { text in
            text.member("id", record.id)
            text.name("columns")
            text.object { text in
                for (column, values) in record.columns {
                    text.name(column)
                    text.array(values) { $1.string($0) }
                }
            }
        }
    }
}
