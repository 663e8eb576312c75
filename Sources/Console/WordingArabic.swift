/// The console in Arabic.

extension Wording {
    static let arabic = Wording(
        language: "ar",
        direction: "rtl",
        frame: frameArabic,
        problems: problemsArabic,
        notices: [
            "signed-out": "تم تسجيل خروجك.",
            "decided": "تم تسجيل قرارك.",
            "sent": "تم تسجيل طلبك.",
            "judged": "حُفظ ما قلته عن التطابق.",
            "case-closed": "أُغلقت القضية.",
            "ended": "انتهت تلك الجلسة.",
            "trusted": "صار الشريك موثوقًا من الآن.",
            "look": "حُفظ ذلك.",
            "revoked": "لم يعد الشريك موثوقًا.",
            "key-added": "سُجّل مفتاح الأمان.",
            "key-removed": "أُزيل مفتاح الأمان.",
        ],
        signIn: signInArabic,
        account: accountArabic,
        keys: keysArabic,
        outcomes: outcomesArabic,
        work: workArabic,
        ask: askArabic,
        asking: askingArabic,
        question: questionArabic,
        hits: hitsArabic,
        request: requestArabic,
        followUp: followUpArabic,
        cases: casesArabic,
        map: mapArabic,
        records: recordsArabic,
        queue: queueArabic,
        audit: auditArabic,
        officer: officerArabic,
        policies: policiesArabic,
        rules: rulesArabic,
        status: statusArabic,
        peerHealth: peerHealthArabic,
        backups: backupsArabic,
        peers: peersArabic,
        indexes: indexesArabic,
        users: usersArabic
    )

    private static let frameArabic = FrameWords(
        skip: "انتقل إلى المحتوى",
        places: "الصفحات",
        work: "العمل",
        ask: "سؤال",
        queue: "للقرار",
        audit: "السجل",
        policies: "القواعد",
        status: "الحالة",
        users: "الحسابات",
        copy: "انسخ",
        copied: "نُسخ",
        footer: { "عقدة \($0). ما تفعله هنا يُكتب في سجل التدقيق الخاص بها." }
    )

    private static let problemsArabic = ProblemWords(
        title: "لم ينجح ذلك",
        because: "السبب:",
        remedy: "ما العمل:",
        goOn: "متابعة",
        nothingHere: "لا توجد صفحة في هذا العنوان.",
        notYours: "هذه الصفحة لأشخاص لهم دور آخر. محاولة فتحها مكتوبة في سجل التدقيق.",
        oldForm: "هذا النموذج من جلسة سابقة. لم يُنفَّذ شيء؛ افتح الصفحة من جديد وأعد المحاولة.",
        foreignForm: "هذا النموذج لم يأت من صفحة في هذه الواجهة. لم يُنفَّذ شيء.",
        noForm: "ما أُرسل ليس نموذجًا يمكن قراءته. لم يُنفَّذ شيء.",
        tooLarge: "ما أُرسل كبير جدًا. لم يُنفَّذ شيء.",
        noMethod: "لا يُستخدم هذا العنوان بهذه الطريقة.",
        tooSlow: "استغرق وصول ما أُرسل وقتًا طويلًا. لم يُنفَّذ شيء؛ أرسله من جديد.",
        ownUpload: "ما زال إرسال سابق لك جاريًا. لم يُنفَّذ شيء؛ أعد الإرسال عندما ينتهي.",
        noRoom: "يرسل آخرون الكثير في هذه اللحظة. لم يُنفَّذ شيء؛ أعد الإرسال بعد ثوانٍ قليلة.",
        noQuery: "لا يمكن قراءة ما بعد علامة الاستفهام في هذا العنوان. لم يُنفَّذ شيء.",
        noFormat: "هذا ليس من أشكال الملفات. لم يُنفَّذ شيء؛ اختر واحدًا من المعروض.",
        noPlace: "موضع المتابعة ليس رقم قيد. لم يُبحث عن شيء؛ ابحث من جديد."
    )

