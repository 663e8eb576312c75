// Knows how entries of one question or request belong together, and adds them up. Holds a line of numbers for each
// question and request of the span, no entry.
import CanonicalJSON

/// Counts a log into a `LogReport`: hand it every entry in order, then close it.
public struct ReportBuilder {
    private let since: LeafTime?
    private let until: LeafTime?
    private let suppress: Int
    private var questions: [Name: Question] = [:]
    private var requests: [RequestName: Request] = [:]
    private var oversight = LogReport.Oversight()
    private var erasures = LogReport.Erasures()
    private var latest = LeafTime(milliseconds: 0)

    private struct Question {
        var group: Group
        var keys: Int
        var start: LeafTime
        var outcome: (word: String, ground: String?)?
        var milliseconds: Int?
        var deadline: Int?
    }

    private struct Request {
        var group: Group
        var start: LeafTime
        var deadline: Int?
        var end: LeafTime?
        var ground: String?
        var isApproved = false
        var isRefused = false
        var isReleased = false
        var isOverdue = false
        var retentionDate: String?
        var erased: (at: LeafTime, late: Int)?
    }

    private struct Group: Hashable, Comparable {
        let direction: LogReport.Direction
        let peer: String
        let agreement: String
        let purpose: String

        static func < (left: Group, right: Group) -> Bool {
            (left.direction, left.peer, left.agreement, left.purpose)
                < (right.direction, right.peer, right.agreement, right.purpose)
        }
    }

    /// - Parameters:
    ///   - since: the earliest moment counted; nil: from the first entry.
    ///   - until: the first moment not counted.
    ///   - suppress: counts from 1 to one below this are withheld; 0 or 1 withholds none.
    public init(since: LeafTime? = nil, until: LeafTime? = nil, suppress: Int = 0) {
        self.since = since
        self.until = until
        self.suppress = suppress
    }

    public mutating func add(_ leaf: Leaf) {
        latest = leaf.time
        oversight.entries = leaf.index + 1
        let summary = LeafSummary(leaf)
        let isInside = since.map { leaf.time >= $0 } ?? true && until.map { leaf.time < $0 } ?? true
        if leaf.event.hasPrefix("query.") {
            addQuestion(leaf, summary, isInside: isInside)
        } else if leaf.event.hasPrefix("disclosure.") {
            addRequest(leaf, summary, isInside: isInside)
        } else if leaf.event == "checkpoint.witnessed" {
            oversight.witnessed = max(oversight.witnessed, leaf.data["size"]?.integer ?? 0)
        } else if isInside {
            addOversight(leaf)
        }
    }

    /// Ids are the asker's own, and a peer could use one that it knows: what belongs together says direction and peer too.
    private struct Name: Hashable {
        let direction: LogReport.Direction
        let peer: String
        let id: String
    }

    private mutating func addQuestion(_ leaf: Leaf, _ summary: LeafSummary, isInside: Bool) {
        guard let id = summary.query else { return }
        let isOurs = ["query.asked", "query.denied", "query.outcome"].contains(leaf.event)
        let name = Name(direction: isOurs ? .asked : .received, peer: summary.peer ?? "", id: id)
        switch leaf.event {
        case "query.asked", "query.received", "query.denied":
            // A cut-off question that goes on is still one.
            guard isInside, questions[name] == nil || leaf.event == "query.denied" else { return }
            questions[name] = Question(
                group: group(name.direction, summary),
                // What was denied here never left.
                keys: leaf.event == "query.denied" ? 0 : leaf.data[isOurs ? "keys" : "keys_declared"]?.integer ?? 0,
                start: leaf.time
            )
            if leaf.event == "query.denied" {
                questions[name]?.outcome = ("refused", leaf.data["rule"]?.string ?? leaf.data["ground"]?.string)
            }
        case "query.outcome":
            questions[name]?.outcome = (summary.outcome ?? "no-hit", leaf.data["failure"]?.string)
        case "query.held":
            questions[name]?.deadline = leaf.data["deadline"]?.integer
            questions[name]?.outcome = ("held", nil)
        case "query.answered", "query.refused":
            guard let question = questions[name] else { return }
            let ground = leaf.data["ground"]?.string ?? leaf.data["rule"]?.string
            // A message that came again under the same id was refused; the question itself was settled before.
            if question.outcome != nil, ["replayed", "query-id"].contains(ground) { return }
            let wait = leaf.time.milliseconds - question.start.milliseconds
            questions[name]?.milliseconds = question.deadline == nil ? leaf.data["milliseconds"]?.integer ?? wait : wait
            questions[name]?.outcome = leaf.event == "query.answered" ? ("answered", nil) : ("refused", ground)
        default: break
        }
    }

