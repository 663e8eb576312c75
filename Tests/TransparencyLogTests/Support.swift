// What these suites share. Learns nothing of the code under test.
import Crypto

func bytes(hex: String) -> [UInt8] {
    let digits = Array(hex.utf8).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

struct Absent: Error {}

/// The value, or a failure of the test: as `#require`, but it nests.
func need<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}