    private static let signInArabic = SignInWords(
        title: "تسجيل الدخول",
        name: "الحساب",
        password: "كلمة المرور",
        code: "الرمز",
        codeHint: "الأرقام الستة في تطبيق المصادقة، أو أحد رموز الاسترداد.",
        submit: "تسجيل الدخول",
        first: "إعداد تسجيل الدخول برمز يُستعمل مرة واحدة",
        refused: "الحساب أو كلمة المرور أو الرمز أو مفتاح الأمان غير صحيح.",
        ended: "انتهت جلستك. سجّل الدخول للمتابعة.",
        wait: { seconds in
            switch Plural.arabic(seconds) {
            case .one: "محاولات كثيرة. انتظر ثانية واحدة ثم أعد المحاولة."
            case .two: "محاولات كثيرة. انتظر ثانيتين ثم أعد المحاولة."
            case .few: "محاولات كثيرة. انتظر \(seconds) ثوانٍ ثم أعد المحاولة."
            case .zero, .many, .other: "محاولات كثيرة. انتظر \(seconds) ثانية ثم أعد المحاولة."
            }
        },
        startTitle: "إعداد تسجيل الدخول",
        startIntro: "تحتاج إلى الرمز الذي أعطاك إياه المشغّل، وإلى تطبيق مصادقة.",
        oneTimeCode: "رمز لمرة واحدة",
        startSubmit: "متابعة",
        startRefused: "الحساب أو الرمز غير صحيح، أو الرمز قديم.",
        setUpTitle: "كلمة المرور وتطبيق المصادقة",
        secret: "مفتاح التطبيق",
        secretHint: "أضف حسابًا في تطبيق المصادقة: وجّه كاميرته إلى الصورة، أو اكتب المفتاح. يبقيان معروضين حتى تنتهي.",
        secretPicture: "المفتاح صورةً لكاميرا التطبيق؛ تقول ما يقوله النص أدناه.",
        link: "افتحه في تطبيق على هذا الجهاز",
        choosePassword: "اختر كلمة مرور",
        again: "كلمة المرور مرة أخرى",
        appCode: "الأرقام الستة التي يعرضها التطبيق الآن",
        setUpSubmit: "إتمام وتسجيل الدخول",
        passwordHint: "اثنا عشر حرفًا على الأقل. عدة كلمات لا صلة بينها خيار جيد.",
        different: "كلمتا المرور غير متطابقتين.",
        wrongCode: "رمز التطبيق غير صحيح. تحقق من ساعة جهازه.",
        tooShort: "كلمة المرور قصيرة جدًا.",
        tooEasy: "كلمة المرور سهلة التخمين. اجعلها أطول.",
        easyWord: "كلمة المرور سهلة التخمين: فيها كلمة شائعة في كلمات المرور.",
        easyHere: "كلمة المرور سهلة التخمين: فيها اسمك أو اسم جهتك.",
        easySequence: "كلمة المرور سهلة التخمين: فيها مفاتيح أو أحرف متتالية.",
        easyRepetition: "كلمة المرور سهلة التخمين: تتكرر فيها المقاطع.",
        codesTitle: "رموز الاسترداد",
        codesIntro: "اكتبها واحفظها بعيدًا عن جهازك. كل رمز يحل مرة واحدة محل رمز التطبيق. تُعرض هذه المرة فقط.",
        codesDone: "حفظتها"
    )

    private static let accountArabic = AccountWords(
        title: "حسابك",
        name: "الحساب",
        roles: "الأدوار",
        since: "مسجَّل الدخول منذ",
        ends: "تنتهي بعد 15 دقيقة دون صفحة، وفي أقصى حد",
        sessions: "الجلسات المفتوحة",
        seen: "آخر استعمال",
        end: "أنهِها",
        thisOne: "هذه",
        signOut: "تسجيل الخروج",
        signOutAll: "تسجيل الخروج من كل مكان"
    )

