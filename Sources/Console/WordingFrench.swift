/// The console in French.

extension Wording {
    static let french = Wording(
        language: "fr",
        direction: "ltr",
        frame: frameFrench,
        problems: problemsFrench,
        notices: [
            "signed-out": "Vous êtes déconnecté.",
            "decided": "Votre décision est enregistrée.",
            "sent": "Votre demande est enregistrée.",
            "judged": "Ce que vous avez dit de la concordance est gardé.",
            "case-closed": "Le dossier est clos.",
            "ended": "Cette session est terminée.",
            "trusted": "Le partenaire est reconnu désormais.",
            "look": "C'est gardé.",
            "revoked": "Le partenaire n'est plus reconnu.",
            "key-added": "La clé de sécurité est enregistrée.",
            "key-removed": "La clé de sécurité est retirée.",
        ],
        signIn: signInFrench,
        account: accountFrench,
        keys: keysFrench,
        outcomes: outcomesFrench,
        work: workFrench,
        ask: askFrench,
        asking: askingFrench,
        question: questionFrench,
        hits: hitsFrench,
        request: requestFrench,
        followUp: followUpFrench,
        cases: casesFrench,
        map: mapFrench,
        records: recordsFrench,
        queue: queueFrench,
        audit: auditFrench,
        officer: officerFrench,
        policies: policiesFrench,
        rules: rulesFrench,
        status: statusFrench,
        peerHealth: peerHealthFrench,
        backups: backupsFrench,
        peers: peersFrench,
        indexes: indexesFrench,
        users: usersFrench
    )

    private static let frameFrench = FrameWords(
        skip: "Aller au contenu",
        places: "Pages",
        work: "Travail",
        ask: "Interroger",
        queue: "À décider",
        audit: "Journal",
        policies: "Règles",
        status: "État",
        users: "Comptes",
        copy: "Copier",
        copied: "Copié",
        footer: { "Nœud de \($0). Ce que vous faites ici est inscrit dans son journal d'audit." }
    )

    private static let problemsFrench = ProblemWords(
        title: "Cela n'a pas abouti",
        because: "Pourquoi :",
        remedy: "Que faire :",
        goOn: "Continuer",
        nothingHere: "Il n'y a pas de page à cette adresse.",
        notYours: "Cette page est réservée à un autre rôle. La tentative est inscrite dans le journal d'audit.",
        oldForm: "Ce formulaire date d'une session antérieure. Rien n'a été fait ; rouvrez la page et recommencez.",
        foreignForm: "Ce formulaire ne vient pas d'une page de cette console. Rien n'a été fait.",
        noForm: "Ce qui a été envoyé n'est pas un formulaire lisible. Rien n'a été fait.",
        tooLarge: "Ce qui a été envoyé est trop grand. Rien n'a été fait.",
        noMethod: "Cette adresse ne s'utilise pas de cette façon.",
        tooSlow: "Ce qui a été envoyé a mis trop de temps à arriver. Rien n'a été fait ; envoyez-le de nouveau.",
        ownUpload: "Un de vos envois est encore en cours. Rien n'a été fait ; recommencez quand il sera terminé.",
        noRoom: "D'autres envoient beaucoup en ce moment. Rien n'a été fait ; recommencez dans quelques secondes.",
        noQuery: "Ce qui suit le point d'interrogation de cette adresse est illisible. Rien n'a été fait.",
        noFormat: "Ce n'est aucune des formes de fichier. Rien n'a été fait ; choisissez-en une de la liste.",
        noPlace: "Le point de reprise n'est pas un numéro d'entrée. Rien n'a été cherché ; relancez la recherche."
    )

