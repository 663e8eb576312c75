/// Use case: which countries the data name that peers released for a case. A look at them is a look at the releases, and an
/// entry for each. Knows countries; draws nothing.

import Accounts
import Foundation
import MatchKeys
import PolicyEngine
import RecordFiles
import Vault

/// A country, and the released field that names it.
public struct CasePlace: Sendable, Equatable {
    /// ISO 3166-1, three letters.
    public let country: String
    /// The same in two letters.
    public let region: String
    public let field: String
    /// Who released it, by which request, and what binds us.
    public let peer: String
    public let request: String
    public let handling: String
    public let retention: String
}

extension Node {
    /// - Parameter peer: only what concerns this agency; nil: all.
    /// - Returns: nil where there is no such case.
    public func places(
        ofCase reference: String,
        peer: String?,
        by account: String?
    ) async throws(NodeProblem) -> [CasePlace]? {
        let person = try await person(account, for: .readDisclosures)
        var report: CaseReport
        do throws(NodeProblem) {
            guard let found = try await cases(reference, by: account).cases.first else { return nil }
            report = found
        } catch {
            guard error.kind == .usage else { throw error }
            return nil
        }
        if let peer { report.keep(onlyOf: peer) }
        do {
            let released = try await released(report)
            if !released.isEmpty {
                _ = try await vault.commit { transaction in
                    ((), try self.looks(at: released, by: person, in: transaction))
                }
            }
            return released.flatMap(Self.places)
        } catch {
            throw NodeProblem(fault: error, doing: "reading the places of a case")
        }
    }

    private static func places(_ released: Released) -> [CasePlace] {
        NamedCountries.of(released.record).compactMap { named in
            IdentifierKind.alpha2(ofCountry: named.country).map { region in
                CasePlace(
                    country: named.country,
                    region: region,
                    field: named.field,
                    peer: released.terms.holder,
                    request: released.terms.request,
                    handling: released.terms.handling,
                    retention: released.terms.retention
                )
            }
        }
    }

    /// Most bytes of a base map.
    private static let greatestBaseMap = 4 << 20

    /// The base map that stands in the node's folder in place of the program's own; nil where none does.
    public func ownBaseMap() throws(NodeProblem) -> String? {
        guard FileManager.default.fileExists(atPath: folder.baseMap.path) else { return nil }
        let size = (try? folder.baseMap.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? .max
        guard size <= Self.greatestBaseMap, let bytes = try? Data(contentsOf: folder.baseMap),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw NodeProblem(
                .data,
                "the base map cannot be read",
                at: folder.baseMap.path,
                because: "it takes 4 MiB of UTF-8"
            )
        }
        return text
    }
}

/// What of a record names a country: codes and names of countries, the main country of a telephone's calling code, where an
/// account is, whose a plate or a document is.
enum NamedCountries {
    private static let columns = ["nationality", "birth_place", "document_country", "country", "origin"]

    /// Each country once for each field, in the order of fields.
    static func of(_ record: Record) -> [(field: String, country: String)] {
        func country(_ text: some StringProtocol) -> String? { IdentifierKind.country.canonicalise(String(text)).value }
        var found: [(field: String, country: String)] = []
        func add(_ field: String, _ countries: [String]) {
            for country in Set(countries).sorted() { found.append((field, country)) }
        }
        for column in columns { add(column, record[column].compactMap(country)) }
        add("document_number", record.documents.compactMap { $0.split(separator: ":").first.flatMap(country) })
        add("phone", record["phone"].compactMap(IdentifierKind.mainCountry(ofPhone:)))
        let accounts = record["iban"].compactMap { IdentifierKind.iban.canonicalise($0).value }
        add("iban", accounts.compactMap { country($0.prefix(2)) })
        add("plate", record["plate"].compactMap { $0.split(separator: "@").dropFirst().last.flatMap(country) })
        return found
    }
}