    private static let outcomesArabic = OutcomeWords(
        hits: { count in
            switch Plural.arabic(count) {
            case .zero: "لا تطابقات"
            case .one: "تطابق واحد"
            case .two: "تطابقان"
            case .few: "\(count) تطابقات"
            case .many: "\(count) تطابقًا"
            case .other: "\(count) تطابق"
            }
        },
        noHit: "لا تطابق",
        refused: "مرفوض",
        held: "معلَّق",
        unreachable: "لا يمكن الوصول إليه",
        waiting: "في الانتظار",
        evaluating: { "يجري التقييم: \($0)٪" },
        wouldAsk: "سيجيب",
        wouldHold: "سيُعلَّق: يحتاج إلى الموافِق لديكم",
        heldThere: "سيُعلَّق هناك: يحتاج إلى الموافِق لديه",
        refusalExpected: "رفض متوقع",
        noHitMeans: { "ليس لدى \($0) ما يجوز له أن يريكه بموجب هذا الاتفاق. وليس هذا دليلًا على أن \($0) لا يعرف." },
        strong: "قوي",
        probable: "مرجَّح",
        possible: "ممكن"
    )

    private static let workArabic = WorkWords(
        title: "العمل",
        none: "لم يُطرح أي سؤال بعد. كل سؤال تطرحه سيظهر هنا مع أجوبته.",
        first: "اطرح السؤال الأول",
        questions: "الأسئلة، الأحدث أولًا",
        requests: "طلبات الإفصاح، الأحدث أولًا",
        noRequests: "لم يُقدَّم أي طلب إفصاح بعد.",
        asked: "طُرح",
        by: "من",
        agreement: "الاتفاق",
        purpose: "الغرض",
        reference: "القضية",
        answers: "الأجوبة",
        open: "فتح",
        with: "مع",
        state: "الحالة",
        deadline: "الموعد الأخير",
        fetch: "جلب ما قرره الشركاء"
    )

    private static let askArabic = AskWords(
        title: "سؤال",
        noAgreement: "لا يوجد اتفاق يسمح لهذه الجهة بالسؤال اليوم. يرى المشغّل في صفحة الحالة أي الاتفاقات معروفة.",
        terms: "لماذا تسأل",
        agreement: "الاتفاق",
        purpose: "الغرض",
        basis: "الأساس القانوني",
        offence: "الجريمة",
        offenceHint: "إن كان الاتفاق يطلبها، مثل migrant-smuggling.",
        reference: "رقم القضية",
        referenceHint: "يبقى هنا. يرى الشركاء رمزًا يميّز قضاياك بعضها عن بعض فقط.",
        urgent: "الجواب مطلوب قريبًا",
        subject: "عمّن أو عمّا تسأل",
        subjectHint: "املأ ما تعرفه. كل ما تملؤه معًا يصف شخصًا واحدًا أو شيئًا واحدًا.",
        rows: "أو عدة معًا بصيغة CSV أو FollowTheMoney أو UMF أو STIX",
        rowsHint: "في CSV سطر أول بأسماء الأعمدة، ثم سطر لكل واحد. عندئذ لا تُستخدم الحقول أعلاه.",
        check: "تحقق أولًا",
        send: "إرسال",
        peers: "من يُسأل",
        peersHint: "جهات تفصل بينها فواصل؛ إن تُرك فارغًا فكل من يسمّيه الاتفاق.",
        cover: "جلب أكثر مما يلزم، ليقلّ ما يدل على المطلوب",
        previewTitle: "ما الذي سيحدث",
        peer: "الشريك",
        expected: "المتوقع",
        why: "السبب، وما الذي يخرج",
        learnsTitle: "من يعرف ماذا",
        expectedNote: "متوقع بحسب قواعدنا والاتفاق. قد تكون للشريك قواعد لا يعلنها.",
        ourRule: "قاعدتنا",
        theirRule: "قاعدته",
        draftKept: "ما كتبته محفوظ حتى ترسله، حتى لو سجّلت خروجك.",
        zone: "أسطر وثيقة السفر (MRZ)",
        zoneHint: "سطران أو ثلاثة كما هي في أسفل الصفحة. وما تملؤه أعلاه يُقدَّم عليها.",
        tooMany: { "عدد أسئلتك الجارية الآن: \($0). انتظر حتى ينتهي أحدها ثم أرسل هذا السؤال." },
        columns: [
            ("full_name", "الاسم"), ("birth_date", "تاريخ الميلاد"), ("nationality", "الجنسية"),
            ("document_number", "رقم الوثيقة"), ("document_country", "بلد الوثيقة"), ("phone", "الهاتف"),
            ("email", "البريد الإلكتروني"), ("plate", "لوحة المركبة"), ("iban", "الحساب (IBAN)"),
            ("imo", "السفينة (IMO)"),
        ]
    )

