// The stages of a batch as types: blinded, evaluated and not yet believed, finalised. Knows encodings.
import Sodium

/// Blinded elements: what the asker sends. Canonical, none the identity, no two alike.
public struct BlindedElements: Hashable, Sendable {
    /// Concatenated encodings, 32 bytes each.
    public let bytes: [UInt8]
    public var count: Int { bytes.count / 32 }
    /// What came from outside was decoded to check it.
    let decoded: DecodedElements?

    /// Checks what came from outside.
    /// - Throws: `.partialElement`, `.batchSize` outside 1 to 65,535, `.notAnElement`, `.identityElement`,
    ///   `.duplicateElement`.
    public init(decoding bytes: [UInt8], engine: GroupEngine) throws(PRFError) {
        decoded = try checkElements(bytes, engine: engine)
        var seen = Set<ElementKey>(minimumCapacity: bytes.count / 32)
        for position in 0..<bytes.count / 32
        where !seen.insert(ElementKey(bytes, at: position)).inserted {
            throw .duplicateElement(position: position)
        }
        self.bytes = bytes
    }

    /// What `VOPRF.blind` has made.
    init(made bytes: [UInt8]) {
        self.bytes = bytes
        decoded = nil
    }

    /// The encoding at a position: 32 bytes.
    public subscript(position: Int) -> ArraySlice<UInt8> { bytes[32 * position..<32 * position + 32] }

    public static func == (left: BlindedElements, right: BlindedElements) -> Bool { left.bytes == right.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// Evaluated elements and their proof, as they came from outside: nothing is checked but the lengths.
public struct UnverifiedEvaluation: Hashable, Sendable {
    /// Concatenated encodings, 32 bytes each.
    public let elements: [UInt8]
    /// 64 bytes.
    public let proof: [UInt8]
    public var count: Int { elements.count / 32 }

    public init(elements: [UInt8], proof: [UInt8]) throws(PRFError) {
        guard elements.count.isMultiple(of: 32) else { throw .partialElement(byteCount: elements.count) }
        guard proof.count == 64 else { throw .malformedProof }
        self.elements = elements
        self.proof = proof
    }
}

/// Elements under the holder's key, of which the proof was made here or verified.
public struct EvaluatedElements: Hashable, Sendable {
    /// Concatenated encodings, 32 bytes each.
    public let bytes: [UInt8]
    public var count: Int { bytes.count / 32 }
    /// What came from outside was decoded to verify its proof.
    let decoded: DecodedElements?

    init(checked bytes: [UInt8], decoded: DecodedElements? = nil) {
        self.bytes = bytes
        self.decoded = decoded
    }

    public static func == (left: EvaluatedElements, right: EvaluatedElements) -> Bool { left.bytes == right.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// Outputs of the PRF, 64 bytes each, in locked memory that is wiped when the last reference goes.
public struct PRFOutputs: Sendable {
    private let bytes: SecretBytes
    public let count: Int

    init(bytes: SecretBytes) {
        self.bytes = bytes
        count = bytes.count / 64
    }

    /// The 64 bytes at a position, which must be below `count`, for the length of the call.
    public func withOutput<Result, Failure: Error>(
        _ position: Int,
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition((0..<count).contains(position))
        return try bytes.withUnsafeBytes { buffer throws(Failure) in
            try body(UnsafeBufferPointer(rebasing: buffer[64 * position..<64 * position + 64]))
        }
    }
}

/// Thirty-two bytes as a key of a set: four words, nothing allocated.
struct ElementKey: Hashable {
    let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ bytes: [UInt8], at position: Int) {
        words = bytes.withUnsafeBytes { buffer in
            func word(_ index: Int) -> UInt64 {
                buffer.loadUnaligned(fromByteOffset: 32 * position + 8 * index, as: UInt64.self)
            }
            return (word(0), word(1), word(2), word(3))
        }
    }

    static func == (left: ElementKey, right: ElementKey) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// Elements seen before: so that batches of one query cannot repeat an element of an earlier batch.
public struct ElementSet: Sendable {
    private var seen: Set<ElementKey> = []

    public init() {}

    public var count: Int { seen.count }

    /// Takes all elements of a batch, or none.
    /// - Throws: `.duplicateElement` for one that an earlier batch had.
    public mutating func admit(_ batch: BlindedElements) throws(PRFError) {
        for position in 0..<batch.count where seen.contains(ElementKey(batch.bytes, at: position)) {
            throw .duplicateElement(position: position)
        }
        for position in 0..<batch.count { seen.insert(ElementKey(batch.bytes, at: position)) }
    }
}

/// Lengths first, then every encoding (RFC 9497 section 2.1).
func checkElements(_ bytes: [UInt8], engine: GroupEngine) throws(PRFError) -> DecodedElements {
    guard bytes.count.isMultiple(of: 32) else { throw .partialElement(byteCount: bytes.count) }
    guard (1...65_535).contains(bytes.count / 32) else { throw .batchSize(bytes.count / 32) }
    return try decodeElements(bytes, engine: engine)
}

func decodeElements(_ bytes: [UInt8], engine: GroupEngine) throws(PRFError) -> DecodedElements {
    switch engine.decode(bytes) {
    case .success(let decoded): return decoded
    case .failure(let refused): throw refusal(of: bytes, at: refused.position)
    }
}

func refusal(of bytes: [UInt8], at position: Int) -> PRFError {
    let element = Array(bytes[32 * position..<32 * position + 32])
    return Ristretto255.isZero(element) ? .identityElement(position: position) : .notAnElement(position: position)
}
