// Knows the public keys that notes are checked with, and how they are written. Holds no private key.
import Crypto

/// A public key of the signed-note family: `<name>+<8 hex digits of the key id>+<base64(type ‖ key)>`.
public struct VerifierKey: Sendable, Hashable {
    /// What the key signs, by its C2SP signature type. ML-DSA-44 (06) would become a case here and in `SignedNote`.
    public enum Algorithm: UInt8, Sendable, Hashable {
        /// Ed25519 over the text of the note.
        case ed25519 = 0x01
        /// Ed25519 over a timestamped checkpoint: cosignature/v1.
        case cosignatureV1 = 0x04
    }

    /// Not empty, without white space, control characters and plus.
    public let name: String
    public let algorithm: Algorithm
    /// 32 bytes.
    public let publicKey: [UInt8]
    /// SHA-256(name ‖ 0A ‖ type ‖ key)[0:4], big-endian.
    public let id: UInt32

    /// - Returns: nil when the name is not permitted or the key is not 32 bytes.
    public init?(name: String, algorithm: Algorithm, publicKey: [UInt8]) {
        guard Self.permits(name: name), publicKey.count == 32 else { return nil }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        let digest = SHA256.hash(data: Array(name.utf8) + [0x0A, algorithm.rawValue] + publicKey)
        id = digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads a vkey; nil unless it is whole, of a known type, and its key id is the computed one.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let key = Base64.decode(parts[2]), let type = key.first,
            let algorithm = Algorithm(rawValue: type)
        else { return nil }
        self.init(name: String(parts[0]), algorithm: algorithm, publicKey: Array(key.dropFirst()))
        guard parts[1] == idText else { return nil }
    }

    /// The vkey text.
    public var text: String {
        "\(name)+\(idText)+\(Base64.encode([algorithm.rawValue] + publicKey))"
    }

    private var idText: String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    static func permits(name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255
            && name.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0 != "+" && $0.properties.generalCategory != .control
            }
    }
}
