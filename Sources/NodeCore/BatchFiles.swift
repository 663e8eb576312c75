/// What the asker keeps of a long query while it runs, sealed: the keys of each batch with whose they are, and what each
/// answered batch found. Knows shapes; decides nothing. Read and written for a million keys, so not JSON.

import MatchKeys
import SetIntersection
import Sodium

/// Not a file that this version wrote.
struct MalformedBatchFile: Error {}

/// The asker's own keys of one batch, class by class in the layout's order.
struct BatchKeys: Sendable {
    struct Key: Sendable {
        var key: MatchKey
        /// Which of the question's subjects have it.
        var owners: [Int]
    }

    var keys: [SetIntersection.KeyClass: [Key]] = [:]

    /// What goes into the function.
    var inputs: [SetIntersection.KeyClass: [[UInt8]]] { keys.mapValues { $0.map(\.key.prfInput) } }

    var encoded: [UInt8] {
        var writer = BatchWriter()
        writer.number(keys.count, bytes: 1)
        for (keyClass, keys) in keys.sorted(by: { $0.key < $1.key }) {
            writer.text(keyClass.name)
            writer.number(keys.count, bytes: 4)
            for one in keys {
                writer.number(one.key.kind.ordinal, bytes: 1)
                writer.text(one.key.value)
                writer.numbers(one.owners)
            }
        }
        return writer.bytes
    }

    init() {}

    init(decoding bytes: [UInt8]) throws {
        var reader = try BatchReader(bytes)
        for _ in 0..<(try reader.number(bytes: 1)) {
            let keyClass = try SetIntersection.KeyClass(try reader.text())
            var list: [Key] = []
            for _ in 0..<(try reader.number(bytes: 4)) {
                let kind = try reader.kind()
                list.append(Key(key: MatchKey(kind: kind, value: try reader.text()), owners: try reader.numbers()))
            }
            keys[keyClass] = list
        }
        try reader.finish()
    }
}

/// A key that agrees with a record of the holder.
struct FoundKey: Sendable {
    var handle: Handle
    /// Our own key: what it says weighs in the score.
    var key: MatchKey
    /// Which of the question's subjects have it.
    var owners: [Int]
    /// What proves it to the holder.
    var slot: Int
    /// 32 secret bytes.
    var proof: [UInt8]

    static func encode(_ found: [FoundKey]) -> [UInt8] {
        var writer = BatchWriter()
        writer.number(found.count, bytes: 4)
        for one in found {
            writer.bytes += one.handle.bytes
            writer.number(one.key.kind.ordinal, bytes: 1)
            writer.text(one.key.value)
            writer.number(one.slot, bytes: 1)
            writer.bytes += one.proof
            writer.numbers(one.owners)
        }
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws -> [FoundKey] {
        var reader = try BatchReader(bytes)
        var found: [FoundKey] = []
        for _ in 0..<(try reader.number(bytes: 4)) {
            let handle = try Handle(bytes: try reader.take(5))
            let key = MatchKey(kind: try reader.kind(), value: try reader.text())
            let slot = try reader.number(bytes: 1)
            let proof = try reader.take(32)
            found.append(
                FoundKey(handle: handle, key: key, owners: try reader.numbers(), slot: slot, proof: proof)
            )
        }
        try reader.finish()
        return found
    }
}

/// `02 ‖ …`: numbers big-endian, texts and lists with their lengths.
private struct BatchWriter {
    var bytes: [UInt8] = [2]

    mutating func number(_ number: Int, bytes count: Int) {
        for place in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    mutating func text(_ text: String) {
        number(text.utf8.count, bytes: 4)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func numbers(_ numbers: [Int]) {
        number(numbers.count, bytes: 4)
        for one in numbers { number(one, bytes: 4) }
    }
}

private struct BatchReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard try number(bytes: 1) == 2 else { throw MalformedBatchFile() }
    }

    mutating func take(_ count: Int) throws -> [UInt8] {
        guard count <= bytes.count - place else { throw MalformedBatchFile() }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    mutating func number(bytes count: Int) throws -> Int {
        guard count <= bytes.count - place else { throw MalformedBatchFile() }
        defer { place += count }
        return bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func text() throws -> String {
        String(decoding: try take(try number(bytes: 4)), as: UTF8.self)
    }

    mutating func numbers() throws -> [Int] {
        let count = try number(bytes: 4)
        guard count <= (bytes.count - place) / 4 else { throw MalformedBatchFile() }
        return try (0..<count).map { _ in try number(bytes: 4) }
    }

    mutating func kind() throws -> MatchKeys.KeyKind {
        let number = try number(bytes: 1)
        guard let kind = Self.kinds[number] else { throw MalformedBatchFile() }
        return kind
    }

    func finish() throws {
        guard place == bytes.count else { throw MalformedBatchFile() }
    }

    private static let kinds = Dictionary(
        MatchKeys.KeyKind.allCases.map { ($0.ordinal, $0) },
        uniquingKeysWith: { first, _ in first }
    )
}
