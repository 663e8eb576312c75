// Checks that verification finds each defect of a log and names its place (AUDIT section 7).
import AuditLog
import CanonicalJSON
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("Log verifier")
struct VerifierTests {
    private func places(_ result: LogVerification) -> Set<String> { Set(result.problems.map(\.place)) }

    @Test func aWholeLogVerifies() throws {
        for count in [0, 1, 5, 256, 300, 513] {
            let log = try SampleLog.searches(count, publishEach: 100)
            let result = log.verify()
            #expect(result.problems == [])
            #expect(result.warnings == [])
            #expect(result.entriesChecked == count)
            #expect(result.size == count)
            #expect(result.origin == "agency-a/audit/1")
            #expect(result.root == log.frontier.root.base64)
            #expect(result.trusted)
        }
    }

    @Test func aKeyFromTheFolderIsNotTrusted() throws {
        var log = try SampleLog.searches(3)
        let result = LogVerifier(log.memory, key: nil).verify()
        #expect(result.ok)
        #expect(!result.trusted)
        log.memory.files["vkey"] = nil
        #expect(places(LogVerifier(log.memory, key: nil).verify()) == ["vkey"])
        log.memory.files["vkey"] = Array("nonsense".utf8)
        #expect(places(LogVerifier(log.memory, key: nil).verify()) == ["vkey"])
    }

    @Test func everyFlippedByteOfASmallLogIsFoundAndItsPlaceNamed() throws {
        let log = try SampleLog.searches(4, publishEach: 3)
        #expect(log.memory.files.count == 6)
        for (path, bytes) in log.memory.files where path != "vkey" {
            for at in bytes.indices {
                var spoiled = log.memory
                spoiled.files[path]?[at] ^= 1 << UInt8(at % 8)
                let result = log.verify(spoiled)
                let named = result.problems.contains { $0.place == path || $0.place.hasPrefix(path + "#") }
                #expect(named, "\(path) byte \(at): \(result.problems.map(\.place))")
            }
        }
    }

