// What an auditor gets of one drawn key. Knows that key and its blind, nothing of the other keys.
import ObliviousPRF
import Sodium

/// A key and its blind: shows that the point in both logs hides this key (PROTOCOL section 5). For auditors alone.
public struct Opening: Sendable {
    /// i, counting through the whole query.
    public let position: Int
    public let keyClass: KeyClass
    /// kind id ‖ 00 ‖ canonical UTF-8.
    public let key: [UInt8]
    /// 32 bytes.
    public let blind: [UInt8]

    public init(position: Int, keyClass: KeyClass, key: [UInt8], blind: [UInt8]) {
        self.position = position
        self.keyClass = keyClass
        self.key = key
        self.blind = blind
    }

    /// blind · hash-to-group(key), 32 bytes; nil when the blind is no scalar.
    public func point(prf: VOPRF = VOPRF()) -> [UInt8]? {
        do {
            let blinds = try Blinds(scalars: SecretBytes(copying: blind))
            return try prf.blind([key], with: blinds).bytes
        } catch {
            return nil
        }
    }

    /// Whether blind · hash-to-group(key) is `point` (32 bytes).
    public func opens(_ point: [UInt8], prf: VOPRF = VOPRF()) -> Bool { self.point(prf: prf) == point }
}

extension Opening: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "Opening(\(position), \(keyClass), redacted)" }
    public var debugDescription: String { description }
    /// Without children: a key is personal data.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
