/// `--map FILE.yaml`: their column names to ours.

import Foundation
import PolicyFiles

enum ColumnMap {
    /// One mapping of text to text.
    static func read(_ path: String) throws(CommandFailure) -> [String: String] {
        switch FlatMapping.read(try readInput(path)) {
        case .success(let pairs): return pairs
        case .failure(let problem):
            throw CommandFailure(
                Exit.data,
                problem.text,
                at: "\(path):\(problem.line):\(problem.column)",
                try: "write one line for each column: `their_name: our_name`"
            )
        }
    }
}
