/// A guess which columns of a foreign file are which of ours, from their names alone. Knows words of headers, no cells.

import Foundation
import MatchKeys

public struct HeaderGuess: Sendable, Equatable {
    /// One column under its name in the file and the name it seems to have here.
    public struct Pair: Sendable, Equatable {
        public var theirs: String
        public var ours: String
    }

    /// In the file's order; no two have the same name here.
    public private(set) var pairs: [Pair] = []

    /// - Parameter header: the names of the file's columns. Those that are ours already need no guess.
    public init(_ header: [String]) {
        var taken = Set(header.filter(Record.knownColumns.contains))
        for name in header where !Record.knownColumns.contains(name) {
            guard let column = Self.words[Self.fold(name)], taken.insert(column).inserted else { continue }
            pairs.append(Pair(theirs: name, ours: column))
        }
    }

    public var columnNames: [String: String] {
        Dictionary(pairs.map { ($0.theirs, $0.ours) }, uniquingKeysWith: { first, _ in first })
    }

    /// The guess as a file for `--map`.
    public var yaml: String {
        pairs.map { "\(Self.quoted($0.theirs)): \($0.ours)\n" }.joined()
    }

    private static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }

    /// Letters and digits alone, in lower case and without marks: `Date de naissance` is `datedenaissance`.
    private static func fold(_ name: String) -> String {
        guard name.utf8.count <= 256 else { return "" }
        var result = String.UnicodeScalarView()
        for scalar in name.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars
        where scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal {
            result.append(scalar)
        }
        return String(result)
    }

    /// Folded word -> column. English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Polish, Greek, Turkish.
    private static let words: [String: String] = {
        let lists: [String: String] = [
            "id": "id no nr number recordid personid subjectid identifier caseid kennung aktenzeichen numero lfdnr",
            "given_name": """
            givenname givennames firstname firstnames forename forenames christianname fname vorname vornamen \
            prenom prenoms nombre nombres nome primeironome voornaam voornamen fornamn imie imiona ονομα ad isim
            """,
            "family_name": """
            familyname lastname surname surnames lname nachname familienname zuname nom nomdefamille apellido \
            apellidos cognome sobrenome apelido achternaam efternamn nazwisko επωνυμο επιθετο soyad soyadi soyadı
            """,
            "full_name": """
            fullname name wholename completename personname namefull vollername gesamtname nomcomplet \
            nombrecompleto nomecompleto nomecognome volledigenaam ονοματεπωνυμο adsoyad
            """,
            "birth_date": """
            birthdate dateofbirth dob birthday bdate borndate geburtsdatum gebdat gebdatum datedenaissance \
            ddn fechadenacimiento fechanacimiento datadinascita datadenascimento datanascimento geboortedatum \
            fodelsedatum dataurodzenia ημερομηνιαγεννησης dogumtarihi
            """,
            "sex": "sex gender geschlecht sexe sexo sesso geslacht kon plec φυλο cinsiyet",
            "nationality": """
            nationality nationalities citizenship nat staatsangehorigkeit nationalitat nationalite nacionalidad \
            nazionalita cittadinanza nacionalidade nationaliteit medborgarskap obywatelstwo υπηκοοτητα uyruk
            """,
            "birth_place": """
            birthplace placeofbirth pob geburtsort lieudenaissance lugardenacimiento luogodinascita \
            localdenascimento geboorteplaats fodelseort miejsceurodzenia τοποςγεννησης dogumyeri
            """,
            "document_number": """
            documentnumber documentno docnumber docno passport passportnumber passportno passportnr passnummer \
            passnr reisepassnummer ausweisnummer numerodepasseport numeropasseport passeport pasaporte \
            numerodepasaporte passaporto numeropassaporto paspoort paspoortnummer paszport αριθμοςδιαβατηριου
            """,
            "document_country": """
            documentcountry issuingcountry countryofissue passportcountry issuer ausstellungsland \
            paysdelivrance paisdeexpedicion paesedirilascio
            """,
            "document_type": "documenttype doctype typeofdocument dokumenttyp dokumentart typededocument",
            "phone": """
            phonenumber telephone telephonenumber tel telno mobile mobilenumber mobilephone cell cellphone msisdn \
            telefon telefonnummer handy mobiltelefon numerodetelephone telefono telefoon τηλεφωνο
            """,
            "email": "emailaddress mail mailaddress emailadresse courriel correo correoelectronico postaelettronica",
            "plate": """
            licenseplate licenceplate platenumber plateno registrationnumber regno numberplate kennzeichen \
            plaque immatriculation matricula targa kenteken
            """,
            "vin": "vinnumber chassisnumber chassisno fahrgestellnummer fin telaio",
            "imo": "imonumber imono",
            "mmsi": "mmsinumber mmsino",
            "imei": "imeinumber imeino",
            "iban": "ibannumber accountiban bankaccount kontonummer",
            "wallet": "walletaddress cryptowallet cryptoaddress walletadresse",
            "address":
                "streetaddress street addressline addressline1 adresse strasse straße rue direccion indirizzo adres",
            "postcode": "postalcode zip zipcode plz postleitzahl codepostal codigopostal cap",
            "city": "town stadt ort ville ciudad citta cidade plaats",
            "country": "countryofresidence residencecountry land pays pais paese",
            "offence": "offense crime delikt straftat",
            "expires": "expiry expirydate retention retainuntil deleteafter",
            "recorded": "recordedon entrydate dateadded",
        ]
        var words: [String: String] = [:]
        for (column, list) in lists {
            for word in list.split(whereSeparator: \.isWhitespace) { words[fold(String(word))] = column }
            words[fold(column)] = column
        }
        return words
    }()
}
