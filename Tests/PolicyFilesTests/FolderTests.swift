/// Whole folders: the example, the shipped policies, digests, strangers.

import Crypto
import Foundation
import PolicyEngine
import PolicyFiles
import Testing

@Suite struct FolderTests {
    /// Two names that only look the same are two: both files are read, and both are in the digest.
    @Test func `names of files are compared by their bytes`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "comity-twins-\(UUID().uuidString)")
        try FileManager.default.copyItem(atPath: Folders.example, toPath: folder.path)
        defer { try? FileManager.default.removeItem(at: folder) }
        func catalogue(_ id: String) -> [UInt8] {
            Array("format: 1\noffences: {\(id): {name: {en: x}, source: UN-SOM, penalties: {}}}\n".utf8)
        }
        func write(_ bytes: [UInt8], _ name: String) throws {
            let file = try #require(fopen(folder.path + "/offences/" + name, "w"))
            defer { fclose(file) }
            #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        }
        let names = ["e\u{301}.yaml", "\u{E9}.yaml", "\u{301}.yaml"]
        for (index, name) in names.enumerated() { try write(catalogue("act-\(index)"), name) }
        let loaded = try PolicyFolder.load(path: folder.path)
        #expect(loaded.problems.map(\.description) == [])
        #expect(Set(["act-0", "act-1", "act-2"]).isSubset(of: try #require(loaded.policies).offences.keys))
        #expect(loaded.twin == "offences/\u{E9}.yaml")
        var digests: Set<String> = [loaded.digest]
        for name in names {
            try write(catalogue("other"), name)
            #expect(digests.insert(try PolicyFolder.load(path: folder.path).digest).inserted, "it is not in the digest")
            try write(Array("format: 2\n".utf8), name)
        }
        // Each of the three has its own two problems.
        #expect(try PolicyFolder.load(path: folder.path).problems.count == 6)
    }

    @Test(arguments: [(Folders.example, 22), (Folders.shipped, 296)])
    func `a sound folder has no problem and every case passes`(path: String, cases: Int) throws {
        let loaded = try PolicyFolder.load(path: path)
        #expect(loaded.problems.map(\.description) == [])
        let policies = try #require(loaded.policies)
        #expect(loaded.cases.count == cases)
        for item in loaded.cases {
            #expect(item.failures(in: policies) == [], "\(item.file):\(item.place.line) \(item.name)")
        }
    }

    @Test func `every shipped rule decides in a case`() throws {
        let loaded = try PolicyFolder.load(path: Folders.shipped)
        let policies = try #require(loaded.policies)
        let named = Set(loaded.cases.flatMap(\.expectation.reasons))
        let rules =
            policies.jurisdictions.values.flatMap(\.rules) + policies.agreements.values.flatMap(\.rules)
            + policies.agencies.values.flatMap(\.rules)
        #expect(rules.count > 30)
        for rule in rules { #expect(named.contains(rule.name), "\(rule.name)") }
    }

    @Test func `at question and index the shipped policies ask only for what a node carries out`() throws {
        let policies = try #require(try PolicyFolder.load(path: Folders.shipped).policies)
        let rules = policies.jurisdictions.values.flatMap(\.rules) + policies.agreements.values.flatMap(\.rules)
        for rule in rules where !rule.stages.isDisjoint(with: [.question, .index]) {
            #expect(rule.obligations.allSatisfy { $0.kind == .quota || $0 == .retrieval([.synced]) }, "\(rule.name)")
        }
    }

    @Test func `the digest is over path, zero and content hash, in path order`() throws {
        // Computed with Python's hashlib from POLICY section 6.
        let digest = "fe1ea665c81290993ed6170955b9971e1f50bfc93718a784ad263e8e60c27830"
        let loaded = try PolicyFolder.load(path: Folders.example)
        #expect(loaded.digest == digest)
        var files = loaded.files
        files["README.md"] = [1]
        files["cases/.hidden.yaml"] = [1]
        files[".git/config.yaml"] = [1]
        #expect(PolicyFolder.load(files: files).digest == digest)
        #expect(PolicyFolder.load(files: files).problems.isEmpty)
    }

    @Test func `an agreement's digest is that of its bytes`() throws {
        let files = try Folders.exampleFiles()
        let loaded = PolicyFolder.load(files: files)
        let bytes = try #require(files["agreements/xa-xb-finance.yaml"])
        #expect(loaded.agreementDigest("xa-xb-finance") == Array(SHA256.hash(data: bytes)))
        #expect(loaded.agreementDigest("none") == nil)
    }

    @Test(arguments: [
        "agreements/x.yml", "x.yaml", "vocabulary.yml", "agencies/deep/x.yaml", "rules/x.yaml", "notes.txt",
        "agencies/.yaml/x.txt.md.bak",
    ])
    func `a file without a place is told`(path: String) throws {
        var files = try Folders.exampleFiles()
        files[path] = Array("format: 1\n".utf8)
        let problems = PolicyFolder.load(files: files).problems
        if path.contains("/.") {
            #expect(problems.isEmpty)
        } else {
            #expect(problems.map { "\($0.location) \($0.code.rawValue)" } == ["\(path):1:1 unknown-file"])
        }
    }

    @Test func `a folder on disk is read like one in memory`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "comity-policy-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(atPath: Folders.example, toPath: folder.path)
        try Data("x".utf8).write(to: folder.appending(path: "agencies/notes.txt"))
        try Data("x".utf8).write(to: folder.appending(path: ".DS_Store"))
        let loaded = try PolicyFolder.load(path: folder.path)
        #expect(loaded.problems.map(\.location) == ["agencies/notes.txt:1:1"])
        #expect(loaded.policies == nil)
        #expect(throws: FolderProblem.self) { try PolicyFolder.load(path: folder.path + "/vocabulary.yaml") }
        #expect(throws: FolderProblem.self) { try PolicyFolder.load(path: folder.path + "/none") }
    }
}
