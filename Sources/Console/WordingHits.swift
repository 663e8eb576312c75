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
    }

    // MARK: English

    static let hitsEnglish = HitWords(
        title: "Who it is",
        question: "Is it who you asked about?",
        verdict: "Verdict",
        why: "Why",
        whyHint: "What agrees, what does not, and where you looked. Whoever reads it later was not there.",
        saidBy: "Said by",
        nobodySaid: "Nobody said yet whether it is who was asked about.",
        keep: "Keep",
        noVerdict: "Choose one of the three.",
        staysHere:
            "It stays with the hit; the log keeps the verdict without the reason. No message carries it to the other agency.",
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
        rowNotKept: "What was asked with was not kept: of a question about more than a hundred it is in your file.",
        agreements: { agreement in
            switch agreement {
            case .same: "same"
            case .similar: "similar"
            case .differs: "differs"
            case .oursOnly: "only we asked with it"
            case .theirsOnly: "only released"
            }
        }
    )

    // MARK: French

    static let hitsFrench = HitWords(
        title: "De qui il s'agit",
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
            "Il reste avec la concordance ; le journal garde l'avis sans le motif. Aucun message ne le porte à l'autre service.",
        verdicts: { verdict in
            switch verdict {
            case .same: "la même"
            case .not: "pas la même"
            case .unsure: "incertain"
            }
        },
        sideBySide: "Les nôtres et les leurs, côte à côte",
        ours: "Demandé avec",
        theirs: "Communiqué",
        agreement: "Comparaison",
        rowNotKept:
            "Ce avec quoi on a demandé n'a pas été gardé : pour une question sur plus de cent, c'est dans votre fichier.",
        agreements: { agreement in
            switch agreement {
            case .same: "identique"
            case .similar: "semblable"
            case .differs: "différent"
            case .oursOnly: "seulement demandé"
            case .theirsOnly: "seulement communiqué"
            }
        }
    )

    // MARK: Arabic

    static let hitsArabic = HitWords(
        title: "من هو",
        question: "أهو من سألت عنه؟",
        verdict: "الرأي",
        why: "السبب",
        whyHint: "ما الذي اتفق وما الذي لم يتفق وأين بحثت. فمن يقرؤه لاحقًا لم يكن هنا.",
        saidBy: "قاله",
        nobodySaid: "لم يقل أحد بعد أهو من سُئل عنه.",
        keep: "احفظ",
        noVerdict: "اختر واحدًا من الثلاثة.",
        staysHere: "يبقى مع التطابق، ويحفظ السجل الرأي بلا سبب. ولا تحمله رسالة إلى الجهة الأخرى.",
        verdicts: { verdict in
            switch verdict {
            case .same: "هو نفسه"
            case .not: "ليس هو"
            case .unsure: "غير متأكد"
            }
        },
        sideBySide: "ما لدينا وما لديهم جنبًا إلى جنب",
        ours: "ما سُئل به",
        theirs: "ما أُفصح عنه",
        agreement: "المقارنة",
        rowNotKept: "لم يُحفظ ما سُئل به: في سؤال عن أكثر من مئة تجده في ملفك.",
        agreements: { agreement in
            switch agreement {
            case .same: "متطابق"
            case .similar: "متشابه"
            case .differs: "مختلف"
            case .oursOnly: "سُئل به فقط"
            case .theirsOnly: "أُفصح عنه فقط"
            }
        }
    )
}
