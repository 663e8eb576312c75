/// Which language a page is in: the first that the browser's reader asks for and the console has.

extension Wording {
    static let all: [Wording] = [english, french, arabic]

    /// By a browser's `Accept-Language`; English where it names none of ours.
    static func preferred(_ header: String?) -> Wording {
        let wishes = (header ?? "").split(separator: ",").prefix(32).enumerated().compactMap { place, wish in
            let parts = wish.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            return parts.first.map { (tag: $0.lowercased(), weight: weight, place: place) }
        }
        let ordered = wishes.filter { $0.weight > 0 }.sorted { ($1.weight, $0.place) < ($0.weight, $1.place) }
        for wish in ordered {
            let language = wish.tag.prefix { $0 != "-" }
            if let words = all.first(where: { $0.language == language }) { return words }
        }
        return english
    }
}
