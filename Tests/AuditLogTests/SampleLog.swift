// Knows how to make a small signed log in memory, the way a node publishes one. Its people and agencies do not exist.
import AuditLog
import CanonicalJSON
import Crypto
import TestSupport
import TransparencyLog

struct MemoryFiles: LogFiles {
    var files: [String: [UInt8]] = [:]

    func read(_ path: String, offset: Int, count: Int) throws(LogFilesError) -> [UInt8]? {
        files[path].map { Array($0.dropFirst(offset).prefix(count)) }
    }

    func list(_ folder: String) throws(LogFilesError) -> [String] {
        var names: Set<String> = []
        for path in files.keys where path.hasPrefix(folder + "/") {
            let rest = path.dropFirst(folder.count + 1)
            names.insert(rest.firstIndex(of: "/").map { String(rest[...$0]) } ?? String(rest))
        }
        return names.sorted()
    }
}

struct SampleLog {
    let signer: Curve25519.Signing.PrivateKey
    let key: VerifierKey
    var leaves: [[UInt8]] = []
    var disclosures: [(index: Int, field: String, text: String)] = []
    var memory = MemoryFiles()
    var cited = CitedCheckpoint.none
    var frontier = TreeFrontier()
    var levels: [[TreeHash]] = []
    var random = SplitMix64(seed: 7)

    init(agency: String = "agency-a", seed: UInt8 = 9) throws {
        signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
        guard
            let key = VerifierKey(
                name: "\(agency)/audit/1",
                algorithm: .ed25519,
                publicKey: Array(signer.publicKey.rawRepresentation)
            )
        else { throw Absent() }
        self.key = key
        memory.files["vkey"] = Array((key.text + "\n").utf8)
    }

    mutating func draft(_ draft: AuditDraft, milliseconds: Int? = nil) throws {
        var random = random
        let written = try draft.write(
            index: leaves.count,
            time: LeafTime(milliseconds: milliseconds ?? 1_800_000_000_000 + leaves.count * 250),
            checkpoint: cited
        ) { count in (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }
        self.random = random
        for (value, text) in zip(draft.personal, written.disclosures) {
            disclosures.append((leaves.count, value.name, text))
        }
        append(written.bytes)
    }

    /// Whatever the bytes are.
    mutating func append(_ bytes: [UInt8]) {
        leaves.append(bytes)
        var levels = levels
        frontier.append(.leaf(bytes)) { level, _, hash in
            if levels.count == level { levels.append([]) }
            levels[level].append(hash)
        }
        self.levels = levels
    }

    /// Every file of the log at its present size, left-overs of earlier publications included.
    mutating func publish(keepingCheckpoint: Bool = false) throws {
        let size = leaves.count
        func put(_ level: TileName.Level, _ rows: Int, _ content: (Range<Int>) throws -> [UInt8]) rethrows {
            for start in stride(from: 0, to: rows, by: 256) {
                let name = TileName(level, index: start / 256, width: min(256, rows - start))
                memory.files[name.path] = try content(start..<start + name.width)
            }
        }
        try put(.entries, size) { range in
            guard let bundle = EntryBundle.encode(leaves[range]) else { throw Absent() }
            return bundle
        }
        for level in TileName.hashLevels(size: size) {
            put(.hashes(level), levels[8 * level].count) { HashTile.encode(levels[8 * level][$0]) }
        }
        let note = try sign(Checkpoint(origin: key.name, size: size, root: frontier.root))
        memory.files["checkpoint"] = note
        if keepingCheckpoint { memory.files["checkpoints/\(size)"] = note }
        cited = CitedCheckpoint(size: size, root: frontier.root)
    }

    func sign(_ checkpoint: Checkpoint) throws -> [UInt8] {
        let signature = Array(try signer.signature(for: Array(checkpoint.text.utf8)))
        return Array(SignedNote(text: checkpoint.text, signatures: [.init(by: key, bytes: signature)]).encoded.utf8)
    }

    /// Searches of one analyst, a checkpoint after every few.
    static func searches(_ count: Int, publishEach: Int = 5) throws -> SampleLog {
        var log = try SampleLog()
        for index in 0..<count {
            try log.draft(search(index))
            if index % publishEach == publishEach - 1 {
                try log.publish(keepingCheckpoint: index % (2 * publishEach) > publishEach)
            }
        }
        try log.publish()
        return log
    }

    static func search(_ index: Int) -> AuditDraft {
        AuditDraft(
            event: "record.searched",
            actor: AuditActor(role: .analyst, pseudonym: "u-7f3a"),
            data: ["purpose": "prevention", "count": .integer(index)],
            personal: [PersonalValue(name: "terms", value: "term \(index)", retentionClass: "search")]
        )
    }

    func verify(_ memory: MemoryFiles? = nil, kept: [LogVerifier.Kept] = []) -> LogVerification {
        LogVerifier(memory ?? self.memory, key: key, kept: kept).verify()
    }
}
