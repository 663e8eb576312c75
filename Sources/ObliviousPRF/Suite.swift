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

    /// The 64 uniform bytes that the group's map turns into an input's element.
    func uniformBytes(_ input: [UInt8], into wide: UnsafeMutablePointer<UInt8>) {
        hashToGroup.expand(input, into: wide)
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

    /// The output of the PRF (RFC 9497 section 3.3.1, Finalize): 64 bytes.
    /// - Parameters:
    ///   - input: at most 65,535 bytes.
    ///   - element: 32 bytes, the unblinded element.
    func output(_ input: [UInt8], element: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>) {
        var hash = SHA512Stream()
        hash.update(twoBytes(input.count))
        hash.update(input)
        hash.update([0, 32])
        hash.update(UnsafeBufferPointer(start: element, count: 32))
        hash.update(Self.finalise)
        hash.finish(into: output)
    }

    private static let finalise = Array("Finalize".utf8)
}

/// I2OSP(value, 2); the caller has checked that it fits.
func twoBytes(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
}
