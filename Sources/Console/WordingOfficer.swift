/// Words of the officer's pages on the log as a whole, in every language of the console.

extension Wording {
    struct OfficerWords: Sendable {
        let tools: String
        let subjectTitle, subjectIntro, subjectHint, subjectFind, subjectNone, subjectLimits: String
        let subjectFound: @Sendable (_ count: Int) -> String
        let pruned: @Sendable (_ count: Int) -> String
        let to, from, basis, data, keptUntil: String
        /// Up to which entry a result counts.
        let asOf: @Sendable (_ size: Int) -> String
        let statisticsTitle, statisticsIntro, below, belowHint, count, span: String
        let fewer: @Sendable (_ below: Int) -> String
        let questions, requests, others, way, weAsked, wereAsked, number, keys, hitRate, median, late: String
        let approved, refused, released, overdue: String
        let erasuresDue, erasuresDone, erasuresLate, recordsErased, valuesErased: String
        let holdsPlaced, holdsLifted, failedLogins, refusedAccess, auditReads, revealed, exported: String
        let brokenGlass, witnessed: String
        let reconcileTitle, reconcileIntro, file, fileHint, compare, noFile, alike, exchange, finding: String
        let matched: @Sendable (_ count: Int, _ peer: String) -> String
        let onlyHere: String
        let onlyThere: @Sendable (_ peer: String) -> String
        let differs, pending: String
        let exportTitle, exportIntro, format, csv, jsonLines, ground, groundHint, export, emptyFilter: String
        let openTitle, openIntro, query, queryHint, sample, sampleHint, noSample, auditor, open: String
    }

    // MARK: English

    static let officerEnglish = OfficerWords(
        tools: "More on the log",
        subjectTitle: "Subject report",
        subjectIntro: """
            What was asked, released and received about one person, for their request for access. Officials are not named. \
            Whether the law lets the person be told is for you to decide.
            """,
        subjectHint: "An identifier suffices; a name goes with a full date of birth.",
        subjectFind: "Find",
        subjectNone: "The log holds nothing about this person.",
        subjectLimits:
            "What peers asked us is not here: this node does not know about whom, until something was released.",
        subjectFound: {
            Plural.english($0) == .one ? "\($0) entry about this person" : "\($0) entries about this person"
        },
        pruned: { Plural.english($0) == .one ? "\($0) entry more was pruned." : "\($0) entries more were pruned." },
        to: "to",
        from: "from",
        basis: "Legal basis",
        data: "Data",
        keptUntil: "Keep until",
        asOf: { "As of entry \($0)." },
        statisticsTitle: "Statistics",
        statisticsIntro: """
            Questions, disclosures, delays, erasures and oversight in numbers. A question or request counts in the span it began \
            in.
            """,
        below: "Withhold counts below",
        belowHint: "So that a published table singles nobody out. 0 withholds none.",
        count: "Count",
        span: "Days in UTC; empty: from the beginning, up to now.",
        fewer: { "fewer than \($0)" },
        questions: "Questions",
        requests: "Disclosure requests",
        others: "Erasure and oversight",
        way: "Direction",
        weAsked: "asked by us",
        wereAsked: "asked of us",
        number: "Number",
        keys: "Keys",
        hitRate: "With hits, %",
        median: "Median / 95 % / longest, ms",
        late: "Late / with a deadline",
        approved: "Approved",
        refused: "Refused",
        released: "Released",
        overdue: "Overdue",
        erasuresDue: "Releases to be erased in the span",
        erasuresDone: "of those erased",
        erasuresLate: "of those late",
        recordsErased: "Records erased",
        valuesErased: "Values of the log erased",
        holdsPlaced: "Legal holds placed",
        holdsLifted: "Legal holds lifted",
        failedLogins: "Failed sign-ins",
        refusedAccess: "Refused access",
        auditReads: "Reads of the log",
        revealed: "Values of the log shown",
        exported: "Exports",
        brokenGlass: "Rules overridden in an emergency",
        witnessed: "Entries that witnesses signed, of all",
        reconcileTitle: "Reconcile with a peer",
        reconcileIntro: """
            Compares what our log and a peer's say of the same exchanges. Each side's silence shows in the other's log. The peer's \
            copy may be without entries: then the receipts in ours are compared with its tree.
            """,
        file: "The peer's log",
        fileHint: "An uncompressed tar archive of its log folder, at most 16 MiB. The peer makes it by:",
        compare: "Compare",
        noFile: "No file was chosen.",
        alike: "Both logs tell the same.",
        exchange: "Question or request",
        finding: "What was found",
        matched: { count, peer in
            Plural.english(count) == .one
                ? "\(count) exchange with \(peer) is told alike." : "\(count) exchanges with \(peer) are told alike."
        },
        onlyHere: "Only in our log",
        onlyThere: { "Only in the log of \($0)" },
        differs: "Told differently",
        pending: "Not acknowledged yet, or beyond the copy's end",
        exportTitle: "Export entries",
        exportIntro: """
            Entries in one file, without personal values. That they left, and why, is in the log. For a court, with a proof for \
            each and a signed manifest: comity audit export at the command line.
            """,
        format: "Form",
        csv: "CSV, for a spreadsheet",
        jsonLines: "JSON Lines, the entries byte for byte",
        ground: "Ground",
        groundHint: "One line; it stands in the log in clear, so no names.",
        export: "Export",
        emptyFilter: "Fields that are left empty limit nothing.",
        openTitle: "Open drawn keys",
        openIntro: """
            An auditor draws keys of a question that was asked, and sees them in clear, to check that they fit the case. The file \
            is for the auditor alone, never for the peer; comity audit open checks it against both logs. That the keys were \
            shown, to whom and which, is in the log first.
            """,
        query: "Query to one peer",
        queryHint: "Its id, as query.asked in the log names it.",
        sample: "Keys",
        sampleHint:
            "How many, to be drawn by this node; or positions from 0 on that the auditor drew, separated by commas.",
        noSample: "This is neither a number of keys nor a list of positions.",
        auditor: "Auditor",
        open: "Open them"
    )

