/// Use cases: what the log only commits to is shown to a compliance officer, or leaves in an export. The entry that says
/// so is durable first.

import Accounts
import AuditLog
import CanonicalJSON
import TransparencyLog
public import Vault

extension Node {
    /// The disclosure of one field of an entry, after `audit.revealed` says who read it and why.
    ///
    /// - Parameter origin: the ended log that has the entry; nil: the running one.
    /// - Returns: base64url text of RFC 9901; nil when the value was erased. Then nothing is logged.
    public func reveal(
        index: Int,
        ofEnded origin: String? = nil,
        field: String,
        ground: String,
        by account: String?
    ) async throws(NodeProblem) -> String? {
        try Self.check(ground: ground)
        let person = try await person(account, for: .revealAudit)
        do {
            let values =
                if let origin {
                    try await vault.openedValues(of: index, ofEnded: origin)
                } else {
                    try await vault.openedValues(of: index)
                }
            guard let value = values.first(where: { $0.field == field }) else { return nil }
            try await logRevealed([value], ofEnded: origin, ground: ground, filter: nil, by: person)
            return value.disclosure
        } catch {
            throw NodeProblem(fault: error, doing: "opening a value of the log")
        }
    }

    /// The disclosures of many entries for an export, after `audit.revealed`.
    public func reveal(
        entries: [Int],
        ground: String,
        filter: String,
        by account: String?
    ) async throws(NodeProblem) -> [OpenedValue] {
        try Self.check(ground: ground)
        let person = try await person(account, for: .revealAudit)
        do {
            var opened: [OpenedValue] = []
            for index in entries { opened += try await vault.openedValues(of: index) }
            try await logRevealed(opened, ground: ground, filter: filter, by: person)
            return opened
        } catch {
            throw NodeProblem(fault: error, doing: "opening values of the log")
        }
    }

    /// It stands in the log in clear, on one line.
    static func check(ground: String) throws(NodeProblem) {
        let isLine = !ground.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard (1...200).contains(ground.utf8.count), isLine else {
            throw NodeProblem(.usage, "a ground is one line of 1 to 200 bytes", at: "--ground")
        }
    }

    private func logRevealed(
        _ values: [OpenedValue],
        ofEnded origin: String? = nil,
        ground: String,
        filter: String?,
        by person: Person
    ) async throws {
        // An entry is at most 8 KiB: long lists say how many, the export's manifest says which.
        let listed = values.prefix(64).map { SealedPlace(index: $0.index, field: $0.field) }
        var data = PersonPlaces.Part(origin: origin, places: listed).data
        data["count"] = .integer(values.count)
        data["entries"] = .integer(Set(values.map(\.index)).count)
        data["ground"] = .string(ground)
        let members = data
        let personal = filter.map { [PersonalValue(name: "filter", value: $0, retentionClass: RetentionClass.access)] }
        _ = try await vault.commit { transaction in
            let draft = try self.draft(
                "audit.revealed",
                by: .person(person),
                data: members,
                personal: personal ?? [],
                in: transaction
            )
            return ((), [draft])
        }
    }

    /// Logs an export before its manifest is signed under the node's export key (AUDIT section 7).
    ///
    /// - Parameters:
    ///   - count: entries exported.
    ///   - filter: what was searched for.
    ///   - manifest: the text to sign; ends with a newline.
    /// - Returns: the signed note.
    public func signExport(
        count: Int,
        filter: String,
        ground: String?,
        manifest: String,
        by account: String?
    ) async throws(NodeProblem) -> String {
        if let ground { try Self.check(ground: ground) }
        let person = try await person(account, for: .readAudit)
        guard manifest.hasPrefix(ExportManifest.header + "log \(vault.origin)\n"), manifest.hasSuffix("\n"),
            manifest.contains("\nentries \(count)\nfilter \(filter.isEmpty ? "none" : filter)\n"),
            manifest.unicodeScalars.allSatisfy({ $0 == "\n" || $0.properties.generalCategory != .control })
        else { throw NodeProblem(.usage, "this is no manifest of an export") }
        do {
            try await logExported(count, ground: ground, filter: filter, by: person)
            return try exportKey().note(manifest).encoded
        } catch {
            throw NodeProblem(fault: error, doing: "signing the export")
        }
    }

    func logExported(_ count: Int, ground: String?, filter: String, by person: Person) async throws {
        _ = try await vault.commit { transaction in
            let what = PersonalValue(name: "filter", value: filter, retentionClass: RetentionClass.access)
            let draft = try self.draft(
                "audit.exported",
                by: .person(person),
                data: ["count": .integer(count), "ground": ground.map { .string($0) }],
                personal: [what],
                in: transaction
            )
            return ((), [draft])
        }
    }
}
