// How each value of a record is read, and that what is not read is found beside the keys of all that is.
import Testing

@testable import MatchKeys

@Suite struct ValueReadingTests {
    @Test(arguments: [
        ("phone", "+49 1512 441001", ValueReading.Outcome.read("+491512441001")),
        ("phone", "015124427727", .unread(reason: "no region")), ("imo", "9074720", .unread(reason: "check digit")),
        ("birth_date", "11.02.1988", .read("1988-02-11")),
        ("birth_date", "1988-02-31", .part(reason: "not in the calendar")),
        ("birth_date", "11/02/1988", .part(reason: "ambiguous: day and month")),
        ("birth_date", "1990-13-45", .unread(reason: "not in the calendar")),
        ("birth_date", "1988", .unread(reason: "the year alone")),
        ("nationality", "Atlantis", .unread(reason: "unknown country")),
        ("full_name", "Yusuf Sahin", .read("sahin yusuf")), ("full_name", "---", .unread(reason: "no token left")),
        ("given_name", "Y.", .part(reason: "no token left")), ("postcode", "--", .unread(reason: "no letter or digit")),
        ("city", "Wien", .read("Wien")), ("address", "?", .unread(reason: "no letter or digit")),
        ("address", "Ringstraße 5", .read("Ringstraße 5")), ("sex", "F", .unused),
    ])
    func eachValueShowsItsFormOrWhyNot(column: String, value: String, outcome: ValueReading.Outcome) {
        let record = Record(id: "r", columns: [column: [value]])
        #expect(record.readings.map(\.outcome) == [outcome])
        #expect(record.readings.allSatisfy { !"\($0)".contains(value) && !String(reflecting: $0).contains(value) })
        // The short way past what has keys leads to the same.
        let unread = record.unread(beside: KeyRecipe.current.keys(of: record))
        #expect(unread == record.readings.filter { $0.reason != nil })
    }

    @Test func whatIsNotReadIsFoundAmongWhatIs() {
        let record = Record(
            id: "r",
            columns: [
                "full_name": ["Yusuf Sahin"], "birth_date": ["1988-02-11"], "phone": ["+491512441001", "123"],
                "document_number": ["A24710140"], "document_country": ["EGY"], "nationality": ["EGY"],
                "email": ["a@b.example"], "iban": ["DE00 0000"],
            ]
        )
        let unread = record.unread(beside: KeyRecipe.current.keys(of: record))
        #expect(unread.map(\.column) == ["phone", "iban"] && unread.map(\.value) == ["123", "DE00 0000"])
        #expect(unread == record.readings.filter { $0.reason != nil })
    }

    @Test func ofTooManyValuesTheLastAreNotRead() {
        let phones = (0..<34).map { "+4915124410\($0 + 10)" }
        let record = Record(id: "r", columns: ["phone": phones])
        let unread = record.unread(beside: KeyRecipe.current.keys(of: record))
        #expect(unread.map(\.value) == Array(phones.suffix(2)))
        #expect(unread.allSatisfy { $0.reason == "more than 32 values" })
    }
}
