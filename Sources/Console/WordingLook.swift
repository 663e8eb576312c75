/// Words of what everybody has: how pages look, keys, the end of a session, and what the words of the field mean.

extension Wording {
    struct LookWords: Sendable {
        /// The language's own name.
        let name: String
        let title, theme, system, light, dark, language, browser, keys, keysHint, on, off, keep: String
        /// Two minutes before a session ends.
        let endsSoon, stay: String
    }

    struct GlossaryWords: Sendable {
        let title, intro, term, meaning, keysTitle, key, does: String
        /// In the order in which they are best read.
        let terms: [(term: String, meaning: String)]
        /// Keys, as they are written, and what they do.
        let keys: [(key: String, does: String)]
    }

    var look: LookWords {
        switch language {
        case "fr": Self.lookFrench
        case "ar": Self.lookArabic
        default: Self.lookEnglish
        }
    }

    var glossary: GlossaryWords {
        switch language {
        case "fr": Self.glossaryFrench
        case "ar": Self.glossaryArabic
        default: Self.glossaryEnglish
        }
    }

    private static let lookEnglish = LookWords(
        name: "English",
        title: "How pages look",
        theme: "Colours",
        system: "as the system has them",
        light: "light",
        dark: "dark",
        language: "Language",
        browser: "as the browser asks for",
        keys: "Single keys",
        keysHint: "/ goes to the first field, g and a letter to a page, j and k through rows, ? to the list of them.",
        on: "on",
        off: "off",
        keep: "Keep this",
        endsSoon: "You will be signed out in two minutes, as nothing was opened for a while.",
        stay: "Stay signed in"
    )

    private static let lookFrench = LookWords(
        name: "Français",
        title: "Aspect des pages",
        theme: "Couleurs",
        system: "comme le système",
        light: "claires",
        dark: "sombres",
        language: "Langue",
        browser: "comme le navigateur",
        keys: "Touches seules",
        keysHint: "/ va au premier champ, g et une lettre à une page, j et k de ligne en ligne, ? à leur liste.",
        on: "actives",
        off: "inactives",
        keep: "Garder",
        endsSoon: "Vous serez déconnecté dans deux minutes : rien n'a été ouvert depuis un moment.",
        stay: "Rester connecté"
    )

    private static let lookArabic = LookWords(
        name: "العربية",
        title: "مظهر الصفحات",
        theme: "الألوان",
        system: "كما في النظام",
        light: "فاتحة",
        dark: "داكنة",
        language: "اللغة",
        browser: "كما يطلب المتصفح",
        keys: "المفاتيح المفردة",
        keysHint: "/ إلى أول حقل، وg ثم حرف إلى صفحة، وj وk بين الصفوف، و? إلى قائمتها.",
        on: "مفعّلة",
        off: "معطّلة",
        keep: "احفظ",
        endsSoon: "سيُسجَّل خروجك بعد دقيقتين، إذ لم تُفتح صفحة منذ مدة.",
        stay: "ابقَ مسجَّل الدخول"
    )

