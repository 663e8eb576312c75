// Knows how one personal value is committed to and opened (RFC 9901 section 4.2). Keeps nothing.
import CanonicalJSON
import Crypto

/// A salted personal value: what the log's digest commits to, and what can be erased.
public struct Disclosure: Sendable, Hashable {
    /// Longest disclosure read, in bytes.
    public static let greatestLength = 65_536

    /// 16 random bytes.
    public let salt: [UInt8]
    /// The field of `personal`.
    public let name: String
    public let value: JSONValue

    public init(salt: [UInt8], name: String, value: JSONValue) {
        self.salt = salt
        self.name = name
        self.value = value
    }

    private static let limits = CanonicalJSON.Limits(maxBytes: greatestLength, maxDepth: 6)

    /// base64url(JCS [salt, name, value]).
    public func encode() throws(LeafError) -> String {
        let array: JSONValue = [.string(Base64URL.encode(salt)), .string(name), value]
        do { return Base64URL.encode(try CanonicalJSON.encode(array, limits: Self.limits)) } catch {
            throw .json(error)
        }
    }

    /// Reads a disclosure; nil unless it is exactly what `encode` writes.
    public init?(_ text: String) {
        guard let bytes = Base64URL.decode(text),
            let array = try? CanonicalJSON.decode(bytes, limits: Self.limits).array, array.count == 3,
            let salt = array[0].string.flatMap(Base64URL.decode), salt.count == 16, let name = array[1].string
        else { return nil }
        self.init(salt: salt, name: name, value: array[2])
    }

    /// SHA-256 over the ASCII of the disclosure: 32 bytes.
    public static func digest(of disclosure: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(disclosure.utf8)))
    }
}