    private static let questionArabic = QuestionWords(
        title: "السؤال",
        facts: "ما الذي سُئل",
        asking: "يجري السؤال",
        allAnswered: "لم يعد أحد يُسأل.",
        lookAgain: "انظر من جديد",
        keepLooking: "انظر من جديد كل خمس ثوانٍ تلقائيًا",
        stopLooking: "أوقف النظر التلقائي",
        again: "اسأل من جديد ما عُلِّق أو انقطع",
        stop: "أوقف السؤال، مع الاحتفاظ بما وصل",
        notes: "ما ينبغي أن تعرفه",
        hit: "تطابق",
        subject: "عن",
        handle: "المرجع",
        band: "القوة",
        agrees: "ما يتفق",
        review: "مراجعة",
        hitTitle: "تطابق",
        worth: "ما قيمته",
        alone: "التطابق مرجع وما اتفق، وليس شخصًا أبدًا.",
        requestTitle: "اطلب ما وراءه",
        fields: "الحقول",
        fieldsHint: "اختر ما تحتاج إليه فقط. ما لا يسمح به الغرض يُحذف ويُقال لك.",
        confirmed: "قارنت هذا التطابق بملفي",
        reason: "السبب",
        reasonHint: "تقرؤه الجهة الأخرى، مع الاستعمال والتاريخ أدناه. سطر واحد.",
        urgent: "مطلوب قريبًا",
        submit: "اطلبه",
        toApprove: { "معلَّق هنا قبل أن يخرج شيء إلى \($0): يجده الموافِق في صفحة القرار." },
        askingPeers: { "يُسأل الشركاء الآن. الإجابات حتى الآن: \($0) من \($1)." },
        gone: "لم يعد هذا التطابق موجودًا. افتح السؤال من جديد.",
        filledIn: "ما ملأته في النموذج"
    )

    private static let requestArabic = RequestWords(
        title: "طلب إفصاح",
        state: "الحالة",
        peer: "الجهة",
        agreement: "الاتفاق",
        made: "قُدِّم",
        deadline: "الموعد الأخير",
        fields: "الحقول المطلوبة",
        reason: "السبب",
        rules: "القواعد",
        ground: "سبب الرفض",
        note: "ملاحظة",
        approvals: "الموافقات",
        handling: "رمز التعامل",
        source: "المصدر",
        retention: "يُحفظ حتى",
        onward: "النقل إلى غيرنا",
        onwardFree: "حر",
        onwardConsent: "بموافقة الجهة المصدر فقط",
        onwardForbidden: "ممنوع",
        data: "ما أُفصح لنا عنه",
        field: "الحقل",
        value: "القيمة",
        logged: "كونك فتحت هذا مكتوب في سجل التدقيق.",
        handleWord: "المرجع",
        subject: "عن",
        erased: "مُحيت",
        erasedBy: { "مُحيت البيانات في \($0). السبب: \($1)." },
        erasedEntry: { "القيد \($0) في السجل يثبت ذلك." },
        states: [
            "held-here": "ينتظر موافِقًا هنا", "approved": "وُوفق عليه وسيخرج", "unsent": "لم يمكن إرساله بعد",
            "deciding": "الشريك يقرر", "asked-back": "سُئل عنه", "refused": "مرفوض", "received": "وصل",
            "nothing": "لا يمكن إعطاء شيء", "overdue": "تأخر", "failed": "فشل", "held": "ينتظر قرارًا",
            "released": "أُفصح عنه", "silent": "أُجيب كأن لا شيء", "left": "خرج", "answered": "أُجيب",
            "unreadable": "لا يُقرأ",
        ],
        approvedBy: { "\($0) من \($1)" },
        daysLeft: { count in
            switch Plural.arabic(count) {
            case .zero, .other: "بقي \(count) يوم"
            case .one: "بقي يوم واحد"
            case .two: "بقي يومان"
            case .few: "بقيت \(count) أيام"
            case .many: "بقي \(count) يومًا"
            }
        },
        hoursLeft: { count in
            switch Plural.arabic(count) {
            case .one: "بقيت ساعة واحدة"
            case .two: "بقيت ساعتان"
            case .few: "بقيت \(count) ساعات"
            case .zero, .many, .other: "بقيت \(count) ساعة"
            }
        }
    )

