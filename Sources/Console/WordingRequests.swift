/// Words by which people follow a request: what did not come and why, who may not decide, what can be done next; in every
/// language of the console.

extension Wording {
    struct FollowUpWords: Sendable {
        /// Above the list of requests, once the peers were asked.
        let changed: @Sendable (_ count: Int) -> String
        /// The state of a request about which its holder asked back, as its own people see it.
        let waitsForAsker: String
        /// Columns that our rules took out of a wish, and columns that did not come.
        let takenOut, notReleased: String
        /// Under what was asked back: what whoever asked can do.
        let askedBack, answerThem: String
        let toHit: String
        /// Instead of the forms of a decision.
        let approvedAlready, ownWork: String
        let confirmed, urgency, yes, no, urgent, normal: String
        let halfOver, allOver: String
        /// Above the terms under which data would leave.
        let wouldLeaveUnder: String
        /// Above the form of a hit for which there is a request already.
        let askedFor: String
        let toData, toRequest: String
        let holderHas: @Sendable (_ days: Int, _ hours: Int) -> String
        /// Beside columns that our rules do not let us ask for.
        let ourRules: String
    }

    // MARK: English

    static let followUpEnglish = FollowUpWords(
        changed: { count in
            switch (Plural.english(count), count) {
            case (_, 0): "The peers were asked: nothing changed."
            case (.one, _): "The peers were asked: 1 request changed."
            default: "The peers were asked: \(count) requests changed."
            }
        },
        waitsForAsker: "asked back: waits for the agency that asks; can be decided",
        takenOut: "Taken out by our own rules",
        notReleased: "Not released",
        askedBack: "The agency asks back",
        answerThem:
            "No message carries an answer. Answer by the usual channel between the agencies, or ask again from the hit with another reason. Until the deadline the agency can still decide on this request.",
        toHit: "The hit this is about",
        approvedAlready:
            "You approved this already: another approver has to approve as well. You can still refuse or ask back where that is offered.",
        ownWork:
            "You asked for this, or entered or edited the record it is about: somebody else has to decide.",
        confirmed: "Compared with a file by who asks",
        urgency: "Needed",
        yes: "yes",
        no: "no",
        urgent: "soon",
        normal: "in the usual time",
        halfOver: "half of its time is over",
        allOver: "its time is over",
        wouldLeaveUnder: "Terms under which it would leave today",
        askedFor: "This hit was asked for already.",
        toData: "what was released",
        toRequest: "the request",
        holderHas: { days, hours in
            "The other agency has \(days) days to decide, or \(hours) hours if you say that it is needed soon."
        },
        ourRules: "Our own rules do not let us ask for these"
    )

    // MARK: French

    static let followUpFrench = FollowUpWords(
        changed: { count in
            switch (Plural.french(count), count) {
            case (_, 0): "Les partenaires ont été interrogés : rien n'a changé."
            case (.one, _): "Les partenaires ont été interrogés : 1 demande a changé."
            default: "Les partenaires ont été interrogés : \(count) demandes ont changé."
            }
        },
        waitsForAsker: "question en retour : attend le service qui demande ; peut être décidée",
        takenOut: "Retirés par nos propres règles",
        notReleased: "Non communiqués",
        askedBack: "Le service pose une question en retour",
        answerThem:
            "Aucun message ne porte de réponse. Répondez par la voie habituelle entre les services, ou faites une nouvelle demande depuis la concordance avec un autre motif. Jusqu'à l'échéance, le service peut encore décider de cette demande.",
        toHit: "La concordance dont il s'agit",
        approvedAlready:
            "Vous avez déjà approuvé : une autre personne doit approuver aussi. Vous pouvez encore refuser ou poser une question en retour là où c'est proposé.",
        ownWork:
            "Vous l'avez demandé, ou avez saisi ou modifié la fiche dont il s'agit : quelqu'un d'autre doit décider.",
        confirmed: "Comparée avec un dossier par qui demande",
        urgency: "Nécessaire",
        yes: "oui",
        no: "non",
        urgent: "bientôt",
        normal: "dans le délai habituel",
        halfOver: "la moitié de son délai est passée",
        allOver: "son délai est passé",
        wouldLeaveUnder: "Conditions auxquelles cela partirait aujourd'hui",
        askedFor: "Cette concordance a déjà fait l'objet d'une demande.",
        toData: "ce qui a été communiqué",
        toRequest: "la demande",
        holderHas: { days, hours in
            "L'autre service a \(days) jours pour décider, ou \(hours) heures si vous dites que c'est nécessaire bientôt."
        },
        ourRules: "Nos propres règles ne permettent pas de demander ceux-ci"
    )

    // MARK: Arabic

    static let followUpArabic = FollowUpWords(
        changed: { count in
            switch Plural.arabic(count) {
            case .zero: "سُئل الشركاء: لم يتغير شيء."
            case .one: "سُئل الشركاء: تغير طلب واحد."
            case .two: "سُئل الشركاء: تغير طلبان."
            case .few: "سُئل الشركاء: تغيرت \(count) طلبات."
            case .many: "سُئل الشركاء: تغير \(count) طلبًا."
            case .other: "سُئل الشركاء: تغير \(count) طلب."
            }
        },
        waitsForAsker: "سُئل عنه: ينتظر الجهة السائلة، ويمكن البت فيه",
        takenOut: "حذفته قواعدنا",
        notReleased: "لم يُفصح عنه",
        askedBack: "الجهة تسأل عنه",
        answerThem:
            "لا رسالة تحمل جوابًا. أجب بالطريق المعتاد بين الجهتين، أو اطلب من جديد من صفحة التطابق بسبب آخر. ويمكن للجهة أن تبت في هذا الطلب حتى الموعد الأخير.",
        toHit: "التطابق المقصود",
        approvedAlready:
            "وافقت على هذا من قبل: يجب أن يوافق شخص آخر أيضًا. ما زال بإمكانك أن ترفض أو أن تسأل حيث يُعرض ذلك.",
        ownWork: "أنت من طلب هذا، أو أدخل السجل المقصود أو غيّره: يجب أن يقرر شخص آخر.",
        confirmed: "قارنه السائل بملف",
        urgency: "مطلوب",
        yes: "نعم",
        no: "لا",
        urgent: "قريبًا",
        normal: "في المدة المعتادة",
        halfOver: "انقضى نصف مدته",
        allOver: "انقضت مدته",
        wouldLeaveUnder: "الشروط التي يخرج بها اليوم",
        askedFor: "طُلب ما وراء هذا التطابق من قبل.",
        toData: "ما أُفصح عنه",
        toRequest: "الطلب",
        holderHas: { days, hours in
            func ofDays(_ count: Int) -> String { Plural.arabic(count) == .few ? "\(count) أيام" : "\(count) يومًا" }
            func ofHours(_ count: Int) -> String { Plural.arabic(count) == .few ? "\(count) ساعات" : "\(count) ساعة" }
            return "للجهة الأخرى \(ofDays(days)) لتقرر، أو \(ofHours(hours)) إن قلت إنه مطلوب قريبًا."
        },
        ourRules: "لا تسمح لنا قواعدنا بطلب هذه"
    )
}
