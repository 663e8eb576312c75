/// Words of the pages that ask the rules, in every language of the console.

extension Wording {
    struct RuleWords: Sendable {
        let explainTitle, explainIntro, decision, decisionHint, explain, decided, erased, unreadable: String
        let weAsked, theyAsked: @Sendable (_ peer: String) -> String
        let permit, hold, refuse: String
        let reasons, duties, duty, value, everyRule, fate, fired, silent, because, lacks, noRules: String
        let whatIfTitle, whatIfIntro, decide, wouldDecide, notSaid, yes, no, commas, now: String
        let diffTitle, diffIntro, inForce, folder, sameFolder, otherFolder, faultyFolder: String
        let changed, pastChanged: @Sendable (_ changed: Int, _ compared: Int) -> String
        let pastUnknown: @Sendable (_ count: Int) -> String
        let changes, request, before, after, moreChanges: String
    }

    // MARK: English

    static let rulesEnglish = RuleWords(
        explainTitle: "Explain a decision",
        explainIntro:
            "Makes a past decision again under the rules of its day, and says why, rule by rule. Each look is in the audit log.",
        decision: "Decision",
        decisionHint: "The id of a question, of one peer's part of it, or of a disclosure request.",
        explain: "Explain",
        decided: "Decided",
        erased: "What was decided on was erased with the question or the disclosure: it cannot be explained any more.",
        unreadable: "It cannot be explained:",
        weAsked: { "We asked \($0)" },
        theyAsked: { "\($0) asked us" },
        permit: "permitted",
        hold: "held: permitted once people approve",
        refuse: "refused",
        reasons: "What decided",
        duties: "Duties",
        duty: "Duty",
        value: "What it demands",
        everyRule: "Every rule that was asked",
        fate: "Fired",
        fired: "yes",
        silent: "no",
        because: "Why",
        lacks: "It lacks:",
        noRules: "No rule was asked: a name in the request stands in no policy file.",
        whatIfTitle: "What if",
        whatIfIntro: """
            What the rules in force decide on a request that nobody made. Names are those of the policy files; what is left open \
            is not said. Nothing is asked and nothing is kept.
            """,
        decide: "Decide",
        wouldDecide: "What would be decided",
        notSaid: "not said",
        yes: "yes",
        no: "no",
        commas: "Separated by commas.",
        now: "As 2026-03-02T09:00:00Z; empty: now.",
        diffTitle: "Compare with the folder",
        diffIntro: """
            What would be decided otherwise if an operator activated the policy folder as it lies there: all cases of both, and \
            for each agreement a plain request and its variants.
            """,
        inForce: "In force",
        folder: "In the folder",
        sameFolder: "The folder is what decides.",
        otherFolder: "The folder is not what decides: nobody activated it.",
        faultyFolder: "The folder cannot be activated:",
        changed: { "Of \($1) requests, \($0) would be decided otherwise." },
        pastChanged: { "Of \($1) past decisions, made again, \($0) would have come out otherwise." },
        pastUnknown: {
            "\($0) past decisions could not be made again: what they were made on was erased, or is not read."
        },
        changes: "Decided otherwise",
        request: "Request",
        before: "By what is in force",
        after: "By the folder",
        moreChanges: "There are more than are shown here:"
    )

    // MARK: French

