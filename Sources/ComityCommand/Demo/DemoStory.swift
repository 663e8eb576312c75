/// The demo's steps. Each runs real commands on real nodes, checks what came of them, and then tells it in a line or two.

import Foundation
import NodeCore

struct DemoStory {
    let program: DemoProgram
    let north: DemoNode
    let coast: DemoNode
    let fiu: DemoNode
    private let start = Date()

    var nodes: [DemoNode] { [north, coast, fiu] }

    init(program: DemoProgram) throws(DemoFailure) {
        self.program = program
        north = try DemoNode(
            program: program,
            short: "north",
            agency: "north-border",
            name: "Varnia Northern Border Police",
            jurisdiction: "XV"
        )
        coast = try DemoNode(
            program: program,
            short: "coast",
            agency: "sound-coast",
            name: "Sundmark Coast Guard",
            jurisdiction: "XS"
        )
        fiu = try DemoNode(
            program: program,
            short: "fiu",
            agency: "sound-fiu",
            name: "Sundmark Financial Intelligence Unit",
            jurisdiction: "XS"
        )
    }

    mutating func tell(keep: Bool) async throws(DemoFailure) {
        Voice.result("Three agencies of two invented countries, three nodes, in \(program.folder.path)")
        Voice.result("")
        try await startNodes()
        try exchangeCards()
        try importAndIndex()
        let hits = try askWithHits()
        let requests = try requestAndDecide(hits)
        try askWithoutHit()
        try askAndBeRefused()
        try await receive(requests)
        try witnessEachOther()
        stop()
        try verifyOffline()
        try findOneByte()
        try rewriteHistory()
        Voice.result("")
        Voice.result("Every step did what it says (\(Int(Date().timeIntervalSince(start).rounded())) s).")
        if keep {
            for node in nodes { try await node.start() }
            try leaveOneWaiting(hits)
            Voice.result("The nodes go on running:")
            for node in nodes {
                let process = node.processID.map { ", process \($0)" } ?? ""
                Voice.result("  \(node.folder.path)  http://127.0.0.1:\(node.localPort)/health/ready\(process)")
            }
            try DemoConsoles(program: program, north: north, coast: coast).tell()
            Voice.result("Ask by hand: comity query \(north.folder.path) --help; stop them with kill.")
        } else {
            Voice.result("The nodes are stopped; their folders stay in \(program.folder.path)")
        }
    }

    func stop() {
        for node in nodes { node.stop() }
    }

    // MARK: Steps

    private func startNodes() async throws(DemoFailure) {
        let passphrase = (0..<4).map { _ in String(UInt32.random(in: 0...UInt32.max), radix: 36) }.joined(
            separator: "-"
        )
        try write(passphrase + "\n", "passphrase")
        for node in nodes {
            try node.initialise()
            try await node.start()
        }
        told(1, "Each agency makes a node: keys, vault, audit log, policy files. All three are up.")
    }

    private func exchangeCards() throws(DemoFailure) {
        for (mine, theirs) in [
            (north, coast), (north, fiu), (coast, north), (coast, fiu), (fiu, north), (fiu, coast),
        ] {
            let card = try program.expect(["peer", "card", theirs.short, "--json"]).document(OwnCard.self)
            try write(card.card, "\(theirs.short).card")
            let wrong = try program.run(["peer", "add", mine.short, "\(theirs.short).card", "--confirm", "0000"])
            guard wrong.exit == 1 else { throw DemoFailure("a wrong fingerprint was accepted") }
            try program.expect(["peer", "add", mine.short, "\(theirs.short).card", "--confirm", card.fingerprint])
        }
        told(2, "They exchange cards, compare fingerprints, and trust each other's keys: mutual TLS.")
    }

