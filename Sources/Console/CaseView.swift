/// What a case's table, timeline and chart show alike: the parts of one case, or those of one peer in it. Draws nothing.

import NodeCore

struct CaseView {
    /// A hit, and whether what lies behind it was released.
    struct Hit {
        let question: String
        let answer: PeerAnswerReport
        let hit: HitReport
        let isReleased: Bool
    }

    /// A moment, or a day as a whole where no more is known.
    struct Event {
        enum Kind { case asked, requested, deadline, keptUntil, erased }

        let kind: Kind
        let peers: [String]
        /// Seconds since 1970.
        let start: Int
        /// Nil for a moment.
        let end: Int?
        /// The page of what happened.
        let path: String
    }

    let reference: String
    let questions: [CaseReport.Asked]
    let requests: [DisclosureReport]
    let hits: [Hit]
    /// Everybody who stands in the case, whichever of them is shown.
    let peers: [String]
    /// Nil while the case is open.
    let closed: CaseClosing?

    init(_ report: CaseReport, peer: String?) {
        (reference, closed) = (report.reference, report.closed)
        let all = report.questions.flatMap { $0.answers.map(\.peer) } + report.disclosures.map(\.peer)
        peers = Set(all).sorted()
        questions = report.questions.compactMap { question in
            guard let peer else { return question }
            var part = question
            part.answers.removeAll { $0.peer != peer }
            return part.answers.isEmpty ? nil : part
        }
        requests = report.disclosures.filter { peer == nil || $0.peer == peer }
        let released = Set(requests.filter { $0.state == "received" }.map { "\($0.peer) \($0.handle)" })
        hits = questions.flatMap { question in
            question.answers.flatMap { answer in
                answer.hits.map { hit in
                    Hit(
                        question: question.query,
                        answer: answer,
                        hit: hit,
                        isReleased: released.contains("\(answer.peer) \(hit.handle)")
                    )
                }
            }
        }
    }

    /// What happened and what is to happen, in its order.
    var events: [Event] {
        var events: [Event] = []
        func add(_ kind: Event.Kind, _ peers: [String], _ time: String?, _ path: String) {
            guard let time, let start = Moments.seconds(time) else { return }
            events.append(Event(kind: kind, peers: peers, start: start, end: nil, path: path))
        }
        for question in questions {
            add(.asked, question.answers.map(\.peer), question.asked, "/questions/\(question.query)")
        }
        for request in requests {
            let path = "/requests/\(request.id)"
            add(.requested, [request.peer], request.created, path)
            add(.deadline, [request.peer], request.deadline, path)
            add(.erased, [request.peer], request.erased?.at, path)
            if let day = request.retention, let start = Moments.dayStart(day), request.erased == nil {
                let start = start / 1_000
                events.append(
                    Event(kind: .keptUntil, peers: [request.peer], start: start, end: start + 86_400, path: path)
                )
            }
        }
        return events.sorted { ($0.start, $0.path) < ($1.start, $1.path) }
    }
}
