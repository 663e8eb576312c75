// Memory for keys. Knows how to lock and wipe bytes, never what they are; nothing here can print them.
import CSodium

/// Bytes in memory of their own: locked where the system allows it, between guard pages, read-only once filled,
/// zeroed when the last reference goes (`sodium_malloc`, `sodium_free`; see ``LockedPages``).
///
/// `@unchecked Sendable`: the pointer is set and the pages are made read-only in `init`; afterwards nobody writes.
public final class SecretBytes: @unchecked Sendable {
    /// How many bytes.
    public let count: Int
    private let pointer: UnsafeMutablePointer<UInt8>

    /// `count` bytes, zero at first, written once by `fill`.
    /// - Parameter count: 1 to 2^31 - 1.
    public init(count: Int, fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) throws(SodiumError) {
        try Sodium.start()
        guard (1...Int(Int32.max)).contains(count) else {
            throw .wrongLength(what: .secret, expected: 1...Int(Int32.max), actual: count)
        }
        guard let memory = LockedPages.shared.take(count) else { throw .outOfMemory }
        let bytes = memory.bindMemory(to: UInt8.self, capacity: count)
        fill(UnsafeMutableBufferPointer(start: bytes, count: count))
        // Fails only where the system has no page protection; the bytes are locked and wiped all the same.
        _ = sodium_mprotect_readonly(memory)
        self.count = count
        self.pointer = bytes
    }

    /// `count` random bytes.
    public convenience init(random count: Int, from source: RandomBytes = .system) throws(SodiumError) {
        try self.init(count: count) { source.fill(UnsafeMutableRawBufferPointer($0)) }
    }

    /// A copy of `bytes`. The original is the caller's to wipe (`Memory.wipe`).
    public convenience init(copying bytes: [UInt8]) throws(SodiumError) {
        try self.init(count: bytes.count) { target in
            for (offset, byte) in bytes.enumerated() { target[offset] = byte }
        }
    }

    deinit {
        LockedPages.shared.give(back: pointer, count: count)
    }

    /// The bytes, for the length of the call only.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: pointer, count: count))
    }

    /// The address of the first byte, for the length of the call only.
    public func withUnsafePointer<Result, Failure: Error>(
        _ body: (UnsafePointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafePointer(pointer))
    }

    /// Whether both hold the same bytes, in time that depends on the length alone.
    public func isEqual(to other: SecretBytes) -> Bool {
        count == other.count && sodium_memcmp(pointer, other.pointer, count) == 0
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "SecretBytes(\(count) bytes, redacted)" }
    public var debugDescription: String { description }
    /// Without children: `dump` and test failures print what a mirror shows.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