    /// The request an entry is about: entries of the holder's own decisions do not name the peer.
    private func request(_ leaf: Leaf, _ id: String) -> RequestName {
        let (ours, theirs) = (RequestName(direction: .asked, id: id), RequestName(direction: .received, id: id))
        switch leaf.event {
        case "disclosure.requested", "disclosure.received": return ours
        case "disclosure.request_received", "disclosure.released": return theirs
        case "disclosure.refused" where leaf.actor.role == .peer: return ours
        default: return requests[theirs] == nil ? ours : theirs
        }
    }

    private struct RequestName: Hashable {
        let direction: LogReport.Direction
        let id: String
    }

    private mutating func addRequest(_ leaf: Leaf, _ summary: LeafSummary, isInside: Bool) {
        guard let id = leaf.data["request"]?.string ?? summary.query else { return }
        let name = request(leaf, id)
        switch leaf.event {
        case "disclosure.requested", "disclosure.request_received":
            guard isInside, requests[name] == nil else { return }
            requests[name] = Request(
                group: group(name.direction, summary),
                start: leaf.time,
                deadline: leaf.data["deadline"]?.integer
            )
        case "disclosure.approved": requests[name]?.isApproved = true
        case "disclosure.overdue": requests[name]?.isOverdue = true
        // A refusal to pass on what was released is none of the request.
        case "disclosure.refused" where leaf.data["ground"]?.string == "onward": break
        case "disclosure.refused":
            requests[name]?.isRefused = true
            requests[name]?.ground = leaf.data["ground"]?.string
            requests[name]?.end = leaf.time
        case "disclosure.released", "disclosure.received":
            requests[name]?.isReleased = true
            if requests[name]?.end == nil { requests[name]?.end = leaf.time }
            if let date = leaf.data["retention_date"]?.string, isDue(date) {
                erasures.due = (erasures.due ?? 0) + 1
                due[id] = date
            }
        case "disclosure.erased":
            guard let date = due.removeValue(forKey: id) else { return }
            erasures.erased = (erasures.erased ?? 0) + 1
            let isLate = leaf.data["late_ms"]?.integer.map { $0 > 0 } ?? (leaf.time.description.prefix(10) > date[...])
            if isLate { lateErasures += 1 }
        default: break
        }
    }

    /// Releases whose last day lies in the span and that are not erased yet, with that day.
    private var due: [String: String] = [:]
    private var lateErasures = 0

    private func isDue(_ date: String) -> Bool {
        (since.map { date[...] >= $0.description.prefix(10) } ?? true)
            && (until.map { date[...] < $0.description.prefix(10) } ?? true)
    }

    private mutating func addOversight(_ leaf: Leaf) {
        func add(_ path: WritableKeyPath<LogReport.Oversight, Int?>, _ count: Int = 1) {
            oversight[keyPath: path] = (oversight[keyPath: path] ?? 0) + count
        }
        switch leaf.event {
        case "hold.placed": add(\.holdsPlaced)
        case "hold.lifted": add(\.holdsLifted)
        case "login.failed": add(\.failedLogins, leaf.data["count"]?.integer ?? 1)
        case "access.refused": add(\.refusedAccess, leaf.data["count"]?.integer ?? 1)
        case "audit.read": add(\.auditReads)
        case "audit.revealed": add(\.revealed)
        case "audit.exported", "record.exported": add(\.exported)
        case "break_glass.used": add(\.brokenGlass)
        case "record.erased": erasures.records = (erasures.records ?? 0) + (leaf.data["count"]?.integer ?? 1)
        case "audit.erased":
            // What it takes to open a query is no disclosure of the log. Where a month went, no field is listed.
            guard leaf.data["ground"]?.string != "retention of openings" else { break }
            let count = leaf.data["count"]?.integer ?? leaf.data["fields"]?.array?.count ?? 1
            erasures.log = (erasures.log ?? 0) + count
        default: break
        }
    }

    private func group(_ direction: LogReport.Direction, _ summary: LeafSummary) -> Group {
        Group(
            direction: direction,
            peer: summary.peer ?? "",
            agreement: summary.agreement ?? "",
            purpose: summary.purpose ?? ""
        )
    }

    // MARK: The end

