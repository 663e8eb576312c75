// Knows which events an audit log records, what they fall under, and which members they may carry (AUDIT section 3).
// Never learns a value.

/// What an event is under Article 25 of Directive (EU) 2016/680 (LED); `security` is ours.
public enum AuditClass: String, Sendable, Hashable, CaseIterable {
    case collection = "C"
    case alteration = "A"
    case consultation = "K"
    case disclosure = "D"
    case combination = "B"
    case erasure = "E"
    case security = "S"
}

/// One kind of entry.
public struct AuditEvent: Sendable, Hashable {
    /// Such as `query.asked`.
    public let name: String
    public let classes: Set<AuditClass>
    /// Members that `data` may have.
    public let data: Set<String>
    /// Members of `data` whose absence is worth a warning.
    public let expected: Set<String>
    /// What suffices in the place of an expected member: a question that its asker holds back has no exchange, and names its
    /// query itself.
    public let substitutes: [String: String]
    /// Fields that `personal` may have; `actor` always.
    public let personal: Set<String>

    /// The event of that name; nil when the catalogue has none. `user.` and `role.` take any word after the dot.
    public init?(named name: String) {
        if let event = Self.catalogue[name] {
            self = event
            return
        }
        guard let dot = name.firstIndex(of: "."), let open = Self.openGroups[String(name[..<dot])] else { return nil }
        let word = name[name.index(after: dot)...]
        guard !word.isEmpty, word.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x5F }) else { return nil }
        self.init(
            name: name,
            classes: open.classes,
            data: open.data,
            expected: open.expected,
            substitutes: open.substitutes,
            personal: open.personal
        )
    }

    private init(
        name: String,
        classes: Set<AuditClass>,
        data: Set<String>,
        expected: Set<String>,
        substitutes: [String: String],
        personal: Set<String>
    ) {
        self.name = name
        self.classes = classes
        self.data = data
        self.expected = expected
        self.substitutes = substitutes
        self.personal = personal
    }

    /// Members of `data` that are worth a warning, because an entry does not have them.
    public func lacking(_ has: (String) -> Bool) -> [String] {
        expected.filter { name in !has(name) && substitutes[name].map(has) != true }.sorted()
    }

    /// Every event with a name of its own, by name.
    public static let all: [AuditEvent] = catalogue.values.sorted { $0.name < $1.name }

    private static let openGroups: [String: AuditEvent] = {
        let words = "method route old_digest new_digest role"
        let events = [
            row("user", "S", words, personal: "account address"), row("role", "S", words, personal: "account address"),
        ]
        return Dictionary(uniqueKeysWithValues: events.map { ($0.name, $0) })
    }()

    /// - Parameter data: member names; `!` after one: its absence is worth a warning; after two with `/` between: that of both.
    private static func row(_ name: String, _ classes: String, _ data: String, personal: String = "") -> AuditEvent {
        let words = data.split(separator: " ").map { word in
            (isExpected: word.hasSuffix("!"), names: word.split { $0 == "/" || $0 == "!" }.map(String.init))
        }
        let expected = words.filter(\.isExpected).map(\.names)
        return AuditEvent(
            name: name,
            classes: Set(classes.compactMap { AuditClass(rawValue: String($0)) }),
            data: Set(words.flatMap(\.names)),
            expected: Set(expected.compactMap(\.first)),
            substitutes: Dictionary(uniqueKeysWithValues: expected.filter { $0.count == 2 }.map { ($0[0], $0[1]) }),
            personal: Set(personal.split(separator: " ").map(String.init) + ["actor"])
        )
    }

    private static let catalogue: [String: AuditEvent] = {
        let rows = recordRows + queryRows + disclosureRows + securityRows + logRows
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
    }()

    private static let recordRows: [AuditEvent] = [
        row("record.imported", "C", "dataset! source_digest! created! changed! refused!"),
        row("record.searched", "K", "purpose! count!", personal: "subject terms"),
        row("record.viewed", "K", "purpose! count", personal: "subject terms"),
        row("record.exported", "K", "purpose! count!", personal: "subject terms"),
        row("record.changed", "AE", "dataset! fields! ground count query", personal: "record"),
        row("record.erased", "AE", "dataset! fields ground! count", personal: "record"),
        row("index.published", "D", "agreement! epoch! version! manifest_digest! count! peer bytes"),
        row("index.fetched", "D", "agreement! epoch! version! manifest_digest! count peer! bytes!"),
        row("epoch.rotated", "D", "agreement! epoch! version manifest_digest count peer bytes"),
        row("case.opened", "B", "", personal: "case handles"),
        row("case.linked", "B", "", personal: "case handles"),
        row("case.closed", "B", "", personal: "case handles"),
    ]

    private static let question =
        "query peer agreement purpose offence basis urgency keys point_root rule rules outcome ground"

    /// Of a decision on a question: the holder's has an exchange; what its asker holds back has none.
    private static let decision =
        "x/query! query peer keys! milliseconds deadline ground rule rules outcome agreement purpose"

    private static let queryRows: [AuditEvent] = [
        row(
            "query.asked",
            "D",
            "query! peer! agreement! purpose! urgency! keys! point_root! " + question,
            personal: "case subjects"
        ),
        // The agreement, and with it the peers, may be unknown: that is why.
        row("query.denied", "D", "query! rule! " + question, personal: "case subjects"),
        // Words that no policy declares are left out: basis and offence are the peer's.
        row(
            "query.received",
            "K",
            "x! query peer agreement! purpose! offence basis keys_declared! rules! quota_left point_root! outcome",
            personal: "analyst"
        ),
        row("query.continued", "DK", "x! query peer keys! point_root!"),
        row("query.held", "D", "deadline! " + decision),
        row("query.approved", "D", decision, personal: "reference"),
        row(
            "query.answered",
            "D",
            "x! query peer keys! milliseconds! deadline ground rule rules outcome agreement purpose"
        ),
        row("query.refused", "D", "ground! " + decision),
        row(
            "query.outcome",
            "K",
            "x! query peer hits_per_kind failure outcome agreement purpose keys",
            personal: "handles"
        ),
        row("hit.noticed", "K", "x! query peer hits_per_kind failure outcome agreement purpose", personal: "handles"),
        row("query.opened", "D", "query! sample!", personal: "auditor"),
    ]

    private static let disclosureRows: [AuditEvent] = [
        row("disclosure.requested", "D", "x! agreement! fields! deadline request", personal: "handle reason"),
        row("disclosure.request_received", "D", "x! agreement fields! deadline! request", personal: "handle reason"),
        row("disclosure.held", "D", "request! rules ground deadline! x agreement"),
        row("disclosure.asked_back", "D", "request! rules ground deadline x agreement"),
        row("disclosure.approved", "D", "request! rules ground deadline x agreement", personal: "reference"),
        row("disclosure.refused", "D", "request! rules ground! deadline x agreement"),
        row(
            "disclosure.released",
            "D",
            "x! fields! handling! retention_date! request agreement purpose peer keys",
            personal: "subject recipient"
        ),
        row(
            "disclosure.received",
            "D",
            "x! fields! handling! retention_date! request agreement purpose peer keys",
            personal: "subject recipient"
        ),
        row("disclosure.viewed", "KDE", "request! recipient ground late_ms"),
        row("disclosure.transferred", "KDE", "request! recipient! ground! late_ms", personal: "reason reference"),
        row("disclosure.erased", "KDE", "request! recipient ground! late_ms"),
        row("disclosure.overdue", "KDE", "request! recipient ground late_ms!"),
    ]

    private static let securityRows: [AuditEvent] = [
        row("login.succeeded", "S", "method! route count", personal: "account address"),
        row("login.failed", "S", "method! route count", personal: "account address"),
        row("access.refused", "S", "method route! count", personal: "account address"),
        row("policy.activated", "S", "old_digest new_digest! cases_passed"),
        row("agreement.activated", "S", "old_digest new_digest! cases_passed agreement"),
        row("agreement.ended", "S", "old_digest new_digest cases_passed agreement"),
        row("peer.added", "S", "peer! key_ids fingerprint! digests"),
        row("peer.changed", "S", "peer! key_ids fingerprint digests"),
        row("peer.revoked", "S", "peer! key_ids fingerprint digests"),
        row("key.rotated", "S", "peer key_ids! fingerprint digests vkey earlier_vkey"),
        row("config.changed", "S", "peer key_ids fingerprint digests!"),
        row("backup.made", "S", "size! digest! ground"),
        row("backup.restored", "S", "size! digest! ground"),
        row("break_glass.used", "S", "size digest ground!"),
    ]

    private static let logRows: [AuditEvent] = [
        row("audit.read", "KES", "count! entries ground", personal: "filter"),
        row(
            "audit.revealed",
            "KES",
            "count entries! ground! fields earlier_origin earlier_fields",
            personal: "filter"
        ),
        row("audit.exported", "KES", "count! entries ground", personal: "filter"),
        row("audit.verified", "KES", "count entries ground", personal: "filter"),
        row(
            "audit.erased",
            "KES",
            "fields! ground! count entries earlier_origin earlier_fields",
            personal: "filter"
        ),
        row(
            "hold.placed",
            "KES",
            "count entries ground! fields review_date",
            personal: "case ground review_date filter"
        ),
        row(
            "hold.lifted",
            "KES",
            "count entries ground! fields review_date earlier_origin earlier_fields",
            personal: "case ground review_date filter"
        ),
        row("log.started", "S", "earlier_origin earlier_size earlier_root below seconds"),
        row("log.resumed", "S", "earlier_origin earlier_size earlier_root below seconds"),
        row("log.pruned", "S", "below! earlier_origin earlier_size earlier_root seconds"),
        row("log.closed", "S", "earlier_origin earlier_size earlier_root below seconds"),
        row("clock.stepped", "S", "seconds! earlier_origin earlier_size earlier_root below"),
        row("checkpoint.witnessed", "S", "size! root! cosigners! digests_of_both_notes"),
        row("checkpoint.timestamped", "S", "size! root! cosigners digests_of_both_notes"),
        row("witness.conflict", "S", "size! root cosigners peer digests_of_both_notes!"),
    ]
}
