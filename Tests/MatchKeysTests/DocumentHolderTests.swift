// Whose document it is, by the lines at its foot: the specimens of ICAO Doc 9303, and lines that are none.
import MatchKeys
import TestSupport
import Testing

@Suite struct DocumentHolderTests {
    private static let german =
        "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"

    /// The specimens of Doc 9303 parts 4 (passport), 5 (three lines) and 6 (two short lines).
    @Test(arguments: [
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", "L898902C3"),
        (
            "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
            "D23145890"
        ),
        ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6", "D23145890"),
    ])
    func theSpecimensAreRead(_ lines: String, _ number: String) {
        let columns = [
            "family_name": "ERIKSSON", "given_name": "ANNA MARIA", "birth_date": "1974-08-12", "sex": "F",
            "nationality": "UTO", "document_number": number, "document_country": "UTO",
        ]
        #expect(DocumentHolder.read(lines, year: 2026) == .columns(columns))
        #expect(DocumentHolder.read(lines.lowercased().replacing("\n", with: "\r\n"), year: 2026) == .columns(columns))
    }

    @Test func whatIsNoZoneIsRefusedWithoutBeingQuoted() {
        let lines = Self.german
        let other = lines.replacing("640812", with: "640813")
        #expect(DocumentHolder.read(other, year: 2026) == .refused(reason: "birth date check digit"))
        #expect(DocumentHolder.read("", year: 2026) == .refused(reason: "line length"))
        #expect(DocumentHolder.read(String(repeating: "A", count: 100_000), year: 2026) == .refused(reason: "too long"))
    }

    @Test func aBirthYearIsOfTheLastHundredYears() {
        let lines = Self.german
        guard case .columns(let columns) = DocumentHolder.read(lines, year: 2064),
            case .columns(let before) = DocumentHolder.read(lines, year: 2063)
        else {
            Issue.record("the specimen is not read")
            return
        }
        #expect(columns["birth_date"] == "2064-08-12" && before["birth_date"] == "1964-08-12")
    }

    @Test func changedLinesAreReadOrRefused() {
        var random = SplitMix64.announced("document lines", fallback: 0x5EED)
        for _ in 0..<20_000 {
            let bytes = random.mutate(Array(Self.german.utf8))
            switch DocumentHolder.read(String(decoding: bytes, as: UTF8.self), year: 2026) {
            case .columns(let columns): #expect(columns.values.allSatisfy { !$0.isEmpty && !$0.contains("<") })
            case .refused(let reason): #expect(!reason.isEmpty)
            }
        }
    }
}
