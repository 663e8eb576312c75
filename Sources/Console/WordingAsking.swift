/// Words for what of a question is read and asked, and who learns of it, in every language of the console.

import NodeCore

extension Wording {
    struct AskingWords: Sendable {
        /// Over the values of one subject, one by one.
        let readTitle, field, written, form, notRead, inPart, willNotBeRead, willBeInPart: String
        /// Why a value is not read, by the reason as NodeCore gives it.
        let reasons: [String: String]
        let note: @Sendable (_ note: QuestionNote) -> String
        /// What would leave.
        let asks: @Sendable (_ keys: Int, _ kinds: String, _ subjects: Int) -> String
        let learns: @Sendable (_ peer: String, _ keys: Int) -> String
        let nobodyLearns: String
        let ourQuota, theirQuota: @Sendable (_ left: Int, _ keys: Int, _ counted: String, _ until: String) -> String
        /// Under choices that are one agreement's.
        let ofAgreement: String
        /// Beside the form: before there is anything to say, and before what a question lacks.
        let outlookHint, notYet: String
        /// Where the panel cannot keep up.
        let unsaid: String
        /// Where the columns of a file are read by a guess.
        let seeColumns: String
    }

    /// A reason that this language has no words for stands as it came.
    func reason(_ reason: String) -> String { asking.reasons[reason] ?? reason }

    // MARK: English

    static let askingEnglish = AskingWords(
        readTitle: "How each value is read",
        field: "Field",
        written: "As written",
        form: "Canonical form, or why there is none",
        notRead: "not read, so not asked",
        inPart: "read in part",
        willNotBeRead: "will not be read",
        willBeInPart: "will be read in part",
        reasons: Dictionary(uniqueKeysWithValues: readReasons.map { ($0, $0) }),
        note: { $0.text },
        asks: { "\($0) keys (\($1)) about \($2) \(Plural.english($2) == .one ? "subject" : "subjects")" },
        learns: {
            """
            \($0) learns your agency, the agreement, purpose, legal basis and offence, how soon you need it, \($1) keys \
            (padded) and their kinds. It does not learn the values.
            """
        },
        nobodyLearns: "Nobody is asked, so nobody learns anything.",
        ourQuota: { "our quota: \($0) of \($1) keys left \($2), until \($3)" },
        theirQuota: { "its quota: \($0) of \($1) keys left \($2), until \($3), as far as we know" },
        ofAgreement: "Those of the agreement above. After a change of it, check first to see its own.",
        outlookHint:
            "What each peer would do with your question, and what it would learn, stands here as you fill in the form, or once you press Check first.",
        notYet: "Cannot be sent yet:",
        unsaid: "What would happen now is not known here. Press Check first.",
        seeColumns: "Some columns of your file have other names than ours. See below how each is read, then send it."
    )

    /// Every reason that a value of a record may have.
    static let readReasons = [
        "EIP-55 checksum", "address of another coin", "all characters equal", "all zero", "ambiguous: day and month",
        "birth date check digit", "check digit", "check digits", "checksum", "composite check digit",
        "day without month", "document number check digit", "empty", "expiry date check digit", "length", "line length",
        "misplaced plus", "mixed-case bech32", "more than 32 values", "nine equal digits", "no digit", "no digits",
        "no letter or digit", "no match key is made of it", "no number", "no region", "no token left", "not a date",
        "not a station prefix", "not an IBAN country", "not an address", "not in the calendar",
        "optional data check digit", "structure", "test network", "the year alone", "too long", "too short",
        "two-digit year", "unexpected character", "unknown calling code", "unknown country", "unknown format",
        "unknown issuer", "unknown region", "year outside 1880-2100",
    ]

    // MARK: French

    private static let reasonsFrench = [
        "EIP-55 checksum": "somme de contrôle EIP-55", "address of another coin": "adresse d'une autre monnaie",
        "all characters equal": "caractères tous égaux", "all zero": "que des zéros",
        "ambiguous: day and month": "ambigu : jour et mois",
        "birth date check digit": "chiffre de contrôle de la date de naissance",
        "check digit": "chiffre de contrôle", "check digits": "chiffres de contrôle",
        "checksum": "somme de contrôle", "composite check digit": "chiffre de contrôle composé",
        "day without month": "jour sans mois",
        "document number check digit": "chiffre de contrôle du numéro de document", "empty": "vide",
        "expiry date check digit": "chiffre de contrôle de la date d'expiration", "length": "longueur",
        "line length": "longueur de ligne", "misplaced plus": "signe plus mal placé",
        "mixed-case bech32": "bech32 en majuscules et minuscules", "more than 32 values": "plus de 32 valeurs",
        "nine equal digits": "neuf chiffres égaux", "no digit": "aucun chiffre", "no digits": "aucun chiffre",
        "no letter or digit": "ni lettre ni chiffre", "no match key is made of it": "aucune clé n'en est faite",
        "no number": "aucun numéro", "no region": "aucune région (indicatif du pays)",
        "no token left": "aucun mot de nom", "not a date": "pas une date",
        "not a station prefix": "pas un préfixe de station", "not an IBAN country": "pas un pays de l'IBAN",
        "not an address": "pas une adresse", "not in the calendar": "pas dans le calendrier",
        "optional data check digit": "chiffre de contrôle des données facultatives", "structure": "structure",
        "test network": "réseau d'essai", "the year alone": "l'année seule", "too long": "trop long",
        "too short": "trop court", "two-digit year": "année à deux chiffres",
        "unexpected character": "caractère inattendu", "unknown calling code": "indicatif inconnu",
        "unknown country": "pays inconnu", "unknown format": "format inconnu",
        "unknown issuer": "émetteur inconnu", "unknown region": "région inconnue",
        "year outside 1880-2100": "année hors de 1880-2100",
    ]

