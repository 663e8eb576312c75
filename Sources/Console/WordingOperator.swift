/// Words of the operator's pages on peers and indexes, in every language of the console.

extension Wording {
    struct PeerWords: Sendable {
        let title, ownTitle, ownHint, ownCard, addTitle, card, cardHint, orFile, look: String
        let compareTitle, compareIntro, fingerprintHint, trust: String
        let revokeTitle, revokeHint, again, revoke, notAgain: String
    }

    struct IndexWords: Sendable {
        let title, none, direction, published, fetched, epoch, version, retrieval, synced, bucketed, records: String
        let entries, working, busy, build, buildHint: String
        let rotateTitle, rotateHint, index, again, rotate, notAgain: String
    }

    // MARK: English

    static let peersEnglish = PeerWords(
        title: "Peers",
        ownTitle: "Our own card",
        ownHint: "Send it to a peer, and read its fingerprint out by phone.",
        ownCard: "The card",
        addTitle: "Add a peer, or take its newest card",
        card: "The peer's card",
        cardHint: "As the peer sent it: public keys only. Nothing is trusted yet.",
        orFile: "Or as a file",
        look: "Look at it",
        compareTitle: "Compare the fingerprint",
        compareIntro: """
            Call the peer by a number you know, not one from the message the card came with, and let it read out the fingerprint \
            of its card. It is not shown here: what can be copied is not compared.
            """,
        fingerprintHint: "Sixteen groups of four, as the peer reads them.",
        trust: "Trust this card",
        revokeTitle: "End the trust in a peer",
        revokeHint: "Its connections are cut at once. It is neither asked nor answered any more.",
        again: "The agency's id again",
        revoke: "Revoke",
        notAgain: "The id is not that of the agency above. Nothing was changed."
    )

    static let indexesEnglish = IndexWords(
        title: "Indexes",
        none: "No index was built or fetched yet.",
        direction: "Direction",
        published: "published by us, for",
        fetched: "fetched from",
        epoch: "Epoch",
        version: "Version",
        retrieval: "How it is asked",
        synced: "copied whole",
        bucketed: "in buckets",
        records: "Records",
        entries: "Entries, chaff included",
        working: "Indexes are being built. This page looks again every five seconds.",
        busy: "Indexes are being built already.",
        build: "Build what is new",
        buildHint:
            "Publishes what policy lets each asker ask about. While the node serves, this happens by itself on each full hour.",
        rotateTitle: "Begin a new epoch",
        rotateHint: "New keys and a new index. The asker's copy stops working at once, and this cannot be undone.",
        index: "Index",
        again: "The agreement's id again",
        rotate: "Begin it",
        notAgain: "The id is not that of the index's agreement. Nothing was changed."
    )

    // MARK: French

    static let peersFrench = PeerWords(
        title: "Partenaires",
        ownTitle: "Notre propre carte",
        ownHint: "Envoyez-la à un partenaire, et lisez-lui son empreinte au téléphone.",
        ownCard: "La carte",
        addTitle: "Ajouter un partenaire, ou prendre sa carte la plus récente",
        card: "La carte du partenaire",
        cardHint: "Telle que le partenaire l'a envoyée : des clés publiques seulement. Rien n'est encore reconnu.",
        orFile: "Ou en fichier",
        look: "La regarder",
        compareTitle: "Comparer l'empreinte",
        compareIntro: """
            Appelez le partenaire à un numéro que vous connaissez, pas à celui du message qui portait la carte, et faites-lui lire \
            l'empreinte de sa carte. Elle n'est pas affichée ici : ce qui se copie ne se compare pas.
            """,
        fingerprintHint: "Seize groupes de quatre, comme le partenaire les lit.",
        trust: "Reconnaître cette carte",
        revokeTitle: "Ne plus reconnaître un partenaire",
        revokeHint: "Ses connexions sont coupées aussitôt. Il n'est plus interrogé et ne reçoit plus de réponse.",
        again: "L'identifiant du service encore une fois",
        revoke: "Révoquer",
        notAgain: "Ce n'est pas l'identifiant du service ci-dessus. Rien n'a été changé."
    )

