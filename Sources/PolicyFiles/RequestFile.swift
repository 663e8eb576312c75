/// Reads a request document, JSON, for `decide` (POLICY section 3).

import PolicyEngine

public enum RequestFile {
    /// Longest request read, in bytes.
    public static let longest = StrictJSON.longest

    /// Reads one request.
    /// - Parameters:
    ///   - bytes: one JSON document, UTF-8.
    ///   - name: what its problems call it.
    ///   - policies: whose fields the request may name.
    ///   - at: wins over the request's own.
    ///   - now: used if neither is given.
    ///   - side: wins over the request's own.
    ///   - line: the line the document stands on, from 1, where it is one of many in its file.
    /// - Returns: the request, or every problem, sorted; never both.
    public static func read(
        _ bytes: [UInt8],
        name: String,
        policies: PolicySet,
        at: Moment? = nil,
        now: Moment,
        side: Side? = nil,
        line: Int = 1
    ) -> (request: PolicyRequest?, problems: [Problem]) {
        let log = ProblemLog(file: name)
        var request: PolicyRequest?
        if let tree = StrictJSON.parse(bytes, log: log) {
            log.follow(tree)
            request = RequestReader(reader: Reader(log: log, showsValues: false), fields: policies.fields)
                .request(tree, at: at, now: now, side: side)
        }
        let problems = Problem.sorted(
            log.problems.map {
                let place = Place(line: $0.place.line + line - 1, column: $0.place.column)
                return Problem(file: $0.file, place: place, code: $0.code, text: $0.text, pointer: $0.pointer)
            }
        )
        return (problems.isEmpty ? request : nil, problems)
    }
}
