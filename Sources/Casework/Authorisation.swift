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

extension [Authorisation] {
    /// - Throws: what of the demanded is not stated.
    func check(_ demanded: [String]) throws(CaseworkRefusal) {
        let stated = Set(map(\.kind))
        let lacking = demanded.filter { !stated.contains($0) }
        guard lacking.isEmpty else { throw .authorisationLacking(lacking) }
    }
}
