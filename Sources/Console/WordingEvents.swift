/// What each event of the log means, in one sentence, for whoever reads an entry and no catalogue. Names are AUDIT's.

extension Wording {
    /// - Parameter event: its name; of `user.` and `role.` any word may follow.
    func meaning(of event: String) -> String? {
        let group = event.prefix { $0 != "." }
        guard let row = Self.meanings[event] ?? Self.meanings["\(group)."] else { return nil }
        return switch language {
        case "fr": row.french
        case "ar": row.arabic
        default: row.english
        }
    }

    private typealias Row = (english: String, french: String, arabic: String)

    private static let meanings: [String: Row] = [
        "epoch.rotated": (
            "An index was rebuilt under new keys; answers under the former ones no longer match.",
            "Un index a été refait sous de nouvelles clés ; les réponses sous les anciennes ne concordent plus.",
            "أُعيد بناء فهرس بمفاتيح جديدة، ولم تعد الإجابات بالمفاتيح السابقة تتطابق."
        ),
        "index.fetched": (
            "A copy of a peer's index was fetched, or a part of it.",
            "Une copie de l'index d'un partenaire, ou une partie, a été récupérée.",
            "جُلبت نسخة من فهرس شريك أو جزء منها."
        ),
        "index.published": (
            "An index of records was published for a peer.",
            "Un index de fiches a été publié pour un partenaire.",
            "نُشر فهرس سجلات لشريك."
        ),
        "record.changed": (
            "A record was changed, or a verdict on a hit was kept.",
            "Une fiche a été modifiée, ou un avis sur une concordance a été gardé.", "عُدِّل سجل، أو حُفظ رأي في تطابق."
        ),
        "record.erased": (
            "A record was erased.", "Une fiche a été effacée.", "مُحي سجل."
        ),
        "record.exported": (
            "Records left the node as a file.", "Des fiches ont quitté le nœud dans un fichier.",
            "خرجت سجلات من العقدة في ملف."
        ),
        "record.imported": (
            "Records were read from a file.", "Des fiches ont été lues dans un fichier.", "قُرئت سجلات من ملف."
        ),
        "record.searched": (
            "Somebody searched the records.", "Quelqu'un a cherché dans les fiches.", "بحث أحدهم في السجلات."
        ),
        "record.viewed": (
            "Somebody looked at records, or at what a colleague asked.",
            "Quelqu'un a consulté des fiches, ou ce qu'un collègue a demandé.",
            "اطّلع أحدهم على سجلات أو على ما سأله زميل."
        ),
        "hit.noticed": (
            "A hit was brought to somebody's notice.", "Une concordance a été signalée.", "نُبِّه أحدهم إلى تطابق."
        ),
        "query.answered": (
            "A peer's question was answered.", "La question d'un partenaire a reçu une réponse.", "أُجيب عن سؤال شريك."
        ),
        "query.approved": (
            "A person let a held question go on.",
            "Une personne a laissé partir une question retenue.",
            "سمح شخص بمتابعة سؤال معلَّق."
        ),
        "query.asked": (
            "A question left for a peer.", "Une question est partie vers un partenaire.", "خرج سؤال إلى شريك."
        ),
        "query.continued": (
            "A long question went on with a further batch.",
            "Une longue question a continué avec un lot de plus.",
            "تواصل سؤال طويل بدفعة أخرى."
        ),
        "query.denied": (
            "A question was not asked: our own rules or its peer stood against it.",
            "Une question n'a pas été posée : nos propres règles ou son destinataire s'y opposaient.",
            "لم يُطرح سؤال: حالت دونه قواعدنا أو الشريك."
        ),
        "query.held": (
            "A question waits for a person's decision.",
            "Une question attend la décision d'une personne.",
            "سؤال ينتظر قرار شخص."
        ),
        "query.opened": (
            "An auditor was shown some keys of a question, drawn at random.",
            "Un auditeur a vu quelques clés d'une question, tirées au sort.",
            "عُرضت على مدقق بعض مفاتيح سؤال اختيرت عشوائيًا."
        ),
        "query.outcome": (
            "It is known what came of a question.", "On sait ce qu'a donné une question.", "عُرف ما آل إليه سؤال."
        ),
        "query.received": (
            "A peer's question came in.", "La question d'un partenaire est arrivée.", "وصل سؤال من شريك."
        ),
        "query.refused": (
            "A peer's question was refused.", "La question d'un partenaire a été refusée.", "رُفض سؤال شريك."
        ),
        "disclosure.approved": (
            "A person approved that data leave, or that a request leaves.",
            "Une personne a approuvé le départ de données ou d'une demande.",
            "وافق شخص على خروج بيانات أو طلب."
        ),
        "disclosure.asked_back": (
            "The holder asked back before deciding.",
            "Le détenteur a demandé une précision avant de décider.",
            "استفسر الحائز قبل أن يقرر."
        ),
        "disclosure.erased": (
            "Released data were erased; their frame stays.",
            "Des données transmises ont été effacées ; leur cadre reste.",
            "مُحيت بيانات مُفرج عنها وبقي إطارها."
        ),
        "disclosure.held": (
            "A disclosure request waits for a person's decision.",
            "Une demande de communication attend la décision d'une personne.",
            "طلب إفصاح ينتظر قرار شخص."
        ),
        "disclosure.overdue": (
            "The deadline of a disclosure request passed without a decision.",
            "L'échéance d'une demande est passée sans décision.",
            "انقضى أجل طلب إفصاح دون قرار."
        ),
        "disclosure.received": (
            "Released data arrived here.", "Des données transmises sont arrivées ici.", "وصلت بيانات مُفرج عنها."
        ),
        "disclosure.refused": (
            "A disclosure request was refused.",
            "Une demande de communication a été refusée.",
            "رُفض طلب إفصاح."
        ),
        "disclosure.released": (
            "Data were sealed for the agency that asked for them.",
            "Des données ont été scellées pour le service qui les demandait.",
            "خُتمت بيانات للجهة التي طلبتها."
        ),
        "disclosure.request_received": (
            "A peer asked for the data behind a hit.",
            "Un partenaire a demandé les données derrière une concordance.",
            "طلب شريك البيانات التي وراء تطابق."
        ),
        "disclosure.requested": (
            "We asked a peer for the data behind a hit.",
            "Nous avons demandé à un partenaire les données derrière une concordance.",
            "طلبنا من شريك البيانات التي وراء تطابق."
        ),
        "disclosure.transferred": (
            "Released data were passed on to another recipient.",
            "Des données transmises ont été remises à un autre destinataire.",
            "نُقلت بيانات مُفرج عنها إلى متلقٍّ آخر."
        ),
        "disclosure.viewed": (
            "Somebody opened a disclosure request, or what was released.",
            "Quelqu'un a ouvert une demande, ou ce qui a été transmis.",
            "فتح أحدهم طلب إفصاح أو ما أُفرج عنه."
        ),
        "case.closed": ("A case was closed.", "Un dossier a été clos.", "أُغلقت قضية."),
        "case.linked": (
            "A case came to hold hits.", "Un dossier a reçu des concordances.", "أُلحقت تطابقات بقضية."
        ),
        "case.opened": (
            "The first question was asked under a case number.",
            "La première question a été posée sous un numéro de dossier.",
            "طُرح أول سؤال تحت رقم قضية."
        ),
        "access.refused": (
            "Somebody tried what their role does not allow.",
            "Quelqu'un a tenté ce que son rôle ne permet pas.",
            "حاول أحدهم ما لا يسمح به دوره."
        ),
        "break_glass.used": (
            "Access of last resort was used.", "L'accès de dernier recours a servi.", "استُخدم وصول الطوارئ."
        ),
        "login.failed": ("A sign-in failed.", "Une connexion a échoué.", "فشل تسجيل دخول."),
        "login.succeeded": ("Somebody signed in.", "Quelqu'un s'est connecté.", "سجّل أحدهم الدخول."),
        "agreement.activated": (
            "An agreement came into force here.", "Un accord est entré en vigueur ici.", "دخل اتفاق حيز النفاذ هنا."
        ),
        "agreement.ended": (
            "An agreement ended here.", "Un accord a pris fin ici.", "انتهى العمل باتفاق هنا."
        ),
        "backup.made": ("A backup was made.", "Une sauvegarde a été faite.", "أُنجزت نسخة احتياطية."),
        "backup.restored": (
            "The node was restored from a backup, or a backup was tested.",
            "Le nœud a été rétabli depuis une sauvegarde, ou une sauvegarde a été testée.",
            "استُعيدت العقدة من نسخة احتياطية، أو اختُبرت نسخة."
        ),
        "config.changed": (
            "The node's settings changed.", "Les réglages du nœud ont changé.", "تغيّرت إعدادات العقدة."
        ),
        "key.rotated": ("A key was replaced.", "Une clé a été remplacée.", "استُبدل مفتاح."),
        "peer.added": (
            "A peer's card was trusted.", "La carte d'un partenaire a été acceptée.", "اعتُمدت بطاقة شريك."
        ),
        "peer.changed": (
            "A peer's card was replaced by a newer one.",
            "La carte d'un partenaire a été remplacée par une plus récente.",
            "استُبدلت بطاقة شريك بأحدث منها."
        ),
        "peer.revoked": (
            "A peer is trusted no more.", "Un partenaire n'est plus accepté.", "لم يعد شريك موثوقًا."
        ),
        "policy.activated": (
            "Other policy files came into force.",
            "D'autres fichiers de politique sont entrés en vigueur.",
            "دخلت ملفات سياسة أخرى حيز النفاذ."
        ),
        "audit.erased": (
            "Personal values of the log were erased; the entries stand.",
            "Des valeurs personnelles du journal ont été effacées ; les entrées restent.",
            "مُحيت قيم شخصية من السجل وبقيت القيود."
        ),
        "audit.exported": (
            "Entries of the log left as a file.", "Des entrées du journal sont sorties dans un fichier.",
            "خرجت قيود من السجل في ملف."
        ),
        "audit.read": (
            "Somebody read or searched the log.", "Quelqu'un a lu le journal ou y a cherché.",
            "قرأ أحدهم السجل أو بحث فيه."
        ),
        "audit.revealed": (
            "Personal values of the log were shown, on a ground.",
            "Des valeurs personnelles du journal ont été montrées, pour un motif.",
            "أُظهرت قيم شخصية من السجل لسبب معلن."
        ),
        "audit.verified": ("The log was verified.", "Le journal a été vérifié.", "جرى التحقق من السجل."),
        "checkpoint.timestamped": (
            "A time-stamp service signed a checkpoint of the log.",
            "Un service d'horodatage a signé un point de contrôle du journal.",
            "وقّعت خدمة ختم زمني نقطة تحقق للسجل."
        ),
        "checkpoint.witnessed": (
            "A peer cosigned a checkpoint of the log.",
            "Un partenaire a cosigné un point de contrôle du journal.",
            "شارك شريك في توقيع نقطة تحقق للسجل."
        ),
        "clock.stepped": (
            "The machine's clock went back; the log's time did not.",
            "L'horloge de la machine a reculé ; l'heure du journal, non.",
            "رجعت ساعة الجهاز إلى الوراء، ولم يرجع وقت السجل."
        ),
        "hold.lifted": (
            "A legal hold on values of the log ended.",
            "Une conservation légale de valeurs du journal a pris fin.",
            "رُفع حفظ قانوني عن قيم في السجل."
        ),
        "hold.placed": (
            "Values of the log are kept beyond their time, on a ground.",
            "Des valeurs du journal sont gardées au-delà de leur durée, pour un motif.",
            "تُحفظ قيم من السجل بعد أجلها لسبب معلن."
        ),
        "log.closed": ("The log ended.", "Le journal a pris fin.", "انتهى السجل."),
        "log.pruned": (
            "Old files of the log were removed; their hashes stay.",
            "D'anciens fichiers du journal ont été retirés ; leurs empreintes restent.",
            "أُزيلت ملفات قديمة من السجل وبقيت بصماتها."
        ),
        "log.resumed": (
            "The node went on with its log after a stop.",
            "Le nœud a repris son journal après un arrêt.",
            "استأنفت العقدة سجلها بعد توقف."
        ),
        "log.started": ("The log began.", "Le journal a commencé.", "بدأ السجل."),
        "witness.conflict": (
            "A peer's log showed two histories.",
            "Le journal d'un partenaire a montré deux histoires.",
            "أظهر سجل شريك تاريخين مختلفين."
        ),
        "user.": (
            "An account was added, set up, changed or reset.",
            "Un compte a été ajouté, configuré, modifié ou réinitialisé.",
            "أُضيف حساب أو أُعد أو عُدِّل أو أُعيد ضبطه."
        ),
        "role.": (
            "The roles of an account changed.", "Les rôles d'un compte ont changé.", "تغيّرت أدوار حساب."
        ),
    ]
}