    private static let signInFrench = SignInWords(
        title: "Connexion",
        name: "Compte",
        password: "Mot de passe",
        code: "Code",
        codeHint: "Les six chiffres de votre application d'authentification, ou l'un de vos codes de secours.",
        submit: "Se connecter",
        first: "Préparer votre connexion avec un code à usage unique",
        refused: "Le compte, le mot de passe, le code ou la clé de sécurité n'est pas juste.",
        ended: "Votre session est terminée. Connectez-vous pour continuer.",
        wait: { "Trop d'essais. Attendez \($0) secondes, puis réessayez." },
        startTitle: "Préparer votre connexion",
        startIntro:
            "Il vous faut le code à usage unique remis par votre opérateur et une application d'authentification.",
        oneTimeCode: "Code à usage unique",
        startSubmit: "Continuer",
        startRefused: "Le compte ou le code à usage unique n'est pas juste, ou le code est trop ancien.",
        setUpTitle: "Mot de passe et application",
        secret: "Clé pour l'application",
        secretHint: """
            Ajoutez un compte dans votre application d'authentification : montrez l'image à son appareil photo, ou tapez la clé. Les \
            deux restent affichées jusqu'à la fin.
            """,
        secretPicture:
            "La clé sous forme d'image pour l'appareil photo de l'application ; elle dit la même chose que le texte ci-dessous.",
        link: "L'ouvrir dans une application de cet appareil",
        choosePassword: "Choisissez un mot de passe",
        again: "Le mot de passe encore une fois",
        appCode: "Les six chiffres que l'application affiche maintenant",
        setUpSubmit: "Terminer et se connecter",
        passwordHint: "Au moins 12 caractères. Plusieurs mots sans rapport entre eux conviennent bien.",
        different: "Les deux mots de passe ne sont pas les mêmes.",
        wrongCode: "Le code de l'application n'est pas juste. Vérifiez l'heure de son appareil.",
        tooShort: "Le mot de passe est trop court.",
        tooEasy: "Le mot de passe est trop facile à deviner. Allongez-le.",
        easyWord: "Le mot de passe est trop facile à deviner : il contient un mot que beaucoup emploient.",
        easyHere: "Le mot de passe est trop facile à deviner : il contient votre nom ou celui de votre service.",
        easySequence:
            "Le mot de passe est trop facile à deviner : il contient des touches ou des lettres qui se suivent.",
        easyRepetition: "Le mot de passe est trop facile à deviner : il se répète.",
        codesTitle: "Vos codes de secours",
        codesIntro: """
            Notez-les et gardez-les à l'écart de votre appareil. Chacun remplace une fois le code de l'application. Ils ne sont \
            affichés que cette fois.
            """,
        codesDone: "C'est noté"
    )

    private static let accountFrench = AccountWords(
        title: "Votre compte",
        name: "Compte",
        roles: "Rôles",
        since: "Connecté depuis",
        ends: "Se termine après 15 minutes sans page, au plus tard",
        sessions: "Sessions ouvertes",
        seen: "Dernier emploi",
        end: "La terminer",
        thisOne: "celle-ci",
        signOut: "Se déconnecter",
        signOutAll: "Se déconnecter partout"
    )

    private static let outcomesFrench = OutcomeWords(
        hits: { Plural.french($0) == .one ? "\($0) concordance" : "\($0) concordances" },
        noHit: "aucune concordance",
        refused: "refusé",
        held: "en attente",
        unreachable: "injoignable",
        waiting: "attend",
        evaluating: { "évaluation en cours, \($0) %" },
        wouldAsk: "répondrait",
        wouldHold: "serait retenu : il faut votre approbateur",
        heldThere: "serait retenu là-bas : il faut son approbateur",
        refusalExpected: "refus attendu",
        noHitMeans: {
            "\($0) ne détient rien qu'il puisse vous montrer selon cet accord. Cela ne prouve pas que \($0) ne sait rien."
        },
        strong: "Forte",
        probable: "Probable",
        possible: "Possible"
    )

    private static let workFrench = WorkWords(
        title: "Travail",
        none: "Aucune question n'a encore été posée. Chacune figurera ici avec ses réponses.",
        first: "Poser la première",
        questions: "Questions, les plus récentes d'abord",
        requests: "Demandes de communication, les plus récentes d'abord",
        noRequests: "Aucune demande de communication n'a encore été faite.",
        asked: "Posée",
        by: "Par",
        agreement: "Accord",
        purpose: "Finalité",
        reference: "Dossier",
        answers: "Réponses",
        open: "Ouvrir",
        with: "Avec",
        state: "État",
        deadline: "Échéance",
        fetch: "Relever les décisions des partenaires"
    )

