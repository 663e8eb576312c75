/// Two states of the policies, asked the same: where do they differ? Pure; knows no file.

/// A request that the two decide differently.
public struct DecisionChange: Sendable {
    public let request: PolicyRequest
    public let old: Result<Decision, RequestProblem>
    public let new: Result<Decision, RequestProblem>
}

public struct PolicyComparison: Sendable {
    public let old: PolicySet
    public let new: PolicySet

    public init(old: PolicySet, new: PolicySet) {
        self.old = old
        self.new = new
    }

    /// Decides each request by both.
    public func changes(in requests: some Sequence<PolicyRequest>) -> [DecisionChange] {
        requests.compactMap { request in
            let old = Self.decision(request, self.old)
            let new = Self.decision(request, self.new)
            return Self.isSame(old, new) ? nil : DecisionChange(request: request, old: old, new: new)
        }
    }

    private static func decision(_ request: PolicyRequest, _ set: PolicySet) -> Result<Decision, RequestProblem> {
        do throws(RequestProblem) {
            return .success(try set.decide(request))
        } catch {
            return .failure(error)
        }
    }

    /// Decision, reasons as they are shown, obligations with their rules.
    private static func isSame(
        _ old: Result<Decision, RequestProblem>,
        _ new: Result<Decision, RequestProblem>
    ) -> Bool {
        switch (old, new) {
        case (.success(let old), .success(let new)):
            old.outcome == new.outcome && old.obligations == new.obligations
                && old.reasons.count == new.reasons.count
                && zip(old.reasons, new.reasons).allSatisfy { old, new in
                    old.rule == new.rule && old.effect == new.effect && old.source == new.source
                        && old.text() == new.text() && old.peerText() == new.peerText()
                }
        case (.failure(let old), .failure(let new)): old == new
        default: false
        }
    }
}
