// Knows the checkpoint of a log (C2SP tlog-checkpoint, exactly three lines). Never learns what the entries mean.

/// What a log says of itself: its name, how many entries it has, and the root over them.
public struct Checkpoint: Sendable, Hashable {
    /// The name of the log and of its key.
    public let origin: String
    /// 0 … 2^53 - 1.
    public let size: Int
    public let root: TreeHash

    public init(origin: String, size: Int, root: TreeHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The text to sign: three lines.
    public var text: String {
        "\(origin)\n\(size)\n\(root.base64)\n"
    }

    /// Reads the text of a note; nil unless it has exactly three lines of this form.
    public init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, !lines[0].isEmpty, let size = decimal(lines[1]),
            let root = TreeHash(base64: lines[2])
        else { return nil }
        self.init(origin: String(lines[0]), size: size, root: root)
    }
}

/// Why a checkpoint is not to be believed.
public enum CheckpointError: Error, Sendable, Hashable, CustomStringConvertible {
    case note(NoteError)
    /// The note is well signed, but its text is no checkpoint of three lines.
    case notACheckpoint
    /// The first line is not the name of the log's key.
    case otherOrigin

    public var description: String {
        switch self {
        case .note(.tooLong): "it is longer than any checkpoint"
        case .note(.malformed): "it is not a signed note"
        case .note(.noKnownSignature): "it has no signature by the log's key"
        case .note(.badSignature(let name)): "the signature of \(name) does not verify"
        case .notACheckpoint: "its text is not the three lines of a checkpoint"
        case .otherOrigin: "it names another log than its key"
        }
    }
}

/// A checkpoint under the signature of its log.
public struct VerifiedCheckpoint: Sendable, Hashable {
    public let checkpoint: Checkpoint
    public let note: SignedNote
    /// Which of the known witnesses cosigned, and when (seconds since 1970).
    public let cosigners: [VerifiedNote.Signer]

    /// Reads and checks a signed checkpoint.
    ///
    /// - Parameters:
    ///   - logKeys: keys the log may sign with; one must have.
    ///   - witnesses: keys whose cosignatures are checked where present.
    public init(_ bytes: [UInt8], logKeys: [VerifierKey], witnesses: [VerifierKey] = []) throws(CheckpointError) {
        do {
            try self.init(SignedNote(bytes), logKeys: logKeys, witnesses: witnesses)
        } catch let error as NoteError {
            throw .note(error)
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw .notACheckpoint
        }
    }

    /// Checks a note already read.
    public init(_ note: SignedNote, logKeys: [VerifierKey], witnesses: [VerifierKey] = []) throws(CheckpointError) {
        let verified: VerifiedNote
        do { verified = try note.verified(by: logKeys + witnesses) } catch { throw .note(error) }
        let signers = verified.signers.filter { logKeys.contains($0.key) }
        guard !signers.isEmpty else { throw .note(.noKnownSignature) }
        guard let checkpoint = Checkpoint(text: note.text) else { throw .notACheckpoint }
        guard signers.contains(where: { sameBytes($0.key.name, checkpoint.origin) }) else { throw .otherOrigin }
        self.checkpoint = checkpoint
        self.note = note
        cosigners = verified.signers.filter { !logKeys.contains($0.key) }
    }
}
