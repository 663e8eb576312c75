/// The console in English.

extension Wording {
    static let english = Wording(
        language: "en",
        direction: "ltr",
        frame: frameEnglish,
        problems: problemsEnglish,
        notices: [
            "signed-out": "You are signed out.",
            "decided": "Your decision is recorded.",
            "sent": "Your request is recorded.",
            "fetched": "What the peers decided was fetched.",
            "trusted": "The peer is trusted from now on.",
            "revoked": "The peer is trusted no more.",
            "key-added": "The security key is registered.",
            "key-removed": "The security key is removed.",
        ],
        signIn: signInEnglish,
        account: accountEnglish,
        keys: keysEnglish,
        outcomes: outcomesEnglish,
        work: workEnglish,
        ask: askEnglish,
        question: questionEnglish,
        request: requestEnglish,
        cases: casesEnglish,
        map: mapEnglish,
        records: recordsEnglish,
        queue: queueEnglish,
        audit: auditEnglish,
        officer: officerEnglish,
        policies: policiesEnglish,
        rules: rulesEnglish,
        status: statusEnglish,
        peers: peersEnglish,
        indexes: indexesEnglish,
        users: usersEnglish
    )

    private static let frameEnglish = FrameWords(
        skip: "Skip to the content",
        places: "Pages",
        work: "Work",
        ask: "Ask",
        queue: "Queue",
        audit: "Audit",
        policies: "Policies",
        status: "Status",
        users: "Users",
        footer: { "Node of \($0). What you do here is written to its audit log." }
    )

    private static let problemsEnglish = ProblemWords(
        title: "That did not work",
        because: "Why:",
        remedy: "What to do:",
        goOn: "Go on",
        nothingHere: "There is no page at this address.",
        notYours: "This page is for people with another role. That it was asked for is in the audit log.",
        oldForm: "This form is of an earlier session. Nothing was done; open the page again and repeat it.",
        foreignForm: "This form did not come from a page of this console. Nothing was done.",
        noForm: "What was sent is no form that can be read. Nothing was done.",
        tooLarge: "What was sent is too large. Nothing was done.",
        noMethod: "This address cannot be used in that way.",
        tooSlow: "What was sent took too long to arrive. Nothing was done; send it again.",
        ownUpload: "Something of yours is still being sent. Nothing was done; send this again when that is through.",
        noRoom: "Others are sending much at this moment. Nothing was done; send it again in a few seconds.",
        noQuery: "What stands after the question mark of this address cannot be read. Nothing was done.",
        noFormat: "That is none of the forms of a file. Nothing was done; choose one of those offered.",
        noPlace: "The place to go on from is no number of an entry. Nothing was searched; search again."
    )

    private static let signInEnglish = SignInWords(
        title: "Sign in",
        name: "Account",
        password: "Password",
        code: "Code",
        codeHint: "The six digits in your authenticator app, or one of your recovery codes.",
        submit: "Sign in",
        first: "Set up your sign-in with a one-time code",
        refused: "Account, password, code or security key is not right.",
        ended: "Your session is over. Sign in to go on.",
        wait: { "Too many tries. Wait \($0) seconds, then try again." },
        startTitle: "Set up your sign-in",
        startIntro: "You need the one-time code that your operator gave you, and an authenticator app.",
        oneTimeCode: "One-time code",
        startSubmit: "Go on",
        startRefused: "Account or one-time code is not right, or the code is too old.",
        setUpTitle: "Password and authenticator",
        secret: "Key for the app",
        secretHint: """
            Add an account in your authenticator app: show the picture to its camera, or type the key. Both are shown until you are \
            done.
            """,
        secretPicture: "The key as a picture for the camera of the app; it says the same as the text below.",
        link: "Open it in an app on this device",
        choosePassword: "Choose a password",
        again: "The password again",
        appCode: "The six digits that the app shows now",
        setUpSubmit: "Set up and sign in",
        passwordHint: "At least 12 characters. Several words that do not belong together are good.",
        different: "The two passwords are not the same.",
        wrongCode: "The code of the app is not right. Check that the clock of its device is.",
        tooShort: "The password is too short.",
        tooEasy: "The password is too easy to guess. Make it longer.",
        easyWord: "The password is too easy to guess: it holds a word that many passwords hold.",
        easyHere: "The password is too easy to guess: it holds your name or your agency's.",
        easySequence: "The password is too easy to guess: it holds keys or letters in a row.",
        easyRepetition: "The password is too easy to guess: it repeats itself.",
        codesTitle: "Your recovery codes",
        codesIntro: """
            Write these down and keep them apart from your device. Each stands in once for the app's code. They are shown this \
            one time.
            """,
        codesDone: "I have them"
    )