    private static let askFrench = AskWords(
        title: "Interroger",
        noAgreement:
            "Aucun accord ne permet à ce service d'interroger aujourd'hui. Un opérateur voit sur la page État lesquels sont connus.",
        terms: "Pourquoi vous interrogez",
        agreement: "Accord",
        purpose: "Finalité",
        basis: "Base juridique",
        offence: "Infraction",
        offenceHint: "Si l'accord en demande une, par exemple migrant-smuggling.",
        reference: "Numéro de dossier",
        referenceHint: "Il reste ici. Les partenaires voient un code qui distingue seulement vos dossiers.",
        urgent: "Une réponse est nécessaire bientôt",
        subject: "Sur qui ou sur quoi",
        subjectHint: "Remplissez ce que vous savez. Le tout décrit une seule personne ou chose.",
        rows: "Ou plusieurs à la fois, en CSV, FollowTheMoney, UMF ou STIX",
        rowsHint:
            "CSV : une première ligne avec les noms de colonnes, puis une ligne pour chacun. Les champs ci-dessus ne servent alors pas.",
        check: "Vérifier d'abord",
        send: "Envoyer",
        peers: "Qui interroger",
        peersHint: "Services, séparés par des virgules ; vide : tous ceux que nomme l'accord.",
        cover: "Relever plus que nécessaire, pour moins laisser voir ce qui est cherché",
        previewTitle: "Ce qui se passerait",
        peer: "Partenaire",
        expected: "Attendu",
        why: "Pourquoi, et ce qui part",
        learnsTitle: "Qui apprend quoi",
        expectedNote: "Attendu selon nos règles et l'accord. Un partenaire peut avoir des règles qu'il ne dit pas.",
        ourRule: "notre règle",
        theirRule: "sa règle",
        draftKept: "Ce que vous avez tapé est gardé jusqu'à l'envoi, même si vous vous déconnectez.",
        zone: "Lignes d'un document de voyage (MRZ)",
        zoneHint:
            "Deux ou trois lignes telles qu'elles figurent au bas de la page. Ce que vous remplissez plus haut l'emporte.",
        tooMany: { "\($0) de vos questions sont en cours. Attendez que l'une soit terminée, puis envoyez celle-ci." },
        columns: [
            ("full_name", "Nom"), ("birth_date", "Date de naissance"), ("nationality", "Nationalité"),
            ("document_number", "Numéro de document"), ("document_country", "Pays du document"), ("phone", "Téléphone"),
            ("email", "Courriel"), ("plate", "Plaque d'immatriculation"), ("iban", "Compte (IBAN)"),
            ("imo", "Navire (OMI)"),
        ]
    )

    private static let questionFrench = QuestionWords(
        title: "Question",
        facts: "Ce qui a été demandé",
        asking: "Question en cours",
        allAnswered: "Plus personne n'est interrogé.",
        lookAgain: "Regarder de nouveau",
        keepLooking: "Regarder de nouveau toutes les cinq secondes",
        stopLooking: "Ne plus regarder automatiquement",
        again: "Interroger de nouveau ce qui est en attente ou coupé",
        stop: "Arrêter ; garder ce qui est arrivé",
        notes: "À savoir",
        hit: "Concordance",
        subject: "Sur",
        handle: "Référence",
        band: "Force",
        agrees: "Ce qui concorde",
        review: "Examiner",
        hitTitle: "Concordance",
        worth: "Ce que cela vaut",
        alone: "Une concordance est une référence et ce qui concorde, jamais une personne.",
        requestTitle: "Demander ce qui se trouve derrière",
        fields: "Champs",
        fieldsHint:
            "Cochez seulement ce qu'il vous faut. Ce que la finalité ne permet pas est retiré, et on vous le dit.",
        confirmed: "J'ai comparé cette concordance avec mon dossier",
        reason: "Motif",
        reasonHint: "L'autre service le lit, avec l'usage et la date ci-dessous. Une ligne.",
        urgent: "Nécessaire bientôt",
        submit: "Demander",
        toApprove: {
            "Retenue ici, avant que rien ne parte vers \($0) : un approbateur la trouve parmi les décisions à prendre."
        },
        askingPeers: { "Les partenaires sont interrogés. Réponses reçues : \($0) sur \($1)." },
        gone: "Cette concordance n'existe plus. Rouvrez la question.",
        filledIn: "ce que vous avez rempli"
    )

