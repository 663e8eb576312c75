// Which match index: parties, agreement, class, epoch. Knows identifiers, no keys and no records.
import CanonicalJSON
import Sodium

/// A class of match keys, such as `names`. This module knows the word and nothing of what is in it.
public struct KeyClass: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 1 to 32 letters a–z.
    public let name: String
    public var description: String { name }

    /// - Throws: `.malformedClass` for anything but 1 to 32 letters a–z.
    public init(_ name: String) throws(IntersectionError) {
        guard (1...32).contains(name.utf8.count),
            name.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { throw .malformedClass }
        self.name = name
    }

    private init(known: String) { name = known }

    public static let names = KeyClass(known: "names")
    public static let identifiers = KeyClass(known: "identifiers")
    public static let weak = KeyClass(known: "weak")
    public static let spacetime = KeyClass(known: "spacetime")

    /// By byte: the order in which a query counts its keys.
    public static func < (left: KeyClass, right: KeyClass) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}

/// Whose indexes: the two parties and the agreement between them, with the epoch (PROTOCOL section 2).
public struct IndexScope: Hashable, Sendable {
    /// Identifiers of 1 to 255 bytes, printable ASCII without spaces.
    public let agreement: String
    public let asker: String
    public let holder: String
    /// 0 to 2^53 - 1.
    public let epoch: Int

    /// - Throws: `.malformedIdentifier`, `.epochOutOfRange`.
    public init(agreement: String, asker: String, holder: String, epoch: Int) throws(IntersectionError) {
        for identifier in [agreement, asker, holder] {
            guard (1...255).contains(identifier.utf8.count), identifier.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
            else { throw .malformedIdentifier }
        }
        guard (0...JSONValue.greatestInteger).contains(epoch) else { throw .epochOutOfRange }
        self.agreement = agreement
        self.asker = asker
        self.holder = holder
        self.epoch = epoch
    }

    /// The id of the index of one class: SHA-256(JCS{agreement, asker, class, epoch, holder}).
    public func indexID(of keyClass: KeyClass) throws(IntersectionError) -> IndexID {
        let value: JSONValue = [
            "agreement": .string(agreement),
            "asker": .string(asker),
            "class": .string(keyClass.name),
            "epoch": .integer(epoch),
            "holder": .string(holder),
        ]
        do {
            return IndexID(digest: SHA2.sha256(try CanonicalJSON.encode(value, limits: .leaf)))
        } catch {
            throw .malformedIdentifier
        }
    }
}

/// The id of a match index: 32 bytes. It binds evaluation key, slots and proofs to one index.
public struct IndexID: Hashable, Sendable {
    public let bytes: [UInt8]

    /// - Throws: `.wrongLength` unless 32 bytes.
    public init(bytes: [UInt8]) throws(IntersectionError) {
        guard bytes.count == 32 else { throw .wrongLength(expected: 32, actual: bytes.count) }
        self.bytes = bytes
    }

    init(digest: [UInt8]) { bytes = digest }

    /// 64 lower-case hexadecimal digits.
    public var text: String { Hex.encode(bytes) }
}