    private static let accountEnglish = AccountWords(
        title: "Your account",
        name: "Account",
        roles: "Roles",
        since: "Signed in since",
        ends: "Ends after 15 minutes without a page, at the latest",
        sessions: "Open sessions",
        signOut: "Sign out",
        signOutAll: "Sign out everywhere"
    )

    private static let outcomesEnglish = OutcomeWords(
        hits: { Plural.english($0) == .one ? "\($0) hit" : "\($0) hits" },
        noHit: "no hit",
        refused: "refused",
        held: "held",
        unreachable: "unreachable",
        waiting: "waiting",
        wouldAsk: "would answer",
        wouldHold: "would be held: needs your approver",
        heldThere: "would be held there: needs its approver",
        refusalExpected: "refusal expected",
        noHitMeans: {
            "\($0) holds nothing it may show you under this agreement. It is not proof that \($0) does not know."
        },
        strong: "Strong",
        probable: "Probable",
        possible: "Possible"
    )

    private static let workEnglish = WorkWords(
        title: "Work",
        none: "No question was asked yet. Each one you ask will stand here with its answers.",
        first: "Ask the first one",
        questions: "Questions, newest first",
        requests: "Disclosure requests, newest first",
        noRequests: "No disclosure request was made yet.",
        asked: "Asked",
        by: "By",
        agreement: "Agreement",
        purpose: "Purpose",
        reference: "Case",
        answers: "Answers",
        open: "Open",
        with: "With",
        state: "State",
        deadline: "Deadline",
        fetch: "Fetch what the peers decided"
    )

    private static let askEnglish = AskWords(
        title: "Ask",
        noAgreement: "No agreement lets this agency ask today. An operator can see on the Status page which are known.",
        terms: "Why you ask",
        agreement: "Agreement",
        purpose: "Purpose",
        basis: "Legal basis",
        offence: "Offence",
        offenceHint: "Where the agreement asks for one, as migrant-smuggling.",
        reference: "Case number",
        referenceHint: "It stays here. Peers see a code that only tells your cases apart.",
        urgent: "An answer is needed soon",
        subject: "About whom or what",
        subjectHint: "Fill in what you know. All of it together is one person or thing.",
        rows: "Or several at once, as CSV",
        rowsHint: "A first line with column names, then one line each. The lines above are not used then.",
        check: "Check first",
        send: "Send",
        peers: "Whom to ask",
        peersHint: "Agencies, separated by commas; empty: all that the agreement names.",
        cover: "Fetch more than is needed, so that it shows less what is looked for",
        previewTitle: "What would happen",
        peer: "Peer",
        expected: "Expected",
        why: "Why, and what leaves",
        learnsTitle: "Who learns what",
        learns: {
            """
            \($0) learns your agency, the agreement, purpose, legal basis and offence, how soon you need it, and how many keys of \
            which kinds. It does not learn the values.
            """
        },
        expectedNote:
            "Expected by our own rules and the agreement. A peer may have rules of its own that it does not tell.",
        ourRule: "our rule",
        theirRule: "its rule",
        draftKept: "What you typed is kept until you send it, also when you sign out.",
        tooMany: { "\($0) questions of yours are being asked. Wait until one of them is done, then send this one." },
        columns: [
            ("full_name", "Name"), ("birth_date", "Date of birth"), ("nationality", "Nationality"),
            ("document_number", "Document number"), ("document_country", "Document's country"), ("phone", "Phone"),
            ("email", "E-mail"), ("plate", "Number plate"), ("iban", "Account (IBAN)"), ("imo", "Ship (IMO)"),
        ]
    )

