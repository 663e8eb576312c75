/// Authorisations that policy demands of whoever approves: of a court, a prosecutor, another office. Each approval states each
/// of them. Pure; never learns whether a reference leads anywhere.

public struct Authorisation: Codable, Sendable, Equatable {
    /// POLICY section 5's word.
    public var kind: String
    /// Where it is to be found, such as a file number.
    public var reference: String

    public init(kind: String, reference: String) {
        self.kind = kind
        self.reference = reference
    }
}

extension [HeldRequest.Approval] {
    /// Those that state every authorisation demanded.
    public func stating(_ demanded: [String]) -> [HeldRequest.Approval] {
        filter { approval in
            Set(demanded).isSubset(of: (approval.authorisations ?? []).map(\.kind))
        }
    }

    /// Whether so many people approved, each stating what is demanded. An authorisation is stated by somebody.
    public func suffice(_ needed: Int, demanding demanded: [String]) -> Bool {
        stating(demanded).count >= Swift.max(needed, demanded.isEmpty ? 0 : 1)
    }

    /// Who approved, when, and stating which kinds.
    var withoutReferences: [HeldRequest.Approval] {
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

extension [Authorisation] {
    /// - Throws: what of the demanded is not stated.
    func check(_ demanded: [String]) throws(CaseworkRefusal) {
        let stated = Set(map(\.kind))
        let lacking = demanded.filter { !stated.contains($0) }
        guard lacking.isEmpty else { throw .authorisationLacking(lacking) }
    }
}
