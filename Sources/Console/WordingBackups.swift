/// Words of the operator's page on backups, in every language of the console.

extension Wording {
    struct BackupWords: Sendable {
        let title, made, tested, none, digest, intro, make, test, keep, apart: String
    }

    static let backupsEnglish = BackupWords(
        title: "Backups",
        made: "Last made",
        tested: "Last tested",
        none: "none yet",
        digest: "Its manifest (SHA-256)",
        intro:
            "A backup is made and tested at the command line, while the node serves. A backup that nobody tested is only a hope.",
        make: "Make one, the keys of months in a file of their own:",
        test: "Test it, where this node can read its folder:",
        keep: "Keep a checkpoint elsewhere, which shows later how far the log went:",
        apart: "Keep the folder in one place and the keys in another, and destroy keys of months after 35 days."
    )

    static let backupsFrench = BackupWords(
        title: "Sauvegardes",
        made: "Dernière faite",
        tested: "Dernière testée",
        none: "aucune encore",
        digest: "Son manifeste (SHA-256)",
        intro:
            "Une sauvegarde se fait et se teste à la ligne de commande, pendant que le nœud sert. Une sauvegarde que personne n'a testée n'est qu'un espoir.",
        make: "En faire une, les clés des mois dans un fichier à part :",
        test: "La tester, là où ce nœud peut lire son dossier :",
        keep: "Garder ailleurs un point de contrôle, qui montre plus tard jusqu'où allait le journal :",
        apart: "Gardez le dossier en un lieu et les clés en un autre, et détruisez les clés des mois après 35 jours."
    )

    static let backupsArabic = BackupWords(
        title: "النسخ الاحتياطية",
        made: "آخر نسخة أُخذت",
        tested: "آخر نسخة اختُبرت",
        none: "لا نسخة بعد",
        digest: "بيانها (SHA-256)",
        intro: "تؤخذ النسخة وتُختبر من سطر الأوامر والعقدة تعمل. والنسخة التي لم يختبرها أحد ليست إلا أملًا.",
        make: "خذ نسخة، واجعل مفاتيح الأشهر في ملف على حدة:",
        test: "اختبرها حيث تستطيع هذه العقدة قراءة مجلدها:",
        keep: "احفظ في مكان آخر نقطة تحقق تبيّن لاحقًا إلى أين وصل السجل:",
        apart: "احفظ المجلد في مكان والمفاتيح في مكان آخر، وأتلف مفاتيح الأشهر بعد 35 يومًا."
    )
}