    private static let queueArabic = QueueWords(
        title: "للقرار",
        none: "لا شيء ينتظر قرارًا. ما يطلبه الشركاء منا وما يحتاج عندنا إلى موافقة سيظهر هنا.",
        kind: "ما هو",
        peer: "الجهة",
        purpose: "الغرض",
        due: "قبل",
        left: "الوقت المتبقي",
        waits: "الموافقات",
        open: "قرّر",
        decideTitle: "القرار",
        received: "شريك يطلب بيانات",
        question: "سؤال من شريك",
        asked: "سؤال منا",
        sent: "طلب منا",
        wouldLeave: "ما الذي سيخرج",
        nothingLeaves: "لا تخرج بيانات بهذا القرار.",
        whoAsks: "من يسأل",
        basis: "الأساس القانوني",
        offence: "الجريمة",
        release: "إفصاح",
        letGo: "دعه يخرج",
        releaseTitle: "إفصاح",
        refuseTitle: "رفض",
        refuse: "رفض",
        ground: "السبب",
        code: "الرمز",
        codeHint: "الأرقام الستة في تطبيق المصادقة: هي جزء من هذا الفعل.",
        withhold: "للإفصاح عن حقول أقل، ضع علامة على ما يُحجب.",
        authorisation: "مرجع الإذن",
        askBackTitle: "سؤال للجهة الطالبة",
        askBackQuestion: "السؤال",
        askBack: "اسأل",
        askBackHint: "تقرؤه الجهة الأخرى. سطر واحد.",
        codeRefused: "الرمز غير صحيح أو استُعمل من قبل. لم يُقرَّر شيء.",
        closed: "تقرَّر هذا.",
        noGround: "لا يسمّي الاتفاق سببًا للرفض.",
        more: { "هذه الطلبات الأقرب أجلًا وعددها \($0)، وهناك غيرها." }
    )

