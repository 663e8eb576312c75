/// The keyring: every secret of a node, by name, in one file sealed by a passphrase and kept outside the database.
/// Knows names and bytes; never learns what a secret is for. Secrets stay in locked memory from the moment the file is
/// opened; the plain form of the file exists in locked memory only.

public import Foundation
public import Sodium
import Synchronization

/// What can go wrong with the keyring file. No case carries a secret.
public enum KeyringError: Error, Equatable {
    case missing(path: String)
    case alreadyExists(path: String)
    case unreadable(path: String, reason: String)
    /// The passphrase does not open the file, or the file was changed.
    case wrongPassphraseOrChanged(path: String)
    case notWritten(path: String, reason: String)
    case noSuchSecret(name: String)
}

/// Named secrets in a sealed file.
///
/// File: one line of JSON, `{"box","format":1,"kdf":"argon2id","memory","passes","salt"}`; `box` is base64 of
/// XChaCha20-Poly1305 (nonce 24 bytes first) over the records `UInt16 name length ‖ name ‖ UInt32 length ‖ secret`,
/// big-endian, names in byte order. Written beside, synced, renamed.
public final class Keyring: Sendable {
    private struct Header: Codable {
        var box: String
        var format: Int
        var kdf: String
        var memory: Int
        var passes: Int
        var salt: String
    }

    private static let binding = Array("comity/keyring/v1".utf8)

    public let url: URL
    private let parameters: Argon2id.Parameters
    private let salt: [UInt8]
    private let sealingKey: SecretBytes
    private let state: Mutex<[String: SecretBytes]>

    private init(
        url: URL,
        parameters: Argon2id.Parameters,
        salt: [UInt8],
        sealingKey: SecretBytes,
        secrets: [String: SecretBytes]
    ) {
        self.url = url
        self.parameters = parameters
        self.salt = salt
        self.sealingKey = sealingKey
        self.state = Mutex(secrets)
    }

    /// What opening a keyring costs: 3 passes over 256 MiB. More would shut out small servers.
    public static let cost = Argon2id.Parameters(passes: 3, memory: 256 << 20)

    /// Creates the file; refuses to replace one.
    public static func create(
        at url: URL,
        passphrase: [UInt8],
        secrets: [String: SecretBytes],
        parameters: Argon2id.Parameters = Keyring.cost,
        random: RandomBytes
    ) throws -> Keyring {
        guard !FileManager.default.fileExists(atPath: url.path) else {
            throw KeyringError.alreadyExists(path: url.path)
        }
        let salt = random.bytes(Argon2id.saltLength)
        let key = try Argon2id.derive(passphrase: passphrase, salt: salt, parameters: parameters)
        let keyring = Keyring(url: url, parameters: parameters, salt: salt, sealingKey: key, secrets: secrets)
        try keyring.state.withLock { try keyring.write($0) }
        return keyring
    }

    /// Opens the file with its passphrase.
    public static func open(at url: URL, passphrase: [UInt8]) throws -> Keyring {
        let (salt, parameters, box) = try read(url)
        let key = try Argon2id.derive(passphrase: passphrase, salt: salt, parameters: parameters)
        return Keyring(
            url: url,
            parameters: parameters,
            salt: salt,
            sealingKey: key,
            secrets: try secrets(in: box, of: url, key: key)
        )
    }

    /// Opens a file that ``copy(to:keeping:adding:)`` wrote from this keyring: the passphrase is the same.
    public func sibling(at url: URL) throws -> Keyring {
        let (salt, parameters, box) = try Self.read(url)
        guard salt == self.salt, parameters == self.parameters else {
            throw KeyringError.wrongPassphraseOrChanged(path: url.path)
        }
        return Keyring(
            url: url,
            parameters: parameters,
            salt: salt,
            sealingKey: sealingKey,
            secrets: try Self.secrets(in: box, of: url, key: sealingKey)
        )
    }

    /// Writes some of the secrets into another file, sealed by the same passphrase at the same cost.
    ///
    /// - Parameter more: secrets that this keyring does not hold.
    public func copy(
        to url: URL,
        keeping isKept: (String) -> Bool,
        adding more: [String: SecretBytes] = [:]
    ) throws {
        guard !FileManager.default.fileExists(atPath: url.path) else {
            throw KeyringError.alreadyExists(path: url.path)
        }
        let kept = state.withLock { $0.filter { isKept($0.key) } }
        try write(kept.merging(more) { $1 }, to: url)
    }

    /// Secrets of some names, for another keyring.
    public func secrets(where isMeant: (String) -> Bool) -> [String: SecretBytes] {
        state.withLock { $0.filter { isMeant($0.key) } }
    }