    @Test func flippedBytesOfALargerLogAreFoundAndOnlyTheirPlaceIsNamed() throws {
        var random = SplitMix64.announced()
        let log = try SampleLog.searches(530, publishEach: 100)
        let paths = log.memory.files.keys.filter { $0 != "vkey" }.sorted()
        #expect(paths.contains("tile/1/000.p/2"))
        for path in paths {
            for _ in 0..<2 {
                var spoiled = log.memory
                let at = Int.random(in: 0..<(spoiled.files[path]?.count ?? 1), using: &random)
                spoiled.files[path]?[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
                let result = log.verify(spoiled)
                #expect(!result.ok)
                for problem in result.problems {
                    #expect(problem.place == path || problem.place.hasPrefix(path + "#"), "\(path): \(problem)")
                }
            }
        }
    }

    @Test func aMissingFileIsNamed() throws {
        let log = try SampleLog.searches(300, publishEach: 300)
        for path in log.memory.files.keys where path != "vkey" {
            var spoiled = log.memory
            spoiled.files[path] = nil
            #expect(places(log.verify(spoiled)) == [path])
        }
    }

    @Test func aCheckpointOfMoreEntriesThanAnyDiskHoldsIsRefusedSoon() throws {
        var log = try SampleLog.searches(3)
        log.memory.files["checkpoint"] = try log.sign(
            Checkpoint(origin: log.key.name, size: 1 << 52, root: log.frontier.root)
        )
        let result = log.verify()
        #expect(result.problems.count > 1_000)
        #expect(result.entriesChecked == 0)
    }

    @Test func tilesAheadOfTheCheckpointAreFine() throws {
        var log = try SampleLog.searches(250, publishEach: 250)
        let old = log.memory.files["checkpoint"]
        for index in 250..<280 { try log.draft(SampleLog.search(index)) }
        try log.publish()
        log.memory.files["checkpoint"] = old
        for path in log.memory.files.keys where path.contains("/000.p/250") { log.memory.files[path] = nil }
        let result = log.verify()
        #expect(result.problems == [])
        #expect(result.entriesChecked == 250)
    }

    @Test func leftOverPartialTilesMustBePrefixes() throws {
        var log = try SampleLog.searches(7, publishEach: 3)
        #expect(log.memory.files["tile/0/000.p/3"] != nil)
        log.memory.files["tile/0/000.p/3"] = log.memory.files["tile/0/000.p/6"]
        log.memory.files["tile/entries/000.p/6"]?.append(0)
        log.memory.files["tile/0/stray.tmp"] = [1]
        let result = log.verify()
        #expect(places(result) == ["tile/0/000.p/3", "tile/entries/000.p/6"])
        #expect(result.warnings.map(\.place) == ["tile/0/stray.tmp"])
    }

    @Test func keptCheckpointsMustBeExtended() throws {
        var log = try SampleLog.searches(20, publishEach: 5)
        #expect(log.memory.files.keys.filter { $0.hasPrefix("checkpoints/") }.count == 2)
        let older = try log.sign(Checkpoint(origin: log.key.name, size: 7, root: .leaf([1])))
        let ahead = try log.sign(Checkpoint(origin: log.key.name, size: 21, root: .leaf([1])))
        let good = LogVerifier.Kept(place: "kept/good", bytes: log.memory.files["checkpoints/10"])
        #expect(log.verify(kept: [good]).ok)
        let bad = [
            LogVerifier.Kept(place: "kept/other", bytes: older), LogVerifier.Kept(place: "kept/ahead", bytes: ahead),
            LogVerifier.Kept(place: "kept/none", bytes: nil), LogVerifier.Kept(place: "kept/junk", bytes: [1]),
        ]
        #expect(places(log.verify(kept: [good] + bad)) == ["kept/other", "kept/ahead", "kept/none", "kept/junk"])
        log.memory.files["checkpoints/7"] = older
        log.memory.files["checkpoints/8"] = log.memory.files["checkpoints/10"]
        #expect(places(log.verify()) == ["checkpoints/7", "checkpoints/8"])
    }

    @Test func rulesBetweenEntriesAreChecked() throws {
        func problems(_ spoil: (inout SampleLog) throws -> Void) throws -> [String] {
            var log = try SampleLog.searches(6, publishEach: 3)
            try spoil(&log)
            try log.publish()
            let result = log.verify()
            #expect(result.problems.allSatisfy { $0.place == "tile/entries/000.p/7#6" && $0.index == 6 })
            return result.problems.map(\.text)
        }
        let backwards = try problems { try $0.draft(SampleLog.search(6), milliseconds: 1_800_000_000_000) }
        #expect(backwards.count == 1 && backwards[0].contains("time"))
        let fork = try problems {
            $0.cited = CitedCheckpoint(size: 6, root: .leaf([1]))
            try $0.draft(SampleLog.search(6))
        }
        #expect(fork.count == 1 && fork[0].contains("fork"))
        let older = try problems {
            $0.cited = .none
            try $0.draft(SampleLog.search(6))
        }
        #expect(older.count == 1 && older[0].contains("after one of"))
        let place = try problems { $0.append($0.leaves[5]) }
        #expect(place == ["it says it is entry 5"])
        let form = try problems { $0.append(Array("{}".utf8)) }
        #expect(form.count == 1 && form[0].contains("form"))
    }

    @Test func unknownEventsAndMissingMembersAreWarnings() throws {
        var log = try SampleLog.searches(2)
        var leaf = try Leaf(log.leaves[1])
        leaf.index = 2
        leaf.event = "record.sung"
        log.append(try leaf.encode())
        leaf.index = 3
        leaf.event = "record.searched"
        leaf.data = ["purpose": "prevention", "colour": "red"]
        log.append(try leaf.encode())
        try log.publish()
        let result = log.verify()
        #expect(result.ok)
        #expect(result.warnings.map(\.index) == [2, 3, 3])
    }

    @Test func whatTheTableDoesNotListIsNotMissed() throws {
        func lacking(_ event: String, _ names: String...) throws -> [String] {
            try #require(AuditEvent(named: event)).lacking(names.contains)
        }
        // Where the exchange names query and peer, no other member needs to.
        #expect(try lacking("query.answered", "x", "keys", "milliseconds") == [])
        #expect(try lacking("query.answered", "query", "peer", "keys", "milliseconds") == ["x"])
        #expect(try lacking("query.outcome", "query", "peer") == ["x"])
        #expect(try lacking("query.continued", "query", "peer", "keys", "point_root") == ["x"])
        // What its asker holds back has none.
        #expect(try lacking("query.held", "query", "keys", "deadline") == [])
        #expect(try lacking("query.held", "x", "keys", "deadline") == [])
        #expect(try lacking("query.held", "keys", "deadline") == ["x"])
        #expect(try lacking("query.refused", "query", "keys") == ["ground"])
        // Nobody knows the agreement, or its peers.
        #expect(try lacking("query.denied", "query", "rule") == [])
        #expect(
            try lacking("query.asked", "query", "peer", "agreement", "purpose", "urgency", "keys") == ["point_root"]
        )
    }

