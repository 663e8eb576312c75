// Knows the two proofs that travel as text: tlog-proof and the add-checkpoint body. Never learns what the entries mean.

/// A C2SP tlog-proof: one entry's place in a log, with the checkpoint it is proven against.
public struct LogProof: Sendable, Hashable {
    private static let header = "c2sp.org/tlog-proof@v1"

    /// Application bytes; here the entry itself.
    public let extra: [UInt8]?
    public let index: Int
    /// From the leaf upwards; at most 63.
    public let hashes: [TreeHash]
    public let checkpoint: SignedNote

    public init(extra: [UInt8]?, index: Int, hashes: [TreeHash], checkpoint: SignedNote) {
        self.extra = extra
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    /// The file's text.
    public var encoded: String {
        var lines = [Self.header]
        if let extra { lines.append("extra " + Base64.encode(extra)) }
        lines.append("index \(index)")
        lines += hashes.map(\.base64)
        return lines.map { $0 + "\n" }.joined() + "\n" + checkpoint.encoded
    }

    /// Reads a proof; nothing is verified but its form.
    public init(_ bytes: [UInt8]) throws(LogProofError) {
        guard bytes.count <= SignedNote.greatestLength else { throw .malformed }
        guard let blank = bytes.indices.dropFirst().first(where: { bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A }),
            let head = String(validating: bytes[..<blank], as: UTF8.self)
        else { throw .malformed }
        var lines = head.split(separator: "\n", omittingEmptySubsequences: false).dropLast()[...]
        guard lines.popFirst() == Self.header[...] else { throw .malformed }
        if let line = lines.first, line.hasPrefix("extra ") {
            guard let extra = Base64.decode(line.dropFirst(6)) else { throw .malformed }
            self.extra = extra
            lines.removeFirst()
        } else {
            extra = nil
        }
        guard let line = lines.popFirst(), line.hasPrefix("index "), let index = decimal(line.dropFirst(6)),
            lines.count <= 63
        else { throw .malformed }
        self.index = index
        var hashes: [TreeHash] = []
        for line in lines {
            guard let hash = TreeHash(base64: line) else { throw .malformed }
            hashes.append(hash)
        }
        self.hashes = hashes
        do { checkpoint = try SignedNote(Array(bytes[(blank + 1)...])) } catch { throw .checkpoint(.note(error)) }
    }

    /// Checks signature and path.
    ///
    /// - Parameter leaf: hash of the entry whose place is to be proven.
    public func verify(
        leaf: TreeHash,
        logKeys: [VerifierKey],
        witnesses: [VerifierKey] = []
    ) throws(LogProofError) -> VerifiedCheckpoint {
        let verified: VerifiedCheckpoint
        do {
            verified = try VerifiedCheckpoint(checkpoint, logKeys: logKeys, witnesses: witnesses)
        } catch {
            throw .checkpoint(error)
        }
        do {
            try MerkleProof.verifyInclusion(
                of: leaf,
                index: index,
                size: verified.checkpoint.size,
                proof: hashes,
                root: verified.checkpoint.root
            )
        } catch {
            throw .proof(error)
        }
        return verified
    }
}

public enum LogProofError: Error, Sendable, Hashable {
    case malformed
    case checkpoint(CheckpointError)
    case proof(ProofError)
}

/// The body of C2SP tlog-witness add-checkpoint: a checkpoint, and the proof that it extends an older one.
public struct CheckpointAddition: Sendable, Hashable {
    public let oldSize: Int
    /// At most 63.
    public let hashes: [TreeHash]
    public let checkpoint: SignedNote

    public init(oldSize: Int, hashes: [TreeHash], checkpoint: SignedNote) {
        self.oldSize = oldSize
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    /// The body's text.
    public var encoded: String {
        "old \(oldSize)\n" + hashes.map { $0.base64 + "\n" }.joined() + "\n" + checkpoint.encoded
    }

    /// Reads a body; nothing is verified but its form.
    public init(_ bytes: [UInt8]) throws(LogProofError) {
        guard bytes.count <= SignedNote.greatestLength else { throw .malformed }
        guard let blank = bytes.indices.dropFirst().first(where: { bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A }),
            let head = String(validating: bytes[..<blank], as: UTF8.self)
        else { throw .malformed }
        var lines = head.split(separator: "\n", omittingEmptySubsequences: false).dropLast()[...]
        guard let line = lines.popFirst(), line.hasPrefix("old "), let oldSize = decimal(line.dropFirst(4)),
            lines.count <= 63
        else { throw .malformed }
        self.oldSize = oldSize
        var hashes: [TreeHash] = []
        for line in lines {
            guard let hash = TreeHash(base64: line) else { throw .malformed }
            hashes.append(hash)
        }
        self.hashes = hashes
        do { checkpoint = try SignedNote(Array(bytes[(blank + 1)...])) } catch { throw .checkpoint(.note(error)) }
    }
}
