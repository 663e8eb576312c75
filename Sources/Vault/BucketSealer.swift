/// Seals what the audit log may not show: disclosures of personal values, under bucket keys that can be destroyed
/// (AUDIT section 2). Knows bytes, classes and months; never learns what a value means.

import AuditLog
import Sodium

/// One bucket key for each retention class and month of `erase_after`. Destroying a key shreds that bucket everywhere.
struct BucketSealer: Sendable {
    let keyring: Keyring
    let random: RandomBytes
    /// The log's origin: binds a box to its log.
    let origin: String

    /// The box and blind index of a disclosure.
    func seal(_ sealing: AuditSealing) throws -> SealedAuditValue {
        let key = try bucketKey(sealing.retentionClass, eraseAfter: sealing.eraseAfter)
        let box = try XChaCha20Poly1305.seal(
            sealing.disclosure,
            key: key,
            associatedData: Self.binding(origin: origin, index: sealing.index, field: sealing.field),
            random: random
        )
        return SealedAuditValue(
            box: box,
            blind: blind(sealing.value, key: key),
            terms: sealing.terms.map { Array(blind($0, key: key).prefix(SealedAuditValue.termLength)) }
        )
    }

    /// The disclosure in a box.
    func open(
        _ box: [UInt8],
        field: String,
        index: Int,
        class retentionClass: String,
        eraseAfter: Int
    ) throws -> [UInt8] {
        let key = try keyring.secret(Self.name(retentionClass, eraseAfter: eraseAfter))
        return try XChaCha20Poly1305.open(
            box,
            key: key,
            associatedData: Self.binding(origin: origin, index: index, field: field)
        )
    }

    /// Whether the key of that bucket was not destroyed yet.
    func holdsKey(_ retentionClass: String, eraseAfter: Int) -> Bool {
        keyring.contains(Self.name(retentionClass, eraseAfter: eraseAfter))
    }

    /// The blind index of a value in a bucket that exists: 32 bytes.
    func blind(_ value: [UInt8], class retentionClass: String, eraseAfter: Int) throws -> [UInt8] {
        blind(value, key: try keyring.secret(Self.name(retentionClass, eraseAfter: eraseAfter)))
    }

    private func bucketKey(_ retentionClass: String, eraseAfter: Int) throws -> SecretBytes {
        try keyring.secret(Self.name(retentionClass, eraseAfter: eraseAfter)) {
            try SecretBytes(random: 32, from: random)
        }
    }

    /// HMAC-SHA-256 under HKDF-SHA-256(bucket key, info "search"): 32 bytes.
    private func blind(_ value: [UInt8], key: SecretBytes) -> [UInt8] {
        SHA2.hmacSHA256(value, info: Array("search".utf8), key: key)
    }

    static func name(_ retentionClass: String, eraseAfter: Int) -> String {
        "bucket/\(retentionClass)/\(UTCMonth(seconds: eraseAfter).text)"
    }

    /// The bucket of a key's name; nil for another secret.
    static func bucket(named name: String) -> (retentionClass: String, month: UTCMonth)? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "bucket", let month = UTCMonth(parts[2]) else { return nil }
        return (parts[1], month)
    }

    /// Destroys keys: what is sealed under them is gone, wherever a copy of it lies.
    func destroy(_ names: [String]) throws {
        try keyring.update(set: [:], remove: names)
    }

    private static func binding(origin: String, index: Int, field: String) -> [UInt8] {
        Array(origin.utf8) + [0] + Array(String(index).utf8) + [0] + Array(field.utf8)
    }
}

/// A month of UTC, as text `YYYY-MM`.
struct UTCMonth {
    let text: String

    init(seconds: Int) {
        text = String(LeafTime(milliseconds: seconds * 1_000).description.prefix(7))
    }

    init?(_ text: String) {
        guard LeafTime(text + "-01T00:00:00.000Z") != nil else { return nil }
        self.text = text
    }

    /// Its first second, since 1970.
    var start: Int { (LeafTime(text + "-01T00:00:00.000Z")?.milliseconds ?? 0) / 1_000 }
    /// The first second of the month after.
    var end: Int { UTCMonth(seconds: start + 32 * 86_400).start }
}
