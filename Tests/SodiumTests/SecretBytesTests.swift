// Secrets cannot be printed, do not change, and compare in constant time.
import Testing

@testable import Sodium

/// Not inside the test: a local type's description holds an address, whose digits vary.
private struct Holder {
    let secret: SecretBytes
}

@Suite("Secret bytes")
struct SecretBytesTests {
    @Test("no way of printing a secret shows a byte of it")
    func redacted() throws {
        let secret = try SecretBytes(copying: Array("fox in the hen house".utf8))
        var dumped = ""
        dump(Holder(secret: secret), to: &dumped)
        let shown = ["\(secret)", String(reflecting: secret), String(describing: Holder(secret: secret)), dumped]
        for text in shown {
            #expect(text.contains("redacted"))
            #expect(!text.contains("fox") && !text.contains("102") && !text.contains("66"))
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test("bytes are kept as they were, and a length of zero is refused")
    func contents() throws {
        let secret = try SecretBytes(copying: [1, 2, 3])
        #expect(secret.withUnsafeBytes { Array($0) } == [1, 2, 3])
        #expect(throws: SodiumError.self) { try SecretBytes(copying: []) }
    }

    @Test("equality looks at all bytes and the length")
    func equality() throws {
        let secret = try SecretBytes(copying: [1, 2, 3])
        #expect(try secret.isEqual(to: SecretBytes(copying: [1, 2, 3])))
        #expect(try !secret.isEqual(to: SecretBytes(copying: [1, 2, 4])))
        #expect(try !secret.isEqual(to: SecretBytes(copying: [1, 2])))
        #expect(Memory.isEqual([], []) && !Memory.isEqual([1], [2]) && !Memory.isEqual([1], []))
    }

    @Test("random bytes come from the source handed in")
    func random() throws {
        let fixed = RandomBytes { buffer in
            for index in buffer.indices { buffer[index] = 7 }
        }
        #expect(fixed.bytes(4) == [7, 7, 7, 7])
        #expect(try SecretBytes(random: 3, from: fixed).withUnsafeBytes { Array($0) } == [7, 7, 7])
        #expect(RandomBytes.system.bytes(32) != RandomBytes.system.bytes(32))
    }

    @Test("wiping leaves zeros")
    func wipe() {
        var bytes: [UInt8] = [1, 2, 3]
        Memory.wipe(&bytes)
        #expect(bytes == [0, 0, 0])
    }

    @Test("the library starts any number of times and the process can be hardened")
    func start() throws {
        try Sodium.start()
        try Sodium.start()
        #expect(Sodium.libraryVersion.hasPrefix("1."))
        try ProcessHardening.apply()
        #expect(ProcessHardening.isApplied)
    }

    @Test("hexadecimal text is lower case and even")
    func hexadecimal() {
        #expect(Hex.encode([0, 0xab, 0xff]) == "00abff")
        #expect(Hex.decode("00abff") == [0, 0xab, 0xff])
        for text in ["0", "0G", "AB", "0x", " 0", "é"] { #expect(Hex.decode(text) == nil) }
    }
}
