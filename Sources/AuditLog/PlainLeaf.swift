// Knows the entries that say nothing unusual by their bytes alone, so that a log of millions is read without a dictionary for
// each. Keeps no value. Whatever it does not take, valid or not, is for `Leaf` to judge.
import CanonicalJSON
import TransparencyLog

/// An entry that is valid, of a known event with known members and none lacking, and tells the verifier nothing of the log itself.
struct PlainLeaf: Equatable {
    let index: Int
    let time: LeafTime
    let checkpoint: CitedCheckpoint
    /// How many personal values it commits to.
    let digests: Int
}

/// Reads plain entries. Strings are taken only as printable ASCII without escapes: every such byte stands for itself.
struct PlainLeafReader {
    /// Whether entries of an event with these members are plain, by the event and the names as they stand in an entry.
    private var shapes: [[UInt8]: Bool] = [:]
    private var shape: [UInt8] = []
    /// What many entries in a row have in common.
    private var day = (text: [UInt8](), start: 0)
    private var root = (text: [UInt8](), hash: TreeHash.empty)

    /// A hostile log may invent a shape in each entry; those beyond are judged one by one.
    private static let mostShapes = 4_096

    /// Events that tell the verifier something; it reads them whole.
    private static let told: Set<String> = [
        "log.pruned", "key.rotated", "audit.erased", "checkpoint.witnessed", "checkpoint.timestamped",
    ]

    private static let roles = AuditActor.Role.allCases.map { Array($0.rawValue.utf8) }
    private static let system = Array(AuditActor.Role.system.rawValue.utf8)

    /// - Returns: nil for an entry that is not plain.
    mutating func read(_ bytes: ArraySlice<UInt8>) -> PlainLeaf? {
        bytes.withUnsafeBufferPointer { read($0) }
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> PlainLeaf? {
        guard bytes.count <= CanonicalJSON.Limits.leaf.maxBytes else { return nil }
        shape.removeAll(keepingCapacity: true)
        var at = PlainCursor(bytes)
        guard at.take("{\"actor\":{\"pseudonym\":"), let pseudonym = at.string(), pseudonym.count <= 255,
            at.take(",\"role\":"), let role = at.string(),
            Self.roles.contains(where: { at.stands($0, at: role) }),
            pseudonym.isEmpty || !at.stands(Self.system, at: role),
            at.take("},\"checkpoint\":{\"root\":"), let rootText = at.string(), let root = hash(bytes, rootText),
            at.take(",\"size\":"), let size = at.integer(), at.take("},\"data\":"),
            at.object(depth: 1, names: &shape), at.take(",\"event\":"), let event = at.string(),
            (1...64).contains(event.count), at.take(",\"index\":"), let index = at.integer(), size <= index,
            at.take(",\"personal\":")
        else { return nil }
        shape.append(UInt8(ascii: ";"))
        guard let digests = at.digests(names: &shape), at.take(",\"salt\":"), let salt = at.string(), salt.count == 22,
            at.isBase64URL(salt, unusedBits: 4), at.take(",\"time\":"), let text = at.string(),
            let time = time(bytes, text), at.take(",\"v\":1}"), at.isAtEnd
        else { return nil }
        shape.append(UInt8(ascii: ";"))
        shape.append(contentsOf: bytes[event])
        guard isPlain(String(decoding: bytes[event], as: UTF8.self)) else { return nil }
        return PlainLeaf(
            index: index,
            time: time,
            checkpoint: CitedCheckpoint(size: size, root: root),
            digests: digests
        )
    }

    /// Whether the shape just read is plain.
    private mutating func isPlain(_ name: @autoclosure () -> String) -> Bool {
        if let known = shapes[shape] { return known }
        guard shapes.count < Self.mostShapes else { return false }
        let name = name()
        let parts = shape.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part in
            Set(part.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) })
        }
        var plain = false
        if let event = AuditEvent(named: name), !Self.told.contains(name), parts.count == 3 {
            plain =
                parts[0].isSubset(of: event.data) && event.lacking(parts[0].contains).isEmpty
                && parts[1].isSubset(of: event.personal)
        }
        shapes[shape] = plain
        return plain
    }

    private mutating func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ text: Range<Int>) -> TreeHash? {
        guard text.count == 44 else { return nil }
        if root.text.elementsEqual(bytes[text]) { return root.hash }
        guard let hash = TreeHash(base64: String(decoding: bytes[text], as: UTF8.self)) else { return nil }
        root = (Array(bytes[text]), hash)
        return hash
    }

    private mutating func time(_ bytes: UnsafeBufferPointer<UInt8>, _ text: Range<Int>) -> LeafTime? {
        guard text.count == 24 else { return nil }
        let date = text.lowerBound..<text.lowerBound + 11
        if !day.text.elementsEqual(bytes[date]) {
            let start = String(decoding: bytes[date], as: UTF8.self) + "00:00:00.000Z"
            guard let time = LeafTime(start) else { return nil }
            day = (Array(bytes[date]), time.milliseconds)
        }
        func digits(_ place: Int, _ count: Int) -> Int? {
            var number = 0
            for at in text.lowerBound + place..<text.lowerBound + place + count {
                guard (0x30...0x39).contains(bytes[at]) else { return nil }
                number = number * 10 + Int(bytes[at] - 0x30)
            }
            return number
        }
        func stands(_ character: Character, _ place: Int) -> Bool {
            bytes[text.lowerBound + place] == character.asciiValue
        }
        guard let hour = digits(11, 2), let minute = digits(14, 2), let second = digits(17, 2),
            let fraction = digits(20, 3), hour < 24, minute < 60, second < 60, stands(":", 13), stands(":", 16),
            stands(".", 19), stands("Z", 23)
        else { return nil }
        return LeafTime(milliseconds: day.start + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction)
    }
}

