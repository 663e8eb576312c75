// The officer's pages on the log as a whole: one person, numbers, a peer's log beside ours, what leaves as a file.
import AuditLog
import CanonicalJSON
import Foundation
import HTTPTypes
import NodeCore
import NodeTesting
import Testing

@testable import Console

@Suite struct OfficerPageTests {
    /// A question of `amina` to `bravo` stands in both logs; `jonas` reads.
    private static func with(_ body: (JobTests.Sides, Browser) async throws -> Void) async throws {
        try await JobTests.with { it in
            _ = try await JobTests.ask(it.amina)
            try await body(it, try await it.officer())
        }
    }

    @Test func theLogIsSearchedByCaseAndByAPerson() async throws {
        try await Self.with { it, jonas in
            let asked = try #require(try await it.alpha.leaves().first { $0.event == "query.asked" })
            func found(_ filter: String) async throws -> String {
                let page = try await jonas.get("/audit?search=yes&event=query.*&\(filter)")
                #expect(page.status == 200, "\(page.text)")
                return page.text
            }
            for filter in ["case=K-2026-000417", "actor=\(TestNode.analyst)", "actor=\(asked.actor.pseudonym)"] {
                #expect(try await found(filter).contains("<td>query.asked</td>"), "\(filter)")
            }
            for filter in ["case=K-2026-000418", "actor=jonas", "actor=nobody", "case=K-2026-000417&actor=jonas"] {
                #expect(!(try await found(filter).contains("<td>query.asked</td>")), "\(filter)")
            }
            // Whoever bears the word of another hides nothing of what that other did.
            _ = try await it.person(asked.actor.pseudonym, ["analyst"])
            #expect(try await found("actor=\(asked.actor.pseudonym)").contains("<td>query.asked</td>"))
        }
    }

    @Test func aSubjectReportNamesTimesAndRecipientsAndNoOfficial() async throws {
        try await Self.with { it, jonas in
            let token = try #require(try await jonas.get("/audit/subject").formToken)
            func find(_ fields: [(String, String)]) async throws -> Answer {
                try await jonas.post("/audit/subject", fields + [("form_token", token)])
            }
            let found = try await find([("phone", "+49 1512 441001")])
            #expect(found.text.contains("1 entry about this person") && found.text.contains("query.asked"))
            #expect(found.text.contains("to <bdi>bravo</bdi>") && found.text.contains("<bdi>investigate</bdi>"))
            let asked = try #require(try await it.alpha.leaves().first { $0.event == "query.asked" })
            #expect(!found.text.contains(asked.actor.pseudonym), "officials are not named")
            let table = try #require(found.between("<section", "</section>"))
            #expect(!table.contains("441001"), "an entry shows no value")
            let other = try await find([("phone", "+49 1512 999999")])
            #expect(other.text.contains("The log holds nothing about this person"))
            let nothing = try await find([("full_name", "Yusuf")])
            #expect(nothing.status == 422 && nothing.text.contains("nobody can be found by this"))
            #expect(nothing.text.contains("value=\"Yusuf\""), "what was typed stays")
            let read = try await it.alpha.leaves().filter { $0.event == "audit.read" }
            #expect(read.count == 2, "each search that could be made is an entry")
        }
    }

    @Test func statisticsWithholdSmallCounts() async throws {
        try await Self.with { it, jonas in
            #expect(!(try await jonas.get("/audit/statistics").text.contains("<table")), "a form counts nothing")
            let usual = try await jonas.get("/audit/statistics?count=yes")
            #expect(usual.text.contains("fewer than 5") && usual.text.contains("<bdi>bravo</bdi>"))
            let bare = try await jonas.get("/audit/statistics?count=yes&below=0")
            #expect(bare.text.contains("<div><bdi>hits</bdi>: 1</div>") && !bare.text.contains("fewer than"))
            let before = try await jonas.get("/audit/statistics?count=yes&below=0&until=2020-01-01")
            #expect(!before.text.contains("<bdi>bravo</bdi>"), "outside the span")
            for wrong in ["below=x", "below=-1", "until=2026-02-30"] {
                let answer = try await jonas.get("/audit/statistics?count=yes&\(wrong)")
                #expect(answer.status == 422 && !answer.text.contains("<table"), "\(wrong)")
            }
            let read = try await it.alpha.leaves().filter { $0.event == "audit.read" }
            #expect(read.count == 3, "each counting is an entry")
        }
    }