    private static let requestFrench = RequestWords(
        title: "Demande de communication",
        state: "État",
        peer: "Service",
        agreement: "Accord",
        made: "Faite",
        deadline: "Échéance",
        fields: "Champs demandés",
        reason: "Motif",
        rules: "Règles",
        ground: "Motif de refus",
        note: "Note",
        approvals: "Approbations",
        handling: "Code de traitement",
        source: "Source",
        retention: "À garder jusqu'au",
        onward: "Transmission",
        onwardFree: "libre",
        onwardConsent: "seulement avec l'accord du service d'origine",
        onwardForbidden: "interdite",
        data: "Ce qui nous est communiqué",
        field: "Champ",
        value: "Valeur",
        logged: "Le fait que vous l'avez ouvert est inscrit dans le journal d'audit.",
        handleWord: "Référence",
        subject: "Sur",
        erased: "Effacé",
        erasedBy: { "Les données ont été effacées le \($0). Motif : \($1)." },
        erasedEntry: { "L'entrée \($0) du journal le prouve." },
        states: [
            "held-here": "attend un approbateur ici", "approved": "approuvée, va partir",
            "unsent": "n'a pas encore pu partir",
            "deciding": "le partenaire décide", "asked-back": "question en retour", "refused": "refusée",
            "received": "reçue",
            "nothing": "rien ne peut être donné", "overdue": "en retard", "failed": "échouée",
            "held": "attend une décision",
            "released": "communiquée", "silent": "réponse comme s'il n'y avait rien", "left": "partie",
            "answered": "répondue", "unreadable": "illisible",
        ],
        approvedBy: { "\($0) sur \($1)" },
        daysLeft: { Plural.french($0) == .one ? "reste \($0) jour" : "reste \($0) jours" },
        hoursLeft: { Plural.french($0) == .one ? "reste \($0) heure" : "reste \($0) heures" }
    )

    private static let queueFrench = QueueWords(
        title: "À décider",
        none:
            "Rien n'attend de décision. Ce que les partenaires nous demandent et ce qui, chez nous, doit être approuvé figurera ici.",
        kind: "Quoi",
        peer: "Service",
        purpose: "Finalité",
        due: "Avant",
        left: "Délai",
        waits: "Approbations",
        open: "Décider",
        decideTitle: "Décider",
        received: "Un partenaire demande des données",
        question: "Une question d'un partenaire",
        asked: "Une question à nous",
        sent: "Une demande à nous",
        wouldLeave: "Ce qui partirait",
        nothingLeaves: "Aucune donnée ne part par cette décision.",
        whoAsks: "Qui demande",
        basis: "Base juridique",
        offence: "Infraction",
        release: "Communiquer",
        letGo: "Laisser partir",
        releaseTitle: "Communiquer",
        refuseTitle: "Refuser",
        refuse: "Refuser",
        ground: "Motif",
        code: "Code",
        codeHint: "Les six chiffres de votre application d'authentification : ils font partie de l'acte.",
        withhold: "Pour communiquer moins de champs, cochez ceux qui sont retenus.",
        authorisation: "Référence de l'autorisation",
        askBackTitle: "Question en retour",
        askBackQuestion: "Question",
        askBack: "Demander",
        askBackHint: "L'autre service la lit. Une ligne.",
        codeRefused: "Le code n'est pas juste, ou a déjà servi. Rien n'a été décidé.",
        closed: "C'est décidé.",
        noGround: "L'accord ne nomme aucun motif de refus.",
        more: { "Voici les \($0) premières échéances ; il y en a d'autres." }
    )

