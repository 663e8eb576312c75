/// What an auditor is handed of a question: drawn keys with their blinds, and the way of each to the root that both logs
/// hold (PROTOCOL section 5). Goes to the auditor alone, never to the holder.

import Foundation

public struct OpeningFile: Codable, Sendable {
    /// One drawn key.
    public struct Key: Codable, Sendable {
        /// i, counting through the whole query.
        public var position: Int
        public var keyClass: String
        /// kind id ‖ 00 ‖ canonical UTF-8, base64url.
        public var key: String
        /// The scalar r_i, base64url of 32 bytes.
        public var blind: String
        /// From the leaf upwards, base64url of 32 bytes each.
        public var path: [String]

        enum CodingKeys: String, CodingKey {
            case position, key, blind, path
            case keyClass = "class"
        }
    }

    public static let form = "comity opening v1"

    public var form: String
    /// The origin of the asker's log.
    public var asker: String
    /// The query's id, as both logs name it.
    public var query: String
    public var openings: [Key]
}

extension OpeningFile {
    /// The file's bytes: JSON for people too.
    public func encoded() throws(NodeProblem) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(self)) + [0x0A]
        } catch {
            throw NodeProblem(fault: error, doing: "writing the openings")
        }
    }
}
