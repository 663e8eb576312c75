// Knows how a witness judges a checkpoint, and what a log makes of its answer (C2SP tlog-witness). Stores nothing, asks
// nobody, holds no private key.

/// Why a witness does not cosign.
public enum WitnessRefusal: Error, Sendable, Hashable {
    /// Not the body of add-checkpoint, or its old size is above that of its checkpoint.
    case malformed
    /// The witness knows no log of that origin.
    case unknownOrigin
    /// No key of the log has signed the checkpoint.
    case unsigned
    /// The witness knows another size than the log begins at: this one.
    case otherSize(Int)
    /// Of the very size that the witness knows, with another root: the log has two histories.
    case otherRoot(size: Int)
    /// The hashes do not lead from what the witness knows to the checkpoint.
    case inconsistent

    /// The status of HTTP that says so.
    public var status: Int {
        switch self {
        case .malformed: 400
        case .unsigned: 403
        case .unknownOrigin: 404
        case .otherSize, .otherRoot: 409
        case .inconsistent: 422
        }
    }

    /// Whether the signed checkpoint contradicts one that the witness holds.
    public var isEvidence: Bool {
        switch self {
        case .otherRoot, .inconsistent: true
        case .malformed, .unknownOrigin, .unsigned, .otherSize: false
        }
    }
}

/// The body of add-checkpoint whose checkpoint its log has signed.
public struct SignedAddition: Sendable, Hashable {
    public let addition: CheckpointAddition
    public let checkpoint: Checkpoint

    /// Reads a body and checks the signature.
    ///
    /// - Parameter keys: what the log of that origin may sign with; none for an unknown one.
    public init(_ body: [UInt8], keys: (_ origin: String) -> [VerifierKey]) throws(WitnessRefusal) {
        do {
            addition = try CheckpointAddition(body)
        } catch {
            // Lines that are no signatures are signatures of nobody.
            if case .checkpoint = error { throw .unsigned }
            throw .malformed
        }
        let note = addition.checkpoint
        let origin = note.text.prefix { $0 != "\n" }
        let known = keys(String(origin))
        guard !known.isEmpty else { throw .unknownOrigin }
        do {
            checkpoint = try VerifiedCheckpoint(note, logKeys: known).checkpoint
        } catch {
            switch error {
            case .note: throw .unsigned
            case .notACheckpoint, .otherOrigin: throw .malformed
            }
        }
        guard addition.oldSize <= checkpoint.size else { throw .malformed }
    }

    /// Judges the checkpoint by the newest one of its log that the witness cosigned.
    ///
    /// - Returns: nil when it may be cosigned.
    public func refusal(after latest: Checkpoint?) -> WitnessRefusal? {
        let (size, root) = latest.map { ($0.size, $0.root) } ?? (0, .empty)
        // Two roots of one size convict the log, wherever it says that it begins.
        if checkpoint.size == size, checkpoint.root != root { return .otherRoot(size: size) }
        guard addition.oldSize == size else { return .otherSize(size) }
        do {
            try MerkleProof.verifyConsistency(
                oldSize: size,
                oldRoot: root,
                newSize: checkpoint.size,
                newRoot: checkpoint.root,
                proof: addition.hashes
            )
            return nil
        } catch {
            return .inconsistent
        }
    }
}

extension SignedNote {
    /// The cosignature among the lines that a witness answered with.
    ///
    /// - Parameter key: of the witness that was asked; lines of others are passed over.
    /// - Throws: `badSignature` when the witness's own line does not verify, `noKnownSignature` when there is none.
    public func cosignature(
        by key: VerifierKey,
        in lines: [UInt8]
    ) throws(NoteError) -> (signature: Signature, time: Int) {
        let answered = try SignedNote(Array(encoded.utf8) + lines)
        // An empty line among the lines would move the end of the text.
        guard answered.text.utf8.elementsEqual(text.utf8) else { throw .malformed }
        let fresh = SignedNote(text: text, signatures: Array(answered.signatures.dropFirst(signatures.count)))
        let signer = try fresh.verified(by: [key]).signers.first
        let signature = fresh.signatures.first { $0.keyID == key.id && sameBytes($0.name, key.name) }
        guard let time = signer?.time, let signature else { throw .noKnownSignature }
        return (signature, time)
    }
}

/// The size that a witness knows, in the body of its 409: a number and a newline. Nil for anything else.
public func knownSize(_ body: [UInt8]) -> Int? {
    guard body.count <= 17, body.last == 0x0A, let text = String(validating: body.dropLast(), as: UTF8.self) else {
        return nil
    }
    return decimal(text)
}

extension WitnessPolicy {
    /// The policy, as text, that asks for more than half of the witnesses; for none where there is none to ask.
    public static func majority(log: VerifierKey, of witnesses: [VerifierKey]) -> String {
        let head = "log \(log.text)\n"
        guard !witnesses.isEmpty else { return head + "quorum none\n" }
        // Key names hold a slash, so none of them is the word of the group.
        let lines = witnesses.map { "witness \($0.name) \($0.text)\n" }.joined()
        let names = witnesses.map(\.name).joined(separator: " ")
        return head + lines + "group majority \(witnesses.count / 2 + 1) \(names)\nquorum majority\n"
    }
}
