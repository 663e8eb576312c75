// Secrets cannot be printed, do not change, and compare in constant time.
import Testing

@testable import Sodium

/// Neither inside the test nor private: the description of such a type holds an address, whose digits vary.
struct SecretHolder {
    let secret: SecretBytes
}

@Suite("Secret bytes")
struct SecretBytesTests {
    @Test("no way of printing a secret shows a byte of it")
    func redacted() throws {
        let secret = try SecretBytes(copying: Array("fox in the hen house".utf8))
        var dumped = ""
        dump(SecretHolder(secret: secret), to: &dumped)
        let shown = ["\(secret)", String(reflecting: secret), String(describing: SecretHolder(secret: secret)), dumped]
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

    @Test("pages that were given back are wiped and taken by the next secret of their length")
    func pages() throws {
        let pages = LockedPages(greatest: 4)
        let first = try #require(pages.take(40))
        first.initializeMemory(as: UInt8.self, repeating: 7, count: 40)
        pages.give(back: first, count: 40)
        #expect(pages.waiting(40) == (1, true))
        let other = try #require(pages.take(41))
        #expect(other != first, "the guard page stands behind the last byte")
        let again = try #require(pages.take(40))
        #expect(again == first && pages.waiting(40).regions == 0)
        for (region, count) in [(other, 41), (again, 40)] { pages.give(back: region, count: count) }
        #expect(pages.waiting(40) == (1, true) && pages.waiting(41) == (1, true))
    }

    @Test("no more pages wait than the bound, none of long secrets, and the newest always do")
    func bounds() throws {
        let pages = LockedPages(greatest: 4)
        for count in 1...9 {
            let region = try #require(pages.take(count))
            pages.give(back: region, count: count)
            #expect((1...9).reduce(0) { $0 + pages.waiting($1).regions } <= 4)
            #expect(pages.waiting(count).regions == 1)
        }
        let long = try #require(pages.take(LockedPages.longest + 1))
        pages.give(back: long, count: LockedPages.longest + 1)
        #expect(pages.waiting(LockedPages.longest + 1).regions == 0)
    }

    @Test("a secret that follows another of its length shows nothing of it")
    func noRemains() throws {
        for _ in 0..<100 {
            withExtendedLifetime(try SecretBytes(copying: [UInt8](repeating: 0xA5, count: 333))) {}
            let blank = try SecretBytes(count: 333) { _ in }
            #expect(blank.withUnsafeBytes { $0.allSatisfy { $0 == 0 } })
        }
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
