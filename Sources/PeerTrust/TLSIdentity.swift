// Knows a node's TLS key and self-signed certificate (PROTOCOL 1, Keys). Never learns who the peers are.

import Crypto
public import Foundation
import SwiftASN1
import X509

/// SHA-256 of a certificate's DER bytes: what a node card pins.
public struct CertificatePin: Hashable, Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    public init(certificate der: [UInt8]) {
        self.bytes = Array(SHA256.hash(data: der))
    }
}

/// Why TLS material is not usable.
public enum TLSIdentityError: Error, Sendable, Hashable {
    case certificateMalformed
    case keyMalformed
    case keyDoesNotFitCertificate
    case cryptoFailed
}

/// A P-256 key and the certificate that it signed for itself. The certificate is no authority (`CA:FALSE`): pinned
/// whole, it can vouch for no other.
public struct TLSIdentity: Sendable, CustomStringConvertible {
    /// DER, as on the node card.
    public let certificate: [UInt8]
    private let key: P256.Signing.PrivateKey

    /// Makes a new identity.
    ///
    /// - Parameters:
    ///   - agency: becomes the common name.
    ///   - notBefore: start of validity, whole seconds.
    ///   - years: 1 … 30; the pin, not this date, ends the trust in a certificate.
    ///   - privateKey: a fresh key; nil takes one from the system's randomness.
    public init(
        agency: AgencyID,
        notBefore: Date,
        years: Int = 10,
        privateKey: P256.Signing.PrivateKey? = nil
    ) throws(TLSIdentityError) {
        let key = privateKey ?? P256.Signing.PrivateKey()
        do {
            let name = try DistinguishedName { CommonName(agency.text) }
            let issuerKey = Certificate.PrivateKey(key)
            let serial = SHA256.hash(data: key.publicKey.derRepresentation).prefix(15)
            let certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(bytes: [0x01] + Array(serial)),
                publicKey: issuerKey.publicKey,
                notValidBefore: notBefore,
                notValidAfter: notBefore.addingTimeInterval(Double(min(max(years, 1), 30)) * 365.25 * 86_400),
                issuer: name,
                subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    // No key usage: without `keyCertSign` BoringSSL does not take a certificate as its own issuer, with
                    // it the certificate would claim to be an authority.
                    try ExtendedKeyUsage([.serverAuth, .clientAuth])
                },
                issuerPrivateKey: issuerKey
            )
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            self.certificate = serializer.serializedBytes
        } catch {
            throw .cryptoFailed
        }
        self.key = key
    }

    /// Restores an identity from stored bytes.
    ///
    /// - Parameters:
    ///   - certificate: DER.
    ///   - privateKey: as `privateKeyBytes` gave it.
    public init(certificate: [UInt8], privateKey: [UInt8]) throws(TLSIdentityError) {
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: privateKey) else { throw .keyMalformed }
        guard let parsed = try? Certificate(derEncoded: certificate) else { throw .certificateMalformed }
        guard parsed.publicKey == Certificate.PublicKey(key.publicKey) else { throw .keyDoesNotFitCertificate }
        self.certificate = certificate
        self.key = key
    }

    public var pin: CertificatePin { CertificatePin(certificate: certificate) }

    /// The secret scalar, 32 bytes, for the keyring.
    public var privateKeyBytes: [UInt8] { [UInt8](key.rawRepresentation) }

    /// The secret key as PKCS#8 DER, for the TLS library.
    public var privateKeyDER: [UInt8] { [UInt8](key.derRepresentation) }

    public var certificatePEM: String { PEMDocument(type: "CERTIFICATE", derBytes: certificate).pemString }

    /// Secret: PKCS#8.
    public var privateKeyPEM: String { key.pemRepresentation }

    public var description: String { "TLS identity" }

    /// Whether `der` is one whole X.509 certificate.
    static func isCertificate(_ der: [UInt8]) -> Bool {
        (try? Certificate(derEncoded: der)) != nil
    }
}

extension NodeCard {
    /// Last moment of the certificate's validity, seconds since 1970; nil where it is no X.509 certificate.
    public var certificateEnds: Int? {
        (try? Certificate(derEncoded: tlsCertificate)).map { Int($0.notValidAfter.timeIntervalSince1970) }
    }
}
