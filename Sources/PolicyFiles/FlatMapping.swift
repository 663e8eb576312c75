/// A YAML file that is one mapping of text to text, such as a map of column names. Read as strictly as policies are.

/// Why a file is no such mapping, and where.
public struct FlatMappingProblem: Error, Sendable, Equatable {
    /// From 1.
    public let line: Int
    public let column: Int
    /// Holds no value of the file.
    public let text: String
}

public enum FlatMapping {
    /// Key to value, both as written.
    public static func read(_ bytes: [UInt8]) -> Result<[String: String], FlatMappingProblem> {
        let log = ProblemLog(file: "")
        guard let tree = StrictYAML.parse(bytes, log: log) else {
            let first = log.problems.first
            return .failure(
                FlatMappingProblem(
                    line: first?.place.line ?? 1,
                    column: first?.place.column ?? 1,
                    text: first?.text ?? "the file is no YAML"
                )
            )
        }
        guard case .mapping(let entries) = tree.content else {
            return .failure(problem(at: tree.place, "the file is not a mapping of names"))
        }
        var pairs: [String: String] = [:]
        for entry in entries {
            guard case .scalar(let text, _) = entry.value.content else {
                return .failure(problem(at: entry.value.place, "a name is expected here"))
            }
            guard pairs.updateValue(text, forKey: entry.key) == nil else {
                return .failure(problem(at: entry.keyPlace, "this name stands twice"))
            }
        }
        return .success(pairs)
    }

    private static func problem(at place: Place, _ text: String) -> FlatMappingProblem {
        FlatMappingProblem(line: place.line, column: place.column, text: text)
    }
}
