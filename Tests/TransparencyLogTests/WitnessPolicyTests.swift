import TestSupport
// Checks policies of witnesses: what suffices, and that each fault is named by its line.
import Testing
import TransparencyLog

@Suite("Policy of witnesses")
struct WitnessPolicyTests {
    private struct Vector {
        let policy: String
        let log: VerifierKey
        let witnesses: [VerifierKey]
    }

    private static func vector() throws -> Vector {
        let file = try need(try VectorFiles.json("tlog-notes.json") as? [String: Any])
        let comity = try need(file["comity"] as? [String: Any])
        return Vector(
            policy: try need(comity["policy"] as? String),
            log: try need(VerifierKey(try need(comity["vkey"] as? String))),
            witnesses: try need(comity["witness_vkeys"] as? [String]).map { try need(VerifierKey($0)) }
        )
    }

    private static func read(_ text: String) throws -> WitnessPolicy { try WitnessPolicy(Array(text.utf8)) }

    @Test func theVectorsPolicyAsksForTwoOfThree() throws {
        let vector = try Self.vector()
        let policy = try Self.read(vector.policy)
        #expect(policy.logs == [vector.log] && policy.witnesses == vector.witnesses)
        #expect(!policy.isMet(by: []) && !policy.isMet(by: [vector.witnesses[2]]))
        #expect(!policy.isMet(by: [vector.witnesses[2], vector.witnesses[2]]), "one witness twice is one witness")
        #expect(policy.isMet(by: [vector.witnesses[0], vector.witnesses[2]]))
        #expect(policy.isMet(by: vector.witnesses))
        #expect(policy.key(ofLog: Array("\(vector.log.name)\n600\n".utf8)) == vector.log)
        #expect(policy.key(ofLog: Array("\(vector.log.name)/\n600\n".utf8)) == nil)
    }

    @Test func groupsNestAndWordsStandForThresholds() throws {
        let vector = try Self.vector()
        let keys = vector.witnesses.enumerated().map { "witness w\($0) \($1.text)\n" }.joined()
        let all = try Self.read(
            "# two of us, or the third\n\(keys)\n group pair all w0 w1\ngroup one any pair\tw2\nquorum one\n"
        )
        #expect(all.isMet(by: [vector.witnesses[2]]))
        #expect(!all.isMet(by: [vector.witnesses[0]]))
        #expect(all.isMet(by: [vector.witnesses[0], vector.witnesses[1]]))
        #expect(try Self.read("quorum none").isMet(by: []))
        #expect(try Self.read(keys + "quorum w1").isMet(by: [vector.witnesses[1]]))
    }

    @Test func eachFaultIsNamedByItsLine() throws {
        let vector = try Self.vector()
        let (log, w0) = ("log \(vector.log.text)", "witness w0 \(vector.witnesses[0].text)")
        let w1 = "witness w1 \(vector.witnesses[1].text)"
        for (text, line) in [
            ("", 1), ("quorum", 1), ("quorum w0", 1), ("quorum none\nquorum none", 2),
            ("\(log)\n\(log)\nquorum none", 2),
            ("log \(vector.witnesses[0].text)\nquorum none", 1), ("witness w0 \(vector.log.text)", 1),
            ("\(w0)\nwitness w1 \(vector.witnesses[0].text)\nquorum w0", 2),
            ("\(w0)\nwitness w0 \(vector.witnesses[1].text)", 2),
            ("witness none \(vector.witnesses[0].text)", 1), ("\(w0)\ngroup g 2 w0\nquorum g", 2),
            ("\(w0)\ngroup g 0 w0\nquorum g", 2), ("\(w0)\ngroup g 01 w0\nquorum g", 2), ("\(w0)\ngroup g any w1", 2),
            ("\(w0)\n\(w1)\ngroup g any w0\ngroup h any w0 w1\nquorum h", 4), ("\(w0)\ngroup g any none", 2),
            ("\(w0)\ngroup g any", 2), ("quorum none\r", 1), ("quorums none", 1), ("\(log) url more", 1),
            ("\(w0)\ngroup g all g\nquorum g", 2),
        ] {
            do {
                _ = try Self.read(text)
                Issue.record("read: \(text)")
            } catch let error as WitnessPolicyError {
                #expect(error.line == line, "\(text): \(error)")
            }
        }
    }

    @Test func hostilePoliciesAreReadOrRefused() throws {
        var random = SplitMix64.announced()
        let good = Array(try Self.vector().policy.utf8)
        for _ in 0..<2_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
                }
            }
            if let policy = try? WitnessPolicy(bytes) { _ = policy.isMet(by: policy.witnesses) }
        }
    }
}