    static let askingFrench = AskingWords(
        readTitle: "Comment chaque valeur est lue",
        field: "Champ",
        written: "Tel qu'écrit",
        form: "Forme canonique, ou pourquoi il n'y en a pas",
        notRead: "non lu, donc non demandé",
        inPart: "lu en partie",
        willNotBeRead: "ne sera pas lu",
        willBeInPart: "sera lu en partie",
        reasons: reasonsFrench,
        note: { note in
            switch note {
            case .unread(let value):
                let fate = value.isPart ? "lu en partie" : "non lu, donc non demandé"
                let reason = reasonsFrench[value.reason] ?? value.reason
                return "\(value.place) : \(fate) : \(reason)"
            case .moreUnread(let count):
                return Plural.french(count) == .one
                    ? "et une autre valeur non lue ou lue en partie"
                    : "et \(count) autres valeurs non lues ou lues en partie"
            case .outsideAgreement(let kinds):
                return "hors de cet accord, non demandé : \(kinds.joined(separator: ", "))"
            case .keyless(let count, let all): return "sans clé, non demandé : \(count) personnes ou choses sur \(all)"
            case .stayedHome(let subjects, let more, let peer, let reason):
                let about = subjects.joined(separator: ", ") + (more > 0 ? " et \(more) de plus" : "")
                return "\(about) : non demandé à \(peer) ; \(reason)"
            case .moreStayedHome(let count): return "et \(count) de plus, non demandé"
            case .asksAgain(let handle): return "redemande pour la concordance \(handle), dont l'époque est finie"
            case .unknownAgreement(let known):
                return
                    "refusé : aucun accord de ce nom dans les règles en vigueur (elles ont \(known.joined(separator: ", ")))"
            }
        },
        asks: {
            let about = Plural.french($2) == .one ? "personne ou chose" : "personnes ou choses"
            return "\($0) clés (\($1)) au sujet de \($2) \(about)"
        },
        learns: {
            """
            \($0) apprend votre service, l'accord, la finalité, la base juridique et l'infraction, le délai voulu, \($1) clés \
            (complétées) et leurs types. Il n'apprend pas les valeurs.
            """
        },
        nobodyLearns: "Personne n'est interrogé, donc personne n'apprend rien.",
        ourQuota: { "notre quota : reste \($0) clés sur \($1) (\($2)), jusqu'au \($3)" },
        theirQuota: { "son quota : reste \($0) clés sur \($1) (\($2)), jusqu'au \($3), à notre connaissance" },
        ofAgreement: "Ceux de l'accord ci-dessus. S'il change, vérifiez d'abord pour voir les siens.",
        outlookHint:
            "Ce que chaque partenaire ferait de votre question, et ce qu'il en apprendrait, s'affiche ici à mesure que vous remplissez le formulaire, ou après « Vérifier d'abord ».",
        notYet: "Ne peut pas encore être envoyée :",
        unsaid: "Ce qui se passerait maintenant n'est pas connu ici. Cliquez sur « Vérifier d'abord ».",
        seeColumns:
            "Certaines colonnes de votre fichier portent d'autres noms que les nôtres. Voyez plus bas comment chacune est lue, puis envoyez."
    )

    // MARK: Arabic

