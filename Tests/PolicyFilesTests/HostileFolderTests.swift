/// Folders on disk that are made to harm: each is told, in bounded memory, and nothing outside is read.

import Foundation
import PolicyEngine
import PolicyFiles
import Testing

@Suite struct HostileFolderTests {
    private func with(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "comity-hostile-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let policies = folder.appending(path: "policies")
        try FileManager.default.copyItem(atPath: Folders.example, toPath: policies.path)
        try body(policies)
    }

    private func problems(_ folder: URL) throws -> [String] {
        let loaded = try PolicyFolder.load(path: folder.path)
        #expect((loaded.policies == nil) == !loaded.problems.isEmpty)
        return loaded.problems.map { "\($0.location): \($0.code.rawValue): \($0.text)" }
    }

    @Test func `a link out of the folder is not followed`() throws {
        try with { folder in
            let outside = folder.deletingLastPathComponent().appending(path: "outside.yaml")
            try Data("format: 1\nid: outside\nsecret: word\n".utf8).write(to: outside)
            for target in [outside.path, "../../outside.yaml", "/dev/zero", "/etc/passwd"] {
                let link = folder.appending(path: "agencies/outside.yaml")
                try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: target)
                #expect(
                    try problems(folder) == [
                        "agencies/outside.yaml:1:1: syntax: \"agencies/outside.yaml\": the link leads out of the folder"
                    ],
                    "\(target)"
                )
                try FileManager.default.removeItem(at: link)
            }
            let sibling = folder.deletingLastPathComponent().appending(path: "policies-2")
            try FileManager.default.createDirectory(at: sibling, withIntermediateDirectories: false)
            try FileManager.default.moveItem(at: outside, to: sibling.appending(path: "outside.yaml"))
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: "agencies/outside.yaml").path,
                withDestinationPath: "../../policies-2/outside.yaml"
            )
            #expect(try problems(folder).count == 1)
        }
    }

    @Test func `a link inside the folder is a file like another`() throws {
        try with { folder in
            let data = folder.appending(path: ".data")
            try FileManager.default.createDirectory(at: data, withIntermediateDirectories: false)
            let coast = folder.appending(path: "agencies/xb-coast.yaml")
            try FileManager.default.moveItem(at: coast, to: data.appending(path: "coast"))
            try FileManager.default.createSymbolicLink(
                atPath: coast.path,
                withDestinationPath: "../.data/coast"
            )
            #expect(try problems(folder) == [])
            let alias = folder.deletingLastPathComponent().appending(path: "alias")
            try FileManager.default.createSymbolicLink(at: alias, withDestinationURL: folder)
            #expect(try problems(alias) == [])
        }
    }

    @Test func `what cannot be read is told by name`() throws {
        try with { folder in
            let agencies = folder.appending(path: "agencies")
            try FileManager.default.createSymbolicLink(
                atPath: agencies.appending(path: "loop.yaml").path,
                withDestinationPath: "loop.yaml"
            )
            try FileManager.default.createSymbolicLink(
                atPath: agencies.appending(path: "none.yaml").path,
                withDestinationPath: "nowhere.yaml"
            )
            try FileManager.default.createSymbolicLink(
                atPath: agencies.appending(path: "folder.yaml").path,
                withDestinationPath: "../cases"
            )
            #expect(mkfifo(agencies.appending(path: "pipe.yaml").path, 0o600) == 0)
            #expect(
                try problems(folder).map { $0.replacing("syntax: ", with: "") } == [
                    "agencies/folder.yaml:1:1: \"agencies/folder.yaml\": it is no regular file",
                    "agencies/loop.yaml:1:1: \"agencies/loop.yaml\": the link leads nowhere",
                    "agencies/none.yaml:1:1: \"agencies/none.yaml\": the link leads nowhere",
                    "agencies/pipe.yaml:1:1: \"agencies/pipe.yaml\": it is no regular file",
                ]
            )
        }
    }

    @Test func `a file without permission is told by name`() throws {
        try with { folder in
            let coast = folder.appending(path: "agencies/xb-coast.yaml")
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: coast.path)
            // The superuser reads it all the same.
            let expected =
                geteuid() == 0
                ? [] : ["agencies/xb-coast.yaml:1:1: syntax: \"agencies/xb-coast.yaml\": it cannot be read"]
            #expect(try problems(folder).filter { $0.hasPrefix("agencies/") } == expected)
        }
    }

    @Test func `a file of a hundred megabytes is told, not read`() throws {
        try with { folder in
            let large = folder.appending(path: "agencies/xb-coast.yaml")
            #expect(truncate(large.path, 100 << 20) == 0)
            let loaded = try PolicyFolder.load(path: folder.path)
            let own = loaded.problems.filter { $0.file == "agencies/xb-coast.yaml" }
            #expect(own.map(\.location) == ["agencies/xb-coast.yaml:1:1"])
            #expect(own.first?.text == "the file is longer than \(PolicyFolder.longestFile) bytes")
            #expect(loaded.files["agencies/xb-coast.yaml"]?.count == PolicyFolder.longestFile + 1)
        }
    }

    @Test func `a folder of too much is not read to its end`() throws {
        try with { folder in
            for number in 0..<70 {
                let file = folder.appending(path: "cases/c\(number).yaml")
                #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
                #expect(truncate(file.path, 1 << 20) == 0)
            }
            let problem = #expect(throws: FolderProblem.self) { try PolicyFolder.load(path: folder.path) }
            #expect(problem?.because == "it holds more than 64 MB")
        }
    }

    @Test func `a file of many mistakes is told as far as ten thousand`() throws {
        var files = try Folders.exampleFiles()
        files["cases/x.yaml"] = Array((0..<20_000).map { "k\($0): 1\n" }.joined().utf8)
        let problems = PolicyFolder.load(files: files).problems
        #expect(problems.count == 10_000)
        #expect(problems.first?.location == "cases/x.yaml:1:1")
    }

    @Test func `many duplicate keys cost a bounded number of passes`() throws {
        var files = try Folders.exampleFiles()
        let filler = String(repeating: "# a line that says nothing at all\n", count: 28_000)
        files["agencies/xb-coast.yaml"] = Array((String(repeating: "a: 1\n", count: 500) + filler).utf8)
        let problems = PolicyFolder.load(files: files).problems.filter { $0.file == "agencies/xb-coast.yaml" }
        #expect(problems.contains { $0.code == .duplicateKey })
        #expect(problems.count < 64)
    }
}
