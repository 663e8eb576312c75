/// What fetching buckets tells a holder, added up person by person: n keys in 2^b buckets tell n·b bits, because the holder
/// can work out in which bucket each key of a person it knows must stand. Written down before anything leaves.

import MatchKeys
import SetIntersection
import Sodium
import Vault

/// What a question tells of everybody it is about, if it is asked of one index.
struct BucketCost: Sendable {
    /// Bits that may be told of one person in one epoch.
    static let budget = 8

    /// Rows of the question that share a key are one person to whoever watches the buckets.
    struct Person: Sendable, Equatable {
        /// Rows of the question.
        var subjects: [String]
        var keys: Set<MatchKey>
        var bits: Int
    }

    let scope: IndexScope
    let persons: [Person]
    /// Half of all buckets are fetched in each class: what is told then is one bit a key at most, and nothing is refused.
    let isCovered: Bool

    /// Bits told of the one of whom most is told.
    var most: Int { persons.map(\.bits).max() ?? 0 }
}

/// A question that would tell more than may be told.
struct LeakExceeded: Sendable, Equatable {
    let subjects: [String]
    /// Bits told in this epoch before.
    let told: Int
    /// Bits that this question adds.
    let bits: Int

    static let rule = "buckets"

    var text: String {
        let who = subjects.prefix(3).joined(separator: ", ") + (subjects.count > 3 ? " and others" : "")
        return "its index is bucketed: this question would tell its holder \(bits) bits of whom it is about (\(who)), "
            + "\(told) were told before, and \(BucketCost.budget) is the most in one epoch: ask with --cover, which fetches "
            + "half of all buckets, or by fewer keys, or in the next epoch"
    }
}

extension PeerPlan {
    /// Nil for an index of which we hold a copy: looking up tells nothing.
    func bucketCost(of manifest: Manifest) -> BucketCost? {
        guard manifest.retrieval != .synced else { return nil }
        let cuts = Dictionary(manifest.classes.map { ($0.keyClass, $0.cut) }, uniquingKeysWith: { first, _ in first })
        var persons: [BucketCost.Person] = []
        for subject in subjects {
            var person = BucketCost.Person(subjects: [subject.id], keys: Set(subject.keys), bits: 0)
            // Those who share a key with this one, or with one who does, become one with it.
            while let other = persons.firstIndex(where: { !$0.keys.isDisjoint(with: person.keys) }) {
                let merged = persons.remove(at: other)
                person.subjects = merged.subjects + person.subjects
                person.keys.formUnion(merged.keys)
            }
            persons.append(person)
        }
        for place in persons.indices {
            persons[place].bits = persons[place].keys.reduce(0) { $0 + (cuts[$1.kind.keyClass.published]?.bits ?? 0) }
        }
        // Of one bucket or two any fetch is half.
        let isCovered = terms.question.cover || keys.keys.allSatisfy { cuts[$0].map { $0.half <= 1 } ?? true }
        return BucketCost(scope: manifest.scope, persons: persons, isCovered: isCovered)
    }
}

extension Node {
    /// The first person of whom too much would be told; nil if the question may go.
    func leakExceeded(_ cost: BucketCost, in transaction: VaultTransaction) throws -> LeakExceeded? {
        guard !cost.isCovered else { return nil }
        for person in cost.persons where person.bits > 0 {
            let told = try transaction.bitsTold(of: digests(person, of: cost.scope), in: cost.scope)
            if told + person.bits > BucketCost.budget {
                return LeakExceeded(subjects: person.subjects, told: told, bits: person.bits)
            }
        }
        return nil
    }

    /// Writes down what the question tells. What is told under cover counts too: the next one may come without.
    func chargeLeak(_ cost: BucketCost, in transaction: VaultTransaction) throws {
        for person in cost.persons where person.bits > 0 {
            try transaction.addBitsTold(
                person.bits,
                of: digests(person, of: cost.scope),
                event: random.bytes(16),
                in: cost.scope
            )
        }
    }

    /// Most that was told so far of anybody a question is about.
    func mostTold(_ cost: BucketCost) async throws -> Int {
        try await vault.read { transaction in
            try cost.persons.map { try transaction.bitsTold(of: self.digests($0, of: cost.scope), in: cost.scope) }
                .max()
                ?? 0
        }
    }

    /// Under a key of this node, so that the table says nothing of whom it counts.
    private func digests(_ person: BucketCost.Person, of scope: IndexScope) throws -> [[UInt8]] {
        let key = try bucketKey()
        let index = Array("\(scope.agreement)\0\(scope.holder)\0\(scope.epoch)\0".utf8)
        return person.keys.sorted().map { Array(SHA2.hmacSHA256(index + $0.prfInput, key: key).prefix(16)) }
    }

    /// Names people in the ledger and chooses buckets beside those that are wanted.
    func bucketKey() throws -> SecretBytes {
        try keyring.secret(SecretName.buckets) { try SecretBytes(random: 32, from: random) }
    }
}