/// One pass over the bytes of an entry. Each step says whether it found what it looks for; after one that did not, nothing is read.
private struct PlainCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    private func stands(_ byte: UInt8) -> Bool { at < bytes.count && bytes[at] == byte }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard stands(byte) else { return false }
        at += 1
        return true
    }

    mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - at >= count else { return false }
        for place in 0..<count where bytes[at + place] != text.utf8Start[place] { return false }
        at += count
        return true
    }

    func stands(_ word: [UInt8], at range: Range<Int>) -> Bool { word.elementsEqual(bytes[range]) }

    /// The bytes between two quotes.
    mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return start..<at - 1
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return nil }
            at += 1
        }
        return nil
    }

    mutating func integer() -> Int? {
        let start = at
        var number = 0
        while at < bytes.count, (0x30...0x39).contains(bytes[at]), at - start < 16 {
            number = number * 10 + Int(bytes[at] - 0x30)
            at += 1
        }
        guard at > start, number <= JSONValue.greatestInteger, at - start == 1 || bytes[start] != 0x30 else {
            return nil
        }
        return number
    }

    private mutating func name(after previous: Range<Int>) -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        while at < bytes.count, Self.isOfName(bytes[at]) { at += 1 }
        let name = start..<at
        guard !name.isEmpty, take(UInt8(ascii: "\"")), take(UInt8(ascii: ":")) else { return nil }
        guard previous.isEmpty || bytes[previous].lexicographicallyPrecedes(bytes[name]) else { return nil }
        return name
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// An object, its own names written out, each with a comma.
    mutating func object(depth: Int, names: inout [UInt8]) -> Bool {
        members { cursor, name in
            names.append(contentsOf: cursor.bytes[name])
            names.append(UInt8(ascii: ","))
            return cursor.value(depth: depth + 1)
        }
    }

    /// An object of digests, its names written out.
    ///
    /// - Returns: how many there are.
    mutating func digests(names: inout [UInt8]) -> Int? {
        var count = 0
        let isWhole = members { cursor, name in
            names.append(contentsOf: cursor.bytes[name])
            names.append(UInt8(ascii: ","))
            count += 1
            guard let digest = cursor.string(), digest.count == 43 else { return false }
            return cursor.isBase64URL(digest, unusedBits: 2)
        }
        return isWhole ? count : nil
    }

    private mutating func members(_ member: (inout PlainCursor, Range<Int>) -> Bool) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        var previous = 0..<0
        repeat {
            guard let name = name(after: previous), member(&self, name) else { return false }
            previous = name
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    /// - Parameter depth: containers around the value.
    private mutating func value(depth: Int) -> Bool {
        guard at < bytes.count else { return false }
        switch bytes[at] {
        case UInt8(ascii: "\""): return string() != nil
        case 0x30...0x39: return integer() != nil
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "{"):
            guard depth < CanonicalJSON.Limits.leaf.maxDepth else { return false }
            return members { cursor, _ in cursor.value(depth: depth + 1) }
        case UInt8(ascii: "["):
            guard depth < CanonicalJSON.Limits.leaf.maxDepth else { return false }
            at += 1
            if take(UInt8(ascii: "]")) { return true }
            repeat {
                guard value(depth: depth + 1) else { return false }
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "]"))
        default: return false
        }
    }

    /// Whether text is base64url whose last character has no bit beyond the bytes.
    func isBase64URL(_ text: Range<Int>, unusedBits: UInt8) -> Bool {
        var seen: UInt8 = 0
        var last: UInt8 = 0
        for at in text {
            last = Self.base64URL[Int(bytes[at])]
            seen |= last
        }
        return seen < 64 && last & (1 << unusedBits - 1) == 0
    }

    /// The six bits of a character; 255 for one that stands for none.
    private static let base64URL: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for (value, character) in alphabet.utf8.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()
}
