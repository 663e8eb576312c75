/// Hashes passwords, slowly on purpose, for at most two people at once: each takes 64 MiB. Knows a password for the length of
/// a call.

import Foundation
import Sodium

actor PasswordWork {
    static let cost = Argon2id.Parameters.interactive
    private static let mostAtOnce = 2
    /// More than this is no crowd of people.
    private static let mostWaiting = 64

    private var free = mostAtOnce
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Argon2id of a password; nil when too many wait.
    func hash(_ password: String, salt: [UInt8], cost: Argon2id.Parameters) async throws(SodiumError) -> SecretBytes? {
        guard await enter() else { return nil }
        defer { leave() }
        let result: Result<SecretBytes, SodiumError> = await withCheckedContinuation { continuation in
            // Not on the threads that everything else runs on.
            DispatchQueue.global().async {
                // As Unicode has it: what looks the same when typed elsewhere is the same.
                var bytes = Array(password.precomposedStringWithCompatibilityMapping.utf8)
                let result = Result { () throws(SodiumError) in
                    try Argon2id.derive(passphrase: bytes, salt: salt, parameters: cost)
                }
                // Nobody else holds these bytes: it is they that are wiped, and no copy.
                bytes.withUnsafeMutableBytes { Memory.wipe($0) }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }

    private func enter() async -> Bool {
        if free > 0 {
            free -= 1
            return true
        }
        guard waiting.count < Self.mostWaiting else { return false }
        await withCheckedContinuation { waiting.append($0) }
        return true
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