    @Test func disclosuresOpenOrAreProblems() throws {
        var log = try SampleLog.searches(4)
        func line(_ index: Int, _ field: String, _ text: String) -> String {
            "{\"disclosure\":\"\(text)\",\"field\":\"\(field)\",\"index\":\(index)}\n"
        }
        let all = log.disclosures.map { line($0.index, $0.field, $0.text) }
        log.memory.files["sealed.jsonl"] = Array(all.joined().utf8)
        #expect(log.verify().ok)
        let swapped = line(0, "terms", log.disclosures[1].text)
        let other = line(1, "subject", log.disclosures[1].text)
        log.memory.files["sealed.jsonl"] = Array(
            (swapped + other + "{}\n" + line(9, "terms", log.disclosures[1].text)).utf8
        )
        #expect(
            log.verify().problems.map(\.place) == ["sealed.jsonl#1", "sealed.jsonl", "sealed.jsonl", "sealed.jsonl#0"]
        )

        try log.draft(
            AuditDraft(
                event: "audit.erased",
                actor: AuditActor(role: .officer, pseudonym: "u-2"),
                data: ["fields": [["field": "terms", "index": 2]], "ground": "request"]
            )
        )
        try log.publish()
        log.memory.files["sealed.jsonl"] = Array((all[0] + all[1] + all[3]).utf8)
        #expect(log.verify().ok)
        log.memory.files["sealed.jsonl"] = Array(all.joined().utf8)
        let result = log.verify()
        #expect(result.problems.map(\.place) == ["sealed.jsonl#2"])
        #expect(result.problems[0].text.contains("entry 4 erased it"))
    }

    @Test func prunedBundlesAreNotMissing() throws {
        var log = try SampleLog.searches(600, publishEach: 200)
        try log.draft(AuditDraft(event: "log.pruned", actor: .system, data: ["below": 256]))
        try log.publish()
        log.memory.files["tile/entries/000"] = nil
        for path in log.memory.files.keys where path.hasPrefix("tile/entries/000.p/") { log.memory.files[path] = nil }
        let result = log.verify()
        #expect(result.problems == [])
        #expect(result.warnings.map(\.text) == ["pruned, as entry 600 says"])
        log.memory.files["tile/entries/001"] = nil
        for path in log.memory.files.keys where path.hasPrefix("tile/entries/001.p/") { log.memory.files[path] = nil }
        #expect(places(log.verify()) == ["tile/entries/001"])
    }

    @Test func hostileFoldersNeverPass() throws {
        var random = SplitMix64.announced()
        let log = try SampleLog.searches(9, publishEach: 4)
        for _ in 0..<300 {
            var spoiled = log.memory
            guard let path = spoiled.files.keys.sorted().filter({ $0 != "vkey" }).randomElement(using: &random),
                let old = spoiled.files[path]
            else { continue }
            switch Int.random(in: 0...2, using: &random) {
            case 0: spoiled.files[path] = Array(old.prefix(Int.random(in: 0..<old.count, using: &random)))
            case 1: spoiled.files[path] = old + [UInt8.random(in: 0...255, using: &random)]
            default: spoiled.files[path] = (0..<old.count).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            #expect(!log.verify(spoiled).ok, "\(path)")
        }
    }
}
