/// Whose cosignatures this node asks for: the file that the operator names (C2SP tlog-policy), else more than half of the
/// pinned peers. Read anew each time, so that an edited file counts at once.

import Foundation
import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

/// The policy of witnesses in force.
struct WitnessQuorum: Sendable {
    /// As a verifier reads it, our log among its lines.
    let text: String
    let policy: WitnessPolicy
}

extension Node {
    /// The policy of witnesses, as a verifier of our log reads it.
    public func witnessPolicyText() throws(NodeProblem) -> String { try witnessQuorum().text }

    func witnessQuorum() throws(NodeProblem) -> WitnessQuorum {
        let log = vault.logKey
        guard let path = configuration.witnessPolicy else {
            let text = WitnessPolicy.majority(log: log, of: peers.all.compactMap { Self.witnessKey(of: $0) })
            do { return WitnessQuorum(text: text, policy: try WitnessPolicy(Array(text.utf8))) } catch {
                throw NodeProblem(.fault, "the policy of witnesses could not be written", because: error.reason)
            }
        }
        let url = URL(fileURLWithPath: path, relativeTo: folder.url)
        func problem(_ because: String, line: Int? = nil) -> NodeProblem {
            NodeProblem(
                .data,
                "the policy of witnesses cannot be used",
                at: line.map { "\(url.path):\($0)" } ?? url.path,
                because: because,
                try: "a file in the form of C2SP tlog-policy; docs/operations.md shows one"
            )
        }
        guard let bytes = FileManager.default.contents(atPath: url.path) else { throw problem("it cannot be read") }
        var text = String(decoding: bytes, as: UTF8.self)
        let policy: WitnessPolicy
        do { policy = try WitnessPolicy([UInt8](bytes)) } catch { throw problem(error.reason, line: error.line) }
        if policy.logs.isEmpty {
            text = "log \(log.text)\n" + text
        } else if !policy.logs.contains(where: { vault.logKeyChain.contains($0) }) {
            throw problem("it names logs, and not this node's")
        }
        if !text.hasSuffix("\n") { text += "\n" }
        return WitnessQuorum(text: text, policy: policy)
    }
}
