/// Use case: what the active policies offer a form, and what they say, for people who read them. Decides nothing.

import Accounts
import PolicyEngine
import Vault

/// An agreement under which this agency may ask, as a form offers it.
public struct AgreementChoice: Sendable, Equatable {
    public let id: String
    public let name: String
    /// Whom it lets us ask.
    public let holders: [String]
    public let purposes: [String]
    /// Instruments, id and what it is.
    public let legalBases: [Instrument]
    /// Nil: any offence, and none need be named.
    public let offences: [String]?

    public struct Instrument: Sendable, Equatable {
        public let id: String
        public let text: String
    }
}

/// A ground on which a person may refuse a request.
public struct GroundChoice: Sendable, Equatable {
    public let id: String
    public let text: String
}

/// A rule as a person reads it.
public struct RuleReport: Sendable, Equatable {
    public let name: String
    public let effect: String
    public let stages: [String]
    public let sides: [String]
    /// Instrument and article.
    public let source: String
    public let because: String
}

public struct AgreementReport: Sendable, Equatable {
    public let id: String
    public let name: String
    public let parties: [String]
    public let askers: [String]
    public let holders: [String]
    public let isInForce: Bool
    public let rules: [RuleReport]
}

public struct PolicyReport: Sendable, Equatable {
    /// Hex SHA-256 of the folder.
    public let digest: String
    public let agreements: [AgreementReport]
}

extension Node {
    /// Agreements under which this agency may ask today.
    public func agreementChoices() -> [AgreementChoice] {
        let set = activePolicies.set
        let today = clock.moment.day
        return set.agreements.values
            .filter { $0.askers.contains(configuration.agency) && $0.valid.contains(today) }
            .sorted { $0.id < $1.id }
            .map { terms in
                AgreementChoice(
                    id: terms.id,
                    name: terms.name.english,
                    holders: terms.holders.filter { $0 != configuration.agency },
                    purposes: terms.scope.purposes.map(\.rawValue),
                    legalBases: terms.scope.legalBases.map { .init(id: $0, text: set.instruments[$0] ?? $0) },
                    offences: terms.scope.offences
                )
            }
    }

    /// Offences that the active policies declare, sorted.
    public func offenceChoices() -> [String] { activePolicies.set.offences.keys.sorted() }

    /// The grounds of an agreement, in its order.
    public func groundChoices(of agreement: String) -> [GroundChoice] {
        (activePolicies.set.agreements[agreement]?.grounds ?? []).map {
            GroundChoice(id: $0.id, text: $0.because.english)
        }
    }

    /// Columns of a record that policy knows: what a disclosure can be asked for.
    public func disclosableFields() -> [String] { activePolicies.set.fields.sorted() }

    /// The rules that decide now.
    public func policyReport(by account: String?) async throws(NodeProblem) -> PolicyReport {
        _ = try await person(account, for: .readPolicies)
        let active = activePolicies
        let today = clock.moment.day
        return PolicyReport(
            digest: active.digest,
            agreements: active.set.agreements.values.sorted { $0.id < $1.id }.map { terms in
                AgreementReport(
                    id: terms.id,
                    name: terms.name.english,
                    parties: terms.parties,
                    askers: terms.askers,
                    holders: terms.holders,
                    isInForce: terms.valid.contains(today),
                    rules: terms.rules.map { rule in
                        RuleReport(
                            name: rule.name,
                            effect: rule.effect.rawValue,
                            stages: rule.stages.map(\.rawValue).sorted(),
                            sides: rule.sides.map(\.rawValue).sorted(),
                            source: rule.source,
                            because: rule.because.english
                        )
                    }
                )
            }
        )
    }
}
