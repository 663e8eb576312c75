// Hashing to group and scalars, as RFC 9497 section 4.1 fixes it for ristretto255-SHA512. Knows inputs for a call.
import Sodium

/// The context of one protocol mode: its domain separation tags and what is hashed with them.
struct Suite: Sendable {
    /// RFC 9497 section 3.1. Only `verifiable` is offered; `base` lets the RFC's vectors for it be checked.
    enum Mode: UInt8, Sendable {
        case base = 0x00
        case verifiable = 0x01
    }

    let mode: Mode
    let context: [UInt8]
    private let hashToGroup: ExpandMessage
    private let hashToScalar: ExpandMessage
    private let deriveKeyPair: ExpandMessage

    init(mode: Mode) {
        self.mode = mode
        context = Array("OPRFV1-".utf8) + [mode.rawValue] + Array("-ristretto255-SHA512".utf8)
        hashToGroup = ExpandMessage(tag: Array("HashToGroup-".utf8) + context)
        hashToScalar = ExpandMessage(tag: Array("HashToScalar-".utf8) + context)
        deriveKeyPair = ExpandMessage(tag: Array("DeriveKeyPair".utf8) + context)
    }

    static let verifiable = Suite(mode: .verifiable)

    /// The 64 uniform bytes that the group's map turns into an input's element, for each input.
    func uniformBytes(
        _ inputs: ArraySlice<[UInt8]>,
        with backend: some GroupBackend,
        into wide: UnsafeMutablePointer<UInt8>
    ) {
        let bytes = inputs.reduce(0) { $0 + $1.count }
        hashToGroup.expand(count: inputs.count, bytes: bytes, with: backend, into: wide) {
            $1.append(inputs[inputs.startIndex + $0])
        }
    }

    /// HashToScalar for each of `count` messages, which have `bytes` together at most. For public messages.
    func scalars(
        count: Int,
        bytes: Int,
        with backend: some GroupBackend,
        into scalars: UnsafeMutablePointer<UInt8>,
        write: (Int, inout MessageWriter) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64 * max(count, 1)) { wide in
            guard let wide = wide.baseAddress else { return }
            hashToScalar.expand(count: count, bytes: bytes, with: backend, into: wide, write: write)
            for index in 0..<count { Ristretto255.reduce(wide + 64 * index, into: scalars + 32 * index) }
        }
    }

    /// HashToScalar: 32 bytes below the group order. For public messages.
    func scalar(_ message: [UInt8], into scalar: UnsafeMutablePointer<UInt8>) {
        Self.reduce(hashToScalar, message, into: scalar)
    }

    /// One try of DeriveKeyPair (RFC 9497 section 3.2.1). Intermediate bytes are wiped.
    func keyCandidate(_ message: [UInt8], into scalar: UnsafeMutablePointer<UInt8>) {
        Self.reduce(deriveKeyPair, message, into: scalar)
    }

    private static func reduce(
        _ hash: ExpandMessage,
        _ message: [UInt8],
        into scalar: UnsafeMutablePointer<UInt8>
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { wide in
            guard let start = wide.baseAddress else { return }
            hash.expand(message, into: start)
            Ristretto255.reduce(start, into: scalar)
            Memory.wipe(UnsafeMutableRawBufferPointer(wide))
        }
    }

    /// The outputs of the PRF (RFC 9497 section 3.3.1, Finalize), 64 bytes each.
    /// - Parameters:
    ///   - inputs: at most 65,535 bytes each.
    ///   - elements: 32 bytes each, the unblinded elements.
    func outputs(
        _ inputs: ArraySlice<[UInt8]>,
        elements: UnsafePointer<UInt8>,
        with backend: some GroupBackend,
        into outputs: UnsafeMutablePointer<UInt8>
    ) {
        let bytes = inputs.reduce(0) { $0 + $1.count + 36 + Self.finalise.count }
        backend.sha512(count: inputs.count, bytes: bytes, into: outputs) {
            let input = inputs[inputs.startIndex + $0]
            $1.append(twoBytes: input.count)
            $1.append(input)
            $1.append(twoBytes: 32)
            $1.append(elements + 32 * $0, count: 32)
            $1.append(Self.finalise)
        }
    }

    private static let finalise = Array("Finalize".utf8)
}

/// I2OSP(value, 2); the caller has checked that it fits.
func twoBytes(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
}
