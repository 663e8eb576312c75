/// The elements of a person in XML after the Universal Message Format, and their columns. Knows names only.
///
/// The schema files of UMF are handed to authorities and not published. Names here follow the data fields of Commission
/// Implementing Decision (EU) 2023/221; reading goes by local names in any namespace and takes their usual variants.

enum UMFElements {
    /// The namespace of what is written here.
    static let namespace = "urn:comity:umf-person:1"
    static let root = "Persons"
    static let person = "Person"
    static let document = "TravelDocument"
    static let address = "Address"
    /// What the file says of itself, beside the persons.
    static let remark = "Remark"

    /// Elements of a person, in the order written.
    static let fields: [(element: String, column: String)] = [
        ("FullName", "full_name"), ("FamilyName", "family_name"), ("FirstName", "given_name"),
        ("DateOfBirth", "birth_date"), ("PlaceOfBirth", "birth_place"), ("Gender", "sex"),
        ("Nationality", "nationality"), ("TelephoneNumber", "phone"), ("EmailAddress", "email"),
    ]
    static let addressFields: [(element: String, column: String)] = [
        ("StreetAddress", "address"), ("PostalCode", "postcode"), ("City", "city"), ("Country", "country"),
    ]

    /// What fields of kinds of their own begin with, so that they are written as they were read.
    static let ownPrefix = "umf_"

    private static let variants: [String: String] = [
        "surname": "family_name", "lastname": "family_name", "familynames": "family_name",
        "givenname": "given_name", "givennames": "given_name", "firstnames": "given_name", "name": "full_name",
        "birthdate": "birth_date", "birthplace": "birth_place", "sex": "sex", "citizenship": "nationality",
        "phone": "phone", "phonenumber": "phone", "telephone": "phone", "email": "email",
        "street": "address", "addressline": "address", "postcode": "postcode", "town": "city",
    ]
    private static let columns: [String: String] = {
        let written = (fields + addressFields).map { ($0.element.lowercased(), $0.column) }
        return variants.merging(written) { _, own in own }
    }()

    /// Elements that hold one document.
    static func isDocument(_ name: String) -> Bool {
        ["traveldocument", "identitydocument", "document"].contains(name.lowercased())
    }

    enum DocumentPart { case number, country, type }

    static func documentPart(_ name: String) -> DocumentPart? {
        switch name.lowercased() {
        case "documentnumber", "number": .number
        case "issuingcountry", "countryofissue", "country": .country
        case "documenttype", "type": .type
        default: nil
        }
    }

    static func isIdentifier(_ name: String) -> Bool {
        ["personidentifier", "identifier", "personid"].contains(name.lowercased())
    }

    static func column(_ name: String) -> String? { columns[name.lowercased()] }
}