    @Test func aPeersLogIsComparedWithOurs() async throws {
        try await Self.with { it, jonas in
            let token = try #require(try await jonas.get("/audit/reconcile").formToken)
            func compare(_ archive: [UInt8]) async throws -> Answer {
                try await jonas.upload("/audit/reconcile", [("form_token", token)], file: ("log", "log.tar", archive))
            }
            let whole = try await Self.archive(of: it.bravo)
            let alike = try await compare(whole)
            #expect(alike.status == 200 && alike.text.contains("Both logs tell the same"), "\(alike.text)")
            #expect(alike.text.contains("1 exchange with bravo is told alike"))
            let bare = try await compare(try await Self.archive(of: it.bravo, ["--exclude=entries"]))
            #expect(bare.text.contains("1 exchange with bravo is told alike"), "hash tiles suffice")

            // What the asker's log holds after the copy was made is not held against the peer.
            _ = try await JobTests.ask(it.amina, JobTests.question.map { $0.0 == "phone" ? ("phone", "") : $0 })
            let later = try await compare(whole)
            #expect(later.text.contains("beyond the copy") && later.text.contains("1 exchange with bravo"))

            var altered = whole
            let text = Array("query.received".utf8)
            let place = try #require(altered.indices.first { altered[$0...].starts(with: text) })
            altered[place] = UInt8(ascii: "Q")
            let broken = try await compare(altered)
            #expect(broken.status == 422 && broken.text.contains("cannot be relied on"))
            #expect(try await compare(Array(whole.prefix(2_048))).text.contains("no archive of a log"))
            #expect(try await compare([]).text.contains("no archive of a log"))
            let own = try await compare(try await Self.archive(of: it.alpha))
            #expect(own.status == 422 && own.text.contains("this is our own log"))
            let none = try await jonas.post("/audit/reconcile", [("form_token", token)])
            #expect(none.status == 422 && none.text.contains("No file was chosen"))
            let read = try await it.alpha.leaves().filter { $0.event == "audit.read" }
            #expect(read.count == 3, "each comparison is an entry")
        }
    }

    @Test func aLogUnderAnotherKeyIsNotThePeers() async throws {
        try await Self.with { it, jonas in
            try await withTemporaryFolder { elsewhere in
                // The same name, another node: its log is whole, and not the one whose key stands in the card.
                let other = try await TestNode.make("bravo", in: elsewhere, clock: it.clock, seed: 7)
                let archive = try await Self.archive(of: other)
                await other.node.close()
                let token = try #require(try await jonas.get("/audit/reconcile").formToken)
                let answer = try await jonas.upload(
                    "/audit/reconcile",
                    [("form_token", token)],
                    file: ("log", "log.tar", archive)
                )
                #expect(answer.status == 422 && answer.text.contains("not signed by the key of bravo"))
                let stranger = try await TestNode.make("charlie", in: elsewhere, clock: it.clock)
                let strange = try await Self.archive(of: stranger)
                await stranger.node.close()
                let unknown = try await jonas.upload(
                    "/audit/reconcile",
                    [("form_token", token)],
                    file: ("log", "log.tar", strange)
                )
                #expect(unknown.status == 422 && unknown.text.contains("no peer of ours"))
            }
        }
    }

