// Proof that the sender had a key evaluated under an index. Knows outputs for a call, hit keys in locked memory.
import ObliviousPRF
import Sodium

/// P = BLAKE2b-256(key: y, "comity/hit/v1" ‖ index id) (PROTOCOL section 4): 32 secret bytes.
public struct HitKey: Sendable {
    /// For sealing with the hit.
    public let secret: SecretBytes

    /// - Throws: `.wrongLength` unless 32 bytes.
    public init(_ secret: SecretBytes) throws(IntersectionError) {
        guard secret.count == 32 else { throw .wrongLength(expected: 32, actual: secret.count) }
        self.secret = secret
    }

    init(output: UnsafeBufferPointer<UInt8>, index: IndexID) throws(IntersectionError) {
        var failure: SodiumError?
        secret = try wrapping { () throws(SodiumError) in
            try SecretBytes(count: 32) { failure = Self.write(output: output, index: index, into: $0) }
        }
        if let failure { throw .sodium(failure) }
    }

    /// P outside locked memory.
    static func bytes(output: UnsafeBufferPointer<UInt8>, index: IndexID) throws(IntersectionError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        let failure = bytes.withUnsafeMutableBufferPointer { write(output: output, index: index, into: $0) }
        if let failure { throw .sodium(failure) }
        return bytes
    }

    private static func write(
        output: UnsafeBufferPointer<UInt8>,
        index: IndexID,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) -> SodiumError? {
        message(index).withUnsafeBufferPointer { BLAKE2b.hash($0, key: output, into: target) }
    }

    /// What is hashed under an output.
    static func message(_ index: IndexID) -> [UInt8] { Array("comity/hit/v1".utf8) + index.bytes }

    /// BLAKE2b-256(key: P, request ‖ slot): 32 bytes.
    /// - Parameters:
    ///   - request: JCS of the disclosure request without its proofs.
    ///   - slot: 0 to 63, four bytes in the message.
    public func proof(request: [UInt8], slot: Int) throws(IntersectionError) -> [UInt8] {
        try wrapping { () throws(SodiumError) in
            try BLAKE2b.hash(request + fourBytes(slot), key: secret, length: 32)
        }
    }
}

/// The holder's check of proofs: which of a record's keys did the asker have evaluated?
public struct HitProofs: Sendable {
    private let prf: VOPRF

    public init(prf: VOPRF = VOPRF()) {
        self.prf = prf
    }

    /// Recomputes the outputs of a record's keys in one class and compares every proof with every key, in time that does
    /// not depend on which of them hold.
    /// - Parameters:
    ///   - proofs: 32 bytes each; others never hold.
    ///   - request: JCS of the disclosure request without its proofs.
    ///   - handle: the record's, in this index.
    ///   - keys: the record's keys in this class.
    /// - Returns: which of `keys` are proven, ascending.
    public func proven(
        _ proofs: [[UInt8]],
        request: [UInt8],
        handle: Handle,
        keys: [[UInt8]],
        key: EvaluationKey,
        index: MatchIndex
    ) throws(IntersectionError) -> [Int] {
        guard !keys.isEmpty else { return [] }
        let outputs = try wrappingPRF { () throws(PRFError) in try prf.outputs(keys, key: key) }
        let slots = index.slots
        var proven: [Int] = []
        for position in keys.indices {
            var placed = false
            let expected = try outputs.withOutput(position) { output throws(IntersectionError) -> [UInt8] in
                let place = try index.places(of: output, slots: slots).first { $0.handle == handle }
                let hitKey = try HitKey(output: output, index: index.id)
                placed = place != nil
                // Without a place the same work is done for a slot that does not exist, and the result never counts.
                return try hitKey.proof(request: request, slot: place?.slot ?? Slots.perKey)
            }
            var holds = false
            for proof in proofs where Memory.isEqual(proof, expected) { holds = true }
            if holds && placed { proven.append(position) }
        }
        return proven
    }
}
