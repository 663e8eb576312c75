// The holder's key of one PRF. Knows the scalar in locked memory; gives out the public key alone.
import Sodium

/// A secret scalar and its public element (RFC 9497 section 3.2).
public struct EvaluationKey: Sendable {
    /// 32 bytes, not zero, below the group order.
    let scalar: SecretBytes
    public let publicKey: EvaluationPublicKey

    /// DeriveKeyPair (RFC 9497 section 3.2.1) in VOPRF mode.
    /// - Parameters:
    ///   - seed: 32 random bytes.
    ///   - info: at most 65,535 bytes; another info gives an unrelated key.
    public init(derivedFrom seed: SecretBytes, info: [UInt8]) throws(PRFError) {
        try self.init(derivedFrom: seed, info: info, suite: .verifiable)
    }

    init(derivedFrom seed: SecretBytes, info: [UInt8], suite: Suite) throws(PRFError) {
        guard seed.count == 32, info.count <= 65_535 else { throw .keyDerivationFailed }
        // Room first: a growing array would leave copies of the seed behind.
        var message: [UInt8] = []
        message.reserveCapacity(seed.count + info.count + 3)
        seed.withUnsafeBytes { message.append(contentsOf: $0) }
        message += twoBytes(info.count)
        message += info
        message.append(0)
        defer { Memory.wipe(&message) }
        for counter in UInt8.min...UInt8.max {
            message[message.count - 1] = counter
            let scalar = try wrapping { () throws(SodiumError) in
                try SecretBytes(count: 32) { buffer in
                    guard let target = buffer.baseAddress else { return }
                    suite.keyCandidate(message, into: target)
                }
            }
            if !scalar.withUnsafePointer({ Ristretto255.isZero($0) }) {
                try self.init(scalar: scalar)
                return
            }
        }
        throw .keyDerivationFailed
    }

    /// A key whose scalar is known.
    /// - Throws: `.notAScalar`, `.zeroScalar`.
    public init(scalar: SecretBytes) throws(PRFError) {
        guard scalar.count == 32, scalar.withUnsafePointer({ Ristretto255.isScalar($0) }) else {
            throw .notAScalar(position: 0)
        }
        var bytes = [UInt8](repeating: 0, count: 32)
        guard scalar.withUnsafePointer({ Ristretto255.multiplyGenerator(by: $0, into: &bytes) }) else {
            throw .zeroScalar(position: 0)
        }
        self.scalar = scalar
        publicKey = try EvaluationPublicKey(bytes: bytes)
    }
}

/// The public element of an evaluation key, checked: 32 bytes.
public struct EvaluationPublicKey: Hashable, Sendable {
    public let bytes: [UInt8]

    /// - Throws: `.partialElement`, `.notAnElement`, `.identityElement`.
    public init(bytes: [UInt8]) throws(PRFError) {
        guard bytes.count == 32 else { throw .partialElement(byteCount: bytes.count) }
        guard Ristretto255.isElement(bytes) else { throw .notAnElement(position: 0) }
        guard !Ristretto255.isZero(bytes) else { throw .identityElement(position: 0) }
        self.bytes = bytes
    }
}
