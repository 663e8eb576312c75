// Where the shared test vectors stand. A missing one fails the suite that wants it; nothing is skipped.
public import Foundation

public enum VectorFiles {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Tests/Vectors")

    /// - Parameter name: below `Tests/Vectors`.
    public static func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

    /// Objects and arrays as `JSONSerialization` reads them.
    public static func json(_ name: String) throws -> Any { try JSONSerialization.jsonObject(with: data(name)) }

    public static func decode<Value: Decodable>(
        _ name: String,
        as type: Value.Type,
        snakeCase: Bool = false
    ) throws -> Value {
        let decoder = JSONDecoder()
        if snakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
        return try decoder.decode(type, from: data(name))
    }
}
