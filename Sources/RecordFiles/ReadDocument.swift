/// Documents of a person where each has its own number, issuer and type, as other formats keep them, against the three
/// columns of a record, which have one issuer for all.

import MatchKeys

/// A travel or identity document as a file has it.
struct ReadDocument: Sendable, Equatable {
    var number: String
    var country: String?
    var type: String?
}

extension Record {
    /// Adds documents. The record's issuer stands for all; where they differ, each number names its own (`GRC:AB123456`).
    mutating func add(_ documents: [ReadDocument]) {
        guard !documents.isEmpty else { return }
        let countries = Set(documents.map { $0.country ?? "" })
        let isCommon = countries.count == 1 && self["document_number"].isEmpty
        let isFirst = self["document_number"].isEmpty
        for document in documents {
            var number = document.number
            if !isCommon, let country = document.country,
                let code = IdentifierKind.country.canonicalise(country).value
            {
                number = "\(code):\(number)"
            }
            // Types stand in the order of numbers, so a number that comes twice keeps both its places.
            if isFirst || !self["document_number"].contains(number) { self["document_number"] += [number] }
        }
        if isCommon { self["document_country"] = countries.sorted() }
        let types = documents.compactMap(\.type)
        if isFirst, types.count == documents.count { self["document_type"] = types }
    }

    /// The record's documents one by one, and the columns of which something has no place among them.
    var writtenDocuments: (documents: [ReadDocument], lost: [String]) {
        let numbers = self["document_number"]
        let types = self["document_type"]
        let countries = self["document_country"]
        var lost: [String] = []
        if countries.count > (numbers.isEmpty ? 0 : 1) { lost.append("document_country") }
        if !types.isEmpty, types.count != numbers.count { lost.append("document_type") }
        let documents = numbers.enumerated().map { place, number in
            var document = ReadDocument(number: number, country: countries.first)
            let parts = number.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2, let own = IdentifierKind.country.canonicalise(parts[0]).value {
                document.number = parts[1]
                document.country = own
            }
            if types.count == numbers.count { document.type = types[place] }
            return document
        }
        return (documents, lost)
    }
}
