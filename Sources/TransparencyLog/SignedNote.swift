// Knows signed notes (C2SP signed-note) and cosignatures (C2SP tlog-cosignature). Holds no private key.
import Crypto

/// Why bytes are no note, or a note is not to be believed.
public enum NoteError: Error, Sendable, Hashable {
    case tooLong
    case malformed
    /// No signature by any of the keys asked for.
    case noKnownSignature
    /// A signature under a known key does not verify; it condemns the note.
    case badSignature(name: String)
}

/// A note as read: nothing is verified yet.
public struct SignedNote: Sendable, Hashable {
    public struct Signature: Sendable, Hashable {
        public let name: String
        public let keyID: UInt32
        /// What follows the key id; at least one byte.
        public let bytes: [UInt8]

        /// The line of this signature, with its newline.
        public var line: String {
            let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> UInt32(24 - 8 * $0)) }
            return "— \(name) \(Base64.encode(id + bytes))\n"
        }

        /// - Parameter bytes: what the key's algorithm makes: 64 bytes of Ed25519 for type 01; 8 bytes of time, then 64 for 04.
        public init(by key: VerifierKey, bytes: [UInt8]) {
            name = key.name
            keyID = key.id
            self.bytes = bytes
        }

        // By bytes: a combining mark after a space would make one character of both.
        fileprivate init?(line: Substring) {
            guard line.utf8.starts(with: "— ".utf8) else { return nil }
            let parts = line.utf8.dropFirst("— ".utf8.count)
                .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { Substring($0) }
            guard parts.count == 2, VerifierKey.permits(name: String(parts[0])),
                let bytes = Base64.decode(parts[1]), bytes.count > 4
            else { return nil }
            name = String(parts[0])
            keyID = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
            self.bytes = Array(bytes.dropFirst(4))
        }
    }

    /// Longest note read, in bytes.
    public static let greatestLength = 1 << 20
    /// Most signatures read.
    public static let mostSignatures = 100

    /// The signed text; ends with a newline.
    public let text: String
    /// In the order of the lines; at least one when read.
    public private(set) var signatures: [Signature]

    /// - Parameter text: ends with a newline; no control character but newlines.
    public init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note.
    public init(_ bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= Self.greatestLength else { throw .tooLong }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A }), bytes.last == 0x0A,
            let whole = String(validating: bytes, as: UTF8.self)
        else { throw .malformed }
        // The last empty line parts text from signatures.
        guard let start = bytes.indices.dropFirst().last(where: { bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A }) else {
            throw .malformed
        }
        let at = whole.utf8.index(whole.utf8.startIndex, offsetBy: start)
        text = String(whole[..<at])
        let lines = whole[whole.utf8.index(after: at)...].split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
        guard !lines.isEmpty, lines.count <= Self.mostSignatures else { throw .malformed }
        signatures = []
        for line in lines {
            guard let signature = Signature(line: line) else { throw .malformed }
            signatures.append(signature)
        }
    }

    /// The note as text, signatures last.
    public var encoded: String {
        text + "\n" + signatures.map(\.line).joined()
    }

    public mutating func add(_ signature: Signature) {
        signatures.append(signature)
    }

    /// Checks every signature whose name and key id are those of a known key; others are skipped.
    ///
    /// - Throws: `badSignature` when a known one fails, `noKnownSignature` when there is none.
    public func verified(by keys: [VerifierKey]) throws(NoteError) -> VerifiedNote {
        var signers: [VerifiedNote.Signer] = []
        for signature in signatures {
            for key in keys where key.id == signature.keyID && sameBytes(key.name, signature.name) {
                guard let signer = check(signature, by: key) else { throw .badSignature(name: key.name) }
                if !signers.contains(where: { $0.key == key }) { signers.append(signer) }
            }
        }
        guard !signers.isEmpty else { throw .noKnownSignature }
        return VerifiedNote(note: self, signers: signers)
    }

    private func check(_ signature: Signature, by key: VerifierKey) -> VerifiedNote.Signer? {
        guard let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key.publicKey) else { return nil }
        switch key.algorithm {
        case .ed25519:
            guard signature.bytes.count == 64,
                publicKey.isValidSignature(signature.bytes, for: Array(text.utf8))
            else { return nil }
            return VerifiedNote.Signer(key: key, time: nil)
        case .cosignatureV1:
            guard signature.bytes.count == 72 else { return nil }
            let time = signature.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard time <= UInt64(Int64.max),
                publicKey.isValidSignature(
                    signature.bytes.dropFirst(8),
                    for: Array(Self.cosignedMessage(text: text, time: Int(time)).utf8)
                )
            else { return nil }
            return VerifiedNote.Signer(key: key, time: Int(time))
        }
    }

    /// What a witness signs: C2SP tlog-cosignature.
    ///
    /// - Parameter time: seconds since 1970.
    public static func cosignedMessage(text: String, time: Int) -> String {
        "cosignature/v1\ntime \(time)\n" + text
    }
}

/// A note that at least one known key has signed, and none in vain.
public struct VerifiedNote: Sendable, Hashable {
    public struct Signer: Sendable, Hashable {
        public let key: VerifierKey
        /// Seconds since 1970, as the cosignature says; nil for plain signatures.
        public let time: Int?
    }

    public let note: SignedNote
    /// Known keys that signed, each once, in the order of their lines.
    public let signers: [Signer]

    fileprivate init(note: SignedNote, signers: [Signer]) {
        self.note = note
        self.signers = signers
    }
}
