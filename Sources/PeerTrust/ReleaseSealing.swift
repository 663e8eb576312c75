// Knows how a release is sealed: HPKE base mode with X-Wing (RFC 9180, PROTOCOL 4). Never learns what is inside.

import Crypto
import Foundation

/// A sealed release: who has the opening key gets the bytes, if `info` and additional data are those it was sealed under.
public struct SealedBytes: Sendable, Hashable {
    /// X-Wing encapsulation, 1,120 bytes.
    public let encapsulation: [UInt8]
    /// 16 bytes longer than what is inside.
    public let ciphertext: [UInt8]

    public init(encapsulation: [UInt8], ciphertext: [UInt8]) {
        self.encapsulation = encapsulation
        self.ciphertext = ciphertext
    }
}

private var suite: HPKE.Ciphersuite { .XWingMLKEM768X25519_SHA256_AES_GCM_256 }

extension ReleaseSealingKey {
    /// Seals `content` to the owner of this key; nil only when the crypto library fails.
    public func seal(_ content: [UInt8], info: [UInt8], additionalData: [UInt8]) -> SealedBytes? {
        guard let key = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: bytes),
            var sender = try? HPKE.Sender(recipientKey: key, ciphersuite: suite, info: Data(info)),
            let ciphertext = try? sender.seal(Data(content), authenticating: Data(additionalData))
        else { return nil }
        return SealedBytes(encapsulation: [UInt8](sender.encapsulatedKey), ciphertext: [UInt8](ciphertext))
    }
}

extension ReleaseOpeningKey {
    /// What is inside; nil for anything that was not sealed to this key under these words.
    public func open(_ sealed: SealedBytes, info: [UInt8], additionalData: [UInt8]) -> [UInt8]? {
        var recipient = try? HPKE.Recipient(
            privateKey: key,
            ciphersuite: suite,
            info: Data(info),
            encapsulatedKey: Data(sealed.encapsulation)
        )
        let content = try? recipient?.open(Data(sealed.ciphertext), authenticating: Data(additionalData))
        return content.map { [UInt8]($0) }
    }
}
