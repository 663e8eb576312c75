// The proof that one key evaluated a whole batch (RFC 9497 section 2.2). Public values and, when proving, the key.
import Sodium

/// A batched proof of discrete logarithm equality, generator against public key, elements C against elements D.
struct DLEQ: Sendable {
    let suite: Suite
    let engine: GroupEngine

    /// Where the proof's nonce comes from.
    enum Nonce: Sendable {
        /// A hash of key, transcript and fresh randomness (PROTOCOL section 3): neither a repeated nor a predictable
        /// generator lets the nonce repeat for another transcript.
        case hedged(RandomBytes)
        /// A given scalar: the RFC's vectors.
        case fixed(SecretBytes)
    }

    /// The proof: c ‖ s, 64 bytes.
    func prove(key: EvaluationKey, blinded: [UInt8], evaluated: [UInt8], nonce: Nonce) throws(PRFError) -> [UInt8] {
        let generator = Self.generator
        let weights = weights(publicKey: key.publicKey, blinded: blinded, evaluated: evaluated)
        let m = try sum(blinded, weights: weights)
        // The holder knows k, so Z = kM (ComputeCompositesFast).
        var z = [UInt8](repeating: 0, count: 32)
        guard key.scalar.withUnsafePointer({ Ristretto255.multiply(m, by: $0, into: &z) }) else {
            throw .identityElement(position: 0)
        }
        let r = try scalar(of: nonce, key: key, transcript: generator + key.publicKey.bytes + m + z)
        var t2 = [UInt8](repeating: 0, count: 32)
        var t3 = t2
        let commits = r.withUnsafePointer {
            Ristretto255.multiplyGenerator(by: $0, into: &t2) && Ristretto255.multiply(m, by: $0, into: &t3)
        }
        guard commits else { throw .zeroScalar(position: 0) }
        let c = challenge(publicKey: key.publicKey, m: m, z: z, t2: t2, t3: t3)
        var s = [UInt8](repeating: 0, count: 32)
        var product = [UInt8](repeating: 0, count: 32)
        key.scalar.withUnsafePointer { Ristretto255.multiplyScalars(c, $0, into: &product) }
        r.withUnsafePointer { Ristretto255.subtractScalars($0, product, into: &s) }
        Memory.wipe(&product)
        return c + s
    }

    /// - Throws: `.malformedProof` for scalars out of range, `.notAnElement`, `.identityElement` for an evaluated element,
    ///   `.proofDoesNotHold`.
    func verify(
        proof: [UInt8],
        publicKey: EvaluationPublicKey,
        blinded: [UInt8],
        evaluated: [UInt8]
    ) throws(PRFError) {
        guard proof.count == 64 else { throw .malformedProof }
        let (c, s) = (Array(proof[..<32]), Array(proof[32...]))
        guard Ristretto255.isScalar(c), Ristretto255.isScalar(s) else { throw .malformedProof }
        let weights = weights(publicKey: publicKey, blinded: blinded, evaluated: evaluated)
        let m = try sum(blinded, weights: weights)
        let z = try sum(evaluated, weights: weights)
        do {
            let response = try Ristretto255.Scalar(decoding: s)
            let challenged = try Ristretto255.Scalar(decoding: c)
            let t2 =
                try Ristretto255.Element(generatorTimes: response)
                + Ristretto255.Element(decoding: publicKey.bytes).multiplied(by: challenged)
            let t3 =
                try Ristretto255.Element(decoding: m).multiplied(by: response)
                + Ristretto255.Element(decoding: z).multiplied(by: challenged)
            let expected = challenge(publicKey: publicKey, m: m, z: z, t2: t2.bytes, t3: t3.bytes)
            guard Memory.isEqual(expected, c) else { throw PRFError.proofDoesNotHold }
        } catch {
            throw .proofDoesNotHold
        }
    }

    private func sum(_ elements: [UInt8], weights: [UInt8]) throws(PRFError) -> [UInt8] {
        switch engine.weightedSum(elements, weights: weights) {
        case .success(let sum): return sum
        case .failure(let refused): throw refusal(of: elements, at: refused.position)
        }
    }

    /// The weights d_i of ComputeComposites, 32 bytes each.
    private func weights(publicKey: EvaluationPublicKey, blinded: [UInt8], evaluated: [UInt8]) -> [UInt8] {
        let count = blinded.count / 32
        let tag = Array("Seed-".utf8) + suite.context
        let seed = SHA2.sha512([0, 32] + publicKey.bytes + twoBytes(tag.count) + tag)
        var weights = [UInt8](repeating: 0, count: 32 * count)
        weights.withUnsafeMutableBufferPointer { buffer in
            let into = SharedMutable(buffer.baseAddress)
            engine.runner.run(count: count) { range in
                guard let into = into.pointer else { return }
                for position in range {
                    let element = 32 * position..<32 * position + 32
                    var message: [UInt8] = [0, 64]
                    message.reserveCapacity(150)
                    message += seed
                    message += twoBytes(position)
                    message += [0, 32]
                    message += blinded[element]
                    message += [0, 32]
                    message += evaluated[element]
                    message += Self.composite
                    suite.scalar(message, into: into + 32 * position)
                }
            }
        }
        return weights
    }

    private func challenge(
        publicKey: EvaluationPublicKey,
        m: [UInt8],
        z: [UInt8],
        t2: [UInt8],
        t3: [UInt8]
    ) -> [UInt8] {
        var message: [UInt8] = []
        for element in [publicKey.bytes, m, z, t2, t3] { message += [0, 32] + element }
        message += Array("Challenge".utf8)
        var scalar = [UInt8](repeating: 0, count: 32)
        suite.scalar(message, into: &scalar)
        return scalar
    }

    /// M, Z and the public key stand for the whole transcript: the weights hash every element of it.
    private func scalar(of nonce: Nonce, key: EvaluationKey, transcript: [UInt8]) throws(PRFError) -> SecretBytes {
        switch nonce {
        case .fixed(let scalar):
            return scalar
        case .hedged(let random):
            var message = Array("comity/dleq/v1".utf8) + random.bytes(32) + transcript
            defer { Memory.wipe(&message) }
            return try wrapping { () throws(SodiumError) in
                try SecretBytes(count: 32) { scalar in
                    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { wide in
                        guard let from = wide.baseAddress, let into = scalar.baseAddress else { return }
                        // 64 bytes under a key of 32: libsodium refuses neither.
                        _ = key.scalar.withUnsafeBytes { key in
                            message.withUnsafeBufferPointer { BLAKE2b.hash($0, key: key, into: wide) }
                        }
                        Ristretto255.reduce(from, into: into)
                        Memory.wipe(UnsafeMutableRawBufferPointer(wide))
                    }
                }
            }
        }
    }

    private static let composite = Array("Composite".utf8)
    private static let generator = Ristretto255.Element(generatorTimes: Ristretto255.Scalar(1)).bytes
}