    private static let auditFrench = AuditWords(
        title: "Journal d'audit",
        event: "Événement",
        eventHint: "Un nom entier, ou un groupe comme query.*",
        peer: "Partenaire",
        agreement: "Accord",
        purpose: "Finalité",
        outcome: "Résultat",
        actor: "Personne",
        actorHint: "Le nom d'un compte d'ici, ou un pseudonyme tel que les inscriptions le montrent.",
        query: "Question ou demande",
        caseNumber: "Numéro de dossier",
        caseHint: "Les inscriptions sur ses questions et ses demandes, tant que celles-ci sont gardées.",
        since: "Du",
        until: "Au",
        noDay: "Ce n'est pas une date lisible. Écrivez-la ainsi : 2026-11-24.",
        search: "Chercher",
        found: {
            $0 >= $1
                ? "Les \($1) inscriptions les plus récentes qui conviennent"
                : $0 < 2 ? "\($0) inscription convient" : "\($0) inscriptions conviennent"
        },
        reached: { "Recherché jusqu'à l'inscription \($0). Des inscriptions antérieures peuvent aussi convenir." },
        entry: "Inscription",
        time: "Heure",
        role: "Qui",
        none: "Aucune inscription ne convient.",
        older: "Inscriptions antérieures",
        facts: "Ce qu'elle dit",
        personal: "Valeurs personnelles",
        personalNote: """
            L'inscription n'en contient que les empreintes. Qui peut les voir les révèle par comity audit reveal, avec un motif.
            """,
        bytes: "L'inscription, octet par octet",
        proof: "Preuve",
        proofFile: "Le point de contrôle et le chemin",
        entryTitle: { "Inscription \($0)" },
        verified: """
            Vérifié dans ce navigateur : l'inscription figure dans le journal sous ce point de contrôle, signé par la clé du journal.
            """,
        failed: "Cela ne se vérifie pas. Gardez cette page et appelez le responsable de l'audit de ce nœud.",
        unchecked: "Non vérifié : il faut JavaScript et un navigateur avec Ed25519. Sur une autre machine :",
        beside: "Cette page vient du nœud. Pour vérifier le nœud lui-même, lancez sur une autre machine :",
        sentence: { event, role, actor, time in
            actor.isEmpty ? "\(event), par le nœud lui-même, le \(time)" : "\(event), par \(role) \(actor), le \(time)"
        }
    )

    private static let policiesFrench = PolicyWords(
        title: "Règles",
        intro:
            "Les règles qui décident maintenant. Elles se modifient en fichiers et un opérateur les active, jamais ici.",
        digest: "Empreinte du dossier",
        parties: "Parties",
        askers: "Peuvent interroger",
        holders: "Peuvent être interrogés",
        inForce: "en vigueur aujourd'hui",
        notInForce: "pas en vigueur aujourd'hui",
        rule: "Règle",
        effect: "Effet",
        stages: "Où elle parle",
        source: "Source",
        says: "Ce qu'elle dit"
    )

    private static let statusFrench = StatusWords(
        title: "État",
        checks: "Les parties du nœud, comme le dit comity doctor",
        name: "Partie",
        state: "État",
        text: "Ce qui est",
        remedy: "Que faire",
        ok: "en ordre",
        warning: "à regarder",
        failed: "en panne",
        peers: "Partenaires",
        agency: "Service",
        address: "Adresse",
        fingerprint: "Empreinte de sa carte",
        trusted: "reconnu",
        revoked: "révoqué",
        noPeers: "Aucun partenaire n'est encore connu. La page Partenaires prend la première carte.",
        examineNow: "L'examiner maintenant",
        examined: { "Tel que le nœud s'est trouvé le \($0)." }
    )

    private static let usersFrench = UserWords(
        title: "Comptes",
        name: "Compte",
        roles: "Rôles",
        signIn: "Connexion",
        setUp: "prête",
        notSetUp: "pas encore prête",
        addTitle: "Ajouter un compte, ou lui donner d'autres rôles",
        add: "Ajouter",
        nameHint: "1 à 64 caractères : a-z, 0-9, point, tiret bas, trait d'union.",
        rolesTitle: "Changer les rôles",
        rolesHint: "Exactement les rôles cochés désormais. Les sessions ouvertes de cette personne se terminent.",
        change: "Changer",
        resetTitle: "Réinitialiser une connexion",
        reset: "Réinitialiser",
        resetHint: "Deux personnes le font, l'une après l'autre en un jour. Personne ne réinitialise la sienne.",
        code: "Votre code",
        codeRefused: "Le code n'est pas juste, ou a déjà servi. Rien n'a été fait.",
        changed: { "Les rôles de \($0) sont changés." },
        waiting: { "La réinitialisation de \($0) attend une deuxième personne." },
        done: { "Le code à usage unique pour \($0), affiché cette seule fois :" }
    )
}