    // MARK: French

    static let officerFrench = OfficerWords(
        tools: "Autres vues du journal",
        subjectTitle: "Rapport sur une personne",
        subjectIntro: """
            Ce qui a été demandé, communiqué et reçu sur une personne, pour sa demande d'accès. Aucun agent n'est nommé. C'est à \
            vous de décider si la loi permet de le dire à la personne.
            """,
        subjectHint: "Un identifiant suffit ; un nom va avec une date de naissance complète.",
        subjectFind: "Chercher",
        subjectNone: "Le journal ne contient rien sur cette personne.",
        subjectLimits: """
            Ce que les partenaires nous ont demandé n'est pas ici : ce nœud ne sait pas sur qui, tant que rien n'est communiqué.
            """,
        subjectFound: {
            Plural.french($0) == .one
                ? "\($0) inscription sur cette personne" : "\($0) inscriptions sur cette personne"
        },
        pruned: {
            Plural.french($0) == .one
                ? "\($0) autre inscription a été élaguée." : "\($0) autres inscriptions ont été élaguées."
        },
        to: "à",
        from: "de",
        basis: "Base juridique",
        data: "Données",
        keptUntil: "À garder jusqu'au",
        asOf: { "Jusqu'à l'inscription \($0)." },
        statisticsTitle: "Statistiques",
        statisticsIntro: """
            Questions, communications, délais, effacements et surveillance en chiffres. Une question ou une demande compte dans la \
            période où elle a commencé.
            """,
        below: "Taire les nombres inférieurs à",
        belowHint: "Pour qu'un tableau publié ne désigne personne. 0 ne tait rien.",
        count: "Compter",
        span: "Jours en UTC ; vide : depuis le début, jusqu'à maintenant.",
        fewer: { "moins de \($0)" },
        questions: "Questions",
        requests: "Demandes de communication",
        others: "Effacement et surveillance",
        way: "Sens",
        weAsked: "posées par nous",
        wereAsked: "posées à nous",
        number: "Nombre",
        keys: "Clés",
        hitRate: "Avec concordance, %",
        median: "Médiane / 95 % / plus long, ms",
        late: "En retard / avec échéance",
        approved: "Approuvées",
        refused: "Refusées",
        released: "Communiquées",
        overdue: "Hors délai",
        erasuresDue: "Communications à effacer dans la période",
        erasuresDone: "dont effacées",
        erasuresLate: "dont en retard",
        recordsErased: "Fiches effacées",
        valuesErased: "Valeurs du journal effacées",
        holdsPlaced: "Gels juridiques posés",
        holdsLifted: "Gels juridiques levés",
        failedLogins: "Connexions échouées",
        refusedAccess: "Accès refusés",
        auditReads: "Lectures du journal",
        revealed: "Valeurs du journal montrées",
        exported: "Exports",
        brokenGlass: "Règles levées en urgence",
        witnessed: "Inscriptions signées par des témoins, sur le total",
        reconcileTitle: "Rapprocher avec un partenaire",
        reconcileIntro: """
            Compare ce que notre journal et celui d'un partenaire disent des mêmes échanges. Le silence de l'un se voit dans le \
            journal de l'autre. La copie du partenaire peut être sans inscriptions : les reçus du nôtre sont alors comparés à son \
            arbre.
            """,
        file: "Le journal du partenaire",
        fileHint:
            "Une archive tar non compressée de son dossier log, au plus 16 Mio. Le partenaire la fait par :",
        compare: "Comparer",
        noFile: "Aucun fichier n'a été choisi.",
        alike: "Les deux journaux disent la même chose.",
        exchange: "Question ou demande",
        finding: "Ce qui a été trouvé",
        matched: { count, peer in
            Plural.french(count) == .one
                ? "\(count) échange avec \(peer) est raconté de même."
                : "\(count) échanges avec \(peer) sont racontés de même."
        },
        onlyHere: "Seulement dans notre journal",
        onlyThere: { "Seulement dans le journal de \($0)" },
        differs: "Raconté différemment",
        pending: "Pas encore accusé, ou au-delà de la fin de la copie",
        exportTitle: "Exporter des inscriptions",
        exportIntro: """
            Des inscriptions en un fichier, sans valeurs personnelles. Leur sortie et son motif sont inscrits au journal. Pour un \
            tribunal, avec une preuve pour chacune et un manifeste signé : comity audit export en ligne de commande.
            """,
        format: "Forme",
        csv: "CSV, pour un tableur",
        jsonLines: "JSON Lines, les inscriptions octet par octet",
        ground: "Motif",
        groundHint: "Une ligne ; elle figure en clair dans le journal, donc sans noms.",
        export: "Exporter",
        emptyFilter: "Les champs laissés vides ne limitent rien.",
        openTitle: "Ouvrir des clés tirées",
        openIntro: """
            Un auditeur tire des clés d'une question posée et les voit en clair, pour vérifier qu'elles vont avec le dossier. Le \
            fichier est pour l'auditeur seul, jamais pour le partenaire ; comity audit open le vérifie avec les deux journaux. \
            Le journal dit d'abord que les clés ont été montrées, à qui et lesquelles.
            """,
        query: "Question à un partenaire",
        queryHint: "Son identifiant, comme query.asked le nomme dans le journal.",
        sample: "Clés",
        sampleHint:
            "Combien, à tirer par ce nœud ; ou les positions tirées par l'auditeur, à partir de 0, séparées par des virgules.",
        noSample: "Ce n'est ni un nombre de clés ni une liste de positions.",
        auditor: "Auditeur",
        open: "Les ouvrir"
    )