    private static func read(_ url: URL) throws -> (salt: [UInt8], parameters: Argon2id.Parameters, box: [UInt8]) {
        guard FileManager.default.fileExists(atPath: url.path) else { throw KeyringError.missing(path: url.path) }
        let header: Header
        do {
            header = try JSONDecoder().decode(Header.self, from: try Data(contentsOf: url))
        } catch {
            throw KeyringError.unreadable(path: url.path, reason: "it is not a keyring file")
        }
        guard header.format == 1, header.kdf == "argon2id", let salt = Data(base64Encoded: header.salt),
            let box = Data(base64Encoded: header.box), salt.count == Argon2id.saltLength,
            (1...16).contains(header.passes), (8 << 10...4 << 30).contains(header.memory)
        else {
            throw KeyringError.unreadable(path: url.path, reason: "its header is of another format")
        }
        let parameters = Argon2id.Parameters(passes: UInt64(header.passes), memory: header.memory)
        return ([UInt8](salt), parameters, [UInt8](box))
    }

    private static func secrets(in box: [UInt8], of url: URL, key: SecretBytes) throws -> [String: SecretBytes] {
        let plain: SecretBytes
        do {
            plain = try XChaCha20Poly1305.openSecret(box, key: key, associatedData: Self.binding)
        } catch {
            throw KeyringError.wrongPassphraseOrChanged(path: url.path)
        }
        guard let secrets = try parse(plain) else {
            throw KeyringError.unreadable(path: url.path, reason: "its records are cut short")
        }
        return secrets
    }

    /// Removes what a crash left beside the file: it may hold secrets that were erased since. Only under the folder's
    /// lock, when nobody else is writing.
    public static func removeUnfinished(at url: URL) {
        DurableFile.removeUnfinished(of: url)
    }

    /// The secret of that name.
    public func secret(_ name: String) throws(KeyringError) -> SecretBytes {
        guard let secret = state.withLock({ $0[name] }) else { throw .noSuchSecret(name: name) }
        return secret
    }

    /// The secret of that name, made and stored first if there is none.
    public func secret(_ name: String, orMake make: () throws -> SecretBytes) throws -> SecretBytes {
        try state.withLock { secrets in
            if let secret = secrets[name] { return secret }
            let secret = try make()
            var changed = secrets
            changed[name] = secret
            try write(changed)
            secrets = changed
            return secret
        }
    }

    /// Stores `changes` and drops `removals` in one rewrite of the file.
    public func update(set changes: [String: SecretBytes], remove removals: [String] = []) throws {
        try state.withLock { secrets in
            var changed = secrets
            for name in removals { changed[name] = nil }
            changed.merge(changes) { $1 }
            try write(changed)
            secrets = changed
        }
    }

    public func contains(_ name: String) -> Bool { state.withLock { $0[name] != nil } }

    /// The names held, sorted.
    public var names: [String] { state.withLock { $0.keys.sorted() } }

    private func write(_ secrets: [String: SecretBytes]) throws { try write(secrets, to: url) }

    private func write(_ secrets: [String: SecretBytes], to url: URL) throws {
        let size = secrets.reduce(0) { $0 + 6 + $1.key.utf8.count + $1.value.count }
        let plain = try SecretBytes(count: size) { target in
            var offset = 0
            func put(_ bytes: some Sequence<UInt8>) {
                for byte in bytes {
                    target[offset] = byte
                    offset += 1
                }
            }
            for (name, secret) in secrets.sorted(by: { $0.key < $1.key }) {
                put([UInt8(name.utf8.count >> 8), UInt8(name.utf8.count & 0xFF)])
                put(name.utf8)
                let count = UInt32(secret.count).bigEndian
                withUnsafeBytes(of: count) { put($0) }
                secret.withUnsafeBytes { put($0) }
            }
        }
        let box = try XChaCha20Poly1305.seal(plain, key: sealingKey, associatedData: Self.binding)
        let header = Header(
            box: Data(box).base64EncodedString(),
            format: 1,
            kdf: "argon2id",
            memory: parameters.memory,
            passes: Int(parameters.passes),
            salt: Data(salt).base64EncodedString()
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            try DurableFile.write([UInt8](try encoder.encode(header)) + [0x0A], to: url, mode: 0o600)
        } catch {
            throw KeyringError.notWritten(path: url.path, reason: "\(error)")
        }
    }

    private static func parse(_ plain: SecretBytes) throws(SodiumError) -> [String: SecretBytes]? {
        try plain.withUnsafeBytes { (bytes) throws(SodiumError) -> [String: SecretBytes]? in
            var secrets: [String: SecretBytes] = [:]
            var offset = 0
            while offset < bytes.count {
                guard offset + 2 <= bytes.count else { return nil }
                let nameCount = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
                offset += 2
                guard offset + nameCount + 4 <= bytes.count else { return nil }
                guard let name = String(validating: bytes[offset..<offset + nameCount], as: UTF8.self) else {
                    return nil
                }
                offset += nameCount
                let count = (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
                offset += 4
                guard offset + count <= bytes.count else { return nil }
                secrets[name] = try SecretBytes(count: count) { target in
                    for index in 0..<count { target[index] = bytes[offset + index] }
                }
                offset += count
            }
            return secrets
        }
    }
}
