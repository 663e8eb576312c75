/// What the asker keeps of a long query while it runs, sealed: the keys of each batch with whose they are, and what each
/// answered batch found. Knows shapes; decides nothing. Read and written for a million keys, so not JSON.

import MatchKeys
import SetIntersection
import Sodium

/// Not a file that this version wrote.
struct MalformedBatchFile: Error {}

/// The asker's own keys of one batch, class by class in the layout's order.
struct BatchKeys: Sendable {
    /// The keys of one class, beside each other rather than each in an object of its own.
    struct Part: Sendable {
        private(set) var kinds: [MatchKeys.KeyKind] = []
        /// What goes into the function.
        private(set) var inputs: [[UInt8]] = []
        private var owners: [Int32] = []
        /// Where each key's owners end.
        private var ends: [Int32] = []

        /// The next key; its owners are added after it.
        mutating func append(_ key: MatchKey) { append(key.kind, value: key.value.utf8) }

        fileprivate mutating func append(_ kind: MatchKeys.KeyKind, value: some Collection<UInt8>) {
            let prefix = Self.prefixes[kind.ordinal]
            var input: [UInt8] = []
            input.reserveCapacity(prefix.count + value.count)
            input.append(contentsOf: prefix)
            input.append(contentsOf: value)
            kinds.append(kind)
            inputs.append(input)
            ends.append(Int32(owners.count))
        }

        /// Of the last key; one that has it already has it once.
        mutating func add(owner: Int32) {
            guard let end = ends.popLast() else { return }
            let begin = ends.last ?? 0
            if end == begin || owners.last != owner { owners.append(owner) }
            ends.append(Int32(owners.count))
        }

        var count: Int { kinds.count }

        /// Which of the question's subjects have a key.
        func owners(of number: Int) -> ArraySlice<Int32> {
            owners[(number > 0 ? Int(ends[number - 1]) : 0)..<Int(ends[number])]
        }

        func value(of number: Int) -> ArraySlice<UInt8> {
            inputs[number].dropFirst(Self.prefixes[kinds[number].ordinal].count)
        }

        /// With what the inputs of a kind begin (`MatchKey.prfInput`), in the recipe's order.
        private static let prefixes = KindOrder.all.map { MatchKey(kind: $0, value: "").prfInput }
    }

    var parts: [SetIntersection.KeyClass: Part] = [:]

    var encoded: [UInt8] {
        var writer = BatchWriter()
        writer.number(parts.count, bytes: 1)
        for (keyClass, part) in parts.sorted(by: { $0.key < $1.key }) {
            writer.text(keyClass.name.utf8)
            writer.number(part.count, bytes: 4)
            for number in 0..<part.count {
                writer.number(part.kinds[number].ordinal, bytes: 1)
                writer.text(part.value(of: number))
                writer.numbers(part.owners(of: number))
            }
        }
        return writer.bytes
    }

    init() {}

    /// The keys of a query of one batch, without whose they are.
    init(_ keys: [SetIntersection.KeyClass: [MatchKey]]) {
        for (keyClass, keys) in keys where !keys.isEmpty {
            var part = Part()
            for key in keys { part.append(key) }
            parts[keyClass] = part
        }
    }

    init(decoding bytes: [UInt8]) throws {
        var reader = try BatchReader(bytes)
        for _ in 0..<(try reader.number(bytes: 1)) {
            let name = bytes[try reader.take(try reader.number(bytes: 4))]
            let keyClass = try SetIntersection.KeyClass(String(decoding: name, as: UTF8.self))
            var part = Part()
            for _ in 0..<(try reader.number(bytes: 4)) {
                let kind = try reader.kind()
                part.append(kind, value: bytes[try reader.take(try reader.number(bytes: 4))])
                for _ in 0..<(try reader.number(bytes: 4)) {
                    part.add(owner: Int32(truncatingIfNeeded: try reader.number(bytes: 4)))
                }
            }
            parts[keyClass] = part
        }
        try reader.finish()
    }
}

