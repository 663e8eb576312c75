/// Words of the pages of cases, in every language of the console.

import NodeCore

extension Wording {
    struct CaseWords: Sendable {
        let title, none, unknown, questions, hits, requests, latest, allPeers, onlyPeer, show: String
        let caseTitle: @Sendable (_ reference: String) -> String
        let noHits, noRequests, released, hitOnly: String
        let timeline, event, asked, requested, erased, noEvents, tooMany, seeTable, chart, chartNote: String
        let state, open, closed, close, closeHint: String
        let closedBy: @Sendable (_ moment: String, _ account: String) -> String
        let exportTitle, exportIntro, export, lacks, nothingReleased: String
        /// What each form of file has no place for.
        let formLacks: @Sendable (RecordForm) -> String
    }

    // MARK: English

    static let casesEnglish = CaseWords(
        title: "Cases",
        none: "No question was asked under a case number yet. Each case will stand here with what came of it.",
        unknown: "There is no case of that number: no question was asked under it, or all of them are erased.",
        questions: "Questions",
        hits: "Hits",
        requests: "Requests and releases",
        latest: "Asked last",
        allPeers: "all",
        onlyPeer: "Only what concerns",
        show: "Show",
        caseTitle: { "Case \($0)" },
        noHits: "There is no hit.",
        noRequests: "Nothing was requested.",
        released: "released",
        hitOnly: "hit only",
        timeline: "In time",
        event: "What",
        asked: "question asked",
        requested: "data requested",
        erased: "data erased",
        noEvents: "Nothing happened yet.",
        tooMany: "There are too many for a picture; the tables have them all.",
        seeTable: "A picture of what the table beside it says",
        chart: "Who is connected with what",
        chartNote: """
            Left whom we asked about, in the middle what agreed, right what stands at a peer: solid where it was released, dashed \
            where there is a hit only.
            """,
        state: "State",
        open: "open",
        closed: "closed",
        close: "Close this case",
        closeHint:
            "It can still be read, and nothing is erased by it. The next question under its number opens it again.",
        closedBy: { "Closed \($0) by \($1). A new question under its number opens it again." },
        exportTitle: "Export this case",
        exportIntro: """
            As it is chosen above: CSV holds what was asked, found and requested; the other forms hold what was released, each \
            record with its handling code, onward rule, agency and last day. Each release that leaves is in the audit log as \
            looked at, and the export itself.
            """,
        export: "Export",
        lacks: "What a form has no place for",
        nothingReleased: "Nothing of this case can leave in this form: nothing was released, or all of it is erased.",
        formLacks: {
            switch $0 {
            case .csv: "every released value."
            case .ftm:
                """
                questions, answers, hits and requests; VIN, IMEI, postcode and city; offence, category of a person and what \
                else rules read.
                """
            case .umf:
                """
                questions, answers, hits and requests; vessels, vehicles and accounts; plates, VIN, IMEI, IBAN and wallets; \
                what rules read.
                """
            case .stix:
                """
                questions, answers, hits and requests; of a person everything but name, e-mail, telephone and description; \
                vessels, vehicles and accounts.
                """
            }
        }
    )

    // MARK: French

    static let casesFrench = CaseWords(
        title: "Dossiers",
        none:
            "Aucune question n'a encore été posée sous un numéro de dossier. Chaque dossier figurera ici avec ses suites.",
        unknown: "Il n'y a pas de dossier de ce numéro : aucune question n'y a été posée, ou toutes sont effacées.",
        questions: "Questions",
        hits: "Concordances",
        requests: "Demandes et communications",
        latest: "Dernière question",
        allPeers: "tous",
        onlyPeer: "Seulement ce qui concerne",
        show: "Afficher",
        caseTitle: { "Dossier \($0)" },
        noHits: "Il n'y a aucune concordance.",
        noRequests: "Rien n'a été demandé.",
        released: "communiquée",
        hitOnly: "concordance seule",
        timeline: "Dans le temps",
        event: "Quoi",
        asked: "question posée",
        requested: "données demandées",
        erased: "données effacées",
        noEvents: "Rien ne s'est encore passé.",
        tooMany: "Il y en a trop pour une image ; les tableaux les ont tous.",
        seeTable: "Une image de ce que dit le tableau voisin",
        chart: "Qui est lié à quoi",
        chartNote: """
            À gauche sur qui nous avons interrogé, au milieu ce qui concorde, à droite ce qui se trouve chez un partenaire : trait \
            plein si c'est communiqué, tirets s'il n'y a qu'une concordance.
            """,
        state: "État",
        open: "ouvert",
        closed: "clos",
        close: "Clore ce dossier",
        closeHint: "Il reste lisible et rien n’est effacé. La prochaine question sous son numéro le rouvre.",
        closedBy: { "Clos le \($0) par \($1). Une nouvelle question sous son numéro le rouvre." },
        exportTitle: "Exporter ce dossier",
        exportIntro: """
            Selon le choix ci-dessus : le CSV contient ce qui a été demandé, trouvé et sollicité ; les autres formats \
            contiennent ce qui a été communiqué, chaque fiche avec son code de traitement, sa règle de retransmission, son \
            service et son dernier jour. Chaque communication qui sort est inscrite comme consultée dans le journal d'audit, \
            et l'export lui-même aussi.
            """,
        export: "Exporter",
        lacks: "Ce qui n'a pas de place dans un format",
        nothingReleased:
            "Rien de ce dossier ne peut sortir sous ce format : rien n'a été communiqué, ou tout est effacé.",
        formLacks: {
            switch $0 {
            case .csv: "toute valeur communiquée."
            case .ftm:
                """
                questions, réponses, concordances et demandes ; VIN, IMEI, code postal et ville ; infraction, catégorie de \
                personne et ce que lisent les règles.
                """
            case .umf:
                """
                questions, réponses, concordances et demandes ; navires, véhicules et comptes ; plaques, VIN, IMEI, IBAN et \
                portefeuilles ; ce que lisent les règles.
                """
            case .stix:
                """
                questions, réponses, concordances et demandes ; d'une personne, tout sauf nom, courriel, téléphone et \
                description ; navires, véhicules et comptes.
                """
            }
        }
    )

