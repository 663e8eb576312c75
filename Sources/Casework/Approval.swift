/// Who let something leave, and stating what: the same for a request held or sent and for a question of our own. Pure; times are
/// arguments.

public struct Approval: Codable, Sendable, Equatable {
    /// An account's name.
    public var person: String
    /// Seconds since 1970.
    public var at: Int
    /// Nil where none is stated.
    public var authorisations: [Authorisation]?
}

extension [Approval] {
    /// - Throws: the person approved before, or states not all of the demanded.
    mutating func add(
        _ person: String,
        stating stated: [Authorisation],
        of demanded: [String],
        at time: Int
    ) throws(CaseworkRefusal) {
        guard !contains(where: { $0.person == person }) else { throw .approvedAlready }
        try stated.check(demanded)
        append(Approval(person: person, at: time, authorisations: stated.isEmpty ? nil : stated))
    }

    /// Those that state every authorisation demanded.
    public func stating(_ demanded: [String]) -> [Approval] {
        filter { approval in
            Set(demanded).isSubset(of: (approval.authorisations ?? []).map(\.kind))
        }
    }

    /// Whether so many people approved, each stating what is demanded. An authorisation is stated by somebody.
    public func suffice(_ needed: Int, demanding demanded: [String]) -> Bool {
        stating(demanded).count >= Swift.max(needed, demanded.isEmpty ? 0 : 1)
    }

    /// Who approved, when, and stating which kinds.
    var withoutReferences: [Approval] {
        map { approval in
            var approval = approval
            approval.authorisations = approval.authorisations?.map { Authorisation(kind: $0.kind, reference: "") }
            return approval
        }
    }

    /// Kinds that every one of them states.
    public var authorised: [String] {
        let kinds = map { Set(($0.authorisations ?? []).map(\.kind)) }
        guard let first = kinds.first else { return [] }
        return kinds.dropFirst().reduce(first) { $0.intersection($1) }.sorted()
    }
}
