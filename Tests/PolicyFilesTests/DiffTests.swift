/// `diff`: what two folders decide differently, and silence where they do not.

import Foundation
import PolicyEngine
import PolicyFiles
import Testing

@Suite struct DiffTests {
    private func changes(
        _ changes: [(file: String, old: String, new: String)]
    ) throws -> (compared: [PolicyRequest], changes: [DecisionChange], comparison: LoadedComparison) {
        let old = try PolicyFolder.load(path: Folders.example)
        var files = old.files
        for change in changes {
            let text = String(decoding: try #require(files[change.file]), as: UTF8.self)
            try #require(text.contains(change.old))
            files[change.file] = Array(text.replacing(change.old, with: change.new).utf8)
        }
        let new = PolicyFolder.load(files: files)
        let comparison = LoadedComparison(
            old: (old, try #require(old.policies)),
            new: (new, try #require(new.policies, "\(new.problems)"))
        )
        let requests = comparison.requests()
        return (requests, comparison.changes(in: requests), comparison)
    }

    @Test func `the same policies differ nowhere`() throws {
        let found = try changes([("agencies/xb-fiu.yaml", "format: 1\n", "format: 1\n# a word\n")])
        #expect(found.changes.isEmpty)
        #expect(found.compared.count > 1_000)
        let cases = try PolicyFolder.load(path: Folders.example).cases
        #expect(Array(found.compared.prefix(cases.count)) == cases.map(\.request))
        let texts = found.compared.map { OrderedJSON($0).compact }
        #expect(Set(texts).count == texts.count)
    }

    /// Each change of a rule shows in some request, and only where it should.
    @Test(arguments: [
        (
            "jurisdictions/XB.yaml", "record.subject: {any_of: [minor]}", "record.subject: {any_of: [witness]}",
            "disclosure"
        ),
        ("jurisdictions/XA.yaml", "{at_most: 12}", "{at_most: 11}", ""),
        ("jurisdictions/XB.yaml", "from: \"18:00\"", "from: \"18:01\"", "disclosure"),
        ("jurisdictions/XB.yaml", "until: \"07:00\"", "until: \"07:01\"", "disclosure"),
        ("agreements/xa-xb-smuggling.yaml", "keys: 5000", "keys: 4999", "question"),
        ("agreements/xa-xb-smuggling.yaml", "until: 2028-02-29", "until: 2028-02-28", "*"),
        ("agreements/xa-xb-smuggling.yaml", "until: 2026-01-20", "until: 2026-01-19", "*"),
        ("agreements/xa-xb-smuggling.yaml", "{at_least: H3}", "{at_least: H2}", "*"),
        ("agencies/xa-border.yaml", "{at_least: 3}", "{at_least: 4}", "disclosure"),
        ("agencies/xb-fiu.yaml", "any_of: [iban, wallet]", "any_of: [iban]", "disclosure"),
        ("jurisdictions/XB.yaml", "time_zone: Europe/Oslo", "time_zone: Asia/Tokyo", "disclosure"),
        ("agreements/xa-xb-finance.yaml", "The FIU must agree", "The FIU has to agree", "disclosure"),
    ])
    func `a change shows`(file: String, old: String, new: String, stage: String) throws {
        let found = try changes([(file, old, new)])
        if stage.isEmpty {
            // No offence of the catalogue is punished by exactly twelve months.
            #expect(found.changes.isEmpty)
            return
        }
        #expect(!found.changes.isEmpty)
        if stage != "*" { #expect(Set(found.changes.map(\.request.stage.rawValue)) == [stage]) }
    }

    @Test func `an agreement that comes or goes is asked of both`() throws {
        let old = try PolicyFolder.load(path: Folders.example)
        var files = old.files.filter { !$0.key.hasPrefix("cases/") }
        files["agreements/xa-xb-finance.yaml"] = nil
        let new = PolicyFolder.load(files: files)
        let comparison = LoadedComparison(
            old: (old, try #require(old.policies)),
            new: (new, try #require(new.policies, "\(new.problems)"))
        )
        let requests = comparison.requests()
        let changes = comparison.changes(in: requests)
        #expect(!changes.isEmpty)
        for change in changes {
            #expect(change.request.agreement == "xa-xb-finance")
            #expect((try change.new.get()).reasons.map(\.rule).contains("builtin/unknown-agreement"))
        }
    }

    /// Fields stand in obligations, which no condition reads: what one gains or loses shows.
    @Test func `a field that an obligation loses shows`() throws {
        let found = try changes([
            ("agreements/xa-xb-smuggling.yaml", "suspected_role, vessel_name]", "suspected_role]")
        ])
        let change = try #require(
            found.changes.first { $0.request.fields == ["vessel_name"] && $0.request.side == .holder }
        )
        #expect((try change.old.get()).outcome != .refuse)
        #expect((try change.new.get()).reasons.map(\.rule) == ["builtin/no-field-left"])
        // Asked for together with all others, too, and cut from among them.
        #expect(found.changes.contains { ($0.request.fields?.count ?? 0) > RecordColumn.names.count })
    }

    @Test func `a field that goes is an error on one side`() throws {
        let found = try changes([
            ("vocabulary.yaml", "fields: [suspected_role, vessel_name]", "fields: [suspected_role]"),
            ("agreements/xa-xb-smuggling.yaml", "suspected_role, vessel_name]", "suspected_role]"),
        ])
        let failing = found.changes.filter { if case .failure = $0.new { true } else { false } }
        #expect(!failing.isEmpty && failing.allSatisfy { $0.request.fields == ["vessel_name"] })
    }

    /// A clock is one of the deciding country's: 18:00 of `Europe/Oslo` is no hour of UTC's that a rule names.
    @Test func `a bound of a clock shows by the minute, in the time zone of whoever decides`() throws {
        let found = try changes([("jurisdictions/XB.yaml", "from: \"18:00\"", "from: \"17:59\"")])
        let times = Set(found.changes.map { $0.request.at.description.dropFirst(10) })
        // 17:59 in winter or in summer.
        #expect(!times.isEmpty && times.isSubset(of: ["T16:59:00Z", "T15:59:00Z"]), "\(times)")
    }

    /// Rules about a set may ask for several members at once, and no single member shows what such a rule does.
    @Test(arguments: [
        ("{all_of: [informant]}", "{all_of: [witness, contact]}", [Subject.witness, .contact]),
        ("{all_of: [witness, contact, informant]}", "{all_of: [witness, contact]}", [.witness, .contact]),
        (
            "{any_of: [victim], all_of: [informant, contact]}", "{any_of: [minor], all_of: [informant, contact]}",
            [.minor, .informant, .contact]
        ),
        ("{only: [witness, contact]}", "{only: [witness, contact, informant]}", [.witness, .contact, .informant]),
    ])
    func `members that a rule names together are sent together`(old: String, new: String, shows: [Subject]) throws {
        func folder(_ test: String) throws -> LoadedPolicies {
            var files = try Folders.exampleFiles().filter { !$0.key.hasPrefix("cases/") }
            files["agencies/xb-coast.yaml"]? += Array(
                """

                rules:
                  - id: together
                    effect: require
                    stages: [index]
                    when: {record.subject: \(test)}
                    source: UN-SOM
                    because: {en: x}
                    obligations: {notify: [europol]}

                """.utf8
            )
            return PolicyFolder.load(files: files)
        }
        let (before, after) = (try folder(old), try folder(new))
        let comparison = LoadedComparison(
            old: (before, try #require(before.policies, "\(before.problems)")),
            new: (after, try #require(after.policies, "\(after.problems)"))
        )
        let changed = comparison.changes(in: comparison.requests()).compactMap(\.request.record?.subject)
        #expect(changed.contains { Set($0) == Set(shows) }, "\(changed)")
    }

    @Test func `the document has the request and both decisions`() throws {
        let found = try changes([("agreements/xa-xb-smuggling.yaml", "keys: 5000", "keys: 4999")])
        let change = try #require(found.changes.first)
        let text = found.comparison.document(change).compact
        #expect(text.hasPrefix(#"{"request":{"stage":"question","side":"holder","at":"2026-03-02T09:00:00Z""#))
        #expect(text.contains(#""old":{"decision":"permit""#) && text.contains(#""new":{"decision":"permit""#))
        let policies = try #require(try PolicyFolder.load(path: Folders.example).policies)
        for request in found.compared {
            let bytes = Array(OrderedJSON(request).compact.utf8)
            let again = RequestFile.read(bytes, name: "r", policies: policies, now: Moment(seconds: 0))
            #expect(again.request == request)
        }
    }
}
