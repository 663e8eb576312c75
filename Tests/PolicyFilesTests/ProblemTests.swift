/// Every error code with its exact place: the example folder with one thing changed.
/// `§` in a replacement marks where the problem must be told; it is taken out before the file is read.

import Foundation
import PolicyFiles
import Testing

/// One change to the example folder.
struct Mutant: Sendable, CustomTestStringConvertible {
    let file: String
    let old: String
    let new: String
    let code: String

    init(_ file: String, _ old: String, _ new: String, _ code: String) {
        self.file = file
        self.old = old
        self.new = new
        self.code = code
    }

    var testDescription: String { "\(code): \(new)" }
}

@Suite struct ProblemTests {
    private static let smuggling = "agreements/xa-xb-smuggling.yaml"
    private static let coast = "agencies/xb-coast.yaml"
    private static let fiu = "agencies/xb-fiu.yaml"
    private static let cases = "cases/cases.yaml"
    private static let words = "vocabulary.yaml"
    private static let crimes = "offences/core.yaml"
    private static let xa = "jurisdictions/XA.yaml"
    private static let xb = "jurisdictions/XB.yaml"

    private func check(_ mutant: Mutant) throws {
        var files = try Folders.exampleFiles()
        let text = String(decoding: try #require(files[mutant.file]), as: UTF8.self)
        let range = try #require(text.firstRange(of: mutant.old), "the example has no such text")
        let marked = text.replacingCharacters(in: range, with: mutant.new)
        var places: [String] = []
        for (index, line) in marked.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for (count, column) in line.unicodeScalars.enumerated().filter({ $0.element == "§" }).map(\.offset)
                .enumerated()
            {
                places.append("\(mutant.file):\(index + 1):\(column + 1 - count) \(mutant.code)")
            }
        }
        files[mutant.file] = Array(marked.replacing("§", with: "").utf8)
        let loaded = PolicyFolder.load(files: files)
        let found = loaded.problems.filter { $0.file == mutant.file }.map { "\($0.location) \($0.code.rawValue)" }
        #expect(found == places, "\(loaded.problems)")
        #expect(loaded.policies == nil)
    }

    @Test(arguments: [
        Mutant(coast, "kind: coast_guard", "kind: coast_guard\n§colour: red", "unknown-key"),
        Mutant(coast, "name: {en: Berun Coast Guard}", "name: {en: B, §english: B}", "bad-value"),
        Mutant(fiu, "    effect: forbid", "    effect: forbid\n    §priority: 1", "unknown-key"),
        Mutant(fiu, "fields: {any_of", "fields: {§some_of: [iban], any_of", "unknown-key"),
        Mutant(fiu, "fields: {any_of: [iban, wallet]}", "§field: {any_of: [iban]}", "unknown-key"),
        Mutant(fiu, "fields: {any_of: [iban, wallet]}", "§stage: disclosure", "unknown-key"),
        Mutant(smuggling, "approvals: 1", "§approval: 1", "unknown-key"),
        Mutant(
            smuggling,
            "{per: peer, period: day, keys: 5000}",
            "{per: peer, period: day, keys: 1, §max: 2}",
            "unknown-key"
        ),
        Mutant(cases, "common:\n", "common:\n  §colour: red\n", "unknown-key"),
        Mutant(
            cases,
            "request: {stage: question, key_kinds: [phone, document]",
            "request: {stage: question, §keys: 1, key_kinds: [phone]",
            "unknown-key"
        ),
        Mutant(cases, "decision: permit\n", "decision: permit\n      §because: x\n", "unknown-key"),
    ])
    func `unknown keys are told at the key`(mutant: Mutant) throws { try check(mutant) }

    @Test(arguments: [
        Mutant(coast, "kind: coast_guard", "kind: coast_guard\n§kind: fiu", "duplicate-key"),
        Mutant(
            coast,
            "kind: coast_guard",
            "kind: coast_guard\n§\"kind\": fiu\n§kind: fiu\n§id: xb-coast",
            "duplicate-key"
        ),
        Mutant(words, "  EU: Member", "  EU: Union\n  §EU: Member", "duplicate-key"),
        Mutant(crimes, "{XA: 120, XB: 96}", "{XA: 120, §XA: 96}", "duplicate-key"),
        Mutant(fiu, "{en: Account", "{en: A, §'en': Account", "duplicate-key"),
    ])
    func `every duplicate key is told at its place`(mutant: Mutant) throws { try check(mutant) }

