/// The demo's steps about witnesses: peers cosign each other's logs, and the last act, in which one of them rewrites its own.

import Foundation
import NodeCore
import TransparencyLog

extension DemoStory {
    /// Each log's checkpoint under the other two's cosignatures, kept with them; and the policy that asks for both.
    func witnessEachOther() throws(DemoFailure) {
        for node in nodes {
            let report = try program.expect(["audit", "checkpoint", node.short, "--cosign", "--json"])
                .document(CosignedNote.self)
            guard report.quorum, report.cosignedBy.count == nodes.count - 1 else {
                throw DemoFailure("the log of \(node.name) was cosigned by \(report.cosignedBy.count) others")
            }
            try write(report.note, "kept/\(node.short)")
            try write(policy(for: node), "kept/\(node.short).policy")
        }
        told(
            11,
            "Each has its log's checkpoint cosigned by the two others: what stands there now, nobody rewrites unseen."
        )
    }

    func verifyOffline() throws(DemoFailure) {
        for node in nodes {
            try copy(node.folder.appendingPathComponent("log"), "copies/\(node.short)")
            let verdict = try verify("copies/\(node.short)", of: node, exit: 0)
            guard verdict.ok, verdict.trusted, verdict.quorum == true, verdict.entriesChecked > 10 else {
                throw DemoFailure("the log of \(node.name) does not verify")
            }
        }
        told(
            12,
            "The nodes stop. A copy of each audit log verifies without any node, under the keys on the cards:",
            "the log's own, and the two witnesses'."
        )
    }

    /// The last act. The forger is careful: alone, the rewritten log agrees with itself.
    func rewriteHistory() throws(DemoFailure) {
        let name = "spoiled/rewritten"
        try copy(coast.folder, name)
        let forgery = try DemoForger(folder: program.folder.appendingPathComponent(name)).rewrite()
        // Signed by the node's own key, by the node's own program: it publishes what it finds in its database.
        try program.expect(["audit", "checkpoint", name, "--passphrase-file", "passphrase"])
        let alone = try program.expect(["audit", "verify", name, "--key", "coast/log/vkey", "--json"])
            .document(Verdict.self)
        guard alone.ok, alone.trusted else { throw DemoFailure("the forgery is found without any witness") }
        told(
            14,
            "Last act, on a copy (\(name)): the coast guard's operator strikes the phone number from",
            "entry \(forgery.index), what it released, makes the \(forgery.fitted) entries after it fit, and has all signed anew by the",
            "node's own key. Alone, that log is without fault."
        )
        let convicted = try verify(name, of: coast, exit: 1)
        guard !convicted.ok, convicted.quorum == false,
            let finding = convicted.problems.first(where: { $0.place == "kept/coast" }),
            finding.text.contains("north-border/witness"), finding.text.contains("sound-fiu/witness")
        else { throw DemoFailure("the rewritten log was not convicted by its peers' cosignatures") }
        // As a court gets it: the peers' copy of the checkpoint lies beside the log that contradicts it.
        let kept = try contents("kept/coast")
        guard let size = kept.split(separator: "\n").dropFirst().first else {
            throw DemoFailure("the kept checkpoint has no size")
        }
        try write(kept, "\(name)/log/checkpoints/\(size)")
        try program.expect(["audit", "verify", name], exit: 1)
        for node in nodes { _ = try verify("\(node.short)/log", of: node, exit: 0) }
        told(
            15,
            "Held against the checkpoint that its peers cosigned, it is convicted: the border police and the FIU",
            "saw another history. The three nodes' own logs verify against theirs."
        )
    }

    /// Verifies a log by the policy of witnesses and the cosigned checkpoint that peers kept.
    private func verify(_ log: String, of node: DemoNode, exit: Int32) throws(DemoFailure) -> Verdict {
        try program.expect(
            [
                "audit", "verify", log, "--policy", "kept/\(node.short).policy", "--kept", "kept/\(node.short)",
                "--json",
            ],
            exit: exit
        )
        .document(Verdict.self)
    }

    /// As anybody writes it who has compared the three cards: the log's key, and both of the others to cosign.
    private func policy(for node: DemoNode) throws(DemoFailure) -> String {
        guard let log = VerifierKey(try card(of: node).vkeys.log) else {
            throw DemoFailure("the card of \(node.name) has no log key")
        }
        var witnesses: [VerifierKey] = []
        for other in nodes where other.short != node.short {
            guard let key = VerifierKey(try card(of: other).vkeys.witness) else {
                throw DemoFailure("the card of \(other.name) has no witness key")
            }
            witnesses.append(key)
        }
        return WitnessPolicy.majority(log: log, of: witnesses)
    }

    private func card(of node: DemoNode) throws(DemoFailure) -> CardKeys {
        do {
            return try JSONDecoder().decode(CardKeys.self, from: Data(try contents("\(node.short).card").utf8))
        } catch {
            throw DemoFailure("the card of \(node.name) cannot be read")
        }
    }

    private struct CardKeys: Decodable {
        struct Keys: Decodable {
            var log: String
            var witness: String
        }
        var vkeys: Keys
    }

    private struct CosignedNote: Decodable {
        var note: String
        var quorum: Bool
        var cosignedBy: [String]

        enum CodingKeys: String, CodingKey {
            case note, quorum
            case cosignedBy = "cosigned_by"
        }
    }

    /// What `audit verify --json` says.
    struct Verdict: Decodable {
        struct Problem: Decodable {
            var place: String
            var text: String
        }
        var ok: Bool
        var trusted: Bool
        var quorum: Bool?
        var entriesChecked: Int
        var problems: [Problem]

        enum CodingKeys: String, CodingKey {
            case ok, trusted, quorum, problems
            case entriesChecked = "entries_checked"
        }
    }
}