    private static let questionEnglish = QuestionWords(
        title: "Question",
        facts: "What was asked",
        asking: "Asking",
        allAnswered: "Nobody is being asked any more.",
        lookAgain: "Look again",
        keepLooking: "Look again every five seconds by itself",
        stopLooking: "Stop looking again by itself",
        again: "Ask again what is held or was cut off",
        notes: "What you should know",
        hit: "Hit",
        subject: "About",
        handle: "Handle",
        band: "Strength",
        agrees: "What agrees",
        review: "Review",
        hitTitle: "Hit",
        worth: "What it is worth",
        alone: "A hit is a handle and what agreed, never a person.",
        requestTitle: "Ask for what lies behind it",
        fields: "Fields",
        fieldsHint: "Tick only what you need. What the purpose does not allow is taken out, and you are told.",
        confirmed: "I compared this hit with my file",
        reason: "Reason",
        reasonHint: "The other agency reads it. One line.",
        urgent: "Needed soon",
        submit: "Ask for it",
        toApprove: { "Held here, before anything went to \($0): an approver finds it in the queue." },
        askingPeers: { "The peers are being asked. Answers so far: \($0) of \($1)." },
        gone: "There is no such hit any more. Open the question again.",
        filledIn: "what you filled in"
    )

    private static let requestEnglish = RequestWords(
        title: "Disclosure request",
        state: "State",
        peer: "Agency",
        agreement: "Agreement",
        made: "Made",
        deadline: "Deadline",
        fields: "Fields asked for",
        reason: "Reason",
        rules: "Rules",
        ground: "Ground",
        note: "Note",
        approvals: "Approvals",
        handling: "Handling",
        source: "Source",
        retention: "Keep until",
        onward: "Passing on",
        onwardFree: "free",
        onwardConsent: "only with the consent of the agency it is from",
        onwardForbidden: "forbidden",
        data: "Released to us",
        field: "Field",
        value: "Value",
        logged: "That you opened this is in the audit log.",
        handleWord: "Handle",
        subject: "About",
        erased: "Erased",
        erasedBy: { "The data were erased on \($0). Ground: \($1)." },
        erasedEntry: { "Entry \($0) of the log proves it." },
        states: [
            "held-here": "waits for an approver here", "approved": "approved, about to leave",
            "unsent": "could not be sent yet",
            "deciding": "the peer decides", "asked-back": "asked back", "refused": "refused", "received": "received",
            "nothing": "nothing can be given", "overdue": "overdue", "failed": "failed", "held": "waits for a decision",
            "released": "released", "silent": "answered as if there were nothing", "left": "left",
            "answered": "answered",
            "unreadable": "cannot be read",
        ],
        approvedBy: { "\($0) of \($1)" }
    )

    private static let queueEnglish = QueueWords(
        title: "Queue",
        none: "Nothing waits for a decision. What peers ask of us, and what of ours needs approval, will stand here.",
        kind: "What",
        peer: "Agency",
        purpose: "Purpose",
        due: "Due",
        waits: "Approvals",
        open: "Decide",
        decideTitle: "Decide",
        received: "A peer asks for data",
        question: "A peer's question",
        asked: "A question of ours",
        sent: "A request of ours",
        wouldLeave: "What would leave",
        nothingLeaves: "No data leave by this decision.",
        whoAsks: "Who asks",
        basis: "Legal basis",
        offence: "Offence",
        release: "Release",
        letGo: "Let it go",
        releaseTitle: "Release",
        refuseTitle: "Refuse",
        refuse: "Refuse",
        ground: "Ground",
        code: "Code",
        codeHint: "The six digits in your authenticator app: they are part of this act.",
        withhold: "To release fewer fields, tick those that are kept back.",
        authorisation: "Reference of the authorisation",
        askBackTitle: "Ask back",
        askBackQuestion: "Question",
        askBack: "Ask back",
        askBackHint: "The other agency reads it. One line.",
        codeRefused: "The code is not right, or was used before. Nothing was decided.",
        closed: "This is decided.",
        noGround: "The agreement names no ground for refusing."
    )