    @Test(arguments: [
        Mutant(coast, "format: 1\n", "", "missing-key"), Mutant(coast, "kind: coast_guard\n", "", "missing-key"),
        Mutant(xb, "name: {en: Berun, fr: Béroun}", "name: {§fr: Béroun}", "missing-key"),
        Mutant(fiu, "    source: EGMONT-PIE para. 32\n", "", "missing-key"),
        Mutant(smuggling, "  key_kinds: [name, document, phone, plate, vin, imo, mmsi]\n", "", "missing-key"),
        Mutant(smuggling, "valid: {from: 2025-03-01, until", "valid: {§until", "missing-key"),
        Mutant(smuggling, "{per: peer, period: day, keys: 5000}", "{§per: peer, keys: 5000}", "missing-key"),
        Mutant(fiu, "fields: {any_of: [iban, wallet]}", "time.clock: {§from: \"07:00\"}", "missing-key"),
    ])
    func `a missing key is told at the mapping's first key`(mutant: Mutant) throws {
        var mutant = mutant
        switch (mutant.file, mutant.new) {
        case (Self.coast, ""): mutant = Mutant(mutant.file, mutant.old, "", mutant.code)
        default: break
        }
        if mutant.new.isEmpty {
            let first = [Self.coast: "1:1", Self.fiu: "7:5", Self.smuggling: "11:3"][mutant.file]
            try expect(mutant, at: try #require(first))
        } else {
            try check(mutant)
        }
    }

    private func expect(_ mutant: Mutant, at place: String) throws {
        var files = try Folders.exampleFiles()
        let text = String(decoding: try #require(files[mutant.file]), as: UTF8.self)
        let range = try #require(text.firstRange(of: mutant.old))
        files[mutant.file] = Array(text.replacingCharacters(in: range, with: mutant.new).utf8)
        let found = PolicyFolder.load(files: files).problems.map { "\($0.location) \($0.code.rawValue)" }
        #expect(found == ["\(mutant.file):\(place) \(mutant.code)"])
    }

    @Test func `tell and obligations are missed at the rule's first key`() throws {
        try expect(Mutant(Self.smuggling, "    tell: nothing\n", "", "missing-key"), at: "33:5")
        let obligations = "    obligations: {retention_days: 180}\n"
        try expect(Mutant(Self.smuggling, obligations, "", "missing-key"), at: "73:5")
    }

    @Test(arguments: [
        Mutant(coast, "id: xb-coast", "id: §[xb-coast]", "wrong-type"),
        Mutant(coast, "name: {en: Berun Coast Guard}", "name: §Coast", "wrong-type"),
        Mutant(fiu, "stages: [disclosure]", "stages: §disclosure", "wrong-type"),
        Mutant(fiu, "{purpose: [financial_intelligence, prosecute]}", "§[purpose]", "wrong-type"),
        Mutant(smuggling, "unless: {hit.confirmed: true}", "unless: {hit.confirmed: §yes}", "wrong-type"),
        Mutant(smuggling, "unless: {hit.confirmed: true}", "unless: {hit.confirmed: §True}", "wrong-type"),
        Mutant(smuggling, "approvals: 1", "approvals: §one", "wrong-type"),
        Mutant(smuggling, "approvals: 1", "approvals: §1.0", "wrong-type"),
        Mutant(smuggling, "approvals: 1", "approvals: §0x1", "wrong-type"),
        Mutant(smuggling, "approvals: 1", "approvals: §+1", "wrong-type"),
        Mutant(xa, "{at_most: 12}", "{at_most: §twelve}", "wrong-type"),
        Mutant(xa, "known: case", "case: §abc", "wrong-type"),
        Mutant(crimes, "{XA: 6}", "{XA: §never}", "wrong-type"),
        Mutant(cases, "key_count: 4", "key_count: §four", "wrong-type"),
        Mutant(cases, "common:\n", "common:\n  recipient: §[xb-fiu]\n  key_count: §few\n", "wrong-type"),
        Mutant(cases, "key_kinds: [phone, document]", "key_kinds: §phone", "wrong-type"),
        Mutant(coast, "kind: coast_guard", "kind: coast_guard\n§[a, b]: c", "wrong-type"),
    ])
    func `wrong types are told at the value`(mutant: Mutant) throws { try check(mutant) }

    @Test(arguments: [
        Mutant(coast, "format: 1", "format: §2", "bad-value"),
        Mutant(coast, "kind: coast_guard", "kind: §navy", "bad-value"),
        Mutant(coast, "kind: coast_guard", "kind: coast_guard\nrules: §[]", "bad-value"),
        Mutant(coast, "{en: Berun Coast Guard}", "{en: §\"\"}", "bad-value"),
        Mutant(xb, "time_zone: Europe/Oslo", "time_zone: §Europe/Nowhere", "bad-value"),
        Mutant(xb, "groups: [SOM, EGMONT]", "groups: [SOM, §SOM]", "bad-value"),
        Mutant(fiu, "stages: [disclosure]", "stages: [disclosure, §release]", "bad-value"),
        Mutant(fiu, "fields: {any_of: [iban, wallet]}", "fields: §{}", "bad-value"),
        Mutant(fiu, "effect: forbid", "effect: §deny", "bad-value"),
        Mutant(fiu, "id: bank-data-last", "id: §Bank", "bad-value"),
        Mutant(
            smuggling,
            "{from: 2025-03-01, until: 2028-02-29}",
            "{from: 2025-03-01, until: §2027-02-29}",
            "bad-value"
        ),
        Mutant(
            smuggling,
            "{from: 2025-03-01, until: 2028-02-29}",
            "{from: 2025-03-01, until: §2025-02-28}",
            "bad-value"
        ),
        Mutant(smuggling, "parties: [xa-border, xb-coast]", "parties: §[xa-border]", "bad-value"),
        Mutant(smuggling, "approvals: 1", "approvals: §6", "bad-value"),
        Mutant(smuggling, "keys: 200}", "keys: §-1}", "bad-value"),
        Mutant(smuggling, "handling: H1", "handling: §h1", "bad-value"),
        Mutant(smuggling, "tell: nothing", "tell: §all", "bad-value"),
        Mutant(smuggling, "{at_least: H3}", "{at_least: §H4}", "bad-value"),
        Mutant(xb, "{from: \"18:00\", until: \"07:00\"}", "{from: \"18:00\", until: §\"24:00\"}", "bad-value"),
        Mutant(xb, "{from: \"18:00\", until: \"07:00\"}", "{from: \"18:00\", until: §18:00}", "bad-value"),
        Mutant(xb, "{from: \"18:00\", until: \"07:00\"}", "{from: §7:00, until: 18:00}", "bad-value"),
        Mutant(xb, "time.weekday: [sat, sun]", "time.weekday: [sat, §sunday]", "bad-value"),
        Mutant(words, "  UN-SOM:", "  §UN_SOM: x\n  UN-SOM:", "bad-value"),
        Mutant(
            words,
            "fields: [suspected_role, vessel_name]",
            "fields: [suspected_role, vessel_name, §x-y]",
            "bad-value"
        ),
        Mutant(crimes, "{XA: 6}", "{XA: §-6}", "bad-value"),
        Mutant(cases, "at: 2026-03-02T09:00:00Z", "at: §2026-03-02", "bad-value"),
        Mutant(cases, "expect: {decision: permit}", "expect: {decision: §allow}", "bad-value"),
        Mutant(cases, "hit: {confirmed: true, score: 95}", "hit: {confirmed: true, score: §101}", "bad-value"),
        Mutant(cases, "fields: [full_name, address, phone]", "fields: [full_name, §shoe_size]", "bad-value"),
        Mutant(cases, "origin: [XB]", "origin: [§xb]", "bad-value"),
        // What every case overrides is read too.
        Mutant(
            cases,
            "common:\n",
            "common:\n  stage: §asking\n  side: §both\n  at: §noon\n  hit: {score: §101}\n",
            "bad-value"
        ),
    ])
    func `bad values are told at the value`(mutant: Mutant) throws { try check(mutant) }

    @Test(arguments: [
        Mutant(coast, "jurisdiction: XB", "jurisdiction: §XC", "unknown-name"),
        Mutant(xb, "groups: [SOM, EGMONT]", "groups: [SOM, §NATO]", "unknown-name"),
        Mutant(fiu, "source: EGMONT-PIE para. 32", "source: §EGMONT para. 32", "unknown-name"),
        Mutant(fiu, "[iban, wallet]", "[iban, §purse]", "unknown-name"),
        Mutant(
            smuggling,
            "parties: [xa-border, xb-coast]",
            "parties: [xa-border, xb-coast, §xc-coast]",
            "unknown-name"
        ),
        Mutant(smuggling, "legal_bases: [XA-XB-2025, UN-SOM]", "legal_bases: [XA-XB-2025, §UN-SOS]", "unknown-name"),
        Mutant(smuggling, "trafficking_in_persons, illegal_entry", "§trafficking, illegal_entry", "unknown-name"),
        Mutant(smuggling, "phone, suspected_role, vessel_name", "phone, §boat_name", "unknown-name"),
        Mutant(xa, "known: case", "known: [case, §cause]", "unknown-name"),
        Mutant(xb, "asker.groups: {any_of: [SOM]}", "asker.groups: {any_of: [§SON]}", "unknown-name"),
        Mutant(xb, "{urgency: urgent}", "{asker: §xc-police}", "unknown-name"),
        Mutant(crimes, "{XA: 6}", "{XA: 6, §XC: 6}", "unknown-name"),
        Mutant(cases, "reasons: [XB/exchange, ", "reasons: [XB/exchange, §XB/change, ", "unknown-name"),
    ])
    func `undeclared names are told at the name`(mutant: Mutant) throws { try check(mutant) }

    @Test(arguments: [
        Mutant(xa, "- id: may-answer", "- id: §may-ask", "duplicate-id"),
        Mutant(smuggling, "- id: national-security", "- id: §investigation", "duplicate-id"),
        Mutant(coast, "id: xb-coast", "id: §xb-coasts", "id-mismatch"),
        Mutant(xa, "id: XA", "id: §XB", "id-mismatch"),
        Mutant(smuggling, "id: xa-xb-smuggling", "id: §xa-xb-finance", "id-mismatch"),
        Mutant(fiu, "effect: forbid", "§effect: permit", "misplaced"),
        Mutant(
            smuggling,
            "parties: [xa-border, xb-coast]",
            "parties: [xa-border, xb-coast]\n§askers: [xb-fiu]",
            "misplaced"
        ),
        Mutant(
            smuggling,
            "obligations: {approvals: 1}",
            "obligations: {approvals: 1, §quota: [{per: peer, period: day, keys: 1}]}",
            "misplaced"
        ),
        Mutant(
            smuggling,
            "    because: {en: The two agencies exchange on smuggling.}",
            "    because: {en: x}\n    §obligations: {notify: [europol]}",
            "misplaced"
        ),
        Mutant(
            smuggling,
            "    because: {en: The two agencies exchange on smuggling.}",
            "    because: {en: x}\n    §tell: reason",
            "misplaced"
        ),
        Mutant(
            fiu,
            "fields: {any_of: [iban, wallet]}",
            "key_count: §{at_least: 1}\n      fields: {any_of: [iban]}",
            "stage-attribute"
        ),
        Mutant(fiu, "fields: {any_of: [iban, wallet]}", "known: [fields, §question.origin]", "stage-attribute"),
        Mutant(
            xa,
            "sides: [asker]\n    when:\n      known: question.subject",
            "sides: [asker, holder]\n    when:\n      known: §question.subject",
            "stage-attribute"
        ),
        Mutant(
            cases,
            "request: {stage: question, key_kinds: [phone, document], key_count: 4}",
            "request: {stage: question, key_kinds: [phone], key_count: 4, fields: §[phone]}",
            "stage-attribute"
        ),
    ])
    func `identities and places`(mutant: Mutant) throws {
        guard mutant.file == Self.xa, mutant.code == "stage-attribute" else { return try check(mutant) }
        // The same rule reads two more of the asker's attributes.
        let files = try Folders.exampleFiles()
        let text = String(decoding: try #require(files[mutant.file]), as: UTF8.self)
            .replacing(
                "sides: [asker]\n    when:\n      known: question.subject",
                with: "sides: [asker, holder]\n    when:\n      known: question.subject"
            )
        var changed = files
        changed[mutant.file] = Array(text.utf8)
        let found = PolicyFolder.load(files: changed).problems.map {
            "\($0.place.line):\($0.place.column) \($0.code.rawValue)"
        }
        #expect(found == ["22:14 stage-attribute", "23:25 stage-attribute", "24:25 stage-attribute"])
    }

    /// Swift takes U+212A for K. It is another letter, and a name with it another name, or none.
    @Test func `names are compared by their characters`() throws {
        var files = try Folders.exampleFiles()
        func replace(_ file: String, _ old: String, _ new: String) throws {
            let text = String(decoding: try #require(files[file]), as: UTF8.self)
            try #require(text.contains(old))
            files[file] = Array(text.replacing(old, with: new).utf8)
        }
        let finance = "agreements/xa-xb-finance.yaml"
        try replace(Self.words, "instruments:\n", "instruments:\n  K-1: x\n  \"\\u212a-1\": y\n  K-2: x\n")
        try replace(finance, "[UN-CTOC, EGMONT-PIE]", "[UN-CTOC, EGMONT-PIE, \"\u{212A}-2\", K-2]")
        try replace(finance, "source: EGMONT-PIE para. 11", "source: \"\u{212A}-2 para\"")
        // A letter that joins the space does not make the space part of the name.
        try replace(Self.coast, "kind: coast_guard\n", "kind: coast_guard\ne\u{301}: 1\n\u{E9}: 2\n\u{E9}: 3\n")
        try replace(Self.fiu, "source: EGMONT-PIE para. 32", "source: \"EGMONT-PIE \u{301} para\"")
        let found = PolicyFolder.load(files: files).problems.map { "\($0.file):\($0.place.line) \($0.code.rawValue)" }
        #expect(
            found == [
                "\(Self.coast):6 unknown-key", "\(Self.coast):7 unknown-key", "\(Self.coast):8 duplicate-key",
                "\(finance):10 unknown-name", "\(finance):17 unknown-name", "\(Self.words):8 bad-value",
            ],
            "\(found)"
        )
        var other = try Folders.exampleFiles()
        other["jurisdictions/X\u{212A}.yaml"] = Array("format: 1\nid: XK\nname: {en: K}\n".utf8)
        let problems = PolicyFolder.load(files: other).problems
        #expect(problems.map(\.code) == [.idMismatch], "\(problems)")
    }

    @Test func `an offence lives in one file`() throws {
        var files = try Folders.exampleFiles()
        files["offences/more.yaml"] = Array(
            "format: 1\noffences:\n  money_laundering:\n    name: {en: M}\n    source: UN-CTOC\n    penalties: {XA: life}\n"
                .utf8
        )
        let found = PolicyFolder.load(files: files).problems.map { "\($0.location) \($0.code.rawValue)" }
        #expect(found == ["offences/more.yaml:3:3 duplicate-id"])
    }

    /// Words blame the key that is wrong, in the page's own terms, and not what its list would hold.
    @Test(arguments: [
        (smuggling, "parties: [xa-border, xb-coast]", "parties: {}", "parties must be a list"),
        (
            smuggling, "key_kinds: [name, document, phone, plate, vin, imo, mmsi]", "key_kinds: []",
            "key_kinds is an empty list"
        ),
        (fiu, "stages: [disclosure]", "stages: []", "stages is an empty list"),
        (fiu, "any_of: [iban, wallet]", "any_of: iban", "any_of must be a list"),
        (xb, "groups: [SOM, EGMONT]", "groups: []", "groups is an empty list"),
        (cases, "reasons: [XA/applicant-not-asked-at-home]", "reasons: []", "reasons is an empty list"),
        (crimes, "{XA: 6}", "{XA: -6}", "the penalty must be a number of months, 0 or more, or life"),
        (crimes, "{XA: 6}", "{XA: long}", "the penalty must be a number of months, 0 or more, or life"),
    ])
    func `words blame the key`(file: String, old: String, new: String, words: String) throws {
        var files = try Folders.exampleFiles()
        let text = String(decoding: try #require(files[file]), as: UTF8.self)
        let range = try #require(text.firstRange(of: old))
        files[file] = Array(text.replacingCharacters(in: range, with: new).utf8)
        #expect(PolicyFolder.load(files: files).problems.map(\.text) == [words])
    }

    @Test func `problems are sorted and printed one a line`() throws {
        var files = try Folders.exampleFiles()
        files["agencies/zz.yml"] = []
        files["agencies/xb-coast.yaml"] = Array(
            "id: zz\nkind: navy\nformat: 2\nname: {en: Z}\njurisdiction: XB\nid: b\n".utf8
        )
        #expect(
            PolicyFolder.load(files: files).problems.map(\.description) == [
                "agencies/xb-coast.yaml:1:5: error: id-mismatch: id \"zz\" is not the file's name \"xb-coast\"",
                "agencies/xb-coast.yaml:2:7: error: bad-value: \"navy\" is no kind; one of police, border_police, "
                    + "coast_guard, customs, fiu, asylum_authority, judicial, intelligence, other",
                "agencies/xb-coast.yaml:3:9: error: bad-value: format \"2\" is not known; 1 is",
                "agencies/xb-coast.yaml:6:1: error: duplicate-key: \"id\" stands twice",
                "agencies/zz.yml:1:1: error: unknown-file: \"agencies/zz.yml\" has no place in a policy folder",
            ]
        )
    }
}
