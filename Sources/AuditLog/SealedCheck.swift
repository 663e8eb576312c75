// Knows whether the disclosures in a copy open the digests of the log. Keeps digests by entry and field, no values.
import CanonicalJSON

/// The lines of `sealed.jsonl` that wait for their entries.
struct SealedCheck {
    static let path = "sealed.jsonl"

    private var waiting: [Int: [(field: String, digest: [UInt8])]] = [:]
    private var shown: [LeafCheck.Erasure] = []
    /// Digests of all entries, whether or not a disclosure opens them.
    private var digests = 0
    private let isPresent: Bool

    private static let limits = CanonicalJSON.Limits(maxBytes: 2 * Disclosure.greatestLength, maxDepth: 2)

    /// Reads all lines; what is no line of this form is a problem.
    init(_ files: any LogFiles, size: Int, problem: (Int?, String) -> Void) throws(LogFilesError) {
        isPresent = try files.read(Self.path, offset: 0, count: 1) != nil
        var offset = 0
        var rest: [UInt8] = []
        var number = 0
        while let piece = try files.read(Self.path, offset: offset, count: 1 << 20), !piece.isEmpty {
            offset += piece.count
            rest += piece
            var lines = rest.split(separator: 0x0A, omittingEmptySubsequences: false)
            rest = Array(lines.removeLast())
            for line in lines {
                number += 1
                take(Array(line), number, size: size, problem: problem)
            }
            if rest.count > Self.limits.maxBytes {
                problem(nil, "line \(number + 1) is longer than any disclosure")
                return
            }
        }
        if !rest.isEmpty { take(rest, number + 1, size: size, problem: problem) }
    }

    private mutating func take(_ line: [UInt8], _ number: Int, size: Int, problem: (Int?, String) -> Void) {
        guard let canonical = try? CanonicalJSON.canonicalise(line, limits: Self.limits),
            let value = try? CanonicalJSON.decode(canonical, limits: Self.limits),
            value.object?.count == 3, let text = value["disclosure"]?.string, let field = value["field"]?.string,
            let index = value["index"]?.integer
        else { return problem(nil, "line \(number) is not {\"disclosure\",\"field\",\"index\"}") }
        guard index < size else {
            return problem(nil, "line \(number) is about entry \(index), which this log does not have")
        }
        guard let disclosure = Disclosure(text), disclosure.name == field else {
            return problem(index, "the disclosure of line \(number) is not one of field \(field)")
        }
        waiting[index, default: []].append((field, Disclosure.digest(of: text)))
    }

    /// Whether a disclosure waits for that entry.
    func waits(for index: Int) -> Bool { isPresent && waiting[index] != nil }

    /// Counts the digests of an entry that no disclosure waits for.
    mutating func pass(digests: Int) { self.digests += digests }

    /// Compares the disclosures of one entry with its digests.
    mutating func compare(_ leaf: Leaf, index: Int, problem: (Int?, String) -> Void) {
        digests += leaf.personal.count
        guard let lines = waiting.removeValue(forKey: index) else { return }
        for (field, digest) in lines {
            if leaf.personal[field] == digest {
                shown.append(LeafCheck.Erasure(index: index, field: field))
            } else {
                problem(index, "the disclosure of field \(field) does not open the entry's digest")
            }
        }
    }

    /// What is told after the last entry: disclosures that were erased, or whose entries could not be read.
    ///
    /// - Returns: what became of all digests; nil when the copy discloses nothing.
    func close(
        erased: [LeafCheck.Erasure: Int],
        problem: (Int?, String) -> Void
    ) -> LogVerification.PersonalValues? {
        for disclosure in shown {
            guard let by = erased[disclosure] else { continue }
            problem(disclosure.index, "field \(disclosure.field) is disclosed although entry \(by) erased it")
        }
        for index in waiting.keys.sorted() {
            problem(index, "its disclosures could not be compared: the entry cannot be read")
        }
        guard isPresent else { return nil }
        let opened = Set(shown)
        var values = LogVerification.PersonalValues()
        values.shown = opened.count
        values.erased = erased.keys.count { !opened.contains($0) }
        values.undisclosed = max(0, digests - values.shown - values.erased)
        return values
    }
}
