// What these suites share: vectors from the tree and a generator whose run can be repeated.
import Foundation
import Sodium

/// SplitMix64. The seed is printed and can be given by COMITY_SEED, so that a failure can be repeated.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    static func announced(_ suite: String) -> SplitMix64 {
        let seed = ProcessInfo.processInfo.environment["COMITY_SEED"].flatMap { UInt64($0) } ?? 0x5eed
        print("\(suite): COMITY_SEED=\(seed)")
        return SplitMix64(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// A file of Tests/Vectors. Throws when it is missing, so that the suite fails.
func vector<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Vectors").appending(path: name))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: data)
}

struct NotHex: Error {}

func hex(_ text: String) throws -> [UInt8] {
    guard let bytes = Hex.decode(text) else { throw NotHex() }
    return bytes
}
