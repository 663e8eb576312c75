/// `comity audit verify`: a copy of a log, or one entry's proof, checked without the node.
/// Knows how the result is told; what is checked, AuditLog knows.

import ArgumentParser
import AuditLog
import Foundation
import NodeCore
import TimeStamps
import TransparencyLog
import Vault

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a copy of a log, or one entry's proof; no node is needed.",
        usage:
            "comity audit verify LOGDIR|URL|FILE.tlog-proof [--key VKEY] [--policy FILE] [--kept FILE]… [--tsa-ca FILE] [--json]",
        discussion: """
            Examples:
              comity audit verify north/log
              comity audit verify entry-42.tlog-proof --key "$(cat north.vkey)" --json

            Without --key or --policy the key in the folder is used; then the log agrees with itself, but whose it is,
            stays open. With --policy the witnesses it lists must have cosigned, as many as its quorum says. Time stamps in
            the folder must cover their checkpoints; with --tsa-ca an authority of that file must have made them.

            Exit codes: 0 nothing is wrong, 1 something is, 64 bad usage, 65 unusable --key, --policy or --tsa-ca.
            """
    )

    @Argument(help: "Folder of a log, or a file ending in .tlog-proof.")
    var target: String

    @Option(help: "The log's verifier key, or a file that holds it.")
    var key: String?

    @Option(parsing: .singleValue, help: "A checkpoint kept from before; may be given again.")
    var kept: [String] = []

    @Option(help: ArgumentHelp("Logs, witnesses and quorum to believe: a C2SP tlog-policy file.", valueName: "FILE"))
    var policy: String?

    @Option(help: ArgumentHelp("Whose time stamps to believe: certificates in PEM.", valueName: "FILE"))
    var tsaCa: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let isAddress = target.hasPrefix("http://") || target.hasPrefix("https://")
        let verifier = try verifier()
        let fetched = isAddress ? await FetchedLog(target) : nil
        defer { fetched?.remove() }
        let result =
            if let fault = fetched?.fault {
                LogVerification.unread(place: URLComponents(string: target)?.path ?? target, fault)
            } else {
                verifier(fetched?.folder.path ?? logFolder(target))
            }
        if output.json {
            try Voice.json(VerificationDocument(result))
        } else {
            tell(result)
        }
        if !result.ok { throw ExitCode(Exit.refused) }
    }

    /// Verification with what was given beside the log, which is read first: nothing is fetched for a key that is none.
    private func verifier() throws -> (_ folder: String) -> LogVerification {
        let key = try key.map { try verifierKey($0) }
        let policy = try policy.map { try witnessPolicy($0) }
        let authorities = try tsaCa.map { try timeStampAuthorities($0) }
        let kept = kept.map {
            LogVerifier.Kept(place: $0, bytes: FileManager.default.contents(atPath: $0).map { [UInt8]($0) })
        }
        return { [target] folder in
            if target.hasSuffix(".tlog-proof") {
                let bytes = FileManager.default.contents(atPath: target).map { [UInt8]($0) } ?? []
                return LogVerifier.verify(proof: bytes, place: target, key: key, kept: kept, policy: policy)
            }
            return LogVerifier(
                AuditFolder(path: folder),
                key: key,
                kept: kept,
                policy: policy,
                authorities: authorities
            )
            .verify()
        }
    }

    private func verifierKey(_ word: String) throws -> VerifierKey {
        let contents = FileManager.default.contents(atPath: word).map { String(decoding: $0, as: UTF8.self) }
        guard let key = VerifierKey((contents ?? word).trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CommandFailure(
                Exit.data,
                "the key given is not a verifier key",
                at: contents == nil ? "--key" : word,
                because: "a verifier key is NAME+8 hex digits+base64, its digits computed from the rest",
                try: "the vkey of the node card: comity peer card DIR"
            )
        }
        return key
    }

    private func witnessPolicy(_ path: String) throws -> WitnessPolicy {
        func unusable(_ because: String, line: Int? = nil) -> CommandFailure {
            CommandFailure(
                Exit.data,
                "the policy of witnesses cannot be used",
                at: line.map { "\(path):\($0)" } ?? path,
                because: because,
                try: "a file in the form of C2SP tlog-policy, as docs/protocol/audit.md shows it"
            )
        }
        guard let bytes = FileManager.default.contents(atPath: path) else { throw unusable("it cannot be read") }
        do { return try WitnessPolicy([UInt8](bytes)) } catch { throw unusable(error.reason, line: error.line) }
    }

    private func tell(_ result: LogVerification) {
        let name = result.origin ?? target
        let count = result.problems.count
        let read = "\(result.entriesChecked.grouped) \(result.entriesChecked == 1 ? "entry" : "entries") checked"
        guard result.ok else {
            Voice.result("failed: log \(name): \(read), \(count.grouped) \(count == 1 ? "problem" : "problems")")
            for finding in result.problems.prefix(20) { Voice.result("  \(finding.place): \(finding.text)") }
            if count > 20 { Voice.result("  and \((count - 20).grouped) more (--json shows them)") }
            warn(result)
            Voice.say("keep this copy; compare it with a peer's: comity audit verify … --kept FILE")
            return
        }
        let trust = result.trusted ? "" : "; the key is the folder's own, compare it: --key"
        Voice.result("ok: log \(name): \(read), checkpoint \(result.size.grouped)\(trust)")
        for stamp in result.stamped {
            let time = LeafTime(milliseconds: stamp.seconds * 1_000)
            Voice.result("checkpoint \(stamp.size.grouped) is stamped \(time)")
        }
        if let values = result.values {
            Voice.result(
                "personal values: \(values.shown.grouped) shown, \(values.erased.grouped) erased, "
                    + "\(values.undisclosed.grouped) not disclosed"
            )
        }
        warn(result)
    }

    private func warn(_ result: LogVerification) {
        for finding in result.warnings.prefix(20) { Voice.say("warning: \(finding.place): \(finding.text)") }
        if result.warnings.count > 20 {
            Voice.say("and \((result.warnings.count - 20).grouped) warnings more (--json shows them)")
        }
    }
}