    private static let reasonsArabic = [
        "EIP-55 checksum": "مجموع التحقق EIP-55", "address of another coin": "عنوان عملة أخرى",
        "all characters equal": "كل الأحرف متساوية", "all zero": "أصفار فقط",
        "ambiguous: day and month": "ملتبس: اليوم والشهر", "birth date check digit": "رقم تحقق تاريخ الميلاد",
        "check digit": "رقم التحقق", "check digits": "أرقام التحقق", "checksum": "مجموع التحقق",
        "composite check digit": "رقم التحقق المركّب", "day without month": "يوم بلا شهر",
        "document number check digit": "رقم تحقق رقم الوثيقة", "empty": "فارغ",
        "expiry date check digit": "رقم تحقق تاريخ الانتهاء", "length": "الطول", "line length": "طول السطر",
        "misplaced plus": "علامة زائد في غير موضعها", "mixed-case bech32": "bech32 بأحرف كبيرة وصغيرة معًا",
        "more than 32 values": "أكثر من 32 قيمة", "nine equal digits": "تسعة أرقام متساوية",
        "no digit": "لا رقم فيه", "no digits": "لا أرقام فيه", "no letter or digit": "لا حرف ولا رقم فيه",
        "no match key is made of it": "لا يُصنع منه مفتاح", "no number": "لا رقم فيه",
        "no region": "بلا منطقة (رمز البلد)", "no token left": "لا اسم فيه", "not a date": "ليس تاريخًا",
        "not a station prefix": "ليست بادئة محطة", "not an IBAN country": "ليس بلدًا من بلدان IBAN",
        "not an address": "ليس عنوانًا", "not in the calendar": "ليس في التقويم",
        "optional data check digit": "رقم تحقق البيانات الاختيارية", "structure": "البنية",
        "test network": "شبكة تجريبية", "the year alone": "السنة وحدها", "too long": "طويل جدًا",
        "too short": "قصير جدًا", "two-digit year": "سنة من رقمين", "unexpected character": "حرف غير متوقع",
        "unknown calling code": "رمز اتصال مجهول", "unknown country": "بلد مجهول",
        "unknown format": "صيغة مجهولة", "unknown issuer": "جهة إصدار مجهولة", "unknown region": "منطقة مجهولة",
        "year outside 1880-2100": "سنة خارج 1880-2100",
    ]

    static let askingArabic = AskingWords(
        readTitle: "كيف تُقرأ كل قيمة",
        field: "الحقل",
        written: "كما كُتبت",
        form: "الصيغة المعيارية، أو سبب عدم وجودها",
        notRead: "لم تُقرأ، فلم يُسأل عنها",
        inPart: "قُرئت جزئيًا",
        willNotBeRead: "لن تُقرأ",
        willBeInPart: "ستُقرأ جزئيًا",
        reasons: reasonsArabic,
        note: { note in
            switch note {
            case .unread(let value):
                let fate = value.isPart ? "قُرئ جزئيًا" : "لم يُقرأ، فلم يُسأل عنه"
                let reason = reasonsArabic[value.reason] ?? value.reason
                return "\(value.place): \(fate): \(reason)"
            case .moreUnread(let count): return "وقيم أخرى لم تُقرأ أو قُرئت جزئيًا، عددها: \(count)"
            case .outsideAgreement(let kinds):
                return "خارج هذا الاتفاق، لم يُسأل عنه: \(kinds.joined(separator: "، "))"
            case .keyless(let count, let all): return "بلا مفتاح، لم يُسأل عنهم: \(count) من \(all)"
            case .stayedHome(let subjects, let more, let peer, let reason):
                let about = subjects.joined(separator: "، ") + (more > 0 ? "، وغيرهم، عددهم: \(more)" : "")
                return "\(about): لم يُسأل \(peer) عنهم؛ \(reason)"
            case .moreStayedHome(let count): return "وغيرهم لم يُسأل عنهم، عددهم: \(count)"
            case .asksAgain(let handle): return "يسأل من جديد عن التطابق \(handle) الذي انتهت حقبته"
            case .unknownAgreement(let known):
                return "مرفوض: لا اتفاق بهذا الاسم في القواعد السارية (فيها \(known.joined(separator: "، ")))"
            }
        },
        asks: { "عدد المفاتيح: \($0) (\($1))، عدد من يُسأل عنهم: \($2)" },
        learns: {
            """
            يعرف \($0) جهتك والاتفاق والغرض والأساس القانوني والجريمة ومدى الاستعجال وعدد المفاتيح (بعد الإكمال): \($1) وأنواعها. \
            ولا يعرف القيم.
            """
        },
        nobodyLearns: "لا يُسأل أحد، فلا يعرف أحد شيئًا.",
        ourQuota: { "حصتنا: بقي \($0) من \($1) من المفاتيح (\($2)) حتى \($3)" },
        theirQuota: { "حصته: بقي \($0) من \($1) من المفاتيح (\($2)) حتى \($3)، بحسب علمنا" },
        ofAgreement: "ما يخص الاتفاق أعلاه. إن غيّرته فتحقّق أولًا لترى ما يخصه.",
        outlookHint: "يظهر هنا أثناء ملء النموذج، أو بعد «تحقق أولًا»، ما سيفعله كل شريك بسؤالك وما سيعرفه منه.",
        notYet: "لا يمكن إرساله بعد:",
        unsaid: "لا يُعرف هنا ما سيحدث الآن. اضغط «تحقق أولًا».",
        seeColumns: "لبعض أعمدة ملفك أسماء غير أسماء أعمدتنا. انظر أدناه كيف يُقرأ كل منها ثم أرسل."
    )
}
