// expand_message_xmd (RFC 9380 section 5.3.1) with SHA-512 and 64 bytes of output. Knows messages for a call.
import Sodium

/// The expansion under one domain separation tag. Sixty-four bytes of output are one block, so b_1 is all of it.
struct ExpandMessage: Sendable {
    /// 0040 ‖ 00 ‖ DST ‖ length of DST, what follows the message.
    private let ending: [UInt8]
    /// 01 ‖ DST ‖ length of DST, what follows b_0.
    private let second: [UInt8]

    /// - Parameter tag: at most 255 bytes; every tag of this module is shorter.
    init(tag: [UInt8]) {
        let primed = tag + [UInt8(truncatingIfNeeded: tag.count)]
        ending = [0, 64, 0] + primed
        second = [1] + primed
    }

    /// Writes 64 bytes for each of `count` messages, which have `bytes` together at most and which `write` puts together.
    func expand(
        count: Int,
        bytes: Int,
        with backend: some GroupBackend,
        into output: UnsafeMutablePointer<UInt8>,
        write: (Int, inout MessageWriter) -> Void
    ) {
        // The padding, 128 zero bytes, is the first block of every message.
        backend.sha512(count: count, bytes: bytes + count * ending.count, afterZeroBlock: true, into: output) {
            write($0, &$1)
            $1.append(ending)
        }
        backend.sha512(count: count, bytes: count * (64 + second.count), into: output) {
            $1.append(output + 64 * $0, count: 64)
            $1.append(second)
        }
    }

    /// Writes 64 bytes.
    func expand(_ message: [UInt8], into output: UnsafeMutablePointer<UInt8>) {
        expand(count: 1, bytes: message.count, with: LibsodiumBackend(), into: output) { $1.append(message) }
    }
}
