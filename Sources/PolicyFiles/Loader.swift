/// Reads all files of a folder in two passes: first what is declared, then what is said of it.

import Crypto
import PolicyEngine

struct Loader {
    /// One policy file on its way through the passes.
    private struct File {
        let path: String
        let kind: PolicyPath
        let log: ProblemLog
        let tree: Tree?
        var reader: Reader { Reader(log: log) }
    }

    /// Path, and its content or why there is none, in the order of the paths' bytes.
    private let content: [(path: String, bytes: Result<[UInt8], Unread>)]

    private struct Unread: Error { let because: String }

    init(_ files: [(path: String, bytes: [UInt8])], unread: [(path: String, because: String)] = []) {
        let read = files.filter { !PolicyPath.isIgnored($0.path) }.map {
            (path: $0.path, bytes: Result<[UInt8], Unread>.success($0.bytes))
        }
        let others = unread.map { (path: $0.path, bytes: Result<[UInt8], Unread>.failure(Unread(because: $0.because))) }
        content = (read + others).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    func load() -> LoadedPolicies {
        var strangers: [Problem] = []
        var files: [File] = []
        var hash = SHA256()
        var kept: [String: [UInt8]] = [:]
        var twin: String?
        for (path, read) in content {
            guard let kind = PolicyPath(path) else {
                let words = "\(quoted(path)) has no place in a policy folder"
                strangers.append(Problem(file: path, place: .start, code: .unknownFile, text: words))
                continue
            }
            let log = ProblemLog(file: path)
            let bytes: [UInt8]
            switch read {
            case .success(let found): bytes = found
            case .failure(let problem):
                log.add(.syntax, .start, "\(quoted(path)): \(problem.because)")
                files.append(File(path: path, kind: kind, log: log, tree: nil))
                continue
            }
            hash.update(data: Array(path.utf8) + [0])
            hash.update(data: Array(SHA256.hash(data: bytes)))
            if kept.updateValue(bytes, forKey: path) != nil { twin = path }
            files.append(File(path: path, kind: kind, log: log, tree: StrictYAML.parse(bytes, log: log)))
        }
        var names = declared(files)
        var vocabulary = VocabularyFile()
        for file in files where file.kind == .vocabulary {
            guard let tree = file.tree else { continue }
            vocabulary = VocabularyFile(tree, reader: file.reader)
            names.instruments = Set(vocabulary.instruments.keys)
            names.groups = Set(vocabulary.groups.keys)
            names.extraFields = Set(vocabulary.fields)
        }
        let parts = read(files, names)
        let cases = readCases(files, names)
        let problems = Problem.sorted(strangers + files.flatMap(\.log.problems))
        var policies: PolicySet?
        if !problems.contains(where: { $0.severity == .error }) {
            policies = PolicySet(
                agencies: parts.agencies,
                jurisdictions: parts.jurisdictions,
                agreements: parts.agreements,
                offences: parts.offences,
                instruments: vocabulary.instruments,
                groups: vocabulary.groups,
                extraFields: vocabulary.fields
            )
        }
        return LoadedPolicies(
            policies: policies,
            problems: problems,
            digest: hexadecimal(Array(hash.finalize())),
            cases: cases,
            files: kept,
            twin: twin,
            places: places(files),
            review: review(parts, files, extraFields: vocabulary.fields),
            names: names
        )
    }

    /// Names by file, so that a file with a mistake in it does not make every mention of it one more.
    private func declared(_ files: [File]) -> DeclaredNames {
        var names = DeclaredNames()
        for file in files {
            switch file.kind {
            case .jurisdiction(let stem):
                names.jurisdictions.insert(stem)
                addRules(of: file, stem, to: &names)
            case .agreement(let stem):
                names.agreements.insert(stem)
                addRules(of: file, stem, to: &names)
            case .agency(let stem):
                names.agencies.insert(stem)
                addRules(of: file, stem, to: &names)
            case .offences:
                if let tree = file.tree {
                    names.offences?.formUnion(OffenceFile.declared(tree))
                } else {
                    names.offences = nil
                }
            case .vocabulary:
                if file.tree == nil {
                    names.instruments = nil
                    names.groups = nil
                    names.extraFields = nil
                }
            case .cases: break
            }
        }
        return names
    }

    private func addRules(of file: File, _ owner: String, to names: inout DeclaredNames) {
        if let tree = file.tree {
            names.rules?.formUnion(RuleReader.declared(tree, owner: owner))
        } else {
            names.rules = nil
        }
    }

    private struct Parts {
        var jurisdictions: [Jurisdiction] = []
        var agencies: [Agency] = []
        var agreements: [Agreement] = []
        var offences: [Offence] = []
    }

    private func read(_ files: [File], _ names: DeclaredNames) -> Parts {
        var parts = Parts()
        var seenOffences: [String: String] = [:]
        for file in files {
            guard let tree = file.tree else { continue }
            switch file.kind {
            case .vocabulary, .cases: break
            case .offences:
                parts.offences += OffenceFile.offences(
                    tree,
                    reader: file.reader,
                    names: names,
                    seen: &seenOffences
                )
            case .jurisdiction(let stem):
                let part = JurisdictionFile.jurisdiction(tree, stem: stem, reader: file.reader, names: names)
                if let part { parts.jurisdictions.append(part) }
            case .agency(let stem):
                let part = AgencyFile.agency(tree, stem: stem, reader: file.reader, names: names)
                if let part { parts.agencies.append(part) }
            case .agreement(let stem):
                let part = AgreementFile(reader: file.reader, names: names, stem: stem).agreement(tree)
                if let part { parts.agreements.append(part) }
            }
        }
        return parts
    }

    private func readCases(_ files: [File], _ names: DeclaredNames) -> [PolicyCase] {
        files.flatMap { file -> [PolicyCase] in
            guard let tree = file.tree else { return [] }
            let reader = CaseReader(reader: file.reader, names: names)
            switch file.kind {
            case .cases: return reader.file(tree)
            case .jurisdiction, .agreement, .agency: return reader.cases(tree.entry("cases")?.value)
            case .vocabulary, .offences: return []
            }
        }
    }

    private func places(_ files: [File]) -> RulePlaces {
        var places = RulePlaces()
        for file in files {
            guard let tree = file.tree, let owner = file.kind.owner else { continue }
            places.add(tree, path: file.path, owner: owner)
        }
        return places
    }

    /// The files without errors: what is wrong already is not warned of.
    private func review(_ parts: Parts, _ files: [File], extraFields: [String]) -> PolicyReview? {
        let broken = Set(files.filter { !$0.log.problems.isEmpty }.map(\.path))
        func isSound(_ layer: Layer, _ id: String) -> Bool { !broken.contains(RulePlaces.path(layer, id)) }
        for file in files where broken.contains(file.path) {
            if file.kind == .vocabulary || file.kind == .offences { return nil }
        }
        return PolicyReview(
            jurisdictions: parts.jurisdictions.filter { isSound(.jurisdiction, $0.id) },
            agreements: parts.agreements.filter { isSound(.agreement, $0.id) },
            agencies: parts.agencies.filter { isSound(.agency, $0.id) },
            offences: parts.offences,
            extraFields: extraFields
        )
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension LoadedPolicies {
    /// Reads one more file of cases against these policies.
    /// - Parameter name: what its problems call it.
    public func readCases(_ bytes: [UInt8], name: String) -> (cases: [PolicyCase], problems: [Problem]) {
        let log = ProblemLog(file: name)
        guard let tree = StrictYAML.parse(bytes, log: log) else { return ([], log.problems) }
        let cases = CaseReader(reader: Reader(log: log), names: names).file(tree)
        return (cases, Problem.sorted(log.problems))
    }
}
