/// Words for what a person makes of a hit, in every language of the console.

import NodeCore

extension Wording {
    struct HitWords: Sendable {
        let title, question, verdict, why, whyHint, saidBy, nobodySaid, keep, noVerdict: String
        /// Under the question: who hears of the answer.
        let staysHere: String
        let verdicts: @Sendable (_ verdict: HitJudgement.Verdict) -> String
        /// Over the columns of a release beside those of our question.
        let sideBySide, ours, theirs, agreement, rowNotKept: String
        let agreements: @Sendable (_ agreement: HitReview.Agreement) -> String
        /// What the data are wanted for, and until when.
        let use, neededBy: String
        let uses: [String]
        /// Under a release: its time is its sender's, who can be asked for another one.
        let longer, longerHint: String
    }

    // MARK: English

    static let hitsEnglish = HitWords(
        title: "Who or what it is",
        question: "Is it the person or thing you asked about?",
        verdict: "Verdict",
        why: "Why",
        whyHint: "What agrees, what does not, and where you looked. Whoever reads it later was not there.",
        saidBy: "Said by",
        nobodySaid: "Nobody said yet whether it is the person or thing asked about.",
        keep: "Keep",
        noVerdict: "Choose one of the three.",
        staysHere:
            "Your verdict stays with the hit; the log keeps it, without the why. No message carries it to the other agency.",
        verdicts: { verdict in
            switch verdict {
            case .same: "same"
            case .not: "not the same"
            case .unsure: "unsure"
            }
        },
        sideBySide: "Ours and theirs, side by side",
        ours: "Asked with",
        theirs: "Released",
        agreement: "Comparison",
        rowNotKept: "What was asked with was not kept: for a question about more than a hundred, it is in your file.",
        agreements: { agreement in
            switch agreement {
            case .same: "same"
            case .similar: "similar"
            case .differs: "differs"
            case .oursOnly: "only asked with"
            case .theirsOnly: "only released"
            }
        },
        use: "Intended use",
        neededBy: "Needed by",
        uses: ["intelligence", "evidence", "operations"],
        longer: "Ask to keep it longer",
        longerHint:
            "The sender decides: if it agrees, it releases the data anew, with a last day of their own. Until then this one stays."
    )

    // MARK: French

    static let hitsFrench = HitWords(
        title: "De qui ou de quoi il s'agit",
        question: "Est-ce la personne ou la chose demandée ?",
        verdict: "Avis",
        why: "Pourquoi",
        whyHint:
            "Ce qui concorde, ce qui ne concorde pas, et où vous avez cherché. Qui le lira plus tard n'était pas là.",
        saidBy: "Dit par",
        nobodySaid: "Personne n'a encore dit si c'est la personne ou la chose demandée.",
        keep: "Garder",
        noVerdict: "Choisissez l'un des trois.",
        staysHere:
            "Votre avis reste avec la concordance ; le journal le garde, sans le pourquoi. Aucun message ne le porte à l'autre service.",
        verdicts: { verdict in
            switch verdict {
            case .same: "même personne ou chose"
            case .not: "autre personne ou chose"
            case .unsure: "incertain"
            }
        },
        sideBySide: "Nos valeurs et les leurs, côte à côte",
        ours: "Dans notre question",
        theirs: "Communiqué",
        agreement: "Comparaison",
        rowNotKept:
            "Les valeurs demandées n'ont pas été gardées : pour une question sur plus de cent personnes ou choses, elles sont dans votre fichier.",
        agreements: { agreement in
            switch agreement {
            case .same: "identique"
            case .similar: "semblable"
            case .differs: "différent"
            case .oursOnly: "seulement dans notre question"
            case .theirsOnly: "seulement communiqué"
            }
        },
        use: "Usage prévu",
        neededBy: "Nécessaire au plus tard le",
        uses: ["renseignement", "preuve", "opérations"],
        longer: "Demander à le garder plus longtemps",
        longerHint:
            "L’expéditeur décide : s’il accepte, il communique les données à nouveau, avec leur propre dernier jour. En attendant, celui-ci reste."
    )

    // MARK: Arabic

    static let hitsArabic = HitWords(
        title: "من هو أو ما هو",
        question: "هل هو الشخص أو الشيء الذي سألت عنه؟",
        verdict: "الرأي",
        why: "لماذا",
        whyHint: "ما الذي اتفق وما الذي لم يتفق وأين بحثت. فمن يقرؤه لاحقًا لم يكن هنا.",
        saidBy: "قاله",
        nobodySaid: "لم يقل أحد بعد هل هو الشخص أو الشيء الذي سُئل عنه.",
        keep: "احفظ",
        noVerdict: "اختر واحدًا من الثلاثة.",
        staysHere: "يبقى رأيك مع التطابق، ويحفظ سجل التدقيق الرأي دون تعليله. ولا تحمله أي رسالة إلى الجهة الأخرى.",
        verdicts: { verdict in
            switch verdict {
            case .same: "هو نفسه"
            case .not: "ليس هو"
            case .unsure: "غير مؤكد"
            }
        },
        sideBySide: "قيمنا وقيمهم جنبًا إلى جنب",
        ours: "ما في سؤالنا",
        theirs: "ما أُفصح عنه",
        agreement: "المقارنة",
        rowNotKept: "لم تُحفظ قيم السؤال: إن كان عن أكثر من مئة شخص أو شيء فهي في ملفك.",
        agreements: { agreement in
            switch agreement {
            case .same: "متطابق"
            case .similar: "متشابه"
            case .differs: "مختلف"
            case .oursOnly: "في سؤالنا فقط"
            case .theirsOnly: "أُفصح عنه فقط"
            }
        },
        use: "الاستعمال المقصود",
        neededBy: "مطلوب في موعد أقصاه",
        uses: ["استخبارات", "أدلة", "عمليات"],
        longer: "طلب الاحتفاظ بها مدة أطول",
        longerHint: "القرار للمرسل: إن وافق كشف عن البيانات من جديد بأجل خاص بها، وإلى ذلك الحين يبقى الأجل الحالي."
    )
}
