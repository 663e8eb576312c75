/// A matcher for the small language of digit patterns in the phone table: digits, `\d`, `[…]`, groups, `|`, `?`, `{n,m}`, `$`.
/// Knows digits only; written for tables of our own, so an unreadable pattern simply never matches.

struct DigitPattern: Sendable {
    private indirect enum Node: Sendable {
        case digits(UInt16)
        case end
        case sequence([Node])
        case choice([Branch])
        case group(Int, Node)
        case repeated(Node, ClosedRange<Int>)
    }

    /// An alternative and the digits it can begin with: most of a numbering plan is ruled out by the first digit.
    private struct Branch: Sendable {
        let node: Node
        private let first: UInt16
        /// Also of what may be empty.
        private static let anything = UInt16.max

        init(_ node: Node) {
            self.node = node
            first = Self.first(of: node)
        }

        func mayMatch(_ input: [UInt8], _ place: Int) -> Bool {
            first == Self.anything || (place < input.count && first & (1 << UInt16(input[place] & 0x0F)) != 0)
        }

        private static func first(of node: Node) -> UInt16 {
            switch node {
            case .digits(let set): set
            case .end: anything
            case .sequence(let nodes): nodes.first.map(first(of:)) ?? anything
            case .choice(let branches): branches.reduce(0) { $0 | $1.first }
            case .group(_, let inner): first(of: inner)
            case .repeated(let inner, let counts): counts.lowerBound == 0 ? anything : first(of: inner)
            }
        }
    }

    private let root: Node
    /// How many groups capture.
    let groupCount: Int

    /// What a match covered: its end, and the groups by number from 1.
    struct Match {
        var end: Int
        var groups: [Int: Range<Int>]
    }

    init?(_ text: some StringProtocol) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let root = reader.choice(), reader.isAtEnd else { return nil }
        self.root = root
        self.groupCount = reader.groupCount
    }

    /// The first match (in the order of alternatives) that begins at the start of `digits`.
    func matchPrefix(of digits: [UInt8]) -> Match? {
        var groups: [Int: Range<Int>] = [:]
        var end: Int?
        let found = Self.run(root, digits, 0, &groups) { place, _ in
            end = place
            return true
        }
        guard found, let end else { return nil }
        return Match(end: end, groups: groups)
    }

    /// True if the pattern matches `digits` from end to end.
    func matchesWhole(_ digits: [UInt8]) -> Bool {
        var groups: [Int: Range<Int>] = [:]
        return Self.run(root, digits, 0, &groups) { place, _ in place == digits.count }
    }

    private typealias Next = (Int, inout [Int: Range<Int>]) -> Bool

    private static func run(
        _ node: Node,
        _ input: [UInt8],
        _ place: Int,
        _ groups: inout [Int: Range<Int>],
        _ next: Next
    ) -> Bool {
        switch node {
        case .digits(let set):
            guard place < input.count, set & (1 << UInt16(input[place] & 0x0F)) != 0 else { return false }
            return next(place + 1, &groups)
        case .end: return place == input.count && next(place, &groups)
        case .sequence(let nodes): return runAll(nodes[...], input, place, &groups, next)
        case .choice(let branches):
            for branch in branches
            where branch.mayMatch(input, place) && run(branch.node, input, place, &groups, next) { return true }
            return false
        case .group(let number, let inner):
            return run(inner, input, place, &groups) { end, groups in
                let before = groups[number]
                groups[number] = place..<end
                if next(end, &groups) { return true }
                groups[number] = before
                return false
            }
        case .repeated(.digits(let set), let counts):
            // Most of a numbering plan: each time takes one digit, so that there is nothing to try but how many.
            var end = place
            while end < min(input.count, place + counts.upperBound), set & (1 << UInt16(input[end] & 0x0F)) != 0 {
                end += 1
            }
            while end - place >= counts.lowerBound {
                if next(end, &groups) { return true }
                end -= 1
            }
            return false
        case .repeated(let inner, let counts):
            if counts.upperBound > 0 {
                let rest = Node.repeated(inner, max(0, counts.lowerBound - 1)...(counts.upperBound - 1))
                let more = run(inner, input, place, &groups) { end, groups in
                    end > place && run(rest, input, end, &groups, next)
                }
                if more { return true }
            }
            return counts.lowerBound == 0 && next(place, &groups)
        }
    }

    private static func runAll(
        _ nodes: ArraySlice<Node>,
        _ input: [UInt8],
        _ place: Int,
        _ groups: inout [Int: Range<Int>],
        _ next: Next
    ) -> Bool {
        guard let first = nodes.first else { return next(place, &groups) }
        return run(first, input, place, &groups) { end, groups in
            runAll(nodes.dropFirst(), input, end, &groups, next)
        }
    }

    private struct Reader {
        var bytes: [UInt8]
        var place = 0
        var groupCount = 0

        var isAtEnd: Bool { place == bytes.count }
        var current: UInt8? { place < bytes.count ? bytes[place] : nil }

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func take(_ byte: UInt8) -> Bool {
            guard current == byte else { return false }
            place += 1
            return true
        }

        mutating func choice() -> Node? {
            var branches: [Node] = []
            repeat {
                guard let branch = sequence() else { return nil }
                branches.append(branch)
            } while take(0x7C)
            return branches.count == 1 ? branches[0] : .choice(branches.map(Branch.init))
        }

        mutating func sequence() -> Node? {
            var nodes: [Node] = []
            while let byte = current, byte != 0x7C, byte != 0x29 {
                guard let atom = atom(), let node = quantified(atom) else { return nil }
                nodes.append(node)
            }
            return nodes.count == 1 ? nodes[0] : .sequence(nodes)
        }

        mutating func atom() -> Node? {
            guard let byte = current else { return nil }
            place += 1
            switch byte {
            case 0x30...0x39: return .digits(1 << UInt16(byte & 0x0F))
            case 0x24: return .end
            case 0x5C: return take(0x64) ? .digits(0x3FF) : nil
            case 0x5B: return set()
            case 0x28:
                let isPlain = take(0x3F)
                if isPlain, !take(0x3A) { return nil }
                if !isPlain { groupCount += 1 }
                let number = groupCount
                guard let inner = choice(), take(0x29) else { return nil }
                return isPlain ? inner : .group(number, inner)
            default: return nil
            }
        }

        mutating func set() -> Node? {
            var bits: UInt16 = 0
            while !take(0x5D) {
                guard let low = digit() else { return nil }
                let high = take(0x2D) ? digit() : low
                guard let high, low <= high else { return nil }
                for value in low...high { bits |= 1 << UInt16(value) }
            }
            return .digits(bits)
        }

        mutating func quantified(_ node: Node) -> Node? {
            if take(0x3F) { return .repeated(node, 0...1) }
            guard take(0x7B) else { return node }
            guard let low = number() else { return nil }
            let high = take(0x2C) ? number() : low
            guard let high, low <= high, high <= 32, take(0x7D) else { return nil }
            return .repeated(node, low...high)
        }

        mutating func digit() -> UInt8? {
            guard let byte = current, ASCII.isDigit(byte) else { return nil }
            place += 1
            return byte & 0x0F
        }

        mutating func number() -> Int? {
            var value: Int?
            while let next = digit() { value = min(99, (value ?? 0) * 10 + Int(next)) }
            return value
        }
    }
}
