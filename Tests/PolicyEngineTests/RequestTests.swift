/// Presence of request keys by stage, ranges, and reading record columns.

import PolicyEngine
import Testing

@Suite struct RequestTests {
    private func problem(_ request: PolicyRequest) throws -> RequestProblem? {
        do {
            _ = try Samples.policies().decide(request)
            return nil
        } catch let problem as RequestProblem {
            return problem
        }
    }

    /// Stages at which each key may stand, as POLICY section 3 has them.
    @Test(arguments: Stage.allCases)
    func `a key at a stage that lacks it is an error`(stage: Stage) throws {
        let cases: [(String, Set<Stage>, (inout PolicyRequest) -> Void)] = [
            ("recipient", [.onwardTransfer], { $0.recipient = "gamma" }),
            ("purpose", [.question, .disclosure, .onwardTransfer, .retention], { $0.purpose = .investigate }),
            ("legal_basis", [.question, .disclosure, .onwardTransfer, .retention], { $0.legalBasis = "LAW" }),
            ("offence", [.question, .disclosure, .onwardTransfer, .retention], { $0.offence = "both" }),
            ("case", [.question, .disclosure, .onwardTransfer], { $0.caseReference = "c" }),
            ("urgency", [.question, .disclosure], { $0.urgency = .urgent }),
            ("key_kinds", [.question], { $0.keyKinds = [] }), ("key_count", [.question], { $0.keyCount = 0 }),
            ("fields", [.disclosure, .onwardTransfer], { $0.fields = ["phone"] }),
            ("hit", [.disclosure], { $0.hit = HitFacts() }),
            ("record", [.index, .disclosure, .onwardTransfer, .retention], { $0.record = RecordFacts() }),
        ]
        for (key, stages, set) in cases {
            var request = Samples.request(stage)
            set(&request)
            #expect(try problem(request) == (stages.contains(stage) ? nil : .misplaced(key: key, stage: stage)))
        }
        var analysed = Samples.request(stage)
        analysed.analyst = "p"
        #expect(try problem(analysed) == nil)
    }

    @Test func `a key that its stage requires must be there`() throws {
        let cases: [(String, Stage, (inout PolicyRequest) -> Void)] = [
            ("purpose", .question, { $0.purpose = nil }), ("legal_basis", .retention, { $0.legalBasis = nil }),
            ("urgency", .disclosure, { $0.urgency = nil }), ("key_kinds", .question, { $0.keyKinds = nil }),
            ("key_count", .question, { $0.keyCount = nil }), ("fields", .disclosure, { $0.fields = nil }),
            ("recipient", .onwardTransfer, { $0.recipient = nil }),
        ]
        for (key, stage, clear) in cases {
            var request = Samples.request(stage)
            clear(&request)
            #expect(try problem(request) == .missing(key: key, stage: stage))
        }
    }

    @Test func `sides are checked`() throws {
        #expect(try problem(Samples.request(.index, side: .asker)) == .noAskerAtIndex)
        var request = Samples.request(.question)
        request.question = QuestionFacts()
        #expect(try problem(request) == .questionAtHolder)
        request.side = .asker
        #expect(try problem(request) == nil)
    }

    @Test func `ranges and closed names are checked`() throws {
        var disclosure = Samples.request(.disclosure)
        disclosure.fields = ["vessel_name", "shoe_size"]
        #expect(try problem(disclosure)?.key == "fields")
        disclosure.fields = ["vessel_name"]
        #expect(try problem(disclosure) == nil)
        for score in [-1, 101] {
            disclosure.hit = HitFacts(score: score)
            #expect(try problem(disclosure)?.key == "hit.score")
        }
        disclosure.hit = nil
        disclosure.record = RecordFacts(information: 5)
        #expect(try problem(disclosure)?.key == "record.information")
        disclosure.record = RecordFacts(origin: ["xa"])
        #expect(try problem(disclosure)?.key == "record.origin")
        var question = Samples.request(.question)
        question.keyCount = -1
        #expect(try problem(question)?.key == "key_count")
    }

    @Test func `record columns become facts`() throws {
        let facts = try RecordColumns([
            "subject_category": "suspect; minor ;suspect", "offence": "both", "handling": "H2", "expires": "2028-02-29",
            "origin": "XA;XB", "source": "B", "information": "2", "basis": "fact", "consent": "pending",
            "sensitive": "health;biometric", "originator": " Some Agency ", "recorded": "2026-01-02", "phone": "1",
        ]).record()
        #expect(
            facts
                == RecordFacts(
                    subject: [.suspect, .minor],
                    origin: ["XA", "XB"],
                    handling: .h2,
                    source: .b,
                    information: 2,
                    basis: .fact,
                    consent: .pending,
                    offence: "both",
                    sensitive: [.health, .biometric],
                    recorded: Day("2026-01-02"),
                    expires: Day("2028-02-29"),
                    originator: "Some Agency"
                )
        )
    }

    @Test func `empty cells are unknown and things are no person`() throws {
        #expect(try RecordColumns(["handling": "", "origin": " ; "]).record() == RecordFacts())
        for thing in ["vessel", "vehicle", "object"] {
            #expect(try RecordColumns(["subject_category": thing]).record().subject == [])
        }
        #expect(try RecordColumns(["subject_category": "vessel;suspect"]).question().subject == [.suspect])
    }

    @Test(arguments: [
        ("subject_category", "Suspect"), ("handling", "H4"), ("handling", "H1;H2"), ("source", "D"),
        ("information", "5"), ("information", "two"), ("basis", "guess"), ("consent", "yes"), ("sensitive", "shoe"),
        ("origin", "XAX"), ("recorded", "2026-02-30"), ("expires", "soon"), ("offence", "No Offence"),
    ])
    func `a cell outside its list is told by its column, not by its value`(column: String, cell: String) throws {
        let problem = #expect(throws: ColumnProblem.self) { try RecordColumns([column: cell]).record() }
        #expect(problem?.column == column)
        #expect(problem?.text.contains(cell) == false)
    }
}