    static let indexesFrench = IndexWords(
        title: "Index",
        none: "Aucun index n'a encore été fait ni relevé.",
        direction: "Sens",
        published: "publié par nous, pour",
        fetched: "relevé chez",
        epoch: "Époque",
        version: "Version",
        retrieval: "Comment on l'interroge",
        synced: "copié en entier",
        bucketed: "par lots",
        records: "Fiches",
        entries: "Entrées, leurres compris",
        working: "Les index se font. Cette page se recharge toutes les cinq secondes.",
        busy: "Les index se font déjà.",
        build: "Faire ce qui est nouveau",
        buildHint: """
            Publie ce que les règles laissent demander à chacun. Tant que le nœud sert, cela se fait de soi-même à chaque heure \
            pleine.
            """,
        rotateTitle: "Commencer une nouvelle époque",
        rotateHint:
            "De nouvelles clés et un nouvel index. La copie du demandeur cesse aussitôt de servir, sans retour possible.",
        index: "Index",
        again: "L'identifiant de l'accord encore une fois",
        rotate: "La commencer",
        notAgain: "Ce n'est pas l'identifiant de l'accord de cet index. Rien n'a été changé."
    )

    // MARK: Arabic

    static let peersArabic = PeerWords(
        title: "الشركاء",
        ownTitle: "بطاقتنا",
        ownHint: "أرسلها إلى شريك، واقرأ له بصمتها بالهاتف.",
        ownCard: "البطاقة",
        addTitle: "إضافة شريك، أو أخذ أحدث بطاقاته",
        card: "بطاقة الشريك",
        cardHint: "كما أرسلها الشريك: مفاتيح عامة فقط. لم يُوثق بشيء بعد.",
        orFile: "أو كملف",
        look: "اطّلع عليها",
        compareTitle: "مقارنة البصمة",
        compareIntro: """
            اتصل بالشريك على رقم تعرفه، لا على رقم من الرسالة التي جاءت بها البطاقة، ودعه يقرأ بصمة بطاقته. لا تظهر هنا: ما يمكن \
            نسخه لا يُقارَن.
            """,
        fingerprintHint: "ست عشرة مجموعة من أربعة، كما يقرؤها الشريك.",
        trust: "ثق بهذه البطاقة",
        revokeTitle: "إنهاء الثقة بشريك",
        revokeHint: "تُقطع اتصالاته فورًا. لا يُسأل ولا يُجاب بعد ذلك.",
        again: "معرّف الوكالة مرة أخرى",
        revoke: "ألغِ الثقة",
        notAgain: "هذا ليس معرّف الوكالة المذكورة. لم يتغير شيء."
    )

    static let indexesArabic = IndexWords(
        title: "الفهارس",
        none: "لم يُبنَ أي فهرس ولم يُجلب بعد.",
        direction: "الاتجاه",
        published: "نشرناه لأجل",
        fetched: "جُلب من",
        epoch: "الحقبة",
        version: "الإصدار",
        retrieval: "كيف يُسأل",
        synced: "منسوخ كاملًا",
        bucketed: "على دفعات",
        records: "السجلات",
        entries: "المداخل، مع الحشو",
        working: "تُبنى الفهارس الآن. تعيد هذه الصفحة النظر كل خمس ثوانٍ.",
        busy: "تُبنى الفهارس من قبل.",
        build: "ابنِ الجديد",
        buildHint: "ينشر ما تسمح القواعد لكل سائل أن يسأل عنه. وما دامت العقدة تعمل يجري هذا من نفسه عند كل ساعة تامة.",
        rotateTitle: "بدء حقبة جديدة",
        rotateHint: "مفاتيح جديدة وفهرس جديد. تتوقف نسخة السائل فورًا، ولا رجوع في ذلك.",
        index: "الفهرس",
        again: "معرّف الاتفاق مرة أخرى",
        rotate: "ابدأها",
        notAgain: "هذا ليس معرّف اتفاق الفهرس. لم يتغير شيء."
    )
}