    private func importAndIndex() throws(DemoFailure) {
        try write(DemoData.coast, "coast.csv")
        try write(DemoData.fiu, "fiu.csv")
        for (node, file, count) in [(coast, "coast.csv", DemoData.coastRecords), (fiu, "fiu.csv", DemoData.fiuRecords)]
        {
            let report = try program.expect(["records", "import", node.short, file, "--json"]).document(
                ImportReport.self
            )
            guard report.created == count, report.refused == 0 else {
                throw DemoFailure("\(node.name) imported \(report.created) records, not \(count)")
            }
        }
        told(
            3,
            "The coast guard imports \(DemoData.coastRecords) records, the FIU \(DemoData.fiuRecords). They stay in their vaults."
        )
        let built = try program.expect(["index", "build", coast.short, "--json"]).document(IndexList.self)
        try program.expect(["index", "build", fiu.short])
        guard let index = built.indexes.first, built.indexes.count == 1,
            index.records == DemoData.coastRecords - DemoData.coastKeptOut.count
        else { throw DemoFailure("the coast guard's index has not the records that policy lets in") }
        for rule in DemoData.coastKeptOut where !index.notes.contains(where: { $0.hasSuffix(rule) }) {
            throw DemoFailure("no record stayed out of the index by \(rule)")
        }
        told(
            4,
            "Policy decides record by record who may be asked about: \(index.records) enter the index,",
            "\(DemoData.coastKeptOut.count) stay out (\(DemoData.coastKeptOut.joined(separator: ", "))).",
            "Without the holder's help it tells nothing: \(index.entries) entries, padding included."
        )
    }

    private func askWithHits() throws(DemoFailure) -> PeerAnswerReport {
        try program.expect(["user", "add", north.short, "amina", "--role", "analyst"])
        try write(DemoData.suspects, "suspects.csv")
        let asked = try ask(["--file", "suspects.csv"], agreement: "narrow-sea", purpose: "investigate")
        guard asked.outcome == "hits" else {
            throw DemoFailure("the coast guard's answer was \(asked.outcome)", asked.reason)
        }
        let found = Dictionary(grouping: asked.hits, by: \.subject)
        guard found.keys.sorted() == DemoData.expectedHits.keys.sorted(), found.values.allSatisfy({ $0.count == 1 })
        else {
            throw DemoFailure("hits on \(found.keys.sorted()), not on \(DemoData.expectedHits.keys.sorted())")
        }
        for hit in asked.hits {
            guard Set(DemoData.expectedHits[hit.subject] ?? []).isSubset(of: hit.kinds) else {
                throw DemoFailure("\(hit.subject) agrees by \(hit.kinds), which leaves out what should agree")
            }
        }
        told(
            5,
            "The border police asks the coast guard about five, blinded: three hits, each a handle, never a person."
        )
        for hit in asked.hits.sorted(by: { $0.subject < $1.subject }) {
            Voice.result(
                "     \(hit.subject)  handle \(hit.handle)  \(hit.band), score \(hit.score): \(hit.kinds.joined(separator: ", "))"
            )
        }
        Voice.result(
            "     (q1 was asked in Latin letters and is known in Arabic ones; q4 is known, but restricted: no hit)"
        )
        return asked
    }

    private func askWithoutHit() throws(DemoFailure) {
        let fields = DemoData.stranger.sorted { $0.key < $1.key }.flatMap { ["--field", "\($0.key)=\($0.value)"] }
        let asked = try ask(fields, agreement: "narrow-sea", purpose: "investigate")
        guard asked.outcome == "no-hit", asked.hits.isEmpty else {
            throw DemoFailure("the answer about a stranger was \(asked.outcome)", asked.reason)
        }
        let entries = try program.expect([
            "audit", "list", coast.short, "--event", "query.received", "--query", asked.id, "--json",
        ])
        guard String(decoding: entries.output, as: UTF8.self).contains(asked.id) else {
            throw DemoFailure("the coast guard's log does not say that it was asked")
        }
        for trace in DemoData.strangerTraces {
            if let place = try FolderSearch.find(trace, in: coast.folder) {
                throw DemoFailure("the question left a trace at the coast guard", place)
            }
        }
        told(
            7,
            "One more, whom nobody knows: no hit. The coast guard logged who asked, why, how many keys;",
            "of name, birth date and phone there is no trace on its disk."
        )
    }

    private func askAndBeRefused() throws(DemoFailure) {
        let fields = ["--field", "full_name=Yusuf Sahin", "--field", "birth_date=1988-02-11"]
        let refused = try ask(fields, agreement: "clean-money", purpose: "border_control", exit: 1)
        guard refused.outcome == "refused", refused.reason.contains("EGMONT-PIE para. 32") else {
            throw DemoFailure("the FIU did not refuse a border check by its rule", refused.reason)
        }
        let answered = try ask(
            fields + ["--field", "iban=DE89 3704 0044 0532 0130 00"],
            agreement: "clean-money",
            purpose: "investigate"
        )
        guard answered.hits.contains(where: { $0.kinds.contains("iban") && $0.band == "strong" }) else {
            throw DemoFailure("the FIU did not know the account", answered.reason)
        }
        told(8, "The FIU is asked about q1 for a border check: refused.", "\"\(refused.reason)\"")
        told(9, "Asked for an investigation into money laundering: a strong hit, by account and name.")
    }

