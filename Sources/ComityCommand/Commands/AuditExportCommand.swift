/// `comity audit export`: entries that leave the house as evidence, each with its proof, under a signed manifest.
/// Knows the files of an export; what is proven, AuditLog knows.

import ArgumentParser
import AuditLog
import Crypto
import Foundation
import NodeCore
import RecordFiles
import TransparencyLog
import Vault

struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write entries, a proof for each, and a signed manifest into a folder.",
        usage:
            "comity audit export DIR --out FOLDER [--event E] [--since TIME] … [--format jsonl|csv] [--reveal --ground TEXT]",
        discussion: """
            Examples:
              comity audit export north --out evidence --query c79f099f-b682-4528-9aa0-463781ce9537
              comity audit export north --out q4 --since 2026-10-01 --format csv --reveal --ground "court order" --as ines

            FOLDER gets entries.jsonl or entries.csv, proofs/INDEX.tlog-proof, checkpoint, vkey, policy (of witnesses)
            and MANIFEST, a note signed by this node's export key. sha256sum -c MANIFEST checks the files, comity audit
            verify proofs/INDEX.tlog-proof --key "$(cat vkey)" each entry. With --reveal, disclosures.jsonl holds the
            personal values: takes the role officer. The export is in the log before it is signed (audit.exported).

            Exit codes: 0 written, 1 the log is not whole, 64 bad usage, 65 no log here or FOLDER is in use.
            """
    )

    @OptionGroup var log: NodeLogOptions
    @OptionGroup var search: LogFilterOptions

    @Option(help: ArgumentHelp("Folder to write; must not exist yet.", valueName: "FOLDER"))
    var out: String

    @Option(help: "jsonl: the entries byte for byte; csv: their words in columns.")
    var format: Format = .jsonl

    @Flag(help: "Add the personal values that entries commit to.")
    var reveal = false

    @Option(help: "Why; goes into the log in clear, so no names. Needed with --reveal.")
    var ground: String?

    @OptionGroup var output: OutputOptions

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case jsonl, csv
    }

    func validate() throws {
        guard !reveal || ground != nil else { throw ValidationError("--reveal needs --ground TEXT.") }
        try validateGround(ground)
    }

    func run() async throws {
        let filter = try search.filter()
        let reader = try await log.open()
        let folder = try ExportFolder(out)
        do {
            try await write(reader, filter, into: folder)
        } catch {
            folder.remove()
            throw error
        }
    }

    private func write(_ reader: LogReader, _ filter: LeafFilter, into folder: ExportFolder) async throws {
        var indices: [Int] = []
        var entries = try folder.stream("entries.\(format.rawValue)")
        if format == .csv { try entries.write(CSVWriter.line(AuditTable.columns) + "\n") }
        try log.reading {
            try reader.forEachEntry { index, bytes in
                let leaf = try reader.leaf(bytes, at: index)
                guard filter.admits(leaf) else { return true }
                indices.append(index)
                switch format {
                case .jsonl: try entries.write(String(decoding: bytes, as: UTF8.self) + "\n")
                case .csv: try entries.write(AuditTable.line(leaf) + "\n")
                }
                return true
            }
        }
        var manifest = ExportManifest(checkpoint: reader.checkpoint, count: indices.count, filter: search.words)
        manifest.add("entries.\(format.rawValue)", digest: try entries.close())
        let policy = try await log.access.perform(ReadWitnessPolicy()).text
        let cosigned = cosignedSize(reader, by: policy)
        for index in indices {
            let at = index < cosigned && cosigned < reader.checkpoint.size ? cosigned : nil
            let proof = try log.reading { try reader.prove(index, at: at).encoded }
            try folder.write(proof, to: "proofs/\(index).tlog-proof", in: &manifest)
        }
        let key = try String(contentsOfFile: (log.path as NSString).appendingPathComponent("vkey"), encoding: .utf8)
        try folder.write(reader.note.encoded, to: "checkpoint", in: &manifest)
        try folder.write(key, to: "vkey", in: &manifest)
        // C2SP tlog-policy: whose cosignatures this node asks for.
        try folder.write(policy, to: "policy", in: &manifest)
        if reveal { try await writeDisclosures(of: indices, into: folder, &manifest) }
        if manifest.files.count > ExportManifest.mostFiles {
            let sums = manifest.sums
            manifest = ExportManifest(checkpoint: reader.checkpoint, count: indices.count, filter: search.words)
            try folder.write(sums, to: "SHA256SUMS", in: &manifest)
        }
        let signed = try await log.access.perform(
            SignExport(
                count: indices.count,
                filter: search.words,
                ground: ground,
                manifest: manifest.text,
                account: log.actor.account
            )
        )
        try folder.write(signed.note, to: "MANIFEST")
        let open = indices.count { $0 >= cosigned }
        if open > 0, cosigned < reader.checkpoint.size {
            Voice.say(
                "\(open.grouped) of them wait for cosignatures: comity audit checkpoint \(log.dir) --cosign, then again"
            )
        }
        try tell(indices.count, reader)
    }

    /// The greatest kept checkpoint whose cosignatures suffice: what a proof is believed against. 0: none.
    private func cosignedSize(_ reader: LogReader, by text: String) -> Int {
        guard let policy = try? WitnessPolicy(Array(text.utf8)) else { return 0 }
        if policy.isMet(by: []) { return reader.checkpoint.size }
        let files = AuditFolder(path: log.path)
        let names = (try? files.list("checkpoints")) ?? []
        let sizes = names.compactMap { Int($0) }.filter { $0 < reader.checkpoint.size }.sorted(by: >)
        return sizes.first { size in
            guard let bytes = try? files.read("checkpoints/\(size)", limit: SignedNote.greatestLength),
                let verified = try? VerifiedCheckpoint(bytes, logKeys: policy.logs, witnesses: policy.witnesses)
            else { return false }
            return policy.isMet(by: verified.cosigners.map(\.key))
        } ?? 0
    }

    private func writeDisclosures(
        of indices: [Int],
        into folder: ExportFolder,
        _ manifest: inout ExportManifest
    ) async throws {
        let opened = try await log.access.perform(
            RevealEntries(
                entries: indices,
                filter: search.words,
                ground: ground ?? "",
                account: log.actor.account
            )
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines = ""
        for value in opened.values { lines += String(decoding: try encoder.encode(value), as: UTF8.self) + "\n" }
        try folder.write(lines, to: "disclosures.jsonl", in: &manifest)
    }

    private func tell(_ count: Int, _ reader: LogReader) throws {
        let checkpoint = CheckpointDocument(reader.checkpoint)
        guard output.json else {
            Voice.result(
                "\(count.grouped) \(count == 1 ? "entry" : "entries") with proofs in \(out), signed in MANIFEST"
            )
            return Voice.say(checkpoint.line)
        }
        try Voice.json(Document(checkpoint: checkpoint, entries: count, folder: out))
    }

    private struct Document: Encodable {
        let checkpoint: CheckpointDocument
        let entries: Int
        let folder: String
    }
}

