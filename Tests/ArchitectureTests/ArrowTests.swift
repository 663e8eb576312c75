// What the build cannot see of docs/architecture.md: arrows point down, and each outside dependency has its one door.
import Foundation
import Testing

@Suite("Arrows")
struct ArrowTests {
    @Test("every folder of Sources is a module of the table, and every module of the table has a folder")
    func table() throws {
        let folders = Set(try Repository.files(in: ["Sources"]).compactMap(\.module))
        #expect(folders == Set(Arrows.modules.keys))
    }

    @Test("arrows of the table point down")
    func down() throws {
        for (name, rule) in Arrows.modules {
            for other in rule.ours {
                let level = try #require(Arrows.modules[other]?.level, "\(name) -> \(other), which does not exist")
                #expect(level < rule.level, "\(name) -> \(other) does not point down")
            }
        }
    }

    @Test("a module imports only what its arrows allow")
    func imports() throws {
        for file in try Repository.sources() {
            let module = try #require(file.module)
            let rule = try #require(Arrows.modules[module])
            let allowed = rule.ours.union(rule.others).union(Arrows.system)
            for name in file.imports where !allowed.contains(name) {
                Issue.record("\(file): \(module) may not import \(name)")
            }
        }
    }

    @Test("an outside dependency is imported only behind its door")
    func doors() throws {
        for file in try Repository.sources() {
            let module = try #require(file.module)
            for name in file.imports where Arrows.modules[name] == nil && !Arrows.system.contains(name) {
                let doors = try #require(Arrows.dependencies[name], "\(file): \(name) has no line in the table")
                #expect(doors.contains(module), "\(file): \(name) belongs to \(doors.sorted())")
            }
            for header in Arrows.headers.intersection(file.imports) {
                #expect(Arrows.dependencies[header]?.contains(module) == true, "\(file): \(header)")
            }
        }
        for (name, rule) in Arrows.modules {
            for other in rule.others {
                #expect(Arrows.dependencies[other]?.contains(name) == true, "\(name): \(other)")
            }
        }
    }

    @Test("the program reaches the vault past the use cases only to read a copied log")
    func copiedLog() throws {
        for file in try Repository.sources() where file.module == "ComityCommand" && file.imports.contains("Vault") {
            #expect(file.path.hasPrefix("Sources/ComityCommand/Commands/Audit"), "\(file) imports Vault")
        }
    }

    @Test("the manifest draws no arrow that the table lacks")
    func manifest() throws {
        let targets = try Manifest.targets(of: Repository.text(of: "Package.swift"))
        // Helpers of tests stand under Tests/ and may reach what their tests reach.
        let modules = Set(try Repository.sources().compactMap(\.module))
        #expect(modules.subtracting(Arrows.headers).isSubset(of: targets.keys))
        for (name, dependencies) in targets where modules.contains(name) {
            let rule = try #require(Arrows.modules[name], "Package.swift has the target \(name), the table has not")
            let allowed = rule.ours.union(rule.others)
            for dependency in dependencies where !allowed.contains(dependency) {
                Issue.record("Package.swift: \(name) -> \(dependency)")
            }
        }
    }

    @Test("docs/architecture.md shows the same arrows")
    func page() throws {
        let page = try Repository.text(of: "docs/architecture.md")
        for (name, rule) in Arrows.modules {
            let ours = rule.ours.isEmpty ? "–" : rule.ours.sorted().joined(separator: ", ")
            let row = "| \(rule.level) | `\(name)` | \(ours) |"
            #expect(page.contains(row), "docs/architecture.md has no row that begins with: \(row)")
        }
    }

    @Test("below the vault nobody reads the clock")
    func clock() throws {
        for file in try Repository.sources() {
            guard let module = file.module, let level = Arrows.modules[module]?.level, level <= 4,
                module != "TestSupport"
            else { continue }
            for (number, line) in file.lines.enumerated() {
                for word in [
                    "Date()", "Date.now", "clock_gettime", "gettimeofday", "ContinuousClock", "SuspendingClock",
                ]
                where line.contains(word) {
                    Issue.record("\(file):\(number + 1): \(word): time is handed in")
                }
            }
        }
    }
}

/// Package.swift read as text: enough of it to see the arrows.
enum Manifest {
    /// Target name -> modules it depends on; test targets are left out.
    static func targets(of text: String) throws -> [String: Set<String>] {
        var products: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("let ") && line.contains(".product(name:") {
            let name = line.dropFirst(4).prefix { $0 != ":" }
            products[String(name)] = quoted(line).first
        }
        var targets: [String: Set<String>] = [:]
        for start in [".target(", ".executableTarget("] {
            for part in text.components(separatedBy: start).dropFirst() {
                guard let name = quoted(part).first else { continue }
                let body = part.components(separatedBy: "dependencies: [")
                // The dependencies of this target stand before the next target begins.
                let isOwn = body.count > 1 && !body[0].contains("arget(") && !body[0].contains("systemLibrary(")
                let list = isOwn ? String(body[1].prefix { $0 != "]" }) : ""
                var found = Set(quoted(list))
                for word in list.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
                    if let product = products[String(word)] { found.insert(product) }
                }
                targets[name] = found
            }
        }
        return targets
    }

    private static func quoted(_ text: some StringProtocol) -> [String] {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
    }
}
