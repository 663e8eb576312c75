/// Words of security keys, in every language of the console.

extension Wording {
    struct KeyWords: Sendable {
        let title, intro, none, name, nameHint, added, used, never, kept, inOne, copied: String
        let addTitle, add, removeTitle, remove, registerTitle, registerIntro, register, registerFailed: String
        let use, failed, refused, known, noScript, noName: String
        /// Before the address under which keys sign.
        let elsewhere: String
    }

    static let keysEnglish = KeyWords(
        title: "Security keys",
        intro: """
            A security key is a stick, a telephone or a computer that signs for you once you touch it and show it your PIN, \
            finger or face. It stands in for the code, here and where you sign in. The app and the recovery codes go on working.
            """,
        none: "No security key is registered.",
        name: "Name of the key",
        nameHint: "By which you tell your keys apart, such as where you keep it.",
        added: "Registered",
        used: "Last used",
        never: "not yet",
        kept: "Kept",
        inOne: "in one device",
        copied: "may be copied to other devices",
        addTitle: "Add a security key",
        add: "Go on",
        removeTitle: "Remove a security key",
        remove: "Remove",
        registerTitle: "Register your security key",
        registerIntro: "Have the key at hand and press the button. The browser says what to do then.",
        register: "Register the key",
        registerFailed: """
            The key was not registered. It was not touched in time, is registered already, or has no PIN yet: give it one, then \
            begin again.
            """,
        use: "Use a security key",
        failed: "No key signed. It was not touched in time, or is not registered here. Try again, or use the code.",
        refused: "What the security key sent is not right, or came too late. Nothing was done.",
        known: "This security key is registered already.",
        noScript: "Security keys need JavaScript. Without it, the code is the way.",
        noName: """
            This console has an address of numbers, for which browsers take no security key. Your operator can give it a name.
            """,
        elsewhere: "For security keys open the console by its name: browsers take them for no address of numbers."
    )

    static let keysFrench = KeyWords(
        title: "Clés de sécurité",
        intro: """
            Une clé de sécurité est un bâtonnet, un téléphone ou un ordinateur qui signe pour vous dès que vous le touchez et lui \
            montrez votre code PIN, votre doigt ou votre visage. Elle remplace le code, ici et à la connexion. L'application et \
            les codes de secours restent valables.
            """,
        none: "Aucune clé de sécurité n'est enregistrée.",
        name: "Nom de la clé",
        nameHint: "Pour distinguer vos clés, par exemple l'endroit où vous la gardez.",
        added: "Enregistrée",
        used: "Dernier emploi",
        never: "pas encore",
        kept: "Gardée",
        inOne: "dans un seul appareil",
        copied: "peut être copiée sur d'autres appareils",
        addTitle: "Ajouter une clé de sécurité",
        add: "Continuer",
        removeTitle: "Retirer une clé de sécurité",
        remove: "Retirer",
        registerTitle: "Enregistrer votre clé de sécurité",
        registerIntro: "Ayez la clé sous la main et appuyez sur le bouton. Le navigateur dit ensuite quoi faire.",
        register: "Enregistrer la clé",
        registerFailed: """
            La clé n'a pas été enregistrée. Elle n'a pas été touchée à temps, est déjà enregistrée, ou n'a pas encore de code \
            PIN : donnez-lui-en un, puis recommencez.
            """,
        use: "Employer une clé de sécurité",
        failed: """
            Aucune clé n'a signé. Elle n'a pas été touchée à temps, ou n'est pas enregistrée ici. Recommencez, ou employez le code.
            """,
        refused: "Ce que la clé de sécurité a envoyé n'est pas juste, ou est arrivé trop tard. Rien n'a été fait.",
        known: "Cette clé de sécurité est déjà enregistrée.",
        noScript: "Les clés de sécurité demandent JavaScript. Sans lui, il reste le code.",
        noName: """
            Cette console a une adresse en chiffres, pour laquelle les navigateurs n'acceptent pas de clé de sécurité. Votre \
            opérateur peut lui donner un nom.
            """,
        elsewhere: """
            Pour les clés de sécurité, ouvrez la console par son nom : les navigateurs n'en acceptent pas pour une adresse en \
            chiffres.
            """
    )

    static let keysArabic = KeyWords(
        title: "مفاتيح الأمان",
        intro: """
            مفتاح الأمان قطعة صغيرة أو هاتف أو حاسوب يوقّع عنك حين تلمسه وتُظهر له رقمك السري أو إصبعك أو وجهك. يحل محل الرمز هنا \
            وعند تسجيل الدخول. يبقى التطبيق ورموز الاسترداد صالحة.
            """,
        none: "لا مفتاح أمان مسجَّل.",
        name: "اسم المفتاح",
        nameHint: "لتميّز مفاتيحك، مثل المكان الذي تحفظه فيه.",
        added: "سُجّل",
        used: "آخر استعمال",
        never: "لم يُستعمل بعد",
        kept: "محفوظ",
        inOne: "في جهاز واحد",
        copied: "قد يُنسخ إلى أجهزة أخرى",
        addTitle: "إضافة مفتاح أمان",
        add: "متابعة",
        removeTitle: "إزالة مفتاح أمان",
        remove: "إزالة",
        registerTitle: "تسجيل مفتاح الأمان",
        registerIntro: "أبقِ المفتاح في متناولك واضغط الزر. يقول المتصفح بعد ذلك ما العمل.",
        register: "تسجيل المفتاح",
        registerFailed:
            "لم يُسجَّل المفتاح. لم يُلمس في الوقت، أو هو مسجَّل من قبل، أو ليس له رقم سري بعد: ضع له رقمًا ثم ابدأ من جديد.",
        use: "استعمال مفتاح أمان",
        failed: "لم يوقّع أي مفتاح. لم يُلمس في الوقت، أو ليس مسجَّلًا هنا. حاول مرة أخرى، أو استعمل الرمز.",
        refused: "ما أرسله مفتاح الأمان غير صحيح أو جاء متأخرًا. لم يُنفَّذ شيء.",
        known: "مفتاح الأمان هذا مسجَّل من قبل.",
        noScript: "تحتاج مفاتيح الأمان إلى جافاسكربت. من دونها يبقى الرمز.",
        noName: "لهذه الوحدة عنوان من أرقام لا تقبل له المتصفحات مفتاح أمان. يستطيع المشغّل أن يعطيها اسمًا.",
        elsewhere: "لمفاتيح الأمان افتح الوحدة باسمها: لا تقبلها المتصفحات لعنوان من أرقام."
    )
}
