// What is sealed of a question is written by hand and read by Codable: nothing may be lost or become another text.
import Foundation
import MatchKeys
import Testing

@testable import NodeCore

@Suite struct SealedTextTests {
    private static let words = [
        "", "plain", "a \"quote\" and a \\", "\u{0}\u{1F}\n\t\r", "Żółć 山田 👩‍👩‍👧", "</script>", "\u{2028}",
    ]

    /// Read from a document in which every member stands, a value is written with every member again. The compiler does
    /// not say that a new member is missing there; this does.
    private func expectEveryMember<Value: SealedText>(_ type: Value.Type, _ document: String) throws {
        let value = try JSONDecoder().decode(type, from: Data(document.utf8))
        var text = JSONText()
        try value.write(to: &text)
        let (was, written) = (try members(Data(document.utf8)), try members(Data(text.bytes)))
        #expect(was.isEqual(to: written as? [AnyHashable: Any] ?? [:]), "\(written)")
        let named = Set(Mirror(reflecting: value).children.compactMap(\.label))
        #expect(named == Set(was.allKeys.compactMap { $0 as? String }), "the document has every member of \(type)")
    }

    private func members(_ json: Data) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: json) as? NSDictionary)
    }

    @Test func everyMemberOfAPeersPartIsWritten() throws {
        try expectEveryMember(
            SealedPeerQuery.self,
            """
            {"blindSeed": [0, 7, 255], "epoch": 3,
             "report": {"peer": "agency-b", "id": "i", "outcome": "hits", "reason": "r", "heldHere": true, "hits": [
                {"subject": "s", "handle": "0123456789", "score": 90, "band": "strong", "kinds": ["phone", "email"],
                "reasons": [{"kind": "phone", "what": "telephone number", "worth": "strong alone"}]}]},
             "hits": [{"handle": "0123456789", "proofs": [{"slot": 5, "key": "+/8="}],
                "subject": {"id": "s", "columns": {"origin": ["SE", "NO"], "subject_category": ["suspect"]}},
                "keys": [{"kind": "phone", "value": "+4915110000000"}]}],
             "resumable": {"body": "AQID", "subjects": [{"id": "s", "keys": [{"kind": "phone", "value": "+49"}]}]},
             "long": {"epoch": 3, "own": {"names": 7}, "keyKinds": ["name"], "agreementDigest": "00ff",
                "caseReference": "aa", "analyst": "a-1", "subjects": "AAAAAXMAAAABdA=="},
             "decided": {"subjects": [{"subject": ["witness"], "origin": ["SE"]}], "keyKinds": ["phone"],
                "keyCount": 64, "caseReference": "aa", "analyst": "a-1", "approvals": 2,
                "authorised": ["court"]},
             "letGo": "i"}
            """
        )
    }

    @Test func everyMemberOfAQuestionAndOfReceivedTermsIsWritten() throws {
        try expectEveryMember(
            SealedQuestion.self,
            """
            {"question": "q", "purpose": "p", "legalBasis": "l", "offence": "o", "caseReference": "c",
             "subjects": ["s", "t"], "notes": ["n"],
             "noteCodes": [{"unread": {"_0": {"subject": "s", "column": "phone", "reason": "r", "isPart": true}}},
                {"keyless": {"_0": 1, "of": 2}}], "urgent": false, "cover": true}
            """
        )
        try expectEveryMember(
            ReceivedTerms.self,
            """
            {"agreement": "a", "epoch": 2, "purpose": "p", "legalBasis": "l", "offence": "o", "caseReference": "c",
             "analyst": "a-1",
             "long": {"keys": 9000, "keyKinds": ["name"], "isUrgent": true, "agreementDigest": "00ff"}}
            """
        )
    }

    /// What is nil stays nil, and any text comes back as it was.
    @Test(arguments: words.indices)
    func anyTextComesBack(number: Int) throws {
        let word = Self.words[number]
        let report = PeerAnswerReport(peer: word, id: word, outcome: word, reason: word, hits: [])
        let kept = KeptHit(
            handle: word,
            proofs: [],
            subject: Record(id: word, columns: ["x": [word, "y"], word: ["z"]]),
            keys: nil
        )
        let part = SealedPeerQuery(blindSeed: nil, report: report, hits: [kept])
        let question = SealedQuestion(
            question: word,
            purpose: word,
            legalBasis: word,
            offence: nil,
            caseReference: nil,
            subjects: SubjectIDs(Self.words),
            notes: [],
            urgent: nil
        )
        try expectAlike(part)
        try expectAlike(question)
    }

    /// Read back, it is what Foundation makes of the value, but for the order of members.
    private func expectAlike<Value: SealedText>(_ value: Value) throws {
        var text = JSONText()
        try value.write(to: &text)
        let read = try JSONDecoder().decode(Value.self, from: Data(text.bytes))
        let ours = try members(JSONEncoder().encode(read))
        #expect(ours.isEqual(to: try members(JSONEncoder().encode(value)) as? [AnyHashable: Any] ?? [:]))
    }
}
