/// Why a step of casework is not taken: a value, told to the person who tried.

public enum CaseworkRefusal: Error, Sendable, Equatable {
    /// It was decided before, or its time is up.
    case notOpen(state: String)
    /// Somebody approves once.
    case approvedAlready
    /// Four eyes: who asked for, entered or edited what is asked about does not decide on it.
    case ownWork
    /// No information leaves, so nobody can approve it.
    case nothingToRelease
    /// The ground is not of the agreement's list.
    case unknownGround(known: [String])
    /// Policy demands authorisations that whoever approves did not state.
    case authorisationLacking([String])

    /// - Parameter grounds: of the agreement, id to words.
    static func words(of ground: String, in grounds: [String: String]) throws(CaseworkRefusal) -> String {
        guard let words = grounds[ground] else { throw .unknownGround(known: grounds.keys.sorted()) }
        return words
    }

    public var text: String {
        switch self {
        case .notOpen(let state): "the request is \(state)"
        case .approvedAlready: "the same person approved it already"
        case .ownWork: "who asked, or entered or edited the record, does not decide on it"
        case .nothingToRelease: "this request finds nothing that may be told"
        case .authorisationLacking(let kinds):
            "policy demands an authorisation of \(kinds.joined(separator: ", of ")), and it is not stated"
        case .unknownGround(let known):
            "the ground is not one of the agreement's: \(known.isEmpty ? "it has none" : known.joined(separator: ", "))"
        }
    }
}