/// A folder that is being written; owner-only.
private struct ExportFolder {
    let url: URL

    init(_ path: String) throws {
        url = URL(fileURLWithPath: path, isDirectory: true)
        do {
            try FileManager.default.createDirectory(
                at: url,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            try FileManager.default.createDirectory(
                at: url.appendingPathComponent("proofs"),
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(
                Exit.data,
                "the folder cannot be made",
                at: path,
                because: FileManager.default.fileExists(atPath: path) ? "there is something of that name" : nil,
                try: "a name that is free, in a folder that may be written"
            )
        }
    }

    func remove() { try? FileManager.default.removeItem(at: url) }

    func stream(_ name: String) throws -> ExportStream { try ExportStream(url.appendingPathComponent(name)) }

    func write(_ text: String, to name: String) throws {
        var stream = try stream(name)
        try stream.write(text)
        _ = try stream.close()
    }

    func write(_ text: String, to name: String, in manifest: inout ExportManifest) throws {
        var stream = try stream(name)
        try stream.write(text)
        manifest.add(name, digest: try stream.close())
    }
}

/// A file that is hashed as it is written.
private struct ExportStream {
    private let handle: FileHandle
    private var hash = SHA256()
    private var buffer = Data()

    init(_ url: URL) throws {
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                Exit.fault,
                "a file of the export cannot be written",
                at: url.path,
                because: String(cString: strerror(errno))
            )
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    mutating func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { try flush() }
    }

    private mutating func flush() throws {
        hash.update(data: buffer)
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    /// SHA-256 of what was written; durable.
    mutating func close() throws -> [UInt8] {
        try flush()
        try handle.synchronize()
        try handle.close()
        return Array(hash.finalize())
    }
}

struct RevealEntries: Operation {
    static let name = "audit-reveal-entries"
    struct Output: Codable, Sendable {
        var values: [OpenedValue]
    }

    var entries: [Int]
    var filter: String
    var ground: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(
            values: try await context.node.reveal(entries: entries, ground: ground, filter: filter, by: account)
        )
    }
}

struct SignExport: Operation {
    static let name = "audit-sign-export"
    struct Output: Codable, Sendable {
        /// The signed note.
        var note: String
    }

    var count: Int
    var filter: String
    var ground: String?
    var manifest: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(
            note: try await context.node.signExport(
                count: count,
                filter: filter,
                ground: ground,
                manifest: manifest,
                by: account
            )
        )
    }
}