/// A key that agrees with a record of the holder.
struct FoundKey: Sendable {
    let handle: Handle
    let kind: MatchKeys.KeyKind
    /// Where in the file the value of our key stands: what it says weighs in the score.
    let value: Range<Int>
    /// What proves it to the holder.
    let slot: Int
    /// Where in the file the 32 secret bytes stand that do.
    let proof: Range<Int>
    /// Where in the file the numbers of the subjects stand that have the key.
    private let owners: Range<Int>

    fileprivate init(_ reader: inout BatchReader, _ bytes: [UInt8]) throws {
        handle = try Handle(bytes: Array(bytes[try reader.take(5)]))
        kind = try reader.kind()
        value = try reader.take(try reader.number(bytes: 4))
        slot = try reader.number(bytes: 1)
        proof = try reader.take(32)
        owners = try reader.take(4 * (try reader.number(bytes: 4)))
    }

    /// Which of the question's subjects have it.
    func owners(in bytes: [UInt8]) -> some Sequence<Int> {
        stride(from: owners.lowerBound, to: owners.upperBound, by: 4).lazy.map { place in
            bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        }
    }

    /// Every key of a file that `FoundWriter` wrote.
    static func forEach(in bytes: [UInt8], _ body: (FoundKey) throws -> Void) throws {
        var reader = try BatchReader(bytes)
        for _ in 0..<(try reader.number(bytes: 4)) { try body(FoundKey(&reader, bytes)) }
        try reader.finish()
    }
}

/// Writes what a batch found, key by key.
struct FoundWriter {
    private var writer = BatchWriter()
    private var count = 0

    /// - Parameter keys: so many may come without the bytes being copied to a greater place: proofs stand among them.
    init(keys: Int) {
        writer.bytes.reserveCapacity(5 + 96 * keys)
        writer.number(0, bytes: 4)
    }

    mutating func append(
        _ handle: Handle,
        _ kind: MatchKeys.KeyKind,
        value: ArraySlice<UInt8>,
        slot: Int,
        proof: UnsafeBufferPointer<UInt8>,
        owners: ArraySlice<Int32>
    ) {
        count += 1
        writer.bytes += handle.bytes
        writer.number(kind.ordinal, bytes: 1)
        writer.text(value)
        writer.number(slot, bytes: 1)
        writer.bytes.append(contentsOf: proof)
        writer.numbers(owners)
    }

    /// The file, to be sealed and then wiped.
    consuming func finish() -> [UInt8] {
        for place in 0..<4 { writer.bytes[1 + place] = UInt8(truncatingIfNeeded: count >> (24 - 8 * place)) }
        return writer.bytes
    }
}

/// `02 ‖ …`: numbers big-endian, texts and lists with their lengths.
private struct BatchWriter {
    var bytes: [UInt8] = [2]

    mutating func number(_ number: Int, bytes count: Int) {
        for place in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    mutating func text(_ text: some Collection<UInt8>) {
        number(text.count, bytes: 4)
        bytes.append(contentsOf: text)
    }

    mutating func numbers(_ numbers: ArraySlice<Int32>) {
        number(numbers.count, bytes: 4)
        for one in numbers { number(Int(one), bytes: 4) }
    }
}

/// Reads places rather than copies.
private struct BatchReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard try number(bytes: 1) == 2 else { throw MalformedBatchFile() }
    }

    mutating func take(_ count: Int) throws -> Range<Int> {
        guard count <= bytes.count - place else { throw MalformedBatchFile() }
        defer { place += count }
        return place..<place + count
    }

    mutating func number(bytes count: Int) throws -> Int {
        try take(count).reduce(0) { $0 << 8 | Int(bytes[$1]) }
    }

    mutating func kind() throws -> MatchKeys.KeyKind {
        let number = try number(bytes: 1)
        guard KindOrder.all.indices.contains(number) else { throw MalformedBatchFile() }
        return KindOrder.all[number]
    }

    func finish() throws {
        guard place == bytes.count else { throw MalformedBatchFile() }
    }
}

/// The kinds by their numbers in files.
private enum KindOrder {
    static let all = MatchKeys.KeyKind.allCases.sorted()
}
