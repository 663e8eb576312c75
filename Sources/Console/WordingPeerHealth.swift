/// Words for how peers answer, in every language of the console.

extension Wording {
    struct PeerHealthWords: Sendable {
        let title, answer, clock, theirIndex, witness, certificate, notHeard, sinceStart: String
        let lastAnswer: @Sendable (_ time: String) -> String
        /// Seconds by which a clock is ahead; below 0 behind.
        let skew: @Sendable (_ seconds: Int) -> String
        let index: @Sendable (_ epoch: Int, _ version: Int) -> String
        let cosigned: @Sendable (_ entries: Int) -> String
        let days: @Sendable (_ days: Int) -> String
    }

    // MARK: English

    static let peerHealthEnglish = PeerHealthWords(
        title: "How peers answer",
        answer: "Last answer",
        clock: "Its clock",
        theirIndex: "Its indexes here",
        witness: "As a witness of our log",
        certificate: "Certificate",
        notHeard: "no answer since the node started",
        sinceStart: "Answers and clocks as seen since the node started; a peer is seen when something is asked of it.",
        lastAnswer: { "last answer \($0)" },
        skew: { $0 == 0 ? "as ours" : "\(abs($0)) s \($0 > 0 ? "ahead" : "behind")" },
        index: { "epoch \($0), version \($1)" },
        cosigned: { count in
            switch (Plural.english(count), count) {
            case (_, 0): "cosigned nothing yet"
            case (.one, _): "cosigned 1 entry"
            default: "cosigned \(count) entries"
            }
        },
        days: { Plural.english($0) == .one ? "1 day left" : "\($0) days left" }
    )

    // MARK: French

    static let peerHealthFrench = PeerHealthWords(
        title: "Comment les partenaires répondent",
        answer: "Dernière réponse",
        clock: "Son horloge",
        theirIndex: "Ses index ici",
        witness: "Comme témoin de notre journal",
        certificate: "Certificat",
        notHeard: "aucune réponse depuis le démarrage du nœud",
        sinceStart:
            "Réponses et horloges vues depuis le démarrage du nœud ; un partenaire est vu quand on lui demande quelque chose.",
        lastAnswer: { "dernière réponse \($0)" },
        skew: { $0 == 0 ? "comme la nôtre" : "\(abs($0)) s \($0 > 0 ? "en avance" : "en retard")" },
        index: { "époque \($0), version \($1)" },
        cosigned: { count in
            switch (Plural.french(count), count) {
            case (_, 0): "n'a encore rien cosigné"
            case (.one, _): "a cosigné 1 inscription"
            default: "a cosigné \(count) inscriptions"
            }
        },
        days: { Plural.french($0) == .one ? "reste \($0) jour" : "reste \($0) jours" }
    )

    // MARK: Arabic

    static let peerHealthArabic = PeerHealthWords(
        title: "كيف يجيب الشركاء",
        answer: "آخر جواب",
        clock: "ساعته",
        theirIndex: "فهارسه هنا",
        witness: "بصفته شاهدًا على سجلنا",
        certificate: "الشهادة",
        notHeard: "لا جواب منذ بدء العقدة",
        sinceStart: "الأجوبة والساعات كما لوحظت منذ بدء العقدة؛ ولا يُعرف حال شريك إلا حين يُسأل شيئًا.",
        lastAnswer: { "آخر جواب \($0)" },
        skew: { $0 == 0 ? "كساعتنا" : "\($0 > 0 ? "متقدمة" : "متأخرة") \(abs($0)) ث" },
        index: { "الحقبة \($0)، الإصدار \($1)" },
        cosigned: { count in
            switch Plural.arabic(count) {
            case .zero: "لم يوقّع شيئًا بعد"
            case .one: "وقّع قيدًا واحدًا"
            case .two: "وقّع قيدين"
            case .few: "وقّع \(count) قيود"
            case .many: "وقّع \(count) قيدًا"
            case .other: "وقّع \(count) قيد"
            }
        },
        days: { count in
            switch Plural.arabic(count) {
            case .zero: "لم يبقَ يوم كامل"
            case .one: "بقي يوم واحد"
            case .two: "بقي يومان"
            case .few: "بقيت \(count) أيام"
            case .many: "بقي \(count) يومًا"
            case .other: "بقي \(count) يوم"
            }
        }
    )
}