    private func findOneByte() throws(DemoFailure) {
        try copy(coast.folder.appendingPathComponent("log"), "spoiled/coast")
        let spoiled = program.folder.appendingPathComponent("spoiled/coast/tile/entries")
        guard let name = try FolderSearch.newestBundle(in: spoiled),
            var bytes = FileManager.default.contents(atPath: name),
            bytes.count > 900
        else { throw DemoFailure("there is no entry to spoil", spoiled.path) }
        bytes[900] ^= 0x01
        guard FileManager.default.createFile(atPath: name, contents: bytes) else {
            throw DemoFailure("the copy could not be spoiled", name)
        }
        let verdict = try program.expect(["audit", "verify", "spoiled/coast", "--json"], exit: 1).document(Verdict.self)
        guard !verdict.ok, let problem = verdict.problems.first else {
            throw DemoFailure("a changed byte in an entry was not found")
        }
        told(13, "One bit changed in a copy (spoiled/coast): found, at \(problem.place).")
    }

    // MARK: Tools

    /// Asks from the border police's node; the one peer's answer.
    private func ask(
        _ subjects: [String],
        agreement: String,
        purpose: String,
        exit: Int32 = 0
    ) throws(DemoFailure) -> PeerAnswerReport {
        let terms =
            agreement == "narrow-sea"
            ? ["--legal-basis", "UN-SOM", "--offence", "migrant-smuggling"]
            : ["--legal-basis", "UN-CTOC", "--offence", "money-laundering"]
        let outcome = try program.expect(
            [
                "query", north.short, "--agreement", agreement, "--purpose", purpose, "--case", "2026-114", "--as",
                "amina",
            ]
                + terms + subjects + ["--json"],
            exit: exit
        )
        let report = try outcome.document(QuestionReport.self)
        guard report.asked.count == 1, let answer = report.asked.first else {
            throw DemoFailure("one peer should have been asked, \(report.asked.count) were")
        }
        return answer
    }

    func told(_ step: Int, _ lines: String...) {
        for (number, line) in lines.enumerated() {
            let label = number == 0 ? "\(step < 10 ? " " : "")\(step)  " : "    "
            Voice.result(label + line)
        }
    }

    func write(_ text: String, _ name: String) throws(DemoFailure) {
        let path = program.folder.appendingPathComponent(name).path
        let parent = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let made = FileManager.default.createFile(
            atPath: path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw DemoFailure("a file of the demo could not be written", path) }
    }

    /// What stands in a file of the demo's folder.
    func contents(_ name: String) throws(DemoFailure) -> String {
        let path = program.folder.appendingPathComponent(name).path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DemoFailure("a file of the demo cannot be read", path)
        }
        return String(decoding: data, as: UTF8.self)
    }

    func copy(_ folder: URL, _ name: String) throws(DemoFailure) {
        let target = program.folder.appendingPathComponent(name)
        do {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try FileManager.default.copyItem(at: folder, to: target)
        } catch {
            throw DemoFailure("a log could not be copied", target.path)
        }
    }
}

/// Looks through the files of a folder.
enum FolderSearch {
    /// The first file that holds the bytes of `text`; nil if none does.
    static func find(_ text: String, in folder: URL) throws(DemoFailure) -> String? {
        for path in try files(in: folder) {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            if data.range(of: Data(text.utf8)) != nil { return path }
        }
        return nil
    }

    /// The unfinished bundle with the most entries: the one that the newest checkpoint covers.
    static func newestBundle(in folder: URL) throws(DemoFailure) -> String? {
        try files(in: folder).max { width($0) < width($1) }
    }

    private static func width(_ path: String) -> Int { Int((path as NSString).lastPathComponent) ?? 0 }

    private static func files(in folder: URL) throws(DemoFailure) -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder.path) else {
            throw DemoFailure("a folder cannot be read", folder.path)
        }
        var files: [String] = []
        for case let name as String in names {
            let path = folder.appendingPathComponent(name).path
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
                files.append(path)
            }
        }
        return files.sorted()
    }
}