    // MARK: Arabic

    static let casesArabic = CaseWords(
        title: "القضايا",
        none: "لم يُطرح بعد أي سؤال تحت رقم قضية. ستظهر هنا كل قضية مع ما نتج عنها.",
        unknown: "لا توجد قضية بهذا الرقم: لم يُطرح تحته سؤال، أو مُحيت أسئلته كلها.",
        questions: "الأسئلة",
        hits: "التطابقات",
        requests: "الطلبات والإفصاحات",
        latest: "آخر سؤال",
        allPeers: "الكل",
        onlyPeer: "ما يخص فقط",
        show: "اعرض",
        // A number that comes first would be taken apart from what follows it.
        caseTitle: { "القضية \u{2068}\($0)\u{2069}" },
        noHits: "لا يوجد أي تطابق.",
        noRequests: "لم يُطلب شيء.",
        released: "أُفصح عنه",
        hitOnly: "تطابق فقط",
        timeline: "في الزمن",
        event: "ماذا",
        asked: "طُرح سؤال",
        requested: "طُلبت بيانات",
        erased: "مُحيت بيانات",
        noEvents: "لم يحدث شيء بعد.",
        tooMany: "هي أكثر من أن تُرسم؛ الجداول تحتويها كلها.",
        seeTable: "صورة لما يقوله الجدول المجاور",
        chart: "من يرتبط بماذا",
        chartNote: """
            على اليسار من سألنا عنه، وفي الوسط ما تطابق، وعلى اليمين ما لدى شريك: خط متصل إن أُفصح عنه، ومتقطع إن كان تطابقًا فقط.
            """,
        state: "الحالة",
        open: "مفتوحة",
        closed: "مغلقة",
        close: "إغلاق هذه القضية",
        closeHint: "تبقى مقروءة ولا يُمحى شيء. والسؤال التالي تحت رقمها يفتحها من جديد.",
        closedBy: { "أغلقها \($1) في \($0). والسؤال الجديد تحت رقمها يفتحها من جديد." },
        exportTitle: "تصدير هذه القضية",
        exportIntro: """
            كما اختير أعلاه: يحوي CSV ما سُئل عنه وما وُجد وما طُلب؛ وتحوي الصيغ الأخرى ما أُفصح عنه، كل سجل مع رمز معالجته وقاعدة نقله \
            والجهة التي أفصحت عنه وآخر يوم لحفظه. كل إفصاح يخرج يُدوَّن في سجل التدقيق كاطلاع، والتصدير نفسه أيضًا.
            """,
        export: "صدّر",
        lacks: "ما لا مكان له في صيغة",
        nothingReleased: "لا شيء من هذه القضية يمكن أن يخرج بهذه الصيغة: لم يُفصح عن شيء، أو مُحي كله.",
        formLacks: {
            switch $0 {
            case .csv: "كل قيمة أُفصح عنها."
            case .ftm:
                """
                الأسئلة والأجوبة والتطابقات والطلبات؛ VIN وIMEI والرمز البريدي والمدينة؛ الجرم وصنف الشخص وما تقرؤه القواعد.
                """
            case .umf:
                """
                الأسئلة والأجوبة والتطابقات والطلبات؛ السفن والمركبات والحسابات؛ لوحات المركبات وVIN وIMEI وIBAN والمحافظ؛ ما تقرؤه \
                القواعد.
                """
            case .stix:
                """
                الأسئلة والأجوبة والتطابقات والطلبات؛ من الشخص كل شيء عدا الاسم والبريد الإلكتروني والهاتف والوصف؛ السفن والمركبات \
                والحسابات.
                """
            }
        }
    )
}
