// Knows what verification asks of a folder. Touches no disk itself: whoever verifies hands the files in.
import TransparencyLog

/// The files of one log, by their paths from its folder.
public protocol LogFiles {
    /// Up to `count` bytes from `offset`; nil when there is no such file.
    func read(_ path: String, offset: Int, count: Int) throws(LogFilesError) -> [UInt8]?

    /// The names in a folder, sorted by byte, folders with a slash after them; none when it does not exist.
    func list(_ folder: String) throws(LogFilesError) -> [String]
}

/// A file that is there and cannot be read.
public struct LogFilesError: Error, Sendable, Hashable {
    /// Path from the folder of the log.
    public let path: String
    /// Why, in a few words.
    public let reason: String

    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}

extension LogFiles {
    /// A whole file; nil when there is none.
    ///
    /// - Throws: also when it is longer than `limit` bytes.
    public func read(_ path: String, limit: Int) throws(LogFilesError) -> [UInt8]? {
        guard let bytes = try read(path, offset: 0, count: limit + 1) else { return nil }
        guard bytes.count <= limit else { throw LogFilesError(path: path, reason: "longer than \(limit) bytes") }
        return bytes
    }
}

/// Something found in a log.
public struct Finding: Sendable, Hashable, Codable {
    /// The path in the folder, `#index` after it for an entry; a kept checkpoint or proof as it was given.
    public let place: String
    /// The entry, when it is about one.
    public let index: Int?
    public let text: String

    public init(place: String, index: Int? = nil, text: String) {
        self.place = index.map { "\(place)#\($0)" } ?? place
        self.index = index
        self.text = text
    }
}

/// What verification of a log or a proof came to.
public struct LogVerification: Sendable, Hashable {
    /// Most findings of each kind kept; one more tells how many there were beyond.
    public static let mostFindings = 1_000

    /// As the verified checkpoint says; nil when there is none.
    public internal(set) var origin: String?
    public internal(set) var size = 0
    /// Base64 of 32 bytes.
    public internal(set) var root: String?
    public internal(set) var entriesChecked = 0
    public internal(set) var problems: [Finding] = []
    public internal(set) var warnings: [Finding] = []
    /// Names of known witnesses that cosigned.
    public internal(set) var cosignedBy: [String] = []
    /// Whether the cosignatures meet the policy's quorum; nil without a policy.
    public internal(set) var quorum: Bool?
    /// Checkpoints with a time stamp, by size.
    public internal(set) var stamped: [StampedCheckpoint] = []
    /// What became of the personal values; nil for a copy without `sealed.jsonl`.
    public internal(set) var values: PersonalValues?
    /// Whether the key came from the verifier and not from the folder.
    public internal(set) var trusted = false

    public var ok: Bool { problems.isEmpty }

    /// Of a log that could not be read at all.
    public static func unread(place: String, _ text: String) -> LogVerification {
        var result = LogVerification()
        result.problem(place, text)
        return result
    }

    /// Digests of the entries read, by what the copy has of them.
    public struct PersonalValues: Sendable, Hashable {
        /// Opened by a disclosure.
        public internal(set) var shown = 0
        /// Without a disclosure, and an entry says that it was erased.
        public internal(set) var erased = 0
        /// Without a disclosure, and nothing says why.
        public internal(set) var undisclosed = 0
    }

    private var hiddenProblems = 0

    mutating func problem(_ place: String, index: Int? = nil, _ text: String) {
        if problems.count < Self.mostFindings {
            problems.append(Finding(place: place, index: index, text: text))
        } else {
            hiddenProblems += 1
        }
    }

    mutating func warn(_ place: String, index: Int? = nil, _ text: String) {
        if warnings.count < Self.mostFindings { warnings.append(Finding(place: place, index: index, text: text)) }
    }

    /// Names the cosigners, and whether they suffice.
    mutating func note(_ verified: VerifiedCheckpoint, by policy: WitnessPolicy?) {
        cosignedBy = verified.cosigners.map(\.key.name)
        quorum = policy?.isMet(by: verified.cosigners.map(\.key))
    }

    /// The same of a checkpoint that stands alone: nothing makes up for a quorum it has not.
    mutating func judge(_ verified: VerifiedCheckpoint, by policy: WitnessPolicy?, place: String) {
        note(verified, by: policy)
        if quorum == false { problem(place, "its cosignatures do not meet the quorum of the policy") }
    }

    mutating func close() {
        guard hiddenProblems > 0 else { return }
        problems.append(Finding(place: "", text: "and \(hiddenProblems) problems more"))
    }
}
