import TestSupport
// RFC 9496 appendix A, and the strictness of decoding.
import Testing

@testable import Sodium

struct RistrettoVectors: Decodable {
    struct Invalid: Decodable {
        let why: String
        let encodings: [String]
    }
    struct Uniform: Decodable {
        let bytes: String
        let element: String
    }
    let multiples: [String]
    let invalid: [Invalid]
    let uniform: [Uniform]
}

@Suite("Ristretto255")
struct Ristretto255Tests {
    let vectors: RistrettoVectors

    init() throws {
        vectors = try VectorFiles.decode("rfc9496-ristretto255.json", as: RistrettoVectors.self)
    }

    @Test("multiples of the generator are those of appendix A.1")
    func multiples() throws {
        #expect(vectors.multiples.count == 16)
        let generator = Ristretto255.Element(generatorTimes: Ristretto255.Scalar(1))
        var sum = Ristretto255.Element.identity
        for (factor, text) in vectors.multiples.enumerated() {
            let expected = try Ristretto255.Element(decoding: hex(text))
            let scalar = Ristretto255.Scalar(UInt32(factor))
            #expect(Ristretto255.Element(generatorTimes: scalar) == expected)
            #expect(generator.multiplied(by: scalar) == expected)
            #expect(sum == expected)
            sum = sum + generator
        }
    }

    @Test("invalid encodings of appendix A.2 are refused")
    func invalid() throws {
        #expect(vectors.invalid.flatMap(\.encodings).count == 29)
        for group in vectors.invalid {
            for text in group.encodings {
                let bytes = try hex(text)
                #expect(throws: SodiumError.notAnElement, "\(group.why)") {
                    try Ristretto255.Element(decoding: bytes)
                }
                var product = [UInt8](repeating: 0, count: 32)
                #expect(!Ristretto255.multiply(bytes, by: Ristretto255.Scalar(3).bytes, into: &product))
            }
        }
    }

    @Test("uniform bytes of appendix A.3 map to its elements")
    func uniform() throws {
        #expect(vectors.uniform.count == 11)
        for pair in vectors.uniform {
            #expect(try Ristretto255.Element(uniformBytes: hex(pair.bytes)).bytes == hex(pair.element))
        }
        #expect(throws: SodiumError.self) { try Ristretto255.Element(uniformBytes: [1]) }
    }

    @Test("bit 255 is refused in every operation, though the library ignores it")
    func highBit() throws {
        for text in vectors.multiples {
            var bytes = try hex(text)
            bytes[31] |= 0x80
            #expect(throws: SodiumError.notAnElement) { try Ristretto255.Element(decoding: bytes) }
            var result = [UInt8](repeating: 0, count: 32)
            #expect(!Ristretto255.multiply(bytes, by: Ristretto255.Scalar(3).bytes, into: &result))
            #expect(!Ristretto255.add(bytes, Ristretto255.Element.identity.bytes, into: &result))
        }
    }

    @Test("the identity is an element, and refused where RFC 9497 refuses it")
    func identity() throws {
        let zero = [UInt8](repeating: 0, count: 32)
        #expect(try Ristretto255.Element(decoding: zero).isIdentity)
        #expect(throws: SodiumError.identityElement) { try Ristretto255.Element(decodingNonIdentity: zero) }
    }

    @Test("scalars end below the group order")
    func scalars() throws {
        let order = try hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        var below = order
        below[0] -= 1
        #expect(try Ristretto255.Scalar(decoding: below).bytes == below)
        for bytes in [order, [UInt8](repeating: 0xff, count: 32)] {
            #expect(throws: SodiumError.notAScalar) { try Ristretto255.Scalar(decoding: bytes) }
        }
        #expect(throws: SodiumError.self) { try Ristretto255.Scalar(decoding: [1]) }
        // (order - 1) is -1: the sum with the generator is the identity.
        let minusOne = try Ristretto255.Element(generatorTimes: Ristretto255.Scalar(decoding: below))
        #expect((minusOne + Ristretto255.Element(generatorTimes: Ristretto255.Scalar(1))).isIdentity)
    }

    @Test("whatever decodes encodes to the same bytes")
    func hostile() throws {
        var random = SplitMix64.announced("ristretto255", fallback: 0x5EED)
        var decoded = 0
        for _ in 0..<2_000 {
            let bytes = random.bytes(32)
            guard let element = try? Ristretto255.Element(decoding: bytes) else { continue }
            decoded += 1
            #expect(bytes[31] & 0x80 == 0 && bytes[0] & 1 == 0)
            #expect(element.multiplied(by: Ristretto255.Scalar(1)).bytes == bytes)
        }
        // One in sixteen random strings is an encoding: top bit, sign, and two quadratic characters.
        #expect((20...400).contains(decoded))
        for length in [0, 31, 33, 64] {
            #expect(throws: SodiumError.self) { try Ristretto255.Element(decoding: random.bytes(length)) }
        }
    }
}
