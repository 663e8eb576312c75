// Where a build keeps what does not fit in memory. Knows sizes and sealed bytes; the files are another module's.
import Sodium
import Synchronization

/// A file for what a build sets aside. It is gone when the last reference goes, and when the process dies.
public protocol SpillFile: Sendable {
    /// Adds bytes at the end; gives where they begin.
    func append(_ bytes: [UInt8]) throws(IntersectionError) -> Int
    /// Bytes that were added before. May be called from several threads at once.
    func read(at offset: Int, count: Int) throws(IntersectionError) -> [UInt8]
}

/// Takes the bytes of a segment in order.
public protocol SegmentSink: AnyObject {
    func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(IntersectionError)
}

/// The room of one build: so many bytes of memory, and a file behind it. The builders of all classes share it.
///
/// What goes into the file is sealed under a key that exists in locked memory alone and as long as the build: whoever
/// finds the bytes learns how many there are. A key's output or hash to the group is never among them.
public final class BuildSpace: Sendable {
    /// Bytes that may be held in memory before the file is used.
    let memory: Int
    private let held = Atomic<Int>(0)
    private let pieces = Atomic<UInt64>(0)
    private let file: (any SpillFile)?
    private let key: SecretBytes?
    private let random: RandomBytes

    /// Without a file: everything is held in memory.
    public init() {
        memory = .max
        file = nil
        key = nil
        random = .system
    }

    /// - Parameters:
    ///   - memory: bytes that may be held; what is worked on comes on top.
    ///   - file: takes the rest.
    ///   - random: for the key and for nonces.
    public init(memory: Int, file: any SpillFile, random: RandomBytes) throws(IntersectionError) {
        self.memory = max(memory, 1 << 16)
        self.file = file
        self.random = random
        key = try wrapping { () throws(SodiumError) in try SecretBytes(random: 32, from: random) }
    }

    /// Counts bytes that are held now, or no more.
    func hold(_ bytes: Int) { held.wrappingAdd(bytes, ordering: .relaxed) }

    /// Whether more is held than should be.
    var isFull: Bool { held.load(ordering: .relaxed) > memory }

    /// A sealed piece in the file.
    struct Piece: Sendable {
        let number: UInt64
        let offset: Int
        let count: Int
    }

    /// Seals bytes and puts them into the file.
    func put(_ bytes: [UInt8]) throws(IntersectionError) -> Piece? {
        guard let file, let key else { return nil }
        let number = pieces.wrappingAdd(1, ordering: .relaxed).newValue
        let sealed = try wrapping { () throws(SodiumError) in
            try XChaCha20Poly1305.seal(bytes, key: key, associatedData: Self.binding(number), random: random)
        }
        return Piece(number: number, offset: try file.append(sealed), count: sealed.count)
    }

    /// The bytes of a piece.
    func take(_ piece: Piece) throws(IntersectionError) -> [UInt8] {
        guard let file, let key else { throw .exhausted }
        let sealed = try file.read(at: piece.offset, count: piece.count)
        return try wrapping { () throws(SodiumError) in
            try XChaCha20Poly1305.open(sealed, key: key, associatedData: Self.binding(piece.number))
        }
    }

    private static func binding(_ number: UInt64) -> [UInt8] {
        Array("comity/build/v1".utf8) + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }
}

/// Bytes in 256 buckets, each in the order they came; what the space has no room for is in its file.
struct Buckets: Sendable {
    static let count = 256

    private let space: BuildSpace
    private var open: [[UInt8]]
    private var pieces: [[BuildSpace.Piece]]
    /// Items in each bucket.
    private(set) var items: [Int]
    /// Bytes in `open`.
    private var held = 0

    init(space: BuildSpace) {
        self.space = space
        open = [[UInt8]](repeating: [], count: Self.count)
        pieces = [[BuildSpace.Piece]](repeating: [], count: Self.count)
        items = [Int](repeating: 0, count: Self.count)
    }

    /// Adds one item; `write` appends its bytes, at most so many.
    mutating func append(to bucket: Int, length: Int, _ write: (inout [UInt8]) -> Void) throws(IntersectionError) {
        write(&open[bucket])
        items[bucket] += 1
        held += length
        space.hold(length)
        // The one who holds next to nothing leaves it to the others.
        if space.isFull, held > space.memory / 8 { try setAside() }
    }

    /// Puts what is held into the file.
    private mutating func setAside() throws(IntersectionError) {
        for bucket in 0..<Self.count where !open[bucket].isEmpty {
            guard let piece = try space.put(open[bucket]) else { return }
            pieces[bucket].append(piece)
            Memory.wipe(&open[bucket])
            open[bucket] = []
        }
        space.hold(-held)
        held = 0
    }

    /// The bytes of a bucket, piece by piece in the order they came.
    func read(_ bucket: Int, _ body: ([UInt8]) throws(IntersectionError) -> Void) throws(IntersectionError) {
        for piece in pieces[bucket] {
            var bytes = try space.take(piece)
            try body(bytes)
            Memory.wipe(&bytes)
        }
        if !open[bucket].isEmpty { try body(open[bucket]) }
    }

    /// Gives back the memory of all buckets.
    mutating func empty() {
        open = [[UInt8]](repeating: [], count: Self.count)
        pieces = [[BuildSpace.Piece]](repeating: [], count: Self.count)
        items = [Int](repeating: 0, count: Self.count)
        space.hold(-held)
        held = 0
    }
}