    private static let auditArabic = AuditWords(
        title: "سجل التدقيق",
        event: "الحدث",
        eventHint: "اسم كامل أو مجموعة مثل query.*",
        peer: "الشريك",
        agreement: "الاتفاق",
        purpose: "الغرض",
        outcome: "النتيجة",
        actor: "الشخص",
        actorHint: "اسم حساب هنا، أو اسم مستعار كما تظهره القيود.",
        query: "السؤال أو الطلب",
        caseNumber: "رقم القضية",
        caseHint: "القيود المتعلقة بأسئلتها وطلباتها ما دامت محفوظة.",
        since: "من يوم",
        until: "إلى يوم",
        noDay: "هذا ليس يومًا مقروءًا. اكتبه هكذا: 2026-11-24.",
        search: "بحث",
        found: { count, most in
            if count >= most { return "أحدث \(most) قيد مناسب" }
            switch Plural.arabic(count) {
            case .zero: return "لا قيود مناسبة"
            case .one: return "قيد واحد مناسب"
            case .two: return "قيدان مناسبان"
            case .few: return "\(count) قيود مناسبة"
            case .many: return "\(count) قيدًا مناسبًا"
            case .other: return "\(count) قيد مناسب"
            }
        },
        reached: { "بُحث رجوعًا حتى القيد \($0). قد تناسب قيود أقدم أيضًا." },
        entry: "القيد",
        time: "الوقت",
        role: "من",
        none: "لا قيد مناسب.",
        older: "قيود أقدم",
        facts: "ما يقوله",
        personal: "القيم الشخصية",
        personalNote: "لا يحمل القيد إلا بصماتها. من يجوز له رؤيتها يكشفها بالأمر comity audit reveal مع ذكر السبب.",
        bytes: "القيد بايتًا بايتًا",
        proof: "البرهان",
        proofFile: "نقطة التحقق والمسار",
        entryTitle: { "القيد \($0)" },
        verified: "تحقق منه هذا المتصفح: القيد موجود في السجل تحت نقطة التحقق هذه، وقد وقّعها مفتاح السجل.",
        failed: "لا يصح التحقق. احتفظ بهذه الصفحة واتصل بالمسؤول عن تدقيق هذه العقدة.",
        unchecked: "لم يُتحقق منه: يلزم JavaScript ومتصفح يعرف Ed25519. على جهاز آخر:",
        beside: "هذه الصفحة من العقدة نفسها. للتحقق من العقدة نفّذ على جهاز آخر:",
        sentence: { event, role, actor, time in
            actor.isEmpty ? "\(event)، من العقدة نفسها، في \(time)" : "\(event)، من \(role) \(actor)، في \(time)"
        }
    )

    private static let policiesArabic = PolicyWords(
        title: "القواعد",
        intro: "القواعد التي تقرر الآن. تُحرَّر ملفاتٍ ويفعّلها المشغّل، لا هنا.",
        digest: "بصمة المجلد",
        parties: "الأطراف",
        askers: "يجوز لهم السؤال",
        holders: "يجوز سؤالهم",
        inForce: "سارٍ اليوم",
        notInForce: "غير سارٍ اليوم",
        rule: "القاعدة",
        effect: "الأثر",
        stages: "أين تسري",
        source: "المصدر",
        says: "ما تقوله"
    )

    private static let statusArabic = StatusWords(
        title: "الحالة",
        checks: "أجزاء العقدة كما يقول comity doctor",
        name: "الجزء",
        state: "الحالة",
        text: "الواقع",
        remedy: "ما العمل",
        ok: "سليم",
        warning: "انظر إليه",
        failed: "معطَّل",
        peers: "الشركاء",
        agency: "الجهة",
        address: "العنوان",
        fingerprint: "بصمة بطاقتها",
        trusted: "موثوق",
        revoked: "ملغى",
        noPeers: "لا يُعرف أي شريك بعد. صفحة الشركاء تأخذ أول بطاقة.",
        examineNow: "افحصها الآن",
        examined: { "كما وجدت العقدة نفسها في \($0)." }
    )

    private static let usersArabic = UserWords(
        title: "الحسابات",
        name: "الحساب",
        roles: "الأدوار",
        signIn: "تسجيل الدخول",
        setUp: "مُعَدّ",
        notSetUp: "لم يُعَدّ بعد",
        addTitle: "أضف حسابًا أو امنحه أدوارًا أخرى",
        add: "إضافة",
        nameHint: "من حرف إلى 64: a-z 0-9 . _ -",
        rolesTitle: "تغيير الأدوار",
        rolesHint: "الأدوار المحددة وحدها من الآن. تنتهي جلسات هذا الشخص المفتوحة.",
        change: "تغيير",
        resetTitle: "إعادة ضبط تسجيل دخول",
        reset: "إعادة الضبط",
        resetHint: "يفعلها شخصان واحدًا بعد الآخر خلال يوم. لا أحد يعيد ضبط حسابه.",
        code: "رمزك",
        codeRefused: "الرمز غير صحيح أو استُعمل من قبل. لم يُنفَّذ شيء.",
        changed: { "تغيرت أدوار \($0)." },
        waiting: { "إعادة ضبط \($0) تنتظر شخصًا ثانيًا." },
        done: { "الرمز لمرة واحدة لحساب \($0)، يُعرض هذه المرة فقط:" }
    )
}