    // MARK: Arabic

    static let officerArabic = OfficerWords(
        tools: "المزيد عن السجل",
        subjectTitle: "تقرير عن شخص",
        subjectIntro: """
            ما سُئل عنه وأُفصح عنه واستُلم بشأن شخص واحد، من أجل طلبه الاطلاع. لا يُذكر اسم أي موظف. ولك أن تقرر هل يسمح القانون \
            بإخبار الشخص.
            """,
        subjectHint: "يكفي معرّف واحد؛ أما الاسم فيلزم معه تاريخ ميلاد كامل.",
        subjectFind: "بحث",
        subjectNone: "لا يحتوي السجل على شيء عن هذا الشخص.",
        subjectLimits: "ما سألنا عنه الشركاء ليس هنا: هذه العقدة لا تعرف عمّن كان السؤال ما لم يُفصح عن شيء.",
        subjectFound: {
            switch Plural.arabic($0) {
            case .zero: "لا قيود عن هذا الشخص"
            case .one: "قيد واحد عن هذا الشخص"
            case .two: "قيدان عن هذا الشخص"
            case .few: "\($0) قيود عن هذا الشخص"
            case .many: "\($0) قيدًا عن هذا الشخص"
            case .other: "\($0) قيد عن هذا الشخص"
            }
        },
        pruned: {
            switch Plural.arabic($0) {
            case .zero: "لم يُقلَّم أي قيد."
            case .one: "وقُلِّم قيد واحد آخر."
            case .two: "وقُلِّم قيدان آخران."
            case .few: "وقُلِّمت \($0) قيود أخرى."
            case .many: "وقُلِّم \($0) قيدًا آخر."
            case .other: "وقُلِّم \($0) قيد آخر."
            }
        },
        to: "إلى",
        from: "من",
        basis: "الأساس القانوني",
        data: "البيانات",
        keptUntil: "يُحفظ حتى",
        asOf: { "حتى القيد \($0)." },
        statisticsTitle: "إحصاءات",
        statisticsIntro: """
            الأسئلة والإفصاحات والمُدد والمحو والرقابة بالأرقام. يُحسب السؤال أو الطلب في الفترة التي بدأ فيها.
            """,
        below: "إخفاء الأعداد الأقل من",
        belowHint: "كي لا يدلّ جدول منشور على أحد. الصفر لا يخفي شيئًا.",
        count: "احسب",
        span: "أيام بالتوقيت العالمي؛ إن تُركت فارغة: من البداية حتى الآن.",
        fewer: { "أقل من \($0)" },
        questions: "الأسئلة",
        requests: "طلبات الإفصاح",
        others: "المحو والرقابة",
        way: "الاتجاه",
        weAsked: "سألناها",
        wereAsked: "سُئلناها",
        number: "العدد",
        keys: "المفاتيح",
        hitRate: "مع تطابق، ٪",
        median: "الوسيط / 95 ٪ / الأطول، ميلي ثانية",
        late: "متأخر / له موعد",
        approved: "موافق عليها",
        refused: "مرفوضة",
        released: "مُفصح عنها",
        overdue: "فات موعدها",
        erasuresDue: "إفصاحات يجب محوها في الفترة",
        erasuresDone: "مُحي منها",
        erasuresLate: "تأخر منها",
        recordsErased: "سجلات مُحيت",
        valuesErased: "قيم من السجل مُحيت",
        holdsPlaced: "أوامر حفظ قانونية وُضعت",
        holdsLifted: "أوامر حفظ قانونية رُفعت",
        failedLogins: "محاولات دخول فاشلة",
        refusedAccess: "محاولات وصول مرفوضة",
        auditReads: "قراءات السجل",
        revealed: "قيم من السجل كُشفت",
        exported: "عمليات تصدير",
        brokenGlass: "قواعد جرى تجاوزها للطوارئ",
        witnessed: "قيود وقّعها شهود، من المجموع",
        reconcileTitle: "المطابقة مع شريك",
        reconcileIntro: """
            تقارن ما يقوله سجلنا وسجل شريك عن التبادلات نفسها. صمت أحد الطرفين يظهر في سجل الآخر. قد تكون نسخة الشريك بلا قيود: \
            عندها تُقارن الإيصالات التي في سجلنا بشجرته.
            """,
        file: "سجل الشريك",
        fileHint: "أرشيف tar غير مضغوط لمجلد سجله، 16 ميبيبايت على الأكثر. يصنعه الشريك بالأمر:",
        compare: "قارن",
        noFile: "لم يُختر أي ملف.",
        alike: "السجلان يقولان الشيء نفسه.",
        exchange: "السؤال أو الطلب",
        finding: "ما وُجد",
        matched: { count, peer in
            switch Plural.arabic(count) {
            case .zero: "لا تبادل مع \(peer) يرويه السجلان معًا."
            case .one: "تبادل واحد مع \(peer) يُروى بالطريقة نفسها."
            case .two: "تبادلان مع \(peer) يُرويان بالطريقة نفسها."
            case .few: "\(count) تبادلات مع \(peer) تُروى بالطريقة نفسها."
            case .many: "\(count) تبادلًا مع \(peer) تُروى بالطريقة نفسها."
            case .other: "\(count) تبادل مع \(peer) تُروى بالطريقة نفسها."
            }
        },
        onlyHere: "في سجلنا فقط",
        onlyThere: { "في سجل \($0) فقط" },
        differs: "يُروى باختلاف",
        pending: "لم يُؤكَّد بعد، أو بعد نهاية النسخة",
        exportTitle: "تصدير القيود",
        exportIntro: """
            قيود في ملف واحد، بلا قيم شخصية. خروجها وسببه مدوّنان في السجل. وللمحكمة، مع برهان لكل قيد وبيان موقَّع: الأمر \
            comity audit export.
            """,
        format: "الصيغة",
        csv: "CSV، لجدول حسابي",
        jsonLines: "JSON Lines، القيود بايتًا بايتًا",
        ground: "السبب",
        groundHint: "سطر واحد؛ يظهر في السجل بوضوح، فلا تكتب أسماء.",
        export: "صدّر",
        emptyFilter: "الحقول الفارغة لا تحدّ شيئًا.",
        openTitle: "فتح مفاتيح مسحوبة",
        openIntro: """
            يسحب مدقق مفاتيح من سؤال طُرح، فيراها واضحة ليتحقق من أنها تناسب القضية. الملف للمدقق وحده، لا للشريك أبدًا؛ والأمر \
            comity audit open يفحصه بالسجلين. ويُكتب في السجل أولًا أن المفاتيح عُرضت، ولمن، وأيها.
            """,
        query: "السؤال إلى شريك",
        queryHint: "معرّفه كما يسميه القيد query.asked في السجل.",
        sample: "المفاتيح",
        sampleHint: "كم مفتاحًا تسحبه هذه العقدة؛ أو المواضع التي سحبها المدقق، بدءًا من 0، تفصل بينها فواصل.",
        noSample: "هذا ليس عدد مفاتيح ولا قائمة مواضع.",
        auditor: "المدقق",
        open: "افتحها"
    )
}
