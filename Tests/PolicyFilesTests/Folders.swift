/// The folders the tests read, found beside this file; a missing one fails the suite.

import Foundation
import PolicyFiles
import Testing

enum Folders {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let example = root.appending(path: "Tests/Vectors/policies-example").path
    static let shipped = root.appending(path: "policies").path

    /// The files of the example folder.
    static func exampleFiles() throws -> [String: [UInt8]] {
        let loaded = try PolicyFolder.load(path: example)
        try #require(loaded.files.count == 10)
        return loaded.files
    }
}
