// Which countries a record names, field by field.
import MatchKeys
import Testing

@testable import NodeCore

@Suite struct NamedCountriesTests {
    @Test func everyFieldThatNamesACountryDoes() {
        let record = Record(
            id: "r",
            columns: [
                "nationality": ["MLT", "Greece", "mt", "nobody knows"], "birth_place": ["Valletta", "Tunisia"],
                "country": ["IT"], "document_number": ["GRC:AB1234567"],
                "phone": ["+35699123456", "+442079460000", "x"],
                "iban": ["DE89370400440532013000", "no iban"], "plate": ["ABC123 @GR", "XYZ99"], "full_name": ["Chad"],
            ]
        )
        let named = NamedCountries.of(record).map { "\($0.field) \($0.country)" }
        #expect(
            named == [
                "nationality GRC", "nationality MLT", "birth_place TUN", "country ITA", "document_number GRC",
                "phone GBR",
                "phone MLT", "iban DEU", "plate GRC",
            ]
        )
        #expect(NamedCountries.of(Record(id: "r")).isEmpty)
    }
}
