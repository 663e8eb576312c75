// Messages laid one after another, so that a back end can hash many at once. Knows them for the length of a call.
import Sodium

/// Writes parts of messages into memory that was measured beforehand.
struct MessageWriter {
    private(set) var end: UnsafeMutablePointer<UInt8>
    private let limit: UnsafeMutablePointer<UInt8>

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>, at start: UnsafeMutablePointer<UInt8>) {
        end = start
        limit = start + buffer.count
    }

    mutating func append(_ part: [UInt8]) {
        part.withUnsafeBufferPointer { append($0) }
    }

    mutating func append(_ part: UnsafePointer<UInt8>, count: Int) {
        append(UnsafeBufferPointer(start: part, count: count))
    }

    mutating func append(_ part: UnsafeBufferPointer<UInt8>) {
        guard let start = part.baseAddress else { return }
        precondition(part.count <= limit - end)
        end.update(from: start, count: part.count)
        end += part.count
    }

    /// I2OSP(value, 2).
    mutating func append(twoBytes value: Int) {
        precondition(limit - end >= 2)
        end[0] = UInt8(truncatingIfNeeded: value >> 8)
        end[1] = UInt8(truncatingIfNeeded: value)
        end += 2
    }
}

extension GroupBackend {
    /// SHA-512 of `count` messages, 64 bytes each, that `write` puts together.
    /// - Parameters:
    ///   - bytes: at least as many as all messages have together.
    ///   - afterZeroBlock: hashes 128 zero bytes and each message.
    func sha512(
        count: Int,
        bytes: Int,
        afterZeroBlock: Bool = false,
        into digests: UnsafeMutablePointer<UInt8>,
        write: (Int, inout MessageWriter) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(bytes, 1)) { messages in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: max(count, 1)) { ends in
                guard let start = messages.baseAddress, let ends = ends.baseAddress else { return }
                var writer = MessageWriter(messages, at: start)
                for index in 0..<count {
                    write(index, &writer)
                    ends[index] = writer.end - start
                }
                sha512(start, ends: ends, count: count, afterZeroBlock: afterZeroBlock, into: digests)
            }
            Memory.wipe(UnsafeMutableRawBufferPointer(messages))
        }
    }
}
