// Knows whose cosignatures a verifier asks for (C2SP tlog-policy). Asks nobody, and holds no private key.

/// Logs, witnesses, and which witnesses suffice.
public struct WitnessPolicy: Sendable, Hashable {
    /// Keys that a log may sign with; may be empty.
    public let logs: [VerifierKey]
    public let witnesses: [VerifierKey]
    private let quorum: Rule

    /// Longest policy read, in bytes.
    public static let greatestLength = 1 << 20

    private indirect enum Rule: Sendable, Hashable {
        case none
        case witness(VerifierKey)
        case group(Int, [Rule])

        func isMet(by cosigners: Set<VerifierKey>) -> Bool {
            switch self {
            case .none: true
            case .witness(let key): cosigners.contains(key)
            case .group(let least, let members): members.count { $0.isMet(by: cosigners) } >= least
            }
        }
    }

    /// Whether these witnesses suffice.
    public func isMet(by cosigners: [VerifierKey]) -> Bool { quorum.isMet(by: Set(cosigners)) }

    /// The key of the log that a checkpoint names in its first line; nil when the policy lists none of that name.
    ///
    /// - Parameter checkpoint: a signed note, not verified yet.
    public func key(ofLog checkpoint: [UInt8]) -> VerifierKey? {
        let origin = checkpoint.prefix { $0 != 0x0A }
        return logs.first { $0.name.utf8.elementsEqual(origin) }
    }

    /// Reads a policy; names are compared byte by byte.
    public init(_ bytes: [UInt8]) throws(WitnessPolicyError) {
        guard bytes.count <= Self.greatestLength else { throw WitnessPolicyError(line: 1, reason: "it is too long") }
        var reader = Reader()
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            do throws(Fault) { try reader.take(line) } catch {
                throw WitnessPolicyError(line: number + 1, reason: error.reason)
            }
        }
        guard let quorum = reader.quorum else {
            throw WitnessPolicyError(line: reader.lines, reason: "there is no line quorum NAME")
        }
        (logs, witnesses, self.quorum) = (reader.logs, reader.witnesses, quorum)
    }

    private struct Fault: Error {
        let reason: String
    }

    private struct Reader {
        var logs: [VerifierKey] = []
        var witnesses: [VerifierKey] = []
        var quorum: Rule?
        var lines = 0
        private var rules: [[UInt8]: Rule] = [:]
        private var members: Set<[UInt8]> = []

        mutating func take(_ line: ArraySlice<UInt8>) throws(Fault) {
            lines += 1
            guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw Fault(reason: "it has a control character")
            }
            let words = line.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
            guard let first = words.first, first.first != UInt8(ascii: "#") else { return }
            switch String(decoding: first, as: UTF8.self) {
            case "log" where (2...3).contains(words.count):
                let key = try key(words[1], [.ed25519], among: logs)
                logs.append(key)
            case "witness" where (3...4).contains(words.count):
                let key = try key(words[2], [.cosignatureV1], among: witnesses)
                try define(words[1], as: .witness(key))
                witnesses.append(key)
            case "group" where words.count >= 4: try group(words)
            case "quorum" where words.count == 2:
                guard quorum == nil else { throw Fault(reason: "there are two lines quorum") }
                quorum = try words[1] == Array("none".utf8) ? Rule.none : known(words[1])
            default:
                throw Fault(
                    reason: "it is none of: log VKEY [URL], witness NAME VKEY [URL], group NAME all|any|K NAME…, "
                        + "quorum NAME|none"
                )
            }
        }

        private func key(
            _ word: [UInt8],
            _ algorithms: [VerifierKey.Algorithm],
            among known: [VerifierKey]
        ) throws(Fault) -> VerifierKey {
            guard let key = VerifierKey(String(decoding: word, as: UTF8.self)), algorithms.contains(key.algorithm)
            else {
                throw Fault(reason: "it has no verifier key of the type that belongs there")
            }
            guard !known.contains(where: { $0.publicKey == key.publicKey }) else {
                throw Fault(reason: "its key stands there twice")
            }
            return key
        }

        private mutating func define(_ name: [UInt8], as rule: Rule) throws(Fault) {
            guard name != Array("none".utf8), rules[name] == nil else { throw Fault(reason: "its name is taken") }
            rules[name] = rule
        }

        private func known(_ name: [UInt8]) throws(Fault) -> Rule {
            guard let rule = rules[name] else { throw Fault(reason: "it names what no line before it defines") }
            return rule
        }

        private mutating func group(_ words: [[UInt8]]) throws(Fault) {
            var parts: [Rule] = []
            for name in words.dropFirst(3) {
                parts.append(try known(name))
                guard members.insert(name).inserted else { throw Fault(reason: "a member belongs to two groups") }
            }
            let least: Int
            switch String(decoding: words[2], as: UTF8.self) {
            case "all": least = parts.count
            case "any": least = 1
            case let text:
                guard let number = decimal(text), (1...parts.count).contains(number) else {
                    throw Fault(reason: "its threshold is none of all, any, 1 to the number of members")
                }
                least = number
            }
            try define(words[1], as: .group(least, parts))
        }
    }
}

/// Why bytes are no policy of witnesses.
public struct WitnessPolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    public let reason: String

    public var description: String { "line \(line): \(reason)" }
}
