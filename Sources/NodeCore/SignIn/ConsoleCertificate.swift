/// Use case: the certificate of the console's HTTPS, kept in the node's folder and made anew before it ends. Knows its key
/// while it is handed to the TLS library.

import Foundation
public import PeerTrust
import Vault

extension NodeFolder {
    /// Key and certificate of the console, in PEM.
    public var consoleCertificate: URL { url.appendingPathComponent("console.pem") }
}

extension Node {
    /// A certificate that is good for less than this, in seconds, is made anew at start.
    private static let renewBefore = 30.0 * 86_400

    /// The one that stands in the folder, or a new one if there is none or it is about to end.
    public func localCertificate() throws(NodeProblem) -> LocalCertificate {
        let file = folder.consoleCertificate
        let now = Date(timeIntervalSince1970: Double(clock.seconds))
        if let text = try? String(contentsOf: file, encoding: .utf8) {
            guard let kept = try? LocalCertificate(pem: text) else {
                throw NodeProblem(
                    .data,
                    "the console's certificate cannot be read",
                    at: file.path,
                    because: "it is not a P-256 key in PEM and its certificate after it",
                    try: "correct it, or remove the file: the node makes a new one at start"
                )
            }
            if kept.notAfter.timeIntervalSince(now) > Self.renewBefore { return kept }
        }
        do {
            let made = try LocalCertificate(
                host: configuration.console.host,
                notBefore: now.addingTimeInterval(-3_600)
            )
            try DurableFile.write(Array(made.pem.utf8), to: file, mode: 0o600)
            return made
        } catch {
            throw NodeProblem(fault: error, doing: "making the console's certificate")
        }
    }
}
