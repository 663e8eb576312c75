/// A security key that somebody registered (W3C WebAuthn): what is kept of it, and for whom it signs. Public parts alone: what
/// signs never leaves the key.

import Crypto

/// For whom keys sign: the console under its one name.
public struct RelyingParty: Sendable, Equatable {
    /// The host's name. Browsers take no address of numbers.
    public let id: String
    public let port: Int

    /// Nil where the host is an address of numbers, but for this machine's own, which has the name `localhost`.
    public init?(host: String, port: Int) {
        let isHere = host == "::1" || host.hasPrefix("127.")
        let name = isHere ? "localhost" : host.lowercased()
        let isNumbers = name.contains(":") || name.split(separator: ".").last?.allSatisfy(\.isNumber) != false
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        guard !isNumbers, isPlain else { return nil }
        id = name
        self.port = port
    }

    /// As browsers write it: the port only where it is not that of HTTPS.
    public var origin: String { port == 443 ? "https://\(id)" : "https://\(id):\(port)" }
}

public struct SecurityKey: Sendable, Equatable, Codable {
    public enum Algorithm: Int, Sendable, Codable, CaseIterable {
        // Numbers of the IANA registry of COSE algorithms.
        /// ECDSA over P-256 with SHA-256.
        case es256 = -7
        case ed25519 = -8
    }

    /// What the key calls itself: 1 to 1023 bytes.
    public let id: [UInt8]
    public let algorithm: Algorithm
    /// The public key: 65 bytes of a point, or 32.
    public let publicKey: [UInt8]
    /// How often it signed, as far as we know; keys that do not count stay at 0.
    public var counter: UInt32
    /// Whether it may be copied to other devices, by whoever keeps it for its owner.
    public let mayBeCopied: Bool

    static let longestID = 1_023

    func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch algorithm {
        case .es256:
            guard let key = try? P256.Signing.PublicKey(x963Representation: publicKey),
                let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case .ed25519:
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
            return key.isValidSignature(signature, for: message)
        }
    }
}

/// Why what a security key signed is not taken.
public enum SecurityKeyRefusal: String, Error, Sendable, CaseIterable {
    /// It cannot be read.
    case malformed
    /// Made for the other ceremony: a registration is no sign-in.
    case type
    case challenge
    /// By another page, or by one within a page of others.
    case origin
    /// For another name.
    case relyingParty
    /// Nobody touched the key.
    case presence
    /// The key does not know who touched it.
    case verification
    case algorithm
    case attestation
    /// Another key, or of another person.
    case credential
    case signature
    /// It counts back, or stays: there may be two of it.
    case counter
    /// What was kept in one device is now copied, or the other way round.
    case copies
}
