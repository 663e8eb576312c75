/// `comity policy explain --node --decision`: a past decision under that day's rules. Explains nothing itself.

import NodeCore
import PolicyEngine
import PolicyFiles

struct ExplainDecision: Operation {
    static let name = "explain-decision"
    var id: String
    var lang: String
    var account: String?

    struct Output: Codable, Sendable {
        /// One JSON document.
        var document: String
        var lines: [String]
        /// Whether each of them could be explained.
        var isWhole: Bool
    }

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        let decisions = try await context.node.pastDecisions(id, by: account)
        return Output(
            document: OrderedJSON.object([
                ("id", .text(id)), ("decisions", .list(decisions.map { $0.document(lang: lang) })),
            ]).compact,
            lines: decisions.flatMap { $0.lines(lang: lang) },
            isWhole: decisions.allSatisfy { if case .known = $0.facts { true } else { false } }
        )
    }
}

extension PastDecision {
    fileprivate func document(lang: String) -> OrderedJSON {
        var members: [(name: String, value: OrderedJSON)] = [
            ("id", .text(id)), ("side", .text(side.rawValue)), ("peer", .text(peer)), ("at", .text(at.description)),
            ("policy_digest", .text(digest)),
        ]
        switch facts {
        case .known(let explanations, let loaded):
            members.append(("explanations", .list(explanations.map { loaded.document($0, lang: lang) })))
        case .erased: members.append(("erased", .boolean(true)))
        case .unreadable(let why): members.append(("unreadable", .text(why)))
        }
        return .object(members)
    }

    fileprivate func lines(lang: String) -> [String] {
        let what = side == .asker ? "we asked \(peer)" : "\(peer) asked us"
        let head = "\(id) (\(what)), decided at \(at.forPeople) under policies \(digest)"
        switch facts {
        case .known(let explanations, let loaded):
            return [head]
                + explanations.flatMap {
                    DecisionWords(lang: lang, digest: digest).lines($0.decision)
                        + ExplanationWords(loaded: loaded).lines($0)
                }
        case .erased:
            return [head, "what was decided on was erased with the question or the disclosure: it cannot be explained"]
        case .unreadable(let why): return [head, "it cannot be explained: \(why)"]
        }
    }
}
