/// Words of the pages by which records come in and go out, in every language of the console.

extension Wording {
    struct RecordWords: Sendable {
        let importTitle, importIntro, file, fileHint, orText, format, byName, dataset, datasetHint, look: String
        let tooLarge, noText, nothing: String
        let columns, asItIs, guessed, defaults, defaultsHint, lookAgain, doImport, drop: String
        let rows, stayOut, firstRows, row, id, values, foundBy, problems: String
        let doneTitle, created, changed, unchanged, stayedOut: String
        let exportTitle, exportIntro, noRecords, formatHint, purpose, purposeHint, export: String
    }

    // MARK: English

    static let recordsEnglish = RecordWords(
        importTitle: "Import records",
        importIntro: "First you see how the file would be read; nothing enters before you say so.",
        file: "File",
        fileHint:
            "CSV, FollowTheMoney, UMF or STIX, as UTF-8, at most 4 MiB. Larger files go by comity records import.",
        orText: "Or as text",
        format: "Form",
        byName: "by the file's name",
        dataset: "Data set",
        datasetHint: "a-z, 0-9, underscore, hyphen. Rows with an id that it holds already replace those.",
        look: "Look at it first",
        tooLarge: "The file is too large for this page. Nothing was kept.",
        noText: "The file is no text in UTF-8. Nothing was kept.",
        nothing: "No file was chosen and no text was typed.",
        columns: "Which column is read as which",
        asItIs: "kept as it is, never matched",
        guessed: "guessed by its name",
        defaults: "For rows that say nothing of their own",
        defaultsHint: "The value of a column where a row has none.",
        lookAgain: "Look again",
        doImport: "Import",
        drop: "Drop the file",
        rows: "Rows",
        stayOut: "Of those would stay out",
        firstRows: "The first rows, as they are read",
        row: "Row",
        id: "Id",
        values: "Values",
        foundBy: "Can be found by, or what is wrong",
        problems: "What is wrong",
        doneTitle: "Imported",
        created: "New",
        changed: "Changed",
        unchanged: "Unchanged",
        stayedOut: "Stayed out",
        exportTitle: "Export records",
        exportIntro:
            "A data set in clear, as one file. That it left, and what for, is in the audit log. Keep the file as you keep records.",
        noRecords: "The vault holds no records.",
        formatHint: "CSV carries every field; the other forms carry what they have a place for.",
        purpose: "Purpose",
        purposeHint: "One word for the log: a-z, 0-9, underscore, hyphen.",
        export: "Export"
    )

    // MARK: French

    static let recordsFrench = RecordWords(
        importTitle: "Importer des fiches",
        importIntro: "Vous voyez d'abord comment le fichier serait lu ; rien n'entre avant que vous ne le disiez.",
        file: "Fichier",
        fileHint:
            "CSV, FollowTheMoney, UMF ou STIX, en UTF-8, au plus 4 Mio. Les plus grands passent par comity records import.",
        orText: "Ou en texte",
        format: "Forme",
        byName: "selon le nom du fichier",
        dataset: "Jeu de données",
        datasetHint:
            "a-z, 0-9, tiret bas, trait d'union. Les lignes dont il a déjà l'identifiant remplacent celles-là.",
        look: "Regarder d'abord",
        tooLarge: "Le fichier est trop grand pour cette page. Rien n'a été gardé.",
        noText: "Le fichier n'est pas un texte en UTF-8. Rien n'a été gardé.",
        nothing: "Aucun fichier n'a été choisi et aucun texte n'a été tapé.",
        columns: "Quelle colonne est lue comme laquelle",
        asItIs: "gardée telle quelle, jamais comparée",
        guessed: "deviné d'après son nom",
        defaults: "Pour les lignes qui ne disent rien elles-mêmes",
        defaultsHint: "La valeur d'une colonne là où une ligne n'en a pas.",
        lookAgain: "Regarder encore",
        doImport: "Importer",
        drop: "Abandonner le fichier",
        rows: "Lignes",
        stayOut: "Dont resteraient dehors",
        firstRows: "Les premières lignes, comme elles sont lues",
        row: "Ligne",
        id: "Identifiant",
        values: "Valeurs",
        foundBy: "Trouvable par, ou ce qui ne va pas",
        problems: "Ce qui ne va pas",
        doneTitle: "Importé",
        created: "Nouvelles",
        changed: "Changées",
        unchanged: "Inchangées",
        stayedOut: "Restées dehors",
        exportTitle: "Exporter des fiches",
        exportIntro: """
            Un jeu de données en clair, en un fichier. Sa sortie et son but sont inscrits dans le journal d'audit. Gardez le \
            fichier comme vous gardez des fiches.
            """,
        noRecords: "Le coffre ne contient aucune fiche.",
        formatHint: "CSV porte tous les champs ; les autres formes portent ce qu'elles savent placer.",
        purpose: "But",
        purposeHint: "Un mot pour le journal : a-z, 0-9, tiret bas, trait d'union.",
        export: "Exporter"
    )

    // MARK: Arabic

    static let recordsArabic = RecordWords(
        importTitle: "استيراد سجلات",
        importIntro: "ترى أولًا كيف سيُقرأ الملف؛ ولا يدخل شيء قبل أن تقول ذلك.",
        file: "الملف",
        fileHint:
            "CSV أو FollowTheMoney أو UMF أو STIX، بترميز UTF-8، 4 ميبيبايت على الأكثر. الأكبر عبر comity records import.",
        orText: "أو كنص",
        format: "الصيغة",
        byName: "حسب اسم الملف",
        dataset: "مجموعة البيانات",
        datasetHint: "a-z و0-9 وشرطة سفلية وواصلة. الأسطر التي تحتوي المجموعة معرّفها تحل محل السابقة.",
        look: "اطّلع أولًا",
        tooLarge: "الملف أكبر من أن تأخذه هذه الصفحة. لم يُحفظ شيء.",
        noText: "الملف ليس نصًا بترميز UTF-8. لم يُحفظ شيء.",
        nothing: "لم يُختر ملف ولم يُكتب نص.",
        columns: "أي عمود يُقرأ على أنه أي عمود",
        asItIs: "يُحفظ كما هو ولا يُطابَق أبدًا",
        guessed: "خُمّن من اسمه",
        defaults: "للأسطر التي لا تقول شيئًا من عندها",
        defaultsHint: "قيمة العمود حيث لا قيمة في السطر.",
        lookAgain: "اطّلع مرة أخرى",
        doImport: "استورد",
        drop: "اترك الملف",
        rows: "الأسطر",
        stayOut: "منها ما سيبقى خارجًا",
        firstRows: "الأسطر الأولى كما تُقرأ",
        row: "السطر",
        id: "المعرّف",
        values: "القيم",
        foundBy: "يمكن العثور عليه بـ، أو ما الخطأ",
        problems: "ما الخطأ",
        doneTitle: "تم الاستيراد",
        created: "جديدة",
        changed: "متغيرة",
        unchanged: "بلا تغيير",
        stayedOut: "بقيت خارجًا",
        exportTitle: "تصدير سجلات",
        exportIntro:
            "مجموعة بيانات بوضوح في ملف واحد. خروجها وغرضه مدوّنان في سجل التدقيق. احفظ الملف كما تحفظ السجلات.",
        noRecords: "لا يحتوي الخزن على أي سجل.",
        formatHint: "صيغة CSV تحمل كل الحقول؛ والصيغ الأخرى تحمل ما لها مكان فيه.",
        purpose: "الغرض",
        purposeHint: "كلمة واحدة للسجل: a-z و0-9 وشرطة سفلية وواصلة.",
        export: "صدّر"
    )
}
