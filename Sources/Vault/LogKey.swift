/// Signing keys of the signed-note family: log, witness, export. The seed stays in locked memory.

import Sodium
import TransparencyLog

public struct LogKey: Sendable {
    /// The public half, with its name.
    public let verifier: VerifierKey
    private let key: Ed25519.PrivateKey

    /// - Parameters:
    ///   - name: key name, for a log its origin.
    ///   - seed: 32 bytes.
    ///   - algorithm: Ed25519 for logs and exports, cosignature/v1 for witnesses.
    public init(name: String, seed: SecretBytes, algorithm: VerifierKey.Algorithm = .ed25519) throws {
        key = try Ed25519.PrivateKey(seed: seed)
        guard let verifier = VerifierKey(name: name, algorithm: algorithm, publicKey: key.publicKey.bytes) else {
            throw AuditStoreError.otherLog
        }
        self.verifier = verifier
    }

    /// The note of a text, signed.
    ///
    /// - Parameter text: ends with a newline; no control character but newlines.
    public func note(_ text: String) -> SignedNote {
        SignedNote(text: text, signatures: [.init(by: verifier, bytes: sign(Array(text.utf8)))])
    }

    /// A cosignature/v1 of a checkpoint's text (C2SP tlog-cosignature): our key is a witness's.
    ///
    /// - Parameter seconds: since 1970, not negative.
    public func cosignature(of text: String, at seconds: Int) -> SignedNote.Signature {
        let stamp = (0..<8).map { UInt8(truncatingIfNeeded: seconds >> (56 - 8 * $0)) }
        let message = SignedNote.cosignedMessage(text: text, time: seconds)
        return SignedNote.Signature(by: verifier, bytes: stamp + sign(Array(message.utf8)))
    }

    /// 64 bytes.
    func sign(_ message: [UInt8]) -> [UInt8] { key.sign(message) }
}
