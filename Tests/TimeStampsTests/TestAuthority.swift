// A time-stamping authority of a test, made with `openssl`: a root and a certificate for stamps.
import Foundation
import Testing

@testable import TimeStamps

struct TestAuthority {
    let folder: URL
    let authorities: TimeStampAuthorities

    /// The answer to a query, DER.
    func answer(_ query: [UInt8]) throws -> [UInt8] {
        try Data(query).write(to: folder.appendingPathComponent("q.tsq"))
        try openssl("ts -reply -config ts.cnf -section tsa -queryfile q.tsq -out r.tsr", in: folder)
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent("r.tsr")))
    }

    fileprivate static let configuration = """
        [tsa]
        serial = ./serial
        crypto_device = builtin
        signer_cert = ./tsa.pem
        certs = ./ca.pem
        signer_key = ./tsa.key
        signer_digest = sha256
        default_policy = 1.3.6.1.4.1.99999.1
        digests = sha256, sha3-256
        accuracy = secs:1
        ess_cert_id_chain = no
        ess_cert_id_alg = sha256

        """
}

struct OpenSSLFailed: Error {}

func openssl(_ arguments: String, in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments.split(separator: " ").map(String.init)
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw OpenSSLFailed() }
}

func withTestAuthority(_ body: (TestAuthority) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("comity-tsa-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(TestAuthority.configuration.utf8).write(to: folder.appendingPathComponent("ts.cnf"))
    try Data("01\n".utf8).write(to: folder.appendingPathComponent("serial"))
    let key = "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    try openssl("\(key) -x509 -days 3650 -subj /CN=Root -keyout ca.key -out ca.pem", in: folder)
    try Data("extendedKeyUsage = critical,timeStamping\n".utf8).write(to: folder.appendingPathComponent("tsa.ext"))
    try openssl("\(key) -subj /CN=Stamps -keyout tsa.key -out tsa.csr", in: folder)
    let sign = "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650"
    try openssl("\(sign) -extfile tsa.ext -out tsa.pem", in: folder)
    let pem = [UInt8](try Data(contentsOf: folder.appendingPathComponent("ca.pem")))
    try body(TestAuthority(folder: folder, authorities: try #require(TimeStampAuthorities(pem: pem))))
}
