// The plain form of stored records: what goes in comes out, and nothing else is taken for a record.
import Foundation
import MatchKeys
import TestSupport
import Testing

@testable import Vault

@Suite("Record encoding")
struct RecordEncodingTests {
    private let record = MatchKeys.Record(
        id: "r-1",
        columns: ["full_name": ["Юсуф Шахин", "Yusuf Sahin"], "phone": ["+4915123456789"], "note": ["a;b\n\"c\""]]
    )

    @Test("a record comes out as it went in, whatever its letters")
    func roundTrip() throws {
        for record in [record, MatchKeys.Record(id: ""), MatchKeys.Record(id: "ü", columns: ["x": ["😀"]])] {
            #expect(try RecordEncoding.decode(RecordEncoding.encode(record)) == record)
        }
    }

    @Test("the bytes do not depend on the order of columns in memory")
    func order() throws {
        var other = MatchKeys.Record(id: "r-1")
        for column in record.columns.keys.sorted(by: >) { other[column] = record[column] }
        #expect(try RecordEncoding.encode(other) == RecordEncoding.encode(record))
    }

    @Test("every cut, every byte more, and another version are refused")
    func cuts() throws {
        let bytes = try RecordEncoding.encode(record)
        for length in 0..<bytes.count {
            #expect(throws: RecordEncoding.Malformed.self) { try RecordEncoding.decode(Array(bytes[..<length])) }
        }
        #expect(throws: RecordEncoding.Malformed.self) { try RecordEncoding.decode(bytes + [0]) }
        #expect(throws: RecordEncoding.Malformed.self) { try RecordEncoding.decode([2] + bytes.dropFirst()) }
    }

    @Test("changed bytes give a refusal or a record that is written the same way, never a crash")
    func hostile() throws {
        var numbers = SplitMix64.announced()
        let bytes = try RecordEncoding.encode(record)
        var taken = 0
        for _ in 0..<5_000 {
            var changed = bytes
            for _ in 0...numbers.next() % 3 {
                changed[Int(numbers.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: numbers.next())
            }
            guard let decoded = try? RecordEncoding.decode(changed) else { continue }
            taken += 1
            #expect(try RecordEncoding.decode(RecordEncoding.encode(decoded)) == decoded)
        }
        #expect(taken < 5_000)
    }
}
