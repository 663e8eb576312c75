// Single elements and public scalars of ristretto255 as checked values. Secret scalars stay in SecretBytes.

extension Ristretto255 {
    /// An element whose encoding was checked.
    public struct Element: Hashable, Sendable {
        /// 32 bytes.
        public let bytes: [UInt8]

        /// Any element, the identity included.
        /// - Throws: `.wrongLength`, `.notAnElement` (RFC 9496 section 4.3.1).
        public init(decoding bytes: [UInt8]) throws(SodiumError) {
            guard bytes.count == elementLength else {
                throw .wrongLength(what: .element, expected: 32...32, actual: bytes.count)
            }
            guard isElement(bytes) else { throw .notAnElement }
            self.bytes = bytes
        }

        /// An element other than the identity, as RFC 9497 section 2.1 decodes.
        public init(decodingNonIdentity bytes: [UInt8]) throws(SodiumError) {
            try self.init(decoding: bytes)
            guard !isIdentity else { throw .identityElement }
        }

        /// The element of 64 uniform bytes (RFC 9496 section 4.3.4).
        public init(uniformBytes: [UInt8]) throws(SodiumError) {
            guard uniformBytes.count == uniformLength else {
                throw .wrongLength(what: .uniformBytes, expected: 64...64, actual: uniformBytes.count)
            }
            var result = [UInt8](repeating: 0, count: elementLength)
            map(uniformBytes, into: &result)
            bytes = result
        }

        /// `scalar` times the generator, the identity for zero.
        public init(generatorTimes scalar: Scalar) {
            var result = [UInt8](repeating: 0, count: elementLength)
            _ = multiplyGenerator(by: scalar.bytes, into: &result)
            bytes = result
        }

        private init(checked: [UInt8]) { bytes = checked }

        public static let identity = Element(checked: [UInt8](repeating: 0, count: elementLength))

        public var isIdentity: Bool { isZero(bytes) }

        /// `scalar` times this.
        public func multiplied(by scalar: Scalar) -> Element {
            var result = [UInt8](repeating: 0, count: elementLength)
            // False can only mean the identity here: the encoding was checked. libsodium has written zeros then.
            guard multiply(bytes, by: scalar.bytes, into: &result) else { return .identity }
            return Element(checked: result)
        }

        public static func + (left: Element, right: Element) -> Element {
            var result = [UInt8](repeating: 0, count: elementLength)
            _ = add(left.bytes, right.bytes, into: &result)
            return Element(checked: result)
        }
    }

    /// A public scalar below the group order.
    public struct Scalar: Hashable, Sendable {
        /// 32 bytes, little-endian.
        public let bytes: [UInt8]

        /// - Throws: `.wrongLength`, `.notAScalar` for the order and above.
        public init(decoding bytes: [UInt8]) throws(SodiumError) {
            guard bytes.count == scalarLength else {
                throw .wrongLength(what: .scalar, expected: 32...32, actual: bytes.count)
            }
            guard isScalar(bytes) else { throw .notAScalar }
            self.bytes = bytes
        }

        public init(_ small: UInt32) {
            var value = [UInt8](repeating: 0, count: scalarLength)
            for index in 0..<4 { value[index] = UInt8(truncatingIfNeeded: small >> (8 * UInt32(index))) }
            bytes = value
        }

        public var isZero: Bool { Ristretto255.isZero(bytes) }
    }
}