    /// The numbers as of the last entry.
    public func close() -> LogReport {
        let today = latest.description.prefix(10)
        var erasures = erasures
        erasures.late = lateErasures + due.values.count { $0[...] < today }
        for path in [\LogReport.Erasures.due, \.erased, \.late, \.records, \.log] {
            erasures[keyPath: path] = shown(erasures[keyPath: path] ?? 0)
        }
        var oversight = oversight
        for path in [
            \LogReport.Oversight.holdsPlaced, \.holdsLifted, \.failedLogins, \.refusedAccess, \.auditReads, \.revealed,
            \.exported, \.brokenGlass,
        ] { oversight[keyPath: path] = shown(oversight[keyPath: path] ?? 0) }
        return LogReport(
            suppress: suppress,
            queries: Dictionary(grouping: questions.values, by: \.group).sorted { $0.key < $1.key }.map(row),
            disclosures: Dictionary(grouping: requests.values, by: \.group).sorted { $0.key < $1.key }.map(row),
            erasures: erasures,
            oversight: oversight
        )
    }

    /// Nil for what would single somebody out.
    private func shown(_ count: Int) -> Int? {
        count > 0 && count < suppress ? nil : count
    }

    private func outcomes(_ all: [(word: String, ground: String?)]) -> [LogReport.Outcome] {
        struct Key: Hashable {
            let word: String
            let ground: String?
        }
        return Dictionary(grouping: all) { Key(word: $0.word, ground: $0.ground) }
            .sorted { ($0.key.word, $0.key.ground ?? "") < ($1.key.word, $1.key.ground ?? "") }
            .map { LogReport.Outcome(outcome: $0.key.word, ground: $0.key.ground, queries: shown($0.value.count)) }
    }

    private func row(_ group: Group, _ all: [Question]) -> LogReport.Questions {
        let answered = all.filter { ["hits", "no-hit"].contains($0.outcome?.word) }
        let hits = answered.count { $0.outcome?.word == "hits" }
        let isShown = shown(all.count) != nil
        // The rate would tell a count that is withheld.
        let isRated =
            group.direction == .asked && !answered.isEmpty && shown(hits) != nil
            && shown(answered.count - hits) != nil && shown(answered.count) != nil
        let ends = all.compactMap { question in
            question.milliseconds.map {
                Answer(milliseconds: $0, at: question.start.milliseconds + $0, deadline: question.deadline)
            }
        }
        return LogReport.Questions(
            direction: group.direction,
            peer: group.peer,
            agreement: group.agreement,
            purpose: group.purpose,
            queries: shown(all.count),
            keys: isShown ? all.reduce(0) { $0 + $1.keys } : nil,
            hitRate: isRated ? hits * 100 / answered.count : nil,
            outcomes: outcomes(all.map { $0.outcome ?? ("open", nil) }),
            response: response(ends, open: [])
        )
    }

    private func row(_ group: Group, _ all: [Request]) -> LogReport.Requests {
        let ends = all.compactMap { request in
            request.end.map {
                Answer(
                    milliseconds: $0.milliseconds - request.start.milliseconds,
                    at: $0.milliseconds,
                    deadline: request.deadline
                )
            }
        }
        return LogReport.Requests(
            direction: group.direction,
            peer: group.peer,
            agreement: group.agreement,
            requested: shown(all.count),
            approved: shown(all.count(where: \.isApproved)),
            refused: shown(all.count(where: \.isRefused)),
            released: shown(all.count(where: \.isReleased)),
            overdue: shown(all.count(where: \.isOverdue)),
            grounds: outcomes(all.filter(\.isRefused).map { ("refused", $0.ground) }),
            response: group.direction == .received
                ? response(ends, open: all.filter { $0.end == nil }.compactMap(\.deadline)) : nil
        )
    }

    private struct Answer {
        let milliseconds: Int
        let at: Int
        /// Seconds since 1970.
        let deadline: Int?
    }

    private func response(_ answers: [Answer], open: [Int]) -> LogReport.Response? {
        guard !answers.isEmpty, shown(answers.count) != nil else { return nil }
        let times = answers.map(\.milliseconds).sorted()
        /// Nearest rank: the smallest value that `percent` of all do not exceed.
        func rank(_ percent: Int) -> Int { times[(times.count * percent + 99) / 100 - 1] }
        let timed = answers.filter { $0.deadline != nil }
        let late =
            timed.count { $0.at > ($0.deadline ?? 0) * 1_000 } + open.count { latest.milliseconds > $0 * 1_000 }
        return LogReport.Response(
            median: rank(50),
            p95: rank(95),
            max: rank(100),
            late: shown(late),
            withDeadline: shown(timed.count + open.count)
        )
    }
}
