/// Every word of the console, by typed names: a language that lacks one does not build. Words of rules and of peers are
/// theirs and stand elsewhere.

struct Wording: Sendable {
    /// For `lang` and `dir`.
    let language: String
    let direction: String
    let frame: FrameWords
    let problems: ProblemWords
    /// What was just done, by the key that the way back carries.
    let notices: [String: String]
    let signIn: SignInWords
    let account: AccountWords
    let keys: KeyWords
    let outcomes: OutcomeWords
    let work: WorkWords
    let ask: AskWords
    let asking: AskingWords
    let question: QuestionWords
    let hits: HitWords
    let request: RequestWords
    let followUp: FollowUpWords
    let cases: CaseWords
    let map: MapWords
    let records: RecordWords
    let queue: QueueWords
    let audit: AuditWords
    let officer: OfficerWords
    let policies: PolicyWords
    let rules: RuleWords
    let status: StatusWords
    let peerHealth: PeerHealthWords
    let backups: BackupWords
    let peers: PeerWords
    let indexes: IndexWords
    let users: UserWords

    struct FrameWords: Sendable {
        let skip, places, work, ask, queue, audit, policies, status, users, copy, copied: String
        let footer: @Sendable (_ agency: String) -> String
    }

    struct ProblemWords: Sendable {
        let title, because, remedy, goOn: String
        let nothingHere, notYours, oldForm, foreignForm, noForm, tooLarge, noMethod: String
        let tooSlow, ownUpload, noRoom, noQuery, noFormat, noPlace: String
    }

    struct SignInWords: Sendable {
        let title, name, password, code, codeHint, submit, first: String
        let refused, ended: String
        let wait: @Sendable (_ seconds: Int) -> String
        let startTitle, startIntro, oneTimeCode, startSubmit, startRefused: String
        let setUpTitle, secret, secretHint, secretPicture, link, choosePassword, again, appCode, setUpSubmit: String
        let passwordHint: String
        let different, wrongCode, tooShort, tooEasy, easyWord, easyHere, easySequence, easyRepetition: String
        let codesTitle, codesIntro, codesDone: String
    }

    struct AccountWords: Sendable {
        let title, name, roles, since, ends, sessions, seen, end, thisOne, signOut, signOutAll: String
    }

    struct OutcomeWords: Sendable {
        let hits: @Sendable (_ count: Int) -> String
        let noHit, refused, held, unreachable, waiting: String
        /// Of a long question: how much of it was answered.
        let evaluating: @Sendable (_ percent: Int) -> String
        let wouldAsk, wouldHold, heldThere, refusalExpected: String
        /// What "no hit" says, and what not.
        let noHitMeans: @Sendable (_ peer: String) -> String
        let strong, probable, possible: String
    }

    struct WorkWords: Sendable {
        let title, none, first, questions, requests, noRequests: String
        let asked, by, agreement, purpose, reference, answers, open: String
        let with, state, deadline, fetch: String
    }

    struct AskWords: Sendable {
        let title, noAgreement, terms, agreement, purpose, basis, offence, offenceHint, reference, referenceHint: String
        let urgent, subject, subjectHint, rows, rowsHint, check, send, peers, peersHint, cover: String
        let previewTitle, peer, expected, why, learnsTitle: String
        let expectedNote, ourRule, theirRule, draftKept, zone, zoneHint: String
        let tooMany: @Sendable (_ most: Int) -> String
        let columns: [(name: String, label: String)]
    }

    struct QuestionWords: Sendable {
        let title, facts, asking, allAnswered, lookAgain, keepLooking, stopLooking, again, stop, notes, hit, subject,
            handle,
            band, agrees, review: String
        let hitTitle, worth, alone, requestTitle, fields, fieldsHint, confirmed, reason, reasonHint, urgent,
            submit: String
        let toApprove: @Sendable (_ peer: String) -> String
        let askingPeers: @Sendable (_ answered: Int, _ count: Int) -> String
        let gone, filledIn: String
    }

    struct RequestWords: Sendable {
        let title, state, peer, agreement, made, deadline, fields, reason, rules, ground, note, approvals: String
        let handling, source, retention, onward, onwardFree, onwardConsent, onwardForbidden, data, field, value: String
        let logged, handleWord, subject: String
        /// Above the empty frame of what was erased.
        let erased: String
        let erasedBy: @Sendable (_ time: String, _ ground: String) -> String
        let erasedEntry: @Sendable (_ index: Int) -> String
        let states: [String: String]
        let approvedBy: @Sendable (_ count: Int, _ needed: Int) -> String
        /// How long something still has; 1 or more.
        let daysLeft, hoursLeft: @Sendable (_ count: Int) -> String
    }

    struct QueueWords: Sendable {
        let title, none, kind, peer, purpose, due, left, waits, open: String
        let decideTitle, received, question, asked, sent, wouldLeave, nothingLeaves, whoAsks, basis, offence: String
        let release, letGo, releaseTitle, refuseTitle, refuse, ground, code, codeHint: String
        /// Above the columns that an approver may take out.
        let withhold: String
        /// Before the kind of authorisation whose reference an approver states.
        let authorisation: String
        let askBackTitle, askBackQuestion, askBack, askBackHint: String
        let codeRefused, closed: String
        let noGround: String
        /// Under a list that does not show all.
        let more: @Sendable (_ shown: Int) -> String
    }

    struct AuditWords: Sendable {
        let title, event, eventHint, peer, agreement, purpose, outcome, actor, actorHint, query, caseNumber, caseHint,
            since,
            until,
            noDay, search: String
        let found: @Sendable (_ count: Int, _ most: Int) -> String
        /// Where a search came to its end before the log did.
        let reached: @Sendable (_ index: Int) -> String
        let entry, time, role, none, older, facts, personal, personalNote, bytes, proof, proofFile: String
        let entryTitle: @Sendable (_ index: Int) -> String
        let verified, failed, unchecked, beside: String
        let sentence: @Sendable (_ event: String, _ role: String, _ actor: String, _ time: String) -> String
    }

    struct PolicyWords: Sendable {
        let title, intro, digest, parties, askers, holders, inForce, notInForce, rule, effect, stages, source,
            says: String
    }

    struct StatusWords: Sendable {
        let title, checks, name, state, text, remedy, ok, warning, failed, peers, agency, address, fingerprint: String
        let trusted, revoked, noPeers, examineNow: String
        let examined: @Sendable (_ time: String) -> String
    }

    struct UserWords: Sendable {
        let title, name, roles, signIn, setUp, notSetUp, addTitle, add, nameHint: String
        let rolesTitle, rolesHint, change: String
        let resetTitle, reset, resetHint, code, codeRefused: String
        let changed: @Sendable (_ name: String) -> String
        let waiting: @Sendable (_ name: String) -> String
        let done: @Sendable (_ name: String) -> String
    }
}