/// Certificates of time-stamping authorities.
func timeStampAuthorities(_ path: String) throws -> TimeStampAuthorities {
    let bytes = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    guard let authorities = TimeStampAuthorities(pem: bytes) else {
        throw CommandFailure(
            Exit.data,
            "the authorities of time stamps cannot be read",
            at: path,
            because: "it is not a file of certificates in PEM",
            try: "the certificate that the time-stamping authority publishes, -----BEGIN CERTIFICATE-----"
        )
    }
    return authorities
}

/// The log of a node when its whole folder was named.
func logFolder(_ target: String) -> String {
    let inside = (target as NSString).appendingPathComponent("log")
    let isNode = NodeFolder(target).exists && FileManager.default.fileExists(atPath: inside)
    return isNode ? inside : target
}

extension CommandFailure {
    /// A copy of a log that is broken.
    ///
    /// - Parameter target: the folder as it was named.
    init(_ defect: LogCopyError, ofLog target: String) {
        let folder = logFolder(target)
        self.init(
            Exit.refused,
            "this log cannot be relied on",
            at: (folder as NSString).appendingPathComponent(defect.place),
            because: defect.text,
            try: "comity audit verify \(folder)"
        )
        self.defect = defect
    }
}

/// The JSON of AUDIT section 7; what is not known is null.
struct VerificationDocument: Encodable {
    private let result: LogVerification

    init(_ result: LogVerification) {
        self.result = result
    }

    private enum Name: String, CodingKey {
        case origin, size, root, ok, problems, warnings, quorum, timestamps, trusted, values
        case entriesChecked = "entries_checked"
        case cosignedBy = "cosigned_by"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(result.origin, forKey: .origin)
        try container.encode(result.size, forKey: .size)
        try container.encode(result.root, forKey: .root)
        try container.encode(result.entriesChecked, forKey: .entriesChecked)
        try container.encode(result.ok, forKey: .ok)
        try container.encode(result.problems.map { FindingDocument($0) }, forKey: .problems)
        try container.encode(result.warnings.map { FindingDocument($0) }, forKey: .warnings)
        try container.encode(result.cosignedBy, forKey: .cosignedBy)
        // Without a policy there is no quorum to meet or miss.
        try container.encode(result.quorum, forKey: .quorum)
        try container.encode(result.trusted, forKey: .trusted)
        if !result.stamped.isEmpty {
            try container.encode(result.stamped.map(StampDocument.init), forKey: .timestamps)
        }
        if let values = result.values {
            let counts = ["shown": values.shown, "erased": values.erased, "undisclosed": values.undisclosed]
            try container.encode(counts, forKey: .values)
        }
    }

    private struct StampDocument: Encodable {
        let size: Int
        let time: String

        init(_ stamp: StampedCheckpoint) {
            size = stamp.size
            time = LeafTime(milliseconds: stamp.seconds * 1_000).description
        }
    }
}

/// What is wrong with a log, and where; an index that there is not is null.
struct FindingDocument: Encodable {
    private let place: String
    private let index: Int?
    private let text: String

    init(_ finding: Finding) {
        (place, index, text) = (finding.place, finding.index, finding.text)
    }

    init(_ defect: LogCopyError) {
        (place, index, text) = (defect.place, defect.index, defect.text)
    }

    private enum Name: CodingKey {
        case place, index, text
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(place, forKey: .place)
        try container.encode(index, forKey: .index)
        try container.encode(text, forKey: .text)
    }
}