    private static let glossaryEnglish = GlossaryWords(
        title: "Glossary",
        intro: "The words of this console mean one thing each, here, on the command line and in the policies.",
        term: "Word",
        meaning: "What it means",
        keysTitle: "Keys",
        key: "Key",
        does: "What it does",
        terms: [
            ("Asker", "The agency that asks a question."),
            ("Holder", "The agency that answers it from its own records."),
            (
                "Record",
                "What an agency knows of a person, document, vehicle, vessel or account. It stays in its vault."
            ),
            (
                "Match key",
                "What of a record can be compared: a telephone number, or a name with a date. It never leaves readable."
            ),
            ("Agreement", "A policy file that both sides hold: who may ask whom, for what, under which law."),
            (
                "Match index",
                "What a holder publishes to one asker under one agreement. It says nothing to whoever cannot have keys evaluated."
            ),
            ("Epoch", "The life of one set of evaluation keys of an index."),
            ("Question", "Whom or what one agency asks others about, with purpose, legal basis and offence."),
            (
                "Hit",
                "Some keys agree with a record of the holder. It names a handle, never a person, and may be chance."
            ),
            ("Handle", "Ten digits that stand for the holder's record as long as the epoch lasts."),
            ("No hit", "The holder has nothing that it may show under this agreement. It proves no more than that."),
            ("Disclosure request", "Asks for the data behind a hit, with a reason. People at the holder decide."),
            ("Release", "Data that leave the holder for one asker, sealed, under a handling code and with a last day."),
            ("Ground", "Why a request is refused, from the agreement's list."),
            ("Hold", "A rule wants a person to decide first, or the law wants values kept beyond their time."),
            ("Quota", "How many keys an agency may ask, or answer, in a span of time."),
            ("Entry", "A line of the audit log. Each is bound to all before it, and can be proven without this node."),
            (
                "⟨U+202E⟩, ⟨CYRILLIC+LATIN⟩",
                "Marks in texts of others: a character that turns or hides what stands around it; a word whose letters are of several scripts, and which may pass for another word."
            ),
        ],
        keys: [
            ("/", "first field of the page"), ("g w", "Work"), ("g a", "Ask"), ("g c", "Cases"), ("g q", "Queue"),
            ("g l", "Audit"), ("g s", "Status"), ("j, k", "next row, row before"), ("?", "this list"),
        ]
    )

    private static let glossaryFrench = GlossaryWords(
        title: "Glossaire",
        intro: "Chaque mot de cette console a un seul sens, ici, à la ligne de commande et dans les politiques.",
        term: "Mot",
        meaning: "Sens",
        keysTitle: "Touches",
        key: "Touche",
        does: "Effet",
        terms: [
            ("Demandeur", "Le service qui pose une question."),
            ("Détenteur", "Le service qui y répond d'après ses propres fiches."),
            (
                "Fiche",
                "Ce qu'un service sait d'une personne, d'un document, d'un véhicule, d'un navire ou d'un compte. Elle reste dans son coffre."
            ),
            (
                "Clé de rapprochement",
                "Ce qui, d'une fiche, peut être comparé : un numéro de téléphone, un nom avec une date. Elle ne part jamais lisible."
            ),
            (
                "Accord",
                "Un fichier de politique que les deux côtés détiennent : qui peut interroger qui, pour quoi, selon quel droit."
            ),
            (
                "Index",
                "Ce qu'un détenteur publie pour un demandeur selon un accord. Il ne dit rien à qui ne peut faire évaluer de clés."
            ),
            ("Époque", "La vie d'un jeu de clés d'évaluation d'un index."),
            ("Question", "Sur qui ou quoi un service en interroge d'autres, avec finalité, base légale et infraction."),
            (
                "Concordance",
                "Des clés concordent avec une fiche du détenteur. Elle nomme une référence, jamais une personne, et peut être un hasard."
            ),
            ("Référence", "Dix chiffres qui tiennent lieu de la fiche du détenteur tant que dure l'époque."),
            (
                "Aucune concordance",
                "Le détenteur n'a rien qu'il puisse montrer selon cet accord. Cela ne prouve rien de plus."
            ),
            (
                "Demande de communication",
                "Demande les données derrière une concordance, avec un motif. Des personnes chez le détenteur décident."
            ),
            (
                "Communication",
                "Des données qui quittent le détenteur pour un demandeur, scellées, avec un code de traitement et un dernier jour."
            ),
            ("Motif", "Pourquoi une demande est refusée, d'après la liste de l'accord."),
            (
                "Retenue",
                "Une règle veut qu'une personne décide d'abord, ou le droit veut que des valeurs soient gardées plus longtemps."
            ),
            ("Quota", "Combien de clés un service peut demander, ou évaluer, en un temps donné."),
            ("Entrée", "Une ligne du journal. Chacune est liée à toutes celles d'avant, et se prouve sans ce nœud."),
            (
                "⟨U+202E⟩, ⟨CYRILLIC+LATIN⟩",
                "Marques dans les textes des autres : un caractère qui retourne ou cache ce qui l'entoure ; un mot dont les lettres sont de plusieurs écritures, et qui peut passer pour un autre."
            ),
        ],
        keys: [
            ("/", "premier champ de la page"), ("g w", "Travail"), ("g a", "Demander"), ("g c", "Dossiers"),
            ("g q", "À décider"), ("g l", "Journal"), ("g s", "État"), ("j, k", "ligne suivante, précédente"),
            ("?", "cette liste"),
        ]
    )

