/// What people need to go on with a request besides its state: what was taken out or did not come, whether they may decide, which
/// requests a hit has already, what could be asked for, what a rule says. Decides nothing and never learns a value.

import Accounts
import Casework
import PolicyEngine
import Vault
import WireProtocol

extension DisclosureReport {
    /// Where the hit of a request of ours is.
    public struct Hit: Codable, Sendable, Equatable {
        /// The question's UUID, and that of its part at the peer.
        public var question: String
        public var part: String
    }

    /// Columns that were wished for, and are not asked for.
    public struct TakenOut: Codable, Sendable, Equatable {
        public var fields: [String]
        /// Rules of our own that say which columns may be asked for.
        public var rules: [String]
    }

    /// Why somebody cannot approve.
    public enum Bar: String, Codable, Sendable {
        /// They asked, or entered or edited the record: they decide nothing about it.
        case ownWork = "own-work"
        /// They may still refuse or ask back.
        case approved
    }

    mutating func tell(_ file: SentFile) {
        band = file.band
        if file.erased == nil { hit = Hit(question: file.question, part: file.query) }
        let taken = Set(file.wished ?? []).subtracting(file.fields).sorted()
        if !taken.isEmpty { takenOut = TakenOut(fields: taken, rules: file.fieldRules ?? []) }
        let missing = file.received.map { Set(file.fields).subtracting($0.fields).sorted() } ?? []
        if !missing.isEmpty { notReleased = missing }
    }
}

extension DisclosureReport {
    mutating func tell(_ terms: ReleaseTerms) {
        (handling, source, retention, onward) = (terms.handling, terms.source, terms.retention, terms.onward)
    }
}

extension Node {
    /// Why the person's approval would be refused whatever comes with it; nil where it would not.
    func bar(to person: Person, on row: StoredDisclosure) async throws -> DisclosureReport.Bar? {
        let name = person.account.name.description
        let refusal: CaseworkRefusal? =
            switch row.side {
            case .asker: try sentFile(row).request.bar(to: name)
            case .question: try heldQuestion(row).request.bar(to: name)
            case .ownQuestion: try ownQuestion(row).request.bar(to: name)
            case .holder:
                try await vault.read { transaction in
                    var file = try self.heldFile(row)
                    // Whoever changed the record since decides no more, and approvals of before do not count.
                    try self.followRecord(&file, in: transaction)
                    return file.request.bar(to: name)
                }
            }
        return switch refusal {
        case .ownWork: .ownWork
        case .approvedAlready: .approved
        default: nil
        }
    }

    /// Of requests for a hit that was found for no case, so many of the newest are looked at.
    private static let mostOfNoCase = 1_000

    /// Requests for a hit, newest first; without data.
    ///
    /// - Parameters:
    ///   - question: the question's UUID.
    ///   - part: that of its part at the peer.
    public func requests(
        question: String,
        part: String,
        handle: String,
        by account: String?
    ) async throws(NodeProblem) -> [DisclosureReport] {
        _ = try await person(account, for: .followDisclosures)
        do {
            let rows = try await vault.read { transaction -> [StoredDisclosure] in
                guard let row = try transaction.question(question) else { return [] }
                let sealed = try self.questionSealer.open(SealedQuestion.self, row.box, id: row.id)
                guard let number = sealed.caseReference else {
                    return try transaction.disclosures(.asker, newest: Self.mostOfNoCase)
                }
                return try transaction.disclosures(ofCase: self.questionSealer.tag(ofCase: number)).reversed()
            }
            // A request whose file does not open hides no other.
            return rows.compactMap { row in row.side == .asker ? try? report(on: row) : nil }
                .filter { $0.hit?.part == part && $0.handle == handle }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the requests")
        }
    }
}

/// What is known of a request for a hit before it is made.
public struct WishOutlook: Sendable, Equatable {
    /// How long the holder has, as it is told to whoever asks: by the protocol, and no rule of the holder's.
    public let hours: Int
    public let urgentHours: Int
    /// Columns that our own rules would take out however much else is asked for; nil where that cannot be told before.
    public let takenOut: DisclosureReport.TakenOut?
}

extension Node {
    /// - Parameter query: the question's UUID, or the one that was sent to the peer.
    public func outlook(
        query: String,
        peer: String,
        handle: String,
        by account: String?
    ) async throws(NodeProblem) -> WishOutlook {
        let person = try await person(account, for: .requestDisclosure)
        let policies = activePolicies
        let hit = try await hit(query: query, peer: peer, handle: handle)
        var taken: DisclosureReport.TakenOut?
        // Where a rule reads which columns are asked for, all of them at once tell nothing of some.
        if !policies.set.readsFields(configuration.agency, agreement: hit.agreement) {
            let all = disclosableFields()
            let weighed = [false, true].compactMap { urgent in
                let wish = DisclosureWish(
                    query: query,
                    peer: peer,
                    handle: handle,
                    fields: all,
                    reason: "",
                    confirmed: true,
                    urgent: urgent
                )
                return try? weigh(DisclosureDraft(wish), hit: hit, by: person, policies: policies).terms
            }
            // A refusal takes out no column: whoever asks learns of it when they do.
            let left = weighed.reduce(into: Set<String>()) { $0.formUnion($1.fields) }
            let fields = left.isEmpty ? [] : all.filter { !left.contains($0) }
            let rules = Set(weighed.flatMap(\.fieldRules)).sorted()
            if !fields.isEmpty { taken = DisclosureReport.TakenOut(fields: fields, rules: rules) }
        }
        return WishOutlook(
            hours: Deadline.hours(urgent: false, policy: nil),
            urgentHours: Deadline.hours(urgent: true, policy: nil),
            takenOut: taken
        )
    }

    /// What the rules say that are in force now, in the order of the names; a rule of the program or of former policies is
    /// left out.
    public func sentences(of rules: [String]) -> [RuleSentence] {
        let all = activePolicies.set.allRules.filter { rules.contains($0.name) }
        let said = Dictionary(
            all.map { ($0.name, RuleSentence(rule: $0.name, text: $0.because.english, source: $0.source)) }
        ) { first, _ in first }
        return rules.compactMap { said[$0] }
    }
}

/// A rule as a sentence with what it stands on.
public struct RuleSentence: Sendable, Equatable {
    public let rule: String
    public let text: String
    public let source: String
}
