/// Requests in JSON: what is read, what is refused and where, and hostile bytes.

import PolicyEngine
import PolicyFiles
import Testing

@Suite struct RequestFileTests {
    static let sound = """
        {"stage": "disclosure", "asker": "xa-border", "holder": "xb-coast", "agreement": "xa-xb-smuggling",
        "purpose": "investigate", "legal_basis": "UN-SOM", "offence": "smuggling_of_migrants", "urgency": "normal",
        "fields": ["full_name", "vessel_name"], "hit": {"score": 95, "confirmed": true}, "case": "c0ffee",
        "record": {"subject": [], "origin": ["XC"], "handling": "H2", "information": 2, "expires": "2028-02-29"}}
        """

    private let policies: PolicySet

    init() throws { policies = try #require(try PolicyFolder.load(path: Folders.example).policies) }

    private func read(_ text: String, at: Moment? = nil, side: Side? = nil) -> (PolicyRequest?, [String]) {
        let (request, problems) = RequestFile.read(
            Array(text.utf8),
            name: "r",
            policies: policies,
            at: at,
            now: Moment(seconds: 86_400),
            side: side
        )
        return (request, problems.map { "\($0.place.line):\($0.place.column) \($0.code.rawValue)" })
    }

    /// Swift takes U+212A for K. A request that names an instrument so names an unknown one.
    @Test func `a name of other letters is unknown`() throws {
        var files = try Folders.exampleFiles()
        for (file, old, new) in [
            ("vocabulary.yaml", "instruments:\n", "instruments:\n  K-1: x\n"),
            ("agreements/xa-xb-smuggling.yaml", "[XA-XB-2025, UN-SOM]", "[XA-XB-2025, UN-SOM, K-1]"),
        ] {
            let text = String(decoding: try #require(files[file]), as: UTF8.self)
            try #require(text.contains(old))
            files[file] = Array(text.replacing(old, with: new).utf8)
        }
        let policies = try #require(PolicyFolder.load(files: files).policies)
        func reasons(_ basis: String) throws -> [String] {
            let text = Self.sound.replacing("UN-SOM", with: basis)
            let (request, problems) = RequestFile.read(
                Array(text.utf8),
                name: "r",
                policies: policies,
                now: try #require(Moment("2026-03-02T09:00:00Z"))
            )
            return try policies.decide(try #require(request, "\(problems)")).reasons.map(\.rule)
        }
        #expect(try reasons("\u{212A}-1") == ["builtin/unknown-legal-basis"])
        #expect(try !reasons("K-1").contains { $0.contains("legal-basis") })
        // Two keys that Swift takes for one are two, and neither is known.
        let twins = Self.sound.replacing("{\"stage\"", with: "{\"e\u{301}\": 1, \"\u{E9}\": 1, \"stage\"")
        #expect(read(twins).1 == ["1:2 unknown-key", "1:11 unknown-key"])
    }

    @Test func `a sound request is read`() throws {
        let request = try #require(read(Self.sound).0)
        #expect(request.stage == .disclosure)
        #expect(request.side == .holder)
        #expect(request.at == Moment(seconds: 86_400))
        #expect(request.fields == ["full_name", "vessel_name"])
        #expect(request.hit == HitFacts(score: 95, confirmed: true))
        #expect(
            request.record
                == RecordFacts(subject: [], origin: ["XC"], handling: .h2, information: 2, expires: Day("2028-02-29"))
        )
        let later = read(Self.sound, at: Moment(seconds: 7), side: .asker).0
        #expect(later?.at == Moment(seconds: 7))
        #expect(later?.side == .asker)
        let own = read(
            Self.sound.replacing(
                "{\"stage\"",
                with: "{\"at\": \"2026-03-02T10:00:00+01:00\", \"side\": \"asker\", \"stage\""
            )
        ).0
        #expect(own?.at.description == "2026-03-02T09:00:00Z")
        #expect(own?.side == .asker)
    }

    @Test(arguments: [
        ("\"score\": 95", "\"score\": §\"95\"", "wrong-type"), ("\"score\": 95", "\"score\": §95.5", "wrong-type"),
        ("\"score\": 95", "\"score\": §null", "wrong-type"), ("\"score\": 95", "\"score\": §101", "bad-value"),
        ("\"confirmed\": true", "\"confirmed\": §\"true\"", "wrong-type"),
        ("\"confirmed\": true", "\"confirmed\": §1", "wrong-type"),
        ("\"asker\": \"xa-border\"", "\"asker\": §7", "wrong-type"), ("\"c0ffee\"", "§null", "wrong-type"),
        ("[\"full_name\", \"vessel_name\"]", "§\"full_name\"", "wrong-type"),
        ("[\"full_name\", \"vessel_name\"]", "[\"full_name\", §\"shoe_size\"]", "bad-value"),
        ("\"purpose\": \"investigate\"", "\"purpose\": §\"curiosity\"", "bad-value"),
        ("\"urgency\": \"normal\"", "§\"urgent\": true, \"urgency\": \"normal\"", "unknown-key"),
        ("\"handling\": \"H2\"", "\"handling\": §\"h2\"", "bad-value"),
        ("\"handling\": \"H2\"", "§\"age_days\": 3", "unknown-key"),
        ("[\"XC\"]", "[§\"xc\"]", "bad-value"), ("2028-02-29", "2027-02-29", "bad-value"),
        ("\"case\": \"c0ffee\"", "\"key_count\": §3", "stage-attribute"),
        ("\"case\": \"c0ffee\"", "§\"fields\": []", "duplicate-key"),
        ("\"purpose\": \"investigate\", ", "", "missing-key"),
        ("\"stage\": \"disclosure\"", "\"stage\": §\"release\"", "bad-value"),
        ("\"record\": {", "\"record\": §[], \"x\": {", "wrong-type"),
    ])
    func `what does not fit is placed`(old: String, new: String, code: String) throws {
        let marked = Self.sound.replacing(old, with: new)
        try #require(marked != Self.sound)
        let (request, found) = read(marked.replacing("§", with: ""))
        #expect(request == nil)
        #expect(found.contains { $0.hasSuffix(code) })
        for (index, line) in marked.split(separator: "\n").enumerated() {
            if let column = Array(line.unicodeScalars).firstIndex(of: "§") {
                #expect(found.first { $0.hasSuffix(code) } == "\(index + 1):\(column + 1) \(code)")
            }
        }
    }

    @Test(arguments: [
        "", " ", "nul", "[", "{", "{}", "[]", "\"stage\"", "1", "{\"stage\": }", "{\"stage\" \"index\"}",
        "{'stage': 1}",
        "{\"stage\": \"index\",}", "{\"stage\": \"index\"} x", "{\"stage\": \"index\"}{}", "\u{FEFF}{}", "{\"a\": 01}",
        "{\"a\": 1.}", "{\"a\": .5}", "{\"a\": -}", "{\"a\": 1e}", "{\"a\": \"\\x\"}", "{\"a\": \"\\ud800\"}",
        "{\"a\": \"\\udc00\\ud800\"}", "{\"a\": \"\\u12\"}", "{\"a\": \"\n\"}", "{\"a\": NaN}", "{\"a\": True}",
        "// x\n{}",
    ])
    func `what is no request is an error`(text: String) {
        let (request, problems) = read(text)
        #expect(request == nil)
        #expect(!problems.isEmpty)
    }

    @Test func `escapes are read`() {
        let text = Self.sound.replacing("c0ffee", with: "\\u0041\\ud83d\\udea2\\n\\/\\\"\\\\é")
        #expect(read(text).0?.caseReference == "A🚢\n/\"\\é")
    }

    @Test func `deep nesting is told, not followed`() {
        let deep = String(repeating: "[", count: 200_000)
        #expect(read(deep).1 == ["1:34 syntax"])
    }

    @Test func `problems never repeat a value`() {
        let (_, problems) = RequestFile.read(
            Array(Self.sound.replacing("\"XC\"", with: "\"Secretland\"").replacing("\"H2\"", with: "\"Secret\"").utf8),
            name: "r",
            policies: policies,
            now: Moment(seconds: 0)
        )
        #expect(problems.count == 2)
        #expect(problems.allSatisfy { !$0.description.contains("Secret") })
    }

    @Test(arguments: [
        ("\"H2\"", "\"h2\"", "/record/handling"), ("\"XC\"", "\"XC\", \"xc\"", "/record/origin/1"),
        ("\"purpose\": \"investigate\", ", "", "/purpose"), ("\"score\": 95", "\"score\": 101", "/hit/score"),
        ("\"score\": 95", "\"a/b~c\": 95", "/hit/a~1b~0c"), ("\"vessel_name\"", "\"shoe_size\"", "/fields/1"),
        ("\"case\": \"c0ffee\"", "\"key_count\": 3", "/key_count"), ("\"c0ffee\"", "null", "/case"),
        ("\"record\": {", "\"record\": 3, \"x\": {", "/record"),
    ])
    func `a fault has its JSON pointer`(old: String, new: String, pointer: String) throws {
        let text = Self.sound.replacing(old, with: new)
        try #require(text != Self.sound)
        let (_, problems) = RequestFile.read(
            Array(text.utf8),
            name: "r",
            policies: policies,
            now: Moment(seconds: 0)
        )
        #expect(problems.contains { $0.pointer == pointer }, "\(problems.map { $0.pointer ?? "-" })")
    }

    @Test(arguments: [("{}", "/stage"), ("[]", ""), ("3", "")])
    func `a fault of the whole has the pointer of the whole`(text: String, pointer: String) {
        let (_, problems) = RequestFile.read(
            Array(text.utf8),
            name: "r",
            policies: policies,
            now: Moment(seconds: 0)
        )
        #expect(problems.map(\.pointer) == [pointer])
    }

    @Test func `a line of many is placed on its line`() {
        let (_, problems) = RequestFile.read([0x7B], name: "r", policies: policies, now: Moment(seconds: 0), line: 7)
        #expect(problems.map(\.location) == ["r:7:2"])
    }
}
