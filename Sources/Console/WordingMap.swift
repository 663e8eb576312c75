/// Words of a case's map, in every language of the console.

extension Wording {
    struct MapWords: Sendable {
        let title, open, meaning, picture, base, borderNote, badBase, none, country, notDrawn: String
        let view, places, world, closer, wider, hideBorders, showBorders, back: String
        let mapOf: @Sendable (_ reference: String) -> String
    }

    static let mapEnglish = MapWords(
        title: "Map",
        open: "Countries that released data name. Opening it looks at each release, and the audit log says so.",
        meaning: """
            A mark stands where a country's name would stand. It says that a released value names that country: not that anybody \
            is there, or ever was. Of a telephone it is the main country of the calling code (+1, +7 and others are shared), of \
            an account the country of the IBAN. Towns and addresses are not drawn: no list of them is here.
            """,
        picture: "Countries that released data name",
        base: "Base map",
        borderNote: "Borders are drawn as they are held, some are disputed, and they are no statement of this agency.",
        badBase: "The base map in this node's folder cannot be read, so the built-in one is shown. Tell an operator.",
        none: "No country is named: nothing was released, nothing released names one, or all of it is erased.",
        country: "Country",
        notDrawn: "not on the base map",
        view: "What of the map is seen",
        places: "All marks",
        world: "The world",
        closer: "Closer",
        wider: "Wider",
        hideBorders: "Hide borders",
        showBorders: "Show borders",
        back: "Back to the case",
        mapOf: { "Map of case \($0)" }
    )

    static let mapFrench = MapWords(
        title: "Carte",
        open: """
            Pays que nomment les données communiquées. L'ouvrir, c'est consulter chaque communication, et le journal d'audit le dit.
            """,
        meaning: """
            Une marque se trouve là où serait écrit le nom d'un pays. Elle dit qu'une valeur communiquée nomme ce pays, non que \
            quelqu'un y est ou y fut. Pour un téléphone, c'est le pays principal de l'indicatif (+1, +7 et d'autres sont \
            partagés), pour un compte, le pays de l'IBAN. Villes et adresses ne sont pas dessinées : il n'y en a pas de liste ici.
            """,
        picture: "Pays que nomment les données communiquées",
        base: "Fond de carte",
        borderNote: """
            Les frontières sont dessinées telles qu'elles sont tenues, certaines sont contestées, et elles ne disent rien de la \
            position de ce service.
            """,
        badBase:
            "Le fond de carte du dossier de ce nœud est illisible ; celui du programme est affiché. Prévenez un opérateur.",
        none: """
            Aucun pays n'est nommé : rien n'a été communiqué, rien de communiqué n'en nomme, ou tout est effacé.
            """,
        country: "Pays",
        notDrawn: "absent du fond de carte",
        view: "Ce qu'on voit de la carte",
        places: "Toutes les marques",
        world: "Le monde",
        closer: "Plus près",
        wider: "Plus loin",
        hideBorders: "Masquer les frontières",
        showBorders: "Afficher les frontières",
        back: "Retour au dossier",
        mapOf: { "Carte du dossier \($0)" }
    )

    static let mapArabic = MapWords(
        title: "الخريطة",
        open: "البلدان التي تسميها البيانات المُفصح عنها. فتحها اطلاع على كل إفصاح، ويُدوَّن ذلك في سجل التدقيق.",
        meaning: """
            العلامة في موضع اسم البلد. تقول إن قيمة مُفصحًا عنها تسمي هذا البلد، لا أن أحدًا فيه أو كان فيه. للهاتف هي البلد الرئيسي \
            لرمز الاتصال (‎+1 و‎+7 وغيرهما مشتركة)، وللحساب بلد IBAN. لا تُرسم المدن والعناوين: لا قائمة بها هنا.
            """,
        picture: "البلدان التي تسميها البيانات المُفصح عنها",
        base: "خريطة الأساس",
        borderNote: "الحدود مرسومة كما هي قائمة، وبعضها متنازع عليه، وليست موقفًا لهذه الجهة.",
        badBase: "لا يمكن قراءة خريطة الأساس في مجلد هذه العقدة، فتُعرض خريطة البرنامج. أبلغ مشغّلًا.",
        none: "لا يُسمى أي بلد: لم يُفصح عن شيء، أو لا يسمي ما أُفصح عنه بلدًا، أو مُحي كله.",
        country: "البلد",
        notDrawn: "ليس على خريطة الأساس",
        view: "ما يُرى من الخريطة",
        places: "كل العلامات",
        world: "العالم",
        closer: "أقرب",
        wider: "أوسع",
        hideBorders: "أخفِ الحدود",
        showBorders: "أظهر الحدود",
        back: "العودة إلى القضية",
        mapOf: { "خريطة القضية \($0)" }
    )
}
