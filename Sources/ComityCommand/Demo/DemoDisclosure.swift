/// The demo's steps after the hit: request, a second person's decision, release, receipt.

import Foundation
import NodeCore

extension DemoStory {
    /// The demo's two requests: one to be released, one to be refused.
    struct Requests {
        var released: String
        var refused: String
    }

    /// Asks for the data behind two hits; the coast guard's approver releases one and refuses the other.
    func requestAndDecide(_ asked: PeerAnswerReport) throws(DemoFailure) -> Requests {
        let handles = Dictionary(asked.hits.map { ($0.subject, $0.handle) }) { first, _ in first }
        guard let first = handles["q1"], let second = handles["q2"] else {
            throw DemoFailure("the hits on q1 and q2 have no handles")
        }
        try program.expect(["user", "add", coast.short, "lena", "--role", "approver"])
        let released = try request(asked.id, handle: first, fields: "full_name,birth_date,nationality,phone,email")
        let refused = try request(asked.id, handle: second, fields: "full_name,document_number")
        let seen = try program.expect(["disclosure", "show", coast.short, released.id, "--as", "lena", "--json"])
            .document(DisclosureReport.self)
        guard seen.state == "held", seen.needed == 1, seen.subject == "k01", seen.data?["email"] == nil else {
            throw DemoFailure("the coast guard's approver does not see the request as it should be", seen.state)
        }
        // Who entered the record does not decide on it. Nobody changes their own roles: for this a second operator does.
        try program.expect(["user", "add", coast.short, "olaf", "--role", "operator"])
        try program.expect(["user", "add", coast.short, "operator", "--role", "approver", "--as", "olaf"])
        try program.expect(["user", "role", coast.short, "olaf", "--role", "approver", "--as", "operator"])
        let own = try program.run(["disclosure", "approve", coast.short, released.id, "--as", "operator"])
        guard own.exit == 1 else { throw DemoFailure("who entered the record could release it") }
        try program.expect(["disclosure", "approve", coast.short, released.id, "--as", "lena"])
        try program.expect([
            "disclosure", "refuse", coast.short, refused.id, "--ground", "investigation", "--as", "lena",
        ])
        told(
            6,
            "The border police asks for what lies behind two hits, and says why. At the coast guard a second",
            "person decides (not who entered the record): one is sealed and released, one refused with its ground."
        )
        return Requests(released: released.id, refused: refused.id)
    }

    /// Fetches both outcomes: decisions show on the minute.
    func receive(_ requests: Requests) async throws(DemoFailure) {
        Voice.say("    decisions show on the minute; waiting for it")
        var states: [String: DisclosureReport] = [:]
        for _ in 0..<90 {
            let list = try program.expect(["disclosure", "receive", north.short, "--as", "amina", "--json"])
                .document(DisclosureList.self)
            for report in list.requests { states[report.id] = report }
            if states[requests.released]?.state == "received", states[requests.refused]?.state == "refused" { break }
            try? await Task.sleep(for: .seconds(1))
        }
        guard states[requests.refused]?.ground == "investigation" else {
            throw DemoFailure("the refusal did not arrive with its ground", states[requests.refused]?.state ?? "")
        }
        let report = try program.expect([
            "disclosure", "show", north.short, requests.released, "--as", "amina", "--json",
        ])
        .document(DisclosureReport.self)
        guard report.data?["birth_date"] == ["1988-02-11"], report.data?["email"] == nil, report.handling == "H1",
            report.onward == "with_consent", let last = report.retention
        else { throw DemoFailure("the release is not what the coast guard let go", report.note ?? report.state) }
        told(
            10,
            "The border police receives: name, birth date, nationality and phone of q1, under handling code H1,",
            "to be kept until \(last), passed on only with the coast guard's consent. Both logs have it."
        )
    }

    /// One more request, for the approver who opens the console.
    func leaveOneWaiting(_ asked: PeerAnswerReport) throws(DemoFailure) {
        guard let third = asked.hits.first(where: { $0.subject == "q3" }) else {
            throw DemoFailure("the hit on q3 has no handle")
        }
        let waiting = try request(asked.id, handle: third.handle, fields: "imo")
        guard waiting.state == "deciding" else { throw DemoFailure("a third request does not wait", waiting.state) }
    }

    private func request(_ query: String, handle: String, fields: String) throws(DemoFailure) -> DisclosureReport {
        try program.expect([
            "disclosure", "request", north.short, "--query", query, "--peer", "sound-coast", "--handle", handle,
            "--fields", fields, "--reason", "Boarding planned for Thursday", "--confirmed", "--as", "amina", "--json",
        ]).document(DisclosureReport.self)
    }
}