    private static let auditEnglish = AuditWords(
        title: "Audit",
        event: "Event",
        eventHint: "A whole name, or a group such as query.*",
        peer: "Peer",
        agreement: "Agreement",
        purpose: "Purpose",
        outcome: "Outcome",
        actor: "Pseudonym",
        query: "Question or request",
        since: "From day",
        until: "To day",
        noDay: "This is no day that can be read. Write it as 2026-11-24.",
        search: "Search",
        found: { $0 >= $1 ? "The newest \($1) entries that fit" : $0 == 1 ? "1 entry fits" : "\($0) entries fit" },
        reached: { "Looked at as far back as entry \($0). Earlier ones may fit as well." },
        entry: "Entry",
        time: "Time",
        role: "Who",
        none: "No entry fits.",
        older: "Earlier entries",
        facts: "What it says",
        personal: "Personal values",
        personalNote:
            "The entry holds only their digests. Who may see them reveals them by comity audit reveal, with a ground.",
        bytes: "The entry, byte for byte",
        proof: "Proof",
        proofFile: "The checkpoint and the path",
        entryTitle: { "Entry \($0)" },
        verified:
            "Checked in this browser: the entry stands in the log under this checkpoint, and the log's key signed it.",
        failed: "This does not verify. Keep this page, and call whoever is responsible for the audit of this node.",
        unchecked: "Not checked: this needs JavaScript and a browser with Ed25519. On another machine:",
        beside: "This page comes from the node. To check the node itself, run this on another machine:",
        sentence: { event, role, actor, time in
            actor.isEmpty ? "\(event), by the node itself, at \(time)" : "\(event), by \(role) \(actor), at \(time)"
        }
    )

    private static let policiesEnglish = PolicyWords(
        title: "Policies",
        intro: "The rules that decide now. They are edited as files and activated by an operator, never here.",
        digest: "Digest of the folder",
        parties: "Parties",
        askers: "May ask",
        holders: "May be asked",
        inForce: "in force today",
        notInForce: "not in force today",
        rule: "Rule",
        effect: "Effect",
        stages: "Where it speaks",
        source: "Source",
        says: "What it says"
    )

    private static let statusEnglish = StatusWords(
        title: "Status",
        checks: "Parts of the node, as comity doctor says",
        name: "Part",
        state: "State",
        text: "What is so",
        remedy: "What to do",
        ok: "in order",
        warning: "look at it",
        failed: "failed",
        peers: "Peers",
        agency: "Agency",
        address: "Address",
        fingerprint: "Fingerprint of its card",
        trusted: "trusted",
        revoked: "revoked",
        noPeers: "No peer is known yet. The page Peers takes the first card.",
        examineNow: "Examine it now",
        examined: { "As the node found itself on \($0)." }
    )

    private static let usersEnglish = UserWords(
        title: "Users",
        name: "Account",
        roles: "Roles",
        signIn: "Sign-in",
        setUp: "set up",
        notSetUp: "not set up yet",
        addTitle: "Add an account, or give it more roles",
        add: "Add",
        nameHint: "1 to 64 of a-z, 0-9, dot, underscore, hyphen.",
        rolesTitle: "Change roles",
        rolesHint: "Exactly the ticked roles from now on. Open sessions of that person end.",
        change: "Change",
        resetTitle: "Reset a sign-in",
        reset: "Reset",
        resetHint: "Two people do it, one after the other within a day. Nobody resets their own.",
        code: "Your code",
        codeRefused: "The code is not right, or was used before. Nothing was done.",
        changed: { "The roles of \($0) are changed." },
        waiting: { "The reset of \($0) waits for a second person." },
        done: { "The one-time code for \($0), shown this once:" }
    )
}
