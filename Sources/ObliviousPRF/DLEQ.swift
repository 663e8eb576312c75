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
    func prove(
        key: EvaluationKey,
        blinded: BlindedElements,
        evaluated: EvaluatedElements,
        nonce: Nonce
    ) throws(PRFError) -> [UInt8] {
        let weights = weights(publicKey: key.publicKey, blinded: blinded.bytes, evaluated: evaluated.bytes)
        let m = try sum(blinded.bytes, blinded.decoded, weights: weights)
        let r = try scalar(of: nonce, key: key, transcript: Self.generator + key.publicKey.bytes + m)
        // The holder knows k, so Z = kM (ComputeCompositesFast). The three products go through the lanes together.
        let products = try wrapping { () throws(SodiumError) in
            try SecretBytes(count: 96) { scalars in
                key.scalar.withUnsafeBytes { _ = scalars[..<32].update(fromContentsOf: $0) }
                r.withUnsafeBytes {
                    _ = scalars[32..<64].update(fromContentsOf: $0)
                    _ = scalars[64...].update(fromContentsOf: $0)
                }
            }
        }
        var commitments: [UInt8] = []
        if let refused = engine.multiply(m + m + Self.generator, by: .each(products), into: &commitments) {
            throw refused == 0 ? .identityElement(position: 0) : .zeroScalar(position: 0)
        }
        let c = challenge(
            publicKey: key.publicKey,
            m: m,
            z: commitments[..<32],
            t2: commitments[64...],
            t3: commitments[32..<64]
        )
        var s = [UInt8](repeating: 0, count: 32)
        var product = [UInt8](repeating: 0, count: 32)
        key.scalar.withUnsafePointer { Ristretto255.multiplyScalars(c, $0, into: &product) }
        r.withUnsafePointer { Ristretto255.subtractScalars($0, product, into: &s) }
        Memory.wipe(&product)
        return c + s
    }

    /// - Throws: `.malformedProof` for scalars out of range, `.notAnElement`, `.identityElement` for a blinded element,
    ///   `.proofDoesNotHold`.
    func verify(
        proof: [UInt8],
        publicKey: EvaluationPublicKey,
        blinded: BlindedElements,
        evaluated: EvaluatedElements
    ) throws(PRFError) {
        guard proof.count == 64 else { throw .malformedProof }
        let (c, s) = (Array(proof[..<32]), Array(proof[32...]))
        guard Ristretto255.isScalar(c), Ristretto255.isScalar(s) else { throw .malformedProof }
        let weights = weights(publicKey: publicKey, blinded: blinded.bytes, evaluated: evaluated.bytes)
        let m = try sum(blinded.bytes, blinded.decoded, weights: weights)
        let z = try sum(evaluated.bytes, evaluated.decoded, weights: weights)
        let scalars = try wrapping { () throws(SodiumError) in try SecretBytes(copying: s + c + s + c) }
        var products: [UInt8] = []
        // Refused is what becomes the identity, which no honest proof does.
        let refused = engine.multiply(
            Self.generator + publicKey.bytes + m + z,
            by: .each(scalars),
            into: &products
        )
        guard refused == nil else { throw .proofDoesNotHold }
        var t2 = [UInt8](repeating: 0, count: 32)
        var t3 = t2
        let terms = stride(from: 0, to: 128, by: 32).map { Array(products[$0..<$0 + 32]) }
        guard Ristretto255.add(terms[0], terms[1], into: &t2), Ristretto255.add(terms[2], terms[3], into: &t3) else {
            throw .proofDoesNotHold
        }
        let expected = challenge(publicKey: publicKey, m: m, z: z[...], t2: t2[...], t3: t3[...])
        guard Memory.isEqual(expected, c) else { throw .proofDoesNotHold }
    }

    private func sum(
        _ elements: [UInt8],
        _ decoded: DecodedElements?,
        weights: [UInt8]
    ) throws(PRFError) -> [UInt8] {
        let points: DecodedElements
        if let decoded, decoded.backend == engine.backend.name {
            points = decoded
        } else {
            points = try decodeElements(elements, engine: engine)
        }
        switch engine.weightedSum(points, weights: weights) {
        case .success(let sum): return sum
        case .failure(let refused): throw refusal(of: elements, at: refused.position)
        }
    }

    /// The weights d_i of ComputeComposites, 32 bytes each.
    private func weights(publicKey: EvaluationPublicKey, blinded: [UInt8], evaluated: [UInt8]) -> [UInt8] {
        let count = blinded.count / 32
        let tag = Array("Seed-".utf8) + suite.context
        let seed = SHA2.sha512([0, 32] + publicKey.bytes + twoBytes(tag.count) + tag)
        let beginning = twoBytes(seed.count) + seed
        let length = beginning.count + 2 + 34 + 34 + Self.composite.count
        var weights = [UInt8](repeating: 0, count: 32 * count)
        weights.withUnsafeMutableBufferPointer { weights in
            blinded.withUnsafeBufferPointer { blinded in
                evaluated.withUnsafeBufferPointer { evaluated in
                    let (c, d) = (Shared(blinded.baseAddress), Shared(evaluated.baseAddress))
                    let into = SharedMutable(weights.baseAddress)
                    engine.run(count: count) { range, backend in
                        guard let c = c.pointer, let d = d.pointer, let into = into.pointer else { return }
                        let first = range.lowerBound
                        suite.scalars(
                            count: range.count,
                            bytes: range.count * length,
                            with: backend,
                            into: into + 32 * first
                        ) {
                            $1.append(beginning)
                            $1.append(twoBytes: first + $0)
                            $1.append(twoBytes: 32)
                            $1.append(c + 32 * (first + $0), count: 32)
                            $1.append(twoBytes: 32)
                            $1.append(d + 32 * (first + $0), count: 32)
                            $1.append(Self.composite)
                        }
                    }
                }
            }
        }
        return weights
    }

    private func challenge(
        publicKey: EvaluationPublicKey,
        m: [UInt8],
        z: ArraySlice<UInt8>,
        t2: ArraySlice<UInt8>,
        t3: ArraySlice<UInt8>
    ) -> [UInt8] {
        var message: [UInt8] = []
        for element in [publicKey.bytes[...], m[...], z, t2, t3] { message += [0, 32] + element }
        message += Array("Challenge".utf8)
        var scalar = [UInt8](repeating: 0, count: 32)
        suite.scalar(message, into: &scalar)
        return scalar
    }

    /// M and the public key stand for the whole transcript: the weights hash every element of it, and Z is kM.
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
