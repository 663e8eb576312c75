/// Compares two loaded folders (POLICY section 6, `diff`): which requests are asked, and the document of a change.

import PolicyEngine

public struct LoadedComparison: Sendable {
    private let old: LoadedPolicies
    private let new: LoadedPolicies
    private let oldSet: PolicySet
    private let newSet: PolicySet

    public init(old: (LoadedPolicies, PolicySet), new: (LoadedPolicies, PolicySet)) {
        (self.old, oldSet) = old
        (self.new, newSet) = new
    }

    /// The cases of both, then the probes; each request once.
    public func requests() -> [PolicyRequest] {
        let cases = (old.cases + new.cases).map(\.request)
        var seen: Set<PolicyRequest> = []
        return (cases + ProbeRequests(old: oldSet, new: newSet).all()).filter { seen.insert($0).inserted }
    }

    public func changes(in requests: [PolicyRequest]) -> [DecisionChange] {
        PolicyComparison(old: oldSet, new: newSet).changes(in: requests)
    }

    /// `{"request","old","new"}`; a side that makes no decision has an error in its place.
    public func document(_ change: DecisionChange) -> OrderedJSON {
        func side(_ result: Result<Decision, RequestProblem>, _ digest: String) -> OrderedJSON {
            switch result {
            case .success(let decision): OrderedJSON(decision, lang: "en", policyDigest: digest)
            case .failure(let problem): .object([("error", .text(problem.text))])
            }
        }
        return .object([
            ("request", OrderedJSON(change.request)), ("old", side(change.old, old.digest)),
            ("new", side(change.new, new.digest)),
        ])
    }
}
