/// A parsed document, YAML or JSON, with the place of everything in it. Knows no meaning of any key.

struct Tree {
    enum Content {
        case scalar(String, Form)
        case list([Tree])
        case mapping([Entry])
        /// Was reported already; readers pass over it in silence.
        case broken
    }

    /// What a scalar was written as. YAML's are read from their text as the type their place demands.
    enum Form {
        case yaml
        case jsonString
        case jsonNumber
        case jsonBoolean
        case jsonNull
    }

    struct Entry {
        let key: String
        let keyPlace: Place
        let value: Tree
    }

    let place: Place
    let content: Content

    /// Where a missing key is reported: at the mapping's first key.
    var firstKeyPlace: Place {
        if case .mapping(let entries) = content, let first = entries.first { return first.keyPlace }
        return place
    }

    /// The entry of a key; nil if there is none or this is no mapping.
    func entry(_ key: String) -> Entry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }
    }

    /// A key as one step of a JSON pointer (RFC 6901).
    static func pointerStep(_ key: String) -> String {
        key.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    /// Says the same, wherever it stands.
    func isEqual(to other: Tree) -> Bool {
        switch (content, other.content) {
        case (.scalar(let left, _), .scalar(let right, _)): ByteText(left) == ByteText(right)
        case (.list(let left), .list(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isEqual(to: $1) }
        case (.mapping(let left), .mapping(let right)):
            left.count == right.count
                && left.allSatisfy { entry in other.entry(entry.key).map { entry.value.isEqual(to: $0.value) } ?? false
                }
        default: false
        }
    }
}
