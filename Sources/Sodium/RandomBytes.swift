// Where randomness comes from. Handed in everywhere, so that a test can repeat a run.
import CSodium

/// A source of random bytes.
public struct RandomBytes: Sendable {
    private let filler: @Sendable (UnsafeMutableRawBufferPointer) -> Void

    /// A source of one's own. Outside tests there is only `system`.
    public init(fill: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void) {
        filler = fill
    }

    /// The operating system's generator, by way of libsodium.
    public static let system = RandomBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        randombytes_buf(base, buffer.count)
    }

    /// Overwrites `buffer`.
    public func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        filler(buffer)
    }

    /// `count` bytes, for values that are no secrets (nonces, handles, salts); keys go into `SecretBytes(random:from:)`.
    public func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
            buffer.initialize(repeating: 0)
            filler(UnsafeMutableRawBufferPointer(buffer))
            initialised = count
        }
    }
}
