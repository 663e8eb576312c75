/// What fetching buckets told of people, in the vault: bits by keyed digests of match keys. No key and no name is here.

import Foundation
import GRDB
public import SetIntersection

extension VaultTransaction {
    /// Bits that questions told so far in this epoch, of whoever has one of these subjects: each question counts once.
    /// - Parameter subjects: keyed digests.
    public func bitsTold(of subjects: [[UInt8]], in scope: IndexScope) throws -> Int {
        var told: [Data: Int] = [:]
        for subject in subjects {
            let rows = try rows(
                "SELECT event, bits FROM bucket_leak WHERE agreement = ? AND holder = ? AND epoch = ? AND subject = ?",
                [scope.agreement, scope.holder, scope.epoch, subject.blob]
            )
            for row in rows { told[row["event"]] = row["bits"] }
        }
        return told.values.reduce(0, +)
    }

    /// Writes down what one question tells of them.
    /// - Parameter event: names the question; fresh for each.
    public func addBitsTold(_ bits: Int, of subjects: [[UInt8]], event: [UInt8], in scope: IndexScope) throws {
        for subject in subjects {
            try execute(
                """
                INSERT INTO bucket_leak (agreement, holder, epoch, subject, event, bits) VALUES (?, ?, ?, ?, ?, ?)
                """,
                [scope.agreement, scope.holder, scope.epoch, subject.blob, event.blob, bits]
            )
        }
    }

    /// Forgets what was told in epochs before this one: the tags of then are worth nothing under new keys.
    public func forgetBitsTold(before scope: IndexScope) throws {
        try execute(
            "DELETE FROM bucket_leak WHERE agreement = ? AND holder = ? AND epoch < ?",
            [scope.agreement, scope.holder, scope.epoch]
        )
    }
}
