// What is kept of a long query batch by batch, and in which order batches go. Pure.
import Foundation
import MatchKeys
import NodeTesting
import SetIntersection
import TestSupport
import Testing

@testable import NodeCore

@Suite struct BatchFileTests {
    /// Subjects with keys drawn from few, so that many share one; some long, some that begin alike.
    private static func subjects(_ draws: inout SplitMix64, count: Int) -> [QuestionSubject] {
        let kinds = MatchKeys.KeyKind.allCases
        return (0..<count).map { number in
            let keys = (0..<Int.random(in: 0...4, using: &draws)).map { _ in
                let tail = String(repeating: "x", count: Int.random(in: 0...20, using: &draws))
                return MatchKey(
                    kind: kinds.randomElement(using: &draws) ?? .phone,
                    value: "+49151\(Int.random(in: 0..<4, using: &draws))" + tail
                )
            }
            return QuestionSubject(id: "s\(number)", record: Record(id: "s\(number)"), keys: keys)
        }
    }

    @Test func keysAreInOrderEachOnceWithEverySubjectThatHasThem() throws {
        var draws = SplitMix64.announced("keys of batches", fallback: 0xBA7C)
        for count in [0, 1, 2, 50, 400] {
            let subjects = Self.subjects(&draws, count: count)
            let expected = Dictionary(grouping: Set(subjects.flatMap(\.keys)).sorted()) { $0.kind.keyClass.published }
            let owned = OwnedKeys(subjects)
            #expect(owned.byClass == expected)
            guard !expected.isEmpty else { continue }
            let layout = try QueryLayout(own: expected.mapValues(\.count))
            for number in 0..<layout.batchCount {
                let batch = owned.batch(number, of: layout)
                let again = try BatchKeys(decoding: batch.encoded)
                for part in layout.parts(of: number) {
                    let keys = (expected[part.section.keyClass] ?? [])[part.own]
                    for batch in [batch, again] {
                        let found = try #require(batch.parts[part.section.keyClass])
                        #expect(found.inputs == keys.map(\.prfInput))
                        #expect(found.kinds == keys.map(\.kind))
                        for (offset, key) in keys.enumerated() {
                            let owners = subjects.indices.filter { subjects[$0].keys.contains(key) }
                            #expect(found.owners(of: offset).map(Int.init) == owners)
                        }
                    }
                }
            }
        }
    }

    @Test func whatWasFoundReadsAsItWasWritten() throws {
        var writer = FoundWriter(keys: 2)
        let proofs = [[UInt8](repeating: 7, count: 32), [UInt8](repeating: 9, count: 32)]
        for (number, proof) in proofs.enumerated() {
            proof.withUnsafeBufferPointer {
                writer.append(
                    Handle(number: UInt64(number + 5)),
                    .email,
                    value: Array("v\(number)".utf8)[...],
                    slot: number + 62,
                    proof: $0,
                    owners: [Int32](0...Int32(number))[...]
                )
            }
        }
        let bytes = writer.finish()
        var read = 0
        try FoundKey.forEach(in: bytes) { found in
            #expect(found.handle == Handle(number: UInt64(read + 5)) && found.kind == .email && found.slot == read + 62)
            #expect(Array(bytes[found.proof]) == proofs[read])
            #expect(Array(found.owners(in: bytes)) == Array(0...read))
            read += 1
        }
        #expect(read == 2)
        for cut in 0..<bytes.count {
            #expect(throws: MalformedBatchFile.self) { try FoundKey.forEach(in: Array(bytes[..<cut])) { _ in } }
        }
        #expect(throws: MalformedBatchFile.self) { try FoundKey.forEach(in: bytes + [0]) { _ in } }
        #expect(throws: MalformedBatchFile.self) { try FoundKey.forEach(in: [99] + bytes.dropFirst()) { _ in } }
    }

    @Test func idsAreReadAsWrittenAndFromTheListOfAnOlderVersion() throws {
        let ids = ["1", "", "zwei", "\u{1F600}", "a\nb,\"c\""]
        let written = try JSONEncoder().encode(["ids": SubjectIDs(ids)])
        #expect(try JSONDecoder().decode([String: SubjectIDs].self, from: written)["ids"]?.ids == ids)
        let list = try JSONEncoder().encode(["ids": ids])
        #expect(try JSONDecoder().decode([String: SubjectIDs].self, from: list)["ids"]?.ids == ids)
        let cut = try JSONEncoder().encode(["ids": Data([0, 0, 0, 2, 65])])
        #expect(throws: MalformedBatchFile.self) { try JSONDecoder().decode([String: SubjectIDs].self, from: cut) }
    }

    @Test func batchesGoInOrderTwoAtATimeAndNeverManyInMemory() {
        var draws = SplitMix64.announced("order of batches", fallback: 0x0DE5)
        for left in [Array(0..<12), Array(3..<12), [0, 2, 5], [7], []] {
            var line = BatchLine<Int>(left)
            var (blinding, inWork, lookingUp): (Set<Int>, Set<Int>, Int) = ([], [], 0)
            var (sent, done): ([Int], Int) = ([], 0)
            while done < left.count {
                while let number = line.nextToBlind() { blinding.insert(number) }
                while let number = line.nextToSend() {
                    #expect(
                        inWork.allSatisfy { $0 > number - 2 } && !inWork.contains(0),
                        "\(left): \(inWork), \(number)"
                    )
                    inWork.insert(number)
                    sent.append(number)
                }
                #expect(inWork.count <= 2 && blinding.count <= 2 && lookingUp <= 4)
                // Whatever comes first.
                switch Int.random(in: 0..<3, using: &draws) {
                case 0:
                    guard let number = blinding.randomElement(using: &draws) else { continue }
                    blinding.remove(number)
                    line.blinded(number, number)
                case 1:
                    guard let number = inWork.randomElement(using: &draws) else { continue }
                    inWork.remove(number)
                    line.answered(number)
                    lookingUp += 1
                default:
                    guard lookingUp > 0 else { continue }
                    line.lookedUp()
                    (lookingUp, done) = (lookingUp - 1, done + 1)
                }
            }
            #expect(sent == left && line.ended == nil)
            #expect(line.nextToBlind() == nil && line.nextToSend() == nil)
        }
    }

    @Test func nothingLeavesAfterAnEndAndTheFirstEndCounts() {
        var line = BatchLine<Int>([1, 2, 3], ready: [1: 1])
        #expect(line.nextToSend() == 1 && line.nextToBlind() == 2)
        line.blinded(2, 2)
        line.end(.unreachable("first"))
        line.end(.epochOver)
        #expect(line.nextToSend() == nil && line.nextToBlind() == nil)
        guard case .unreachable("first") = line.ended else {
            Issue.record("another end")
            return
        }
    }
}
