// What of a question was not read is said with it, by column and reason and never by value: or "no hit" would be believed.
import Foundation
import NodeTesting
import Testing

@testable import NodeCore

@Suite struct UnreadValueTests {
    private static let flawed = [
        "full_name": "Kerstin Almqvist", "birth_date": "11/02/1988", "phone": "015124427727", "imo": "9074720",
    ]
    private static let notes = [
        "birth_date was read in part: ambiguous: day and month", "phone was not read, so not asked: no region",
        "imo was not read, so not asked: check digit",
    ]

    private func report(_ pair: Pair, _ question: Question, dryRun: Bool) async throws -> QuestionReport {
        try await pair.asker.node.ask(question, dryRun: dryRun, by: nil, through: pair.peers) { _ in }
    }

    @Test func aQuestionSaysWhichValuesWereNotReadAndKeepsIt() async throws {
        try await Pair.with { pair in
            let question = Pair.question(.fields(Self.flawed))
            let preview = try await report(pair, question, dryRun: true)
            #expect(preview.notes == Self.notes)
            let asked = try await report(pair, question, dryRun: false)
            #expect(asked.notes == Self.notes && asked.asked.map(\.outcome) == ["no-hit"])
            let line = try #require(try await pair.asker.node.questionLine(asked.query, by: TestNode.analyst))
            #expect(line.notes == Self.notes && line.noteCodes == asked.noteCodes)
            let again = try await pair.asker.node.question(asked.query, by: nil, through: pair.peers) { _ in }
            #expect(again.notes == Self.notes && again.noteCodes == asked.noteCodes)
            for value in Self.flawed.values { #expect(!again.notes.joined().contains(value)) }
        }
    }

    @Test func nothingIsSaidOfAQuestionThatIsReadWhole() async throws {
        try await Pair.with { pair in
            let preview = try await report(pair, Pair.question(.fields(People.youssef)), dryRun: true)
            #expect(preview.notes == [])
        }
    }

    @Test func ofALongFileTheFirstAreNamedAndTheOthersCounted() async throws {
        try await Pair.with { pair in
            let rows = (1...25).map { "r\($0),Yusuf Sahin,1988-02-11,0151244277\($0 + 10);123\n" }
            let csv = "id,full_name,birth_date,phone\n" + rows.joined()
            let report = try await report(pair, Pair.question(.file(Array(csv.utf8), name: "a.csv")), dryRun: true)
            #expect(report.notes.count == 21 && report.notes.first == "r1: phone was not read, so not asked: no region")
            #expect(report.notes.last == "and 5 more values were not read, or in part", "one of a column's two")
        }
    }

    @Test func aQuestionOfWhichNothingCanBeReadIsRefusedFieldByField() async throws {
        try await Pair.with { pair in
            for (fields, because) in [
                (
                    ["phone": "015124427727", "birth_date": "1990-13-45"],
                    "birth_date: not in the calendar; phone: no region"
                ),
                (
                    ["full_name": "Yusuf Sahin", "phone": "12"],
                    "phone: no region; what can be read is too little alone (a name needs a birth date)"
                ), (["sex": "F"], "sex: no match key is made of it"),
            ] {
                let problem = await #expect(throws: NodeProblem.self) {
                    try await self.report(pair, Pair.question(.fields(fields)), dryRun: true)
                }
                #expect(problem?.kind == .data && problem?.because == because, "\(problem?.because ?? "nil")")
            }
        }
    }

    @Test func whoStaysHomeForOneReasonIsNamedInOneNote() {
        let text = "our own policy: no"
        let known = QuestionNote.stayedHome(["r1", "r2"], more: 3, of: "bravo", because: text)
        #expect(known.text == "r1, r2 and 3 more: not asked of bravo; our own policy: no")
    }

    @Test func aPreviewReadsOneSubjectAndNoMore() {
        let one = Node.readings(of: Pair.question(.fields(["phone": "+49 1512 441001", "imo": "9074720", "sex": "F"])))
        #expect(one.map(\.column) == ["sex", "phone", "imo"])
        #expect(one.map(\.canonical) == [nil, "+491512441001", nil])
        #expect(one.map(\.reason) == [FieldReading.unused, nil, "check digit"])
        let row = "id,phone\nr1,015124427727\n"
        #expect(Node.readings(of: Pair.question(.file(Array(row.utf8), name: "a"))).map(\.reason) == ["no region"])
        #expect(Node.readings(of: Pair.question(.file(Array((row + "r2,1\n").utf8), name: "a"))).isEmpty)
    }
}
