// expand_message_xmd (RFC 9380 section 5.3.1) with SHA-512 and 64 bytes of output. Knows a message for a call.
import Sodium

/// The expansion under one domain separation tag. Sixty-four bytes of output are one block, so b_1 is all of it.
struct ExpandMessage: Sendable {
    /// SHA-512 after its first block, 128 zero bytes, which is the same for every message.
    private let afterPadding: SHA512Stream
    /// 0040 ‖ 00 ‖ DST ‖ length of DST, what follows the message.
    private let ending: [UInt8]
    /// 01 ‖ DST ‖ length of DST, what follows b_0.
    private let second: [UInt8]

    /// - Parameter tag: at most 255 bytes; every tag of this module is shorter.
    init(tag: [UInt8]) {
        var stream = SHA512Stream()
        stream.update([UInt8](repeating: 0, count: 128))
        afterPadding = stream
        let primed = tag + [UInt8(truncatingIfNeeded: tag.count)]
        ending = [0, 64, 0] + primed
        second = [1] + primed
    }

    /// Writes 64 bytes.
    func expand(_ message: [UInt8], into output: UnsafeMutablePointer<UInt8>) {
        var first = afterPadding
        first.update(message)
        first.update(ending)
        first.finish(into: output)
        var last = SHA512Stream()
        last.update(UnsafeBufferPointer(start: output, count: 64))
        last.update(second)
        last.finish(into: output)
    }
}
