/// Reads words, numbers, lists and mappings out of a tree, reporting what does not fit with its place and code.
/// Knows the shapes of POLICY section 1, not the keys of any file.

import PolicyEngine

/// What the folder declares. Nil: the file that declares it cannot be read, so that no name can be called unknown.
struct DeclaredNames {
    var agencies: Set<String> = []
    var jurisdictions: Set<String> = []
    var agreements: Set<String> = []
    var groups: Set<String>? = []
    var instruments: Set<String>? = []
    var offences: Set<String>? = []
    var extraFields: Set<String>? = []
    /// Every rule as `FILEID/RULEID`, builtins included. Nil: a file of rules cannot be read.
    var rules: Set<String>? = Set(Builtin.allCases.map { "builtin/" + $0.rawValue })
}

struct Reader {
    let log: ProblemLog
    /// False where a value may be a record's: problems then name the key only.
    var showsValues = true

    private func shown(_ text: String) -> String { showsValues ? quoted(text) : "this" }

    /// A mapping whose keys are among `keys`; nil, and reported, for anything else.
    func mapping(_ tree: Tree, keys: [String], required: [String] = [], what: String) -> Tree? {
        guard let entries = entries(tree, what: what) else { return nil }
        for entry in entries where !keys.contains(entry.key) {
            log.add(.unknownKey, entry.keyPlace, "\(quoted(entry.key)) is no key of \(what)")
        }
        for key in required where tree.entry(key) == nil {
            log.add(.missingKey, tree.firstKeyPlace, "\(quoted(key)) is missing in \(what)", missing: key)
        }
        return tree
    }

    /// The entries of a mapping with free keys.
    func entries(_ tree: Tree, what: String) -> [Tree.Entry]? {
        switch tree.content {
        case .mapping(let entries): return entries
        case .broken: return nil
        default:
            log.add(.wrongType, tree.place, "\(what) must be a mapping")
            return nil
        }
    }

    /// The text of a scalar that stands for a word.
    func text(_ tree: Tree, what: String) -> String? {
        switch tree.content {
        case .scalar(let text, .yaml), .scalar(let text, .jsonString): return text
        case .broken: return nil
        default:
            log.add(.wrongType, tree.place, "\(what) must be text")
            return nil
        }
    }

    /// Text that is not empty.
    func words(_ tree: Tree, what: String) -> String? {
        guard let text = text(tree, what: what) else { return nil }
        if text.isEmpty {
            log.add(.badValue, tree.place, "\(what) is empty")
            return nil
        }
        return text
    }

    /// An identifier of a given shape.
    func identifier(_ tree: Tree, what: String, _ isValid: (String) -> Bool) -> String? {
        guard let text = text(tree, what: what) else { return nil }
        if !isValid(text) {
            log.add(.badValue, tree.place, "\(shown(text)) is not a valid \(what)")
            return nil
        }
        return text
    }

    /// A name that the folder declares; reported if it does not.
    func name(_ tree: Tree, what: String, in declared: Set<String>?) -> String? {
        guard let text = text(tree, what: what) else { return nil }
        if let declared, !declared.names(text) {
            log.add(.unknownName, tree.place, "\(what) \(quoted(text)) is not declared")
        }
        return text
    }

    /// A name of a closed list.
    func closed<Name: CaseIterable & RawRepresentable<String>>(
        _ tree: Tree,
        what: String,
        as type: Name.Type = Name.self
    ) -> Name? {
        guard let text = text(tree, what: what) else { return nil }
        guard let name = Name(rawValue: text) else {
            log.add(
                .badValue,
                tree.place,
                "\(shown(text)) is no \(what); one of \(Name.names.joined(separator: ", "))"
            )
            return nil
        }
        return name
    }

    func boolean(_ tree: Tree, what: String) -> Bool? {
        switch tree.content {
        case .scalar("true", .yaml), .scalar("true", .jsonBoolean): return true
        case .scalar("false", .yaml), .scalar("false", .jsonBoolean): return false
        case .broken: return nil
        default:
            log.add(.wrongType, tree.place, "\(what) must be true or false")
            return nil
        }
    }

    /// A whole number within bounds.
    /// - Parameter wanted: what it may be, where that is more than a whole number within bounds.
    func number(
        _ tree: Tree,
        what: String,
        _ range: ClosedRange<Int> = Int.min...Int.max,
        wanted: String? = nil
    ) -> Int? {
        switch tree.content {
        case .scalar(let text, .yaml), .scalar(let text, .jsonNumber):
            guard let number = Identifiers.wholeNumber(text) else { break }
            if !range.contains(number) {
                let bounds =
                    range.upperBound == .max
                    ? "\(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
                log.add(.badValue, tree.place, "\(what) must be \(wanted ?? bounds)")
                return nil
            }
            return number
        case .broken: return nil
        default: break
        }
        log.add(.wrongType, tree.place, "\(what) must be \(wanted ?? "a whole number")")
        return nil
    }

