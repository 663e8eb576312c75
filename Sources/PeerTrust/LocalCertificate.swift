/// The certificate that the console shows to browsers on this machine: self-made, of one key, for the local names only.
/// Knows no peer; whoever opens the page compares its fingerprint.

import Crypto
public import Foundation
import SwiftASN1
import X509

public struct LocalCertificate: Sendable {
    /// DER.
    public let certificate: [UInt8]
    /// The secret key as PKCS#8 DER, for the TLS library.
    public let privateKeyDER: [UInt8]
    /// Last moment of validity.
    public let notAfter: Date

    /// How long a new one is valid: less than what browsers accept at most.
    static let days = 390

    /// Makes a new one.
    ///
    /// - Parameters:
    ///   - host: the name or address under which the console is opened, beside the local ones.
    ///   - notBefore: start of validity, whole seconds.
    public init(host: String, notBefore: Date) throws(TLSIdentityError) {
        let key = P256.Signing.PrivateKey()
        notAfter = notBefore.addingTimeInterval(Double(Self.days) * 86_400)
        do {
            let name = try DistinguishedName { CommonName("Comity console") }
            let issuerKey = Certificate.PrivateKey(key)
            let serial = SHA256.hash(data: key.publicKey.derRepresentation).prefix(15)
            let certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(bytes: [0x01] + Array(serial)),
                publicKey: issuerKey.publicKey,
                notValidBefore: notBefore,
                notValidAfter: notAfter,
                issuer: name,
                subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(Self.names(host))
                },
                issuerPrivateKey: issuerKey
            )
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            self.certificate = serializer.serializedBytes
        } catch {
            throw .cryptoFailed
        }
        privateKeyDER = [UInt8](key.derRepresentation)
    }

    /// Reads one that stands in PEM, its key first.
    public init(pem text: String) throws(TLSIdentityError) {
        guard let documents = try? PEMDocument.parseMultiple(pemString: text), documents.count == 2,
            let key = try? P256.Signing.PrivateKey(derRepresentation: documents[0].derBytes)
        else { throw .keyMalformed }
        guard let parsed = try? Certificate(derEncoded: documents[1].derBytes) else { throw .certificateMalformed }
        guard parsed.publicKey == Certificate.PublicKey(key.publicKey) else { throw .keyDoesNotFitCertificate }
        certificate = documents[1].derBytes
        privateKeyDER = [UInt8](key.derRepresentation)
        notAfter = parsed.notValidAfter
    }

    /// Key and certificate in PEM; secret.
    public var pem: String {
        PEMDocument(type: "PRIVATE KEY", derBytes: privateKeyDER).pemString + "\n"
            + PEMDocument(type: "CERTIFICATE", derBytes: certificate).pemString + "\n"
    }

    /// SHA-256 of the certificate in capitals, as browsers show it.
    public var fingerprint: String {
        SHA256.hash(data: certificate).map {
            String($0 >> 4, radix: 16, uppercase: true)
                + String($0 & 15, radix: 16, uppercase: true)
        }.joined(separator: ":")
    }

    private static func names(_ host: String) -> [GeneralName] {
        var names: [GeneralName] = [
            .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
            .ipAddress(ASN1OctetString(contentBytes: [UInt8](repeating: 0, count: 15) + [1])),
        ]
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        let isAddress = numbers.count == 4 && !numbers.contains(nil)
        if isAddress {
            names.append(.ipAddress(ASN1OctetString(contentBytes: ArraySlice(numbers.compactMap { $0 }))))
        } else if host != "localhost", !host.contains(":") {
            names.append(.dnsName(host))
        }
        return names
    }
}
