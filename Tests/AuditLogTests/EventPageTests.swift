// docs/audit-events.md is the catalogue in words: this test writes the page and fails when the two differ.
import AuditLog
import Foundation
import Testing

@Suite("The page of audit events")
struct EventPageTests {
    @Test("docs/audit-events.md is the catalogue; COMITY_WRITE_DOCS=1 rewrites it")
    func page() throws {
        let url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/audit-events.md")
        let page = EventPage.text
        if ProcessInfo.processInfo.environment["COMITY_WRITE_DOCS"] == "1" {
            try page.write(to: url, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: url, encoding: .utf8)
        if written != page {
            let (left, right) = (written.split(separator: "\n"), page.split(separator: "\n"))
            let first = zip(left, right).first { $0 != $1 }
            Issue.record(
                """
                docs/audit-events.md differs from Sources/AuditLog/EventCatalogue.swift
                page:      \(first?.0 ?? "(ends early)")
                catalogue: \(first?.1 ?? "(ends early)")
                try: COMITY_WRITE_DOCS=1 swift test --filter EventPageTests
                """
            )
        }
    }
}

private enum EventPage {
    static var text: String {
        var lines = [
            "# Audit events",
            "",
            "<!-- written by Tests/AuditLogTests/EventPageTests.swift from Sources/AuditLog/EventCatalogue.swift;",
            "     do not edit: COMITY_WRITE_DOCS=1 swift test --filter EventPageTests -->",
            "",
            "Every entry of the audit log names one of these events. An entry is one line of canonical JSON with nine members:",
            "`actor` (role and pseudonym), `checkpoint`, `data`, `event`, `index`, `personal`, `salt`, `time`, `v`.",
            "",
            "- **Falls under**: what the event is by Article 25 of Directive (EU) 2016/680; *security* is our own addition.",
            "- **Data**: members of `data` that stand in clear. Those in **bold** belong to the event; their absence is a",
            "  warning of `comity audit verify`.",
            "- **Personal**: what the entry holds only as a salted digest. The values lie sealed beside the log and can be",
            "  erased without breaking it. Acts of people carry `actor` (the account) besides.",
            "- `x` is the [exchange](protocol/audit.md#an-entry) between two nodes (query, side, peer, transcript, receipt).",
            "  It names query and peer; entries on what never left its asker have `query` and `peer` in its place. Earlier versions",
            "  wrote none for further batches of a long query, nor for what people at the holder decided.",
            "",
            "The catalogue names events that later versions write too, so that today's verifier reads tomorrow's log. What",
            "this version writes is listed in [operations](operations.md#what-is-in-the-audit-log).",
        ]
        for area in areas {
            let events = AuditEvent.all.filter { area.groups.contains(group(of: $0)) }
            lines += ["", "## \(area.title)", "", "| Event | Falls under | Data | Personal |", "|---|---|---|---|"]
            lines += events.map(row)
            if area.groups.contains("user") {
                lines += ["user.*", "role.*"].compactMap { name in
                    AuditEvent(named: name.replacingOccurrences(of: "*", with: "added")).map { row($0, named: name) }
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let areas: [(title: String, groups: Set<String>)] = [
        ("Records and match indexes", ["record", "index", "epoch"]),
        ("Queries", ["query", "hit"]),
        ("Disclosures", ["disclosure"]),
        ("Cases", ["case"]),
        ("People and access", ["login", "access", "user", "role", "break_glass"]),
        ("Policies, peers, keys, settings", ["policy", "agreement", "peer", "key", "config", "backup"]),
        ("The log itself", ["audit", "hold", "log", "clock", "checkpoint", "witness"]),
    ]

    static func group(of event: AuditEvent) -> String { String(event.name.prefix { $0 != "." }) }

    static var uncovered: [String] {
        let covered = areas.reduce(into: Set<String>()) { $0.formUnion($1.groups) }
        return AuditEvent.all.map(\.name).filter { !covered.contains(String($0.prefix { $0 != "." })) }
    }

    private static func row(_ event: AuditEvent) -> String { row(event, named: event.name) }

    private static func row(_ event: AuditEvent, named name: String) -> String {
        let classes = AuditClass.allCases.filter(event.classes.contains).map { "\($0)" }.joined(separator: ", ")
        let bold = event.expected.sorted().map { name in
            "**\(name)**" + (event.substitutes[name].map { " or **\($0)**" } ?? "")
        }
        let data = bold + event.data.subtracting(event.expected).sorted()
        let personal = event.personal.subtracting(["actor"]).sorted()
        return "| `\(name)` | \(classes) | \(cell(data)) | \(cell(personal)) |"
    }

    private static func cell(_ words: [String]) -> String { words.isEmpty ? "–" : words.joined(separator: ", ") }
}

extension EventPageTests {
    @Test("every event has its place on the page")
    func complete() {
        #expect(EventPage.uncovered.isEmpty)
    }
}
