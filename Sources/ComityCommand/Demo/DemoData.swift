/// What the demo's agencies know and ask. All persons, numbers and vessels are invented; numbers may by chance be
/// somebody's.

enum DemoData {
    /// The coast guard's records. Rows that policy keeps out of the index: k08 (H3), k09 (asks for protection), k10
    /// (another agency's, no consent).
    static let coast = """
        id,full_name,birth_date,nationality,document_number,document_country,phone,imo,mmsi,subject_category,offence,handling,originator
        k01,يوسف شاهين,1988-02-11,SYR,N00412876,SYR,+4915124427727,,,suspect,migrant-smuggling,H1,sound-coast
        k02,Ivan Petrov,1979-05-03,BGR,38201945,BGR,+359888123456,,,suspect,migrant-smuggling,H1,sound-coast
        k03,"Kola, Xhevdet",1987-11-19,XKX,P00971234,XKX,+38346425198,,,contact,drug-trafficking,H0,sound-coast
        k04,Mariam Haddad,1992-07-24,LBN,,,,,,suspect,trafficking-in-persons,H2,sound-coast
        k05,Олександр Бондаренко,1983-03-30,UKR,FT604211,UKR,+380671234567,,,suspect,cigarette-smuggling,H1,sound-coast
        k06,,,,,,,9074729,,vessel,migrant-smuggling,H0,sound-coast
        k07,,,,,,,,271058897,vessel,drug-trafficking,H1,sound-coast
        k08,Samir Aziz,1975-09-09,IRQ,A11873340,IRQ,+9647901234567,,,suspect,arms-trafficking,H3,sound-coast
        k09,Selam Tesfaye,2001-04-17,ERI,,,+291712345678,,,suspect;asylum_applicant,migrant-smuggling,H1,sound-coast
        k10,Lucia Moretti,1990-12-02,ITA,YA5512098,ITA,+393171795711,,,suspect,document-fraud,H1,harbour-customs
        k11,Ahmad Rahimi,1985-06-14,AFG,P07405652,AFG,+93701234567,,,convicted,migrant-smuggling,H1,sound-coast
        k12,Elif Erdoğan,1994-10-08,TUR,U44926136,TUR,+905321234567,,,suspect,migrant-smuggling,H1,sound-coast

        """
    static let coastRecords = 12
    static let coastKeptOut = ["narrow-sea/no-h3", "XS/protected-people", "XS/third-party-data"]

    /// The financial intelligence unit's records.
    static let fiu = """
        id,full_name,birth_date,nationality,iban,email,subject_category,offence,handling,originator
        f01,Yusuf Sahin,1988-02-11,SYR,DE89370400440532013000,,suspect,money-laundering,H1,sound-fiu
        f02,Petra Nowak,1969-01-22,POL,PL61109010140000071219812874,,suspect,money-laundering,H1,sound-fiu
        f03,Blue Anchor Shipping,,,GB29NWBK60161331926819,office@blue-anchor.example,object,money-laundering,H1,sound-fiu

        """
    static let fiuRecords = 3

    /// Whom the border police asks the coast guard about: written by other clerks, in another script.
    static let suspects = """
        id,full_name,birth_date,nationality,document_number,document_country,phone,imo,subject_category
        q1,Youssef Chahine,11.02.1988,Syria,,,0049 151 24427727,,suspect
        q2,PETROV IVAN,1979-05-03,Bulgaria,,,,,suspect
        q3,,,,,,,IMO 9074729,vessel
        q4,Samir Aziz,1975-09-09,Iraq,A11873340,IRQ,,,suspect
        q5,Maria Lindqvist,1981-08-15,Sweden,,,+46701234567,,suspect

        """
    /// Who of them the coast guard knows and may say so: by kinds that agree.
    static let expectedHits = [
        "q1": ["phone", "skeleton-dob"],
        "q2": ["skeleton-dob"],
        "q3": ["imo"],
    ]

    /// Somebody whom no agency knows.
    static let stranger = [
        "full_name": "Maria Lindqvist", "birth_date": "1981-08-15", "nationality": "Sweden", "phone": "+46701234567",
    ]
    /// Words of the stranger that must stand nowhere on the coast guard's disk.
    static let strangerTraces = ["Lindqvist", "lindqvist", "46701234567", "1981-08-15"]
}
