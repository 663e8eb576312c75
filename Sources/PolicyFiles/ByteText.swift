/// Text compared byte by byte. Swift's own comparison takes some letters for others that look the same (U+212A for K),
/// and so would find a name where none stands.

struct ByteText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ByteText, right: ByteText) -> Bool {
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension Set<String> {
    /// Whether this very name is in the set.
    func names(_ name: String) -> Bool { firstIndex(of: name).map { ByteText(self[$0]) == ByteText(name) } ?? false }
}