    @Test func entriesLeaveAsAFileByACodeAndAGround() async throws {
        try await Self.with { it, jonas in
            let token = try #require(try await jonas.get("/audit/export").formToken)
            func export(_ fields: [(String, String)], code: String? = nil) async throws -> Answer {
                let code = code ?? it.code(jonas)
                return try await jonas.post("/audit/export", fields + [("form_token", token), ("code-export", code)])
            }
            let wanted = [("event", "query.*"), ("ground", "yearly review"), ("format", "jsonl")]
            let refused = try await export(wanted, code: "000000")
            #expect(refused.status == 403 && refused.text.contains("value=\"yearly review\""))
            let silent = try await export([("format", "csv"), ("ground", "")])
            #expect(silent.status == 422 && silent.headers[.contentDisposition] == nil)
            #expect(try await export([("format", "exe"), ("ground", "x")]).status == 422)
            #expect(try await it.alpha.leaves().allSatisfy { $0.event != "audit.exported" })

            let lines = try await export(wanted)
            #expect(lines.headers[.contentDisposition] == "attachment; filename=\"entries.jsonl\"")
            let leaves = try await it.alpha.leaves()
            let meant = leaves.filter { $0.event.hasPrefix("query.") }
            let bytes = try meant.map { String(decoding: try $0.encode(), as: UTF8.self) }
            #expect(lines.text == bytes.joined(separator: "\n") + "\n", "byte for byte")
            let table = try await export([("format", "csv"), ("ground", "yearly review"), ("event", "query.asked")])
            #expect(table.text.hasPrefix("index,time,event,role,actor,peer,agreement,purpose,outcome,query,entry\n"))
            #expect(table.text.split(separator: "\n").count == 2)
            let exported = try await it.alpha.leaves().filter { $0.event == "audit.exported" }
            #expect(exported.map { $0.data["count"]?.integer } == [meant.count, 1])
            #expect(exported.allSatisfy { $0.data["ground"]?.string == "yearly review" })
        }
    }

    @Test func drawnKeysAreShownByACode() async throws {
        try await Self.with { it, jonas in
            let asked = try #require(try await it.alpha.leaves().first { $0.event == "query.asked" })
            let query = try #require(asked.data["query"]?.string)
            let token = try #require(try await jonas.get("/audit/opening").formToken)
            func open(_ sample: String, code: String? = nil, query id: String? = nil) async throws -> Answer {
                try await jonas.post(
                    "/audit/opening",
                    [
                        ("form_token", token), ("query", id ?? query), ("sample", sample),
                        ("auditor", "Court of Audit"), ("code-opening", code ?? it.code(jonas)),
                    ]
                )
            }
            #expect(try await open("2", code: "000000").status == 403)
            #expect(try await open("some").text.contains("neither a number of keys"))
            let unknown = try await open("2", query: "11111111-1111-4111-8111-111111111111")
            #expect(unknown.status == 422 && unknown.text.contains("no query of that id"))
            let drawn = try await open("0, 2")
            #expect(drawn.headers[.contentDisposition] == "attachment; filename=\"openings.json\"")
            let file = try JSONDecoder().decode(OpeningFile.self, from: Data(drawn.text.utf8))
            #expect(file.query == query && file.openings.map(\.position) == [0, 2])
            let opened = try await it.alpha.leaves().filter { $0.event == "query.opened" }
            #expect(opened.count == 1)
        }
    }

    /// The folder of a node's log as its people archive it.
    static func archive(of node: TestNode, _ options: [String] = []) async throws -> [UInt8] {
        try await node.node.publishNow()
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("comity-log-\(UUID().uuidString).tar")
        defer { try? FileManager.default.removeItem(at: file) }
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-C", node.folder.path, "-cf", file.path] + options + ["log"]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        return [UInt8](try Data(contentsOf: file))
    }
}

extension TestNode {
    /// The entries so far; the node goes on.
    func leaves() async throws -> [Leaf] {
        try await node.publishNow()
        return try folder.publishedLeaves()
    }
}
