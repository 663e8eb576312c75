/// Authorisations as people state them: read strictly, logged by their kind in clear and by their reference as a digest. Never
/// learns whether the office named gave it.

import AuditLog
import CanonicalJSON
import Casework
import PolicyEngine

extension Node {
    /// POLICY's words.
    public static let authorisationKinds = Authority.allCases.map(\.rawValue)

    /// - Parameter stated: POLICY's word to reference, 1 to 200 bytes on one line, with a letter or a digit.
    static func authorisations(_ stated: [String: String]) throws(NodeProblem) -> [Authorisation] {
        for (kind, reference) in stated {
            let known = Authority(rawValue: kind) != nil
            let scalars = reference.unicodeScalars
            let isPlain =
                scalars.allSatisfy { $0.properties.generalCategory != .control }
                && scalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
            guard known, isPlain, (1...200).contains(reference.utf8.count) else {
                throw NodeProblem(
                    .usage,
                    known
                        ? "the reference says nothing, is too long or has control characters"
                        : "there is no authorisation of that kind",
                    at: "--authorisation",
                    because:
                        "kinds: \(Authority.allCases.map(\.rawValue).joined(separator: ", ")); 1 to 200 bytes on one line",
                    try: "--authorisation court=REFERENCE"
                )
            }
        }
        return Authority.allCases.compactMap { kind in
            stated[kind.rawValue].map { Authorisation(kind: kind.rawValue, reference: $0) }
        }
    }
}

extension [Authorisation] {
    /// Their kinds, for an entry; nil where none is stated.
    var ground: JSONValue? { isEmpty ? nil : .string(map(\.kind).joined(separator: " ")) }

    /// Their references: kind to reference.
    var personal: [PersonalValue] {
        guard !isEmpty else { return [] }
        let references = Dictionary(map { ($0.kind, JSONValue.string($0.reference)) }, uniquingKeysWith: { $1 })
        return [
            PersonalValue(name: "reference", value: .object(references), retentionClass: RetentionClass.question)
        ]
    }
}

extension DisclosureReport {
    /// What is demanded, and by whom it is stated; the references stay sealed.
    mutating func tell(demanded: [String]?, by approvals: [Approval]) {
        let stated = approvals.flatMap { approval in
            (approval.authorisations ?? []).map { "\($0.kind), stated by \(approval.person)" }
        }
        authorisations = demanded?.isEmpty == false ? demanded : nil
        authorised = stated.isEmpty ? nil : stated
    }
}
