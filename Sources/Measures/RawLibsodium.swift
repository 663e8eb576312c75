// The reference: libsodium's C functions in a plain loop on the same number of threads. None of this project's code
// stands between, except the handing out of chunks.
import CSodium
import ObliviousPRF

/// Loops over libsodium's C API. Inputs are prepared, outputs are thrown away.
struct RawLibsodium: Sendable {
    let runner: BatchRunner
    /// 64 bytes each.
    let uniform: [UInt8]
    /// 32 bytes each, other than the identity.
    let points: [UInt8]
    /// 32 bytes each, not zero.
    let scalars: [UInt8]
    let count: Int

    /// from_hash, then scalarmult: an index key or a blinded key, without any hashing of inputs.
    func mapAndMultiply() {
        runner.run(count: count) { range in
            var mapped = [UInt8](repeating: 0, count: 32)
            var product = mapped
            uniform.withUnsafeBufferPointer { uniform in
                scalars.withUnsafeBufferPointer { scalars in
                    guard let uniform = uniform.baseAddress, let scalar = scalars.baseAddress else { return }
                    for position in range {
                        crypto_core_ristretto255_from_hash(&mapped, uniform + 64 * position)
                        _ = crypto_scalarmult_ristretto255(&product, scalar, mapped)
                    }
                }
            }
        }
    }

    /// scalarmult: an evaluation or an unblinding.
    func multiply() {
        runner.run(count: count) { range in
            var product = [UInt8](repeating: 0, count: 32)
            points.withUnsafeBufferPointer { points in
                scalars.withUnsafeBufferPointer { scalars in
                    guard let point = points.baseAddress, let scalar = scalars.baseAddress else { return }
                    for position in range {
                        _ = crypto_scalarmult_ristretto255(&product, scalar, point + 32 * position)
                    }
                }
            }
        }
    }

    /// scalarmult and add, `sums` times for every point: the composites of a proof (one) or of its check (two).
    func composites(sums: Int) {
        runner.run(count: count) { range in
            var product = [UInt8](repeating: 0, count: 32)
            var sum = [UInt8](repeating: 0, count: 32)
            points.withUnsafeBufferPointer { points in
                scalars.withUnsafeBufferPointer { scalars in
                    sum.withUnsafeMutableBufferPointer { sum in
                        guard let point = points.baseAddress, let scalar = scalars.baseAddress,
                            let sum = sum.baseAddress
                        else { return }
                        for position in range {
                            for _ in 0..<sums {
                                _ = crypto_scalarmult_ristretto255(
                                    &product,
                                    scalar + 32 * position,
                                    point + 32 * position
                                )
                                _ = crypto_core_ristretto255_add(sum, sum, product)
                            }
                        }
                    }
                }
            }
        }
    }

    /// All group operations of one question and its answer, one step after the other: blind, evaluate, prove, verify,
    /// unblind. Nothing is hashed, written, sent or decided.
    func question() {
        mapAndMultiply()
        multiply()
        composites(sums: 1)
        constants(3)
        checkElements()
        composites(sums: 2)
        constants(4)
        multiply()
    }

    /// The multiplications that a proof or its check has once for all points.
    private func constants(_ number: Int) {
        var product = [UInt8](repeating: 0, count: 32)
        points.withUnsafeBufferPointer { points in
            scalars.withUnsafeBufferPointer { scalars in
                guard let point = points.baseAddress, let scalar = scalars.baseAddress else { return }
                for _ in 0..<number { _ = crypto_scalarmult_ristretto255(&product, scalar, point) }
            }
        }
    }

    /// is_valid_point: what comes from outside is decoded once more before it is worked on, by each side.
    private func checkElements() {
        runner.run(count: count) { range in
            points.withUnsafeBufferPointer { points in
                guard let point = points.baseAddress else { return }
                for position in range {
                    _ = crypto_core_ristretto255_is_valid_point(point + 32 * position)
                    _ = crypto_core_ristretto255_is_valid_point(point + 32 * position)
                }
            }
        }
    }
}
