/// How the values of one subject are read: for the page of whoever typed them. Keeps nothing, and nothing of it is logged.

import MatchKeys
import PolicyEngine

/// One value, and its canonical form or why it has none.
public struct FieldReading: Sendable, Equatable {
    public let column: String
    /// As written: personal data.
    public let value: String
    /// Nil where there is none.
    public let canonical: String?
    /// Why it is not read, or in part only; never quotes the value.
    public let reason: String?
    /// Whether some keys are made of it all the same.
    public let isPart: Bool

    init(_ reading: ValueReading) {
        (column, value) = (reading.column, reading.value)
        (reason, isPart) = (reading.outcome == .unused ? Self.unused : reading.reason, reading.isPart)
        canonical = if case .read(let form) = reading.outcome { form } else { nil }
    }

    /// The reason of a column that no keys are made of.
    public static let unused = "no match key is made of it"
}

extension Node {
    /// What the lines of a travel document say, as fields of a question, or why they cannot be read.
    public func fields(ofDocumentLines lines: String) -> (fields: [String: String], refusal: String?) {
        switch DocumentHolder.read(lines, year: clock.moment.day.civil.year) {
        case .columns(let columns): (columns, nil)
        case .refused(let reason): ([:], reason)
        }
    }

    /// How the subject of a question is read, value by value; empty where it is about several.
    public static func readings(of question: Question) -> [FieldReading] {
        guard let record = onlyRecord(of: question) else { return [] }
        return record.readings.map(FieldReading.init)
    }

    /// Why no key can be made of a record: of each value the reason.
    static func whyKeyless(_ record: Record) -> String {
        let readings = record.readings.map(FieldReading.init)
        let reasons = readings.compactMap { reading in reading.reason.map { "\(reading.column): \($0)" } }
        var once: [String] = []
        for reason in reasons where !once.contains(reason) { once.append(reason) }
        let read = readings.count { $0.reason == nil }
        if read > 0 || once.isEmpty { once.append("what can be read is too little alone (a name needs a birth date)") }
        return once.joined(separator: "; ")
    }
}