    func day(_ tree: Tree, what: String) -> Day? {
        guard let text = text(tree, what: what) else { return nil }
        guard let day = Day(text) else {
            log.add(.badValue, tree.place, "\(what) must be a day that exists, YYYY-MM-DD")
            return nil
        }
        return day
    }

    /// `from` and `until`, both included.
    func period(_ tree: Tree, what: String) -> Period {
        let from = tree.entry("from").flatMap { day($0.value, what: "from") }
        let until = tree.entry("until").flatMap { day($0.value, what: "until") }
        if let from, let until, from > until, let entry = tree.entry("until") {
            log.add(.badValue, entry.value.place, "until is before from in \(what)")
        }
        return Period(from: from, until: until)
    }

    /// The items of a list that is not empty and holds nothing twice.
    func list(_ tree: Tree, what: String, mayRepeat: Bool = false) -> [Tree]? {
        switch tree.content {
        case .list(let items):
            if items.isEmpty { log.add(.badValue, tree.place, "\(what) is an empty list") }
            if !mayRepeat {
                for item in repeated(items) { log.add(.badValue, item.place, "the same stands twice in \(what)") }
            }
            return items
        case .broken: return nil
        default:
            log.add(.wrongType, tree.place, "\(what) must be a list")
            return nil
        }
    }

    /// Items that an earlier item equals. Lists of mappings are compared up to a length no real file reaches.
    private func repeated(_ items: [Tree]) -> [Tree] {
        var words: Set<ByteText> = []
        var others: [Tree] = []
        return items.filter { item in
            if case .scalar(let text, _) = item.content { return !words.insert(ByteText(text)).inserted }
            if others.count > 500 { return false }
            if others.contains(where: item.isEqual) { return true }
            others.append(item)
            return false
        }
    }

    /// A list of names of a closed list.
    /// - Parameter key: what the list is called, where that is not what each name is.
    func closedList<Name: CaseIterable & RawRepresentable<String> & Equatable>(
        _ tree: Tree,
        what: String,
        of key: String? = nil,
        as type: Name.Type = Name.self
    ) -> [Name]? {
        list(tree, what: key ?? what)?.compactMap { closed($0, what: what, as: type) }
    }

    /// A list of declared names.
    func nameList(_ tree: Tree, what: String, of key: String, in declared: Set<String>?) -> [String]? {
        list(tree, what: key)?.compactMap { name($0, what: what, in: declared) }
    }

    /// Words in languages: a mapping of two-letter codes to text, `en` required.
    func languages(_ tree: Tree, what: String) -> Words? {
        guard let entries = entries(tree, what: what) else { return nil }
        var english: String?
        var others: [String: String] = [:]
        for entry in entries {
            guard Identifiers.isLanguage(entry.key) else {
                log.add(.badValue, entry.keyPlace, "\(quoted(entry.key)) is no language of two small letters")
                continue
            }
            guard let words = words(entry.value, what: "\(what) in \(entry.key)") else { continue }
            if entry.key == "en" { english = words } else { others[entry.key] = words }
        }
        if tree.entry("en") == nil {
            log.add(.missingKey, tree.firstKeyPlace, "\"en\" is missing in \(what)")
        }
        return english.map { Words($0, others: others) }
    }

    /// A citation: a declared instrument, then free words.
    func citation(_ tree: Tree, names: DeclaredNames) -> String? {
        guard let text = words(tree, what: "source") else { return nil }
        let first = String(text.unicodeScalars.prefix { $0 != " " })
        if let instruments = names.instruments, !instruments.names(first) {
            log.add(.unknownName, tree.place, "instrument \(quoted(first)) is not declared")
        }
        return text
    }

    /// `format: 1`.
    func format(_ tree: Tree) {
        guard let entry = tree.entry("format"), let text = text(entry.value, what: "format") else { return }
        if Identifiers.wholeNumber(text) != 1 {
            log.add(.badValue, entry.value.place, "format \(quoted(text)) is not known; 1 is")
        }
    }

    /// The `id` of a file, which is its name.
    func fileID(_ tree: Tree, stem: String, what: String, _ isValid: (String) -> Bool) {
        guard let entry = tree.entry("id"), let id = identifier(entry.value, what: what, isValid) else { return }
        if ByteText(id) != ByteText(stem) {
            log.add(.idMismatch, entry.value.place, "id \(quoted(id)) is not the file's name \(quoted(stem))")
        }
    }
}