    static let rulesFrench = RuleWords(
        explainTitle: "Expliquer une décision",
        explainIntro: """
            Reprend une décision passée selon les règles de son jour et dit pourquoi, règle par règle. Chaque consultation est \
            inscrite dans le journal d'audit.
            """,
        decision: "Décision",
        decisionHint:
            "L'identifiant d'une question, de la part d'un partenaire, ou d'une demande de communication.",
        explain: "Expliquer",
        decided: "Décidée",
        erased:
            "Ce sur quoi il a été décidé a été effacé avec la question ou la communication : on ne peut plus l'expliquer.",
        unreadable: "On ne peut pas l'expliquer :",
        weAsked: { "Nous avons interrogé \($0)" },
        theyAsked: { "\($0) nous a interrogés" },
        permit: "permis",
        hold: "retenu : permis après approbation",
        refuse: "refusé",
        reasons: "Ce qui a décidé",
        duties: "Obligations",
        duty: "Obligation",
        value: "Ce qu'elle exige",
        everyRule: "Toutes les règles consultées",
        fate: "Appliquée",
        fired: "oui",
        silent: "non",
        because: "Pourquoi",
        lacks: "Il lui manque :",
        noRules: "Aucune règle n'a été consultée : un nom de la demande n'est dans aucun fichier de règles.",
        whatIfTitle: "Et si",
        whatIfIntro: """
            Ce que les règles en vigueur décident d'une demande que personne n'a faite. Les noms sont ceux des fichiers de règles ; \
            ce qui reste ouvert n'est pas dit. Rien n'est demandé, rien n'est gardé.
            """,
        decide: "Décider",
        wouldDecide: "Ce qui serait décidé",
        notSaid: "pas dit",
        yes: "oui",
        no: "non",
        commas: "Séparés par des virgules.",
        now: "Comme 2026-03-02T09:00:00Z ; vide : maintenant.",
        diffTitle: "Comparer avec le dossier",
        diffIntro: """
            Ce qui serait décidé autrement si un opérateur activait le dossier de règles tel qu'il est : tous les cas des deux, \
            et pour chaque accord une demande simple et ses variantes.
            """,
        inForce: "En vigueur",
        folder: "Dans le dossier",
        sameFolder: "Le dossier est ce qui décide.",
        otherFolder: "Le dossier n'est pas ce qui décide : personne ne l'a activé.",
        faultyFolder: "Le dossier ne peut pas être activé :",
        changed: { "Sur \($1) demandes, \($0) seraient décidées autrement." },
        pastChanged: { "Sur \($1) décisions passées, reprises, \($0) auraient été différentes." },
        pastUnknown: {
            "\($0) décisions passées n'ont pu être reprises : leurs faits sont effacés, ou ne se lisent pas."
        },
        changes: "Décidé autrement",
        request: "Demande",
        before: "Selon ce qui est en vigueur",
        after: "Selon le dossier",
        moreChanges: "Il y en a plus que ce qui est affiché :"
    )

    // MARK: Arabic

    static let rulesArabic = RuleWords(
        explainTitle: "شرح قرار",
        explainIntro: "يعيد قرارًا سابقًا وفق قواعد يومه ويقول لماذا، قاعدة بعد قاعدة. كل اطلاع يُدوَّن في سجل التدقيق.",
        decision: "القرار",
        decisionHint: "معرّف سؤال، أو جزء شريك منه، أو طلب إفصاح.",
        explain: "اشرح",
        decided: "تاريخ القرار",
        erased: "ما بُني عليه القرار مُحي مع السؤال أو الإفصاح: لم يعد شرحه ممكنًا.",
        unreadable: "لا يمكن شرحه:",
        weAsked: { "سألنا \($0)" },
        theyAsked: { "\($0) سأل هذه الوكالة" },
        permit: "مسموح",
        hold: "موقوف: مسموح بعد موافقة أشخاص",
        refuse: "مرفوض",
        reasons: "ما حسم القرار",
        duties: "الواجبات",
        duty: "الواجب",
        value: "ما يقتضيه",
        everyRule: "كل القواعد التي سُئلت",
        fate: "انطبقت",
        fired: "نعم",
        silent: "لا",
        because: "السبب",
        lacks: "ينقصها:",
        noRules: "لم تُسأل أي قاعدة: في الطلب اسم لا يوجد في أي ملف قواعد.",
        whatIfTitle: "ماذا لو",
        whatIfIntro: """
            ما تقرره القواعد النافذة في طلب لم يقدمه أحد. الأسماء هي أسماء ملفات القواعد؛ وما يُترك مفتوحًا لا يُقال. لا يُسأل أحد \
            ولا يُحفظ شيء.
            """,
        decide: "قرّر",
        wouldDecide: "ما كان سيُقرَّر",
        notSaid: "غير مذكور",
        yes: "نعم",
        no: "لا",
        commas: "تفصل بينها فواصل.",
        now: "مثل 2026-03-02T09:00:00Z؛ إن تُرك فارغًا: الآن.",
        diffTitle: "المقارنة مع المجلد",
        diffIntro: """
            ما كان سيُقرَّر بطريقة أخرى لو فعّل مشغّل مجلد القواعد كما هو: كل حالات الاثنين، ولكل اتفاق طلب بسيط ومتغيراته.
            """,
        inForce: "النافذ",
        folder: "في المجلد",
        sameFolder: "المجلد هو ما يقرر.",
        otherFolder: "ليس المجلد ما يقرر: لم يفعّله أحد.",
        faultyFolder: "لا يمكن تفعيل المجلد:",
        changed: { "من بين \($1) من الطلبات، كان قرار \($0) منها سيختلف." },
        pastChanged: { "من بين \($1) من القرارات السابقة التي أُعيدت، كان \($0) منها سيختلف." },
        pastUnknown: { "تعذرت إعادة \($0) من القرارات السابقة: مُحي ما بُنيت عليه، أو لا يُقرأ." },
        changes: "ما يختلف قراره",
        request: "الطلب",
        before: "وفق النافذ",
        after: "وفق المجلد",
        moreChanges: "هناك أكثر مما يُعرض هنا:"
    )
}