    private static let glossaryArabic = GlossaryWords(
        title: "المصطلحات",
        intro: "لكل كلمة في هذه الواجهة معنى واحد، هنا وفي سطر الأوامر وفي السياسات.",
        term: "الكلمة",
        meaning: "معناها",
        keysTitle: "المفاتيح",
        key: "المفتاح",
        does: "ما يفعله",
        terms: [
            ("السائل", "الجهة التي تطرح السؤال."),
            ("الحائز", "الجهة التي تجيب من سجلاتها."),
            ("سجل", "ما تعرفه جهة عن شخص أو وثيقة أو مركبة أو سفينة أو حساب. يبقى في خزنتها."),
            ("مفتاح مطابقة", "ما يمكن مقارنته من السجل: رقم هاتف، أو اسم مع تاريخ. لا يخرج مقروءًا أبدًا."),
            ("اتفاق", "ملف سياسة لدى الطرفين: من يسأل من، ولأي غرض، وبأي قانون."),
            ("فهرس مطابقة", "ما ينشره الحائز لسائل واحد بموجب اتفاق. لا يقول شيئًا لمن لا تُقيَّم له مفاتيح."),
            ("حقبة", "عمر مجموعة واحدة من مفاتيح تقييم الفهرس."),
            ("سؤال", "عمّن أو عمّ تسأل جهة غيرها، مع الغرض والأساس القانوني والجريمة."),
            ("تطابق", "مفاتيح توافق سجلًا لدى الحائز. يسمّي مرجعًا لا شخصًا، وقد يكون مصادفة."),
            ("مرجع", "عشرة أرقام تنوب عن سجل الحائز ما دامت الحقبة."),
            ("لا تطابق", "ليس لدى الحائز ما يجوز له إظهاره بموجب الاتفاق. ولا يثبت أكثر من ذلك."),
            ("طلب إفصاح", "يطلب البيانات التي وراء تطابق مع ذكر السبب. يقرر أشخاص لدى الحائز."),
            ("إفراج", "بيانات تخرج من الحائز إلى سائل واحد، مختومة، برمز تداول ويوم أخير."),
            ("سبب", "لماذا يُرفض طلب، من قائمة الاتفاق."),
            ("تعليق أو حفظ", "قاعدة تريد قرار شخص أولًا، أو قانون يريد حفظ قيم بعد أجلها."),
            ("حصة", "كم مفتاحًا لجهة أن تسأل عنه أو تُقيّمه في مدة."),
            ("قيد", "سطر في سجل التدقيق. كل قيد مرتبط بما قبله ويُثبت دون هذه العقدة."),
            (
                "\u{2066}⟨U+202E⟩, ⟨CYRILLIC+LATIN⟩\u{2069}",
                "علامات في نصوص الآخرين: محرف يقلب ما حوله أو يخفيه؛ أو كلمة حروفها من عدة أنظمة كتابة قد تُحسب كلمة أخرى."
            ),
        ],
        keys: [
            ("/", "أول حقل في الصفحة"), ("g w", "العمل"), ("g a", "اسأل"), ("g c", "القضايا"), ("g q", "للقرار"),
            ("g l", "التدقيق"), ("g s", "الحالة"), ("j, k", "الصف التالي والسابق"), ("?", "هذه القائمة"),
        ]
    )
}
