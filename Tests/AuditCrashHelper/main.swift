// Appends and publishes until it is killed, and says which entries it was told are durable; or witnesses a log, and says
// which sizes it has cosigned. A child of AuditCrashTests and WitnessCrashTests.
import AuditLog
import CanonicalJSON
import Crypto
import Foundation
import GRDB
import TransparencyLog
import Vault

let folder = CommandLine.arguments[1]
if CommandLine.arguments.count > 2 {
    try await WitnessLoop(folder: URL(fileURLWithPath: folder)).run()
    exit(0)
}
let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 9, count: 32))
guard
    let key = VerifierKey(
        name: "agency-a/audit/1",
        algorithm: .ed25519,
        publicKey: Array(signer.publicKey.rawRepresentation)
    )
else { exit(1) }
let dependencies = AuditDependencies(
    key: key,
    sign: { Array(try signer.signature(for: $0)) },
    clock: { Int(Date().timeIntervalSince1970 * 1_000) },
    randomBytes: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
    seal: { SealedAuditValue(box: $0.disclosure, blind: $0.value) },
    eraseAfter: { _, now in now + 86_400 }
)
let database = try AuditedDatabase(path: folder + "/node.sqlite", dependencies: dependencies)
let publisher = try AuditPublisher(database, folder: folder + "/log")
try await publisher.recover()

await withTaskGroup(of: Void.self) { group in
    for caller in 0..<8 {
        group.addTask {
            while true {
                let committed = try? await database.commit { _ in
                    ((), [AuditDraft(event: "login.failed", actor: .system, data: ["count": .integer(caller)])])
                }
                // One write of few bytes: whole or not at all.
                guard let leaf = committed?.leaves.first else { return }
                FileHandle.standardOutput.write(Data("\(leaf.index) \(leaf.hash)\n".utf8))
            }
        }
    }
    group.addTask {
        while (try? await publisher.publish()) != nil {}
    }
}
