/// Words of the pages of cases, in every language of the console.

extension Wording {
    struct CaseWords: Sendable {
        let title, none, unknown, questions, hits, requests, latest, allPeers, onlyPeer, show: String
        let caseTitle: @Sendable (_ reference: String) -> String
        let noHits, noRequests, released, hitOnly: String
        let timeline, event, asked, requested, erased, noEvents, tooMany, seeTable, chart, chartNote: String
        let exportTitle, exportIntro, export: String
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
        exportTitle: "Export this case",
        exportIntro: """
            Questions, hits and requests as CSV, as they are chosen above. Without released values: each look at those is on the \
            request's page. The export is in the audit log.
            """,
        export: "Export"
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
        exportTitle: "Exporter ce dossier",
        exportIntro: """
            Questions, concordances et demandes en CSV, selon le choix ci-dessus. Sans les valeurs communiquées : on les consulte \
            sur la page de la demande. L'export est inscrit dans le journal d'audit.
            """,
        export: "Exporter"
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
        caseTitle: { "القضية \($0)" },
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
        exportTitle: "تصدير هذه القضية",
        exportIntro: """
            الأسئلة والتطابقات والطلبات بصيغة CSV، كما اختيرت أعلاه. بلا القيم المُفصح عنها: الاطلاع عليها في صفحة الطلب. التصدير \
            يُدوَّن في سجل التدقيق.
            """,
        export: "صدّر"
    )
}
