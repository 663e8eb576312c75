// The holder's states of a disclosure request: who may decide, when it shows, and what silence looks like.
import Casework
import Testing

@Suite("A disclosure request at its holder")
struct HeldRequestTests {
    let received = 1_000_000
    let deadline = 1_000_000 + 8 * 3_600

    func held(_ needed: Int = 1, excluded: Set<String> = ["clerk"]) -> HeldRequest {
        .found(needed: needed, received: received, deadline: deadline, due: deadline - 60, excluded: excluded)
    }

    @Test("is released by as many different people as policy wants, none of them who entered the record")
    func fourEyes() throws {
        var request = held(2)
        #expect(throws: CaseworkRefusal.ownWork) { try request.approve(by: "clerk", at: received + 1) }
        #expect(try request.approve(by: "lena", at: received + 2) == 1)
        #expect(throws: CaseworkRefusal.approvedAlready) { try request.approve(by: "lena", at: received + 3) }
        #expect(request.visible(at: deadline - 1) == .deciding)
        #expect(try request.approve(by: "omar", at: received + 4) == 0)
        #expect(request.approvals.map(\.person) == ["lena", "omar"])
        #expect(throws: CaseworkRefusal.notOpen(state: "released")) { try request.approve(by: "mia", at: received + 5) }
    }

    @Test("shows a decision on the next full minute, never at once", arguments: [0, 1, 59])
    func ticks(_ second: Int) throws {
        var request = held()
        let start = 1_000_020 / 60 * 60
        _ = try request.approve(by: "lena", at: start + second)
        #expect(request.visible(at: start + second) == .deciding)
        #expect(request.visible(at: start + 59) == .deciding)
        #expect(request.visible(at: start + 60) == .released)
    }

    @Test("is refused only with a ground of the agreement")
    func grounds() throws {
        var request = held()
        let grounds = ["investigation": "It would warn somebody."]
        #expect(throws: CaseworkRefusal.unknownGround(known: ["investigation"])) {
            try request.refuse(by: "lena", ground: "because", grounds: grounds, at: received)
        }
        #expect(throws: CaseworkRefusal.ownWork) {
            try request.refuse(by: "clerk", ground: "investigation", grounds: grounds, at: received)
        }
        try request.refuse(by: "lena", ground: "investigation", grounds: grounds, at: received)
        #expect(
            request.visible(at: received + 60) == .refused(ground: "investigation", because: "It would warn somebody.")
        )
        #expect(throws: CaseworkRefusal.notOpen(state: "refused")) {
            try request.approve(by: "lena", at: received + 61)
        }
    }

    @Test("can be asked back about and decided after all; the deadline runs on")
    func askedBack() throws {
        var request = held()
        try request.askBack(by: "lena", question: "Which vessel?", at: received)
        #expect(request.visible(at: received + 60) == .askedBack(question: "Which vessel?"))
        #expect(request.visible(at: deadline) == .nothing)
        #expect(try request.approve(by: "lena", at: received + 120) == 0)
        #expect(request.visible(at: received + 240) == .released)
    }

    @Test("nobody answered looks like one that finds nothing, at every second")
    func silence() throws {
        let silent = HeldRequest.silent(reason: "no record has this handle", deadline: deadline)
        let unanswered = held()
        for time in stride(from: received, through: deadline + 3_600, by: 17) {
            #expect(silent.visible(at: time) == unanswered.visible(at: time))
        }
        #expect(silent.visible(at: deadline - 1) == .deciding && silent.visible(at: deadline) == .nothing)
        var both = (silent, unanswered)
        #expect(throws: CaseworkRefusal.nothingToRelease) { try both.0.approve(by: "lena", at: received) }
        #expect(throws: CaseworkRefusal.notOpen(state: "past its deadline")) {
            try both.1.approve(by: "lena", at: deadline)
        }
    }

    @Test("that was approved and then withdrawn falls silent")
    func withdrawn() throws {
        var request = held()
        _ = try request.approve(by: "lena", at: received)
        request.fallSilent(reason: "withdrawn")
        #expect(request.visible(at: received + 600) == .deciding)
        #expect(request.visible(at: deadline) == .nothing)
    }

    @Test("that policy lets go without anybody shows on the first tick")
    func automatic() {
        let request = held(0)
        #expect(request.visible(at: received) == .deciding)
        #expect(request.visible(at: Tick.after(received)) == .released)
    }
}

@Suite("A disclosure request at its asker")
struct SentRequestTests {
    @Test("waits for another person where our own policy says so")
    func heldHere() throws {
        var request = SentRequest(needed: 1, asker: "amina")
        #expect(request.word == "held-here" && !request.isOpen)
        #expect(throws: CaseworkRefusal.ownWork) { try request.approve(by: "amina", at: 1) }
        #expect(try request.approve(by: "lena", at: 2) == 0)
        #expect(request.state == .unsent && request.isOpen)
        #expect(throws: CaseworkRefusal.notOpen(state: "unsent")) { try request.approve(by: "omar", at: 3) }
    }

    @Test("takes one outcome and keeps it")
    func outcome() {
        var request = SentRequest(needed: 0, asker: "amina")
        request.accepted(deadline: 100)
        #expect(request.state == .deciding && request.deadline == 100)
        request.learn(.askedBack(question: "?"))
        #expect(request.isOpen)
        request.learn(.received)
        request.learn(.nothing)
        #expect(request.state == .received && !request.isOpen)
    }
}

@Suite("A question of our own that waits here")
struct OwnQuestionTests {
    let deadline = 1_000_000
    func held(_ needed: Int = 1) -> OwnQuestion { OwnQuestion(needed: needed, asker: "amina", deadline: deadline) }

    @Test("leaves once, after as many other people as policy wants, before its deadline")
    func leaves() throws {
        var question = held(2)
        #expect(throws: CaseworkRefusal.ownWork) { try question.approve(by: "amina", at: 1) }
        #expect(try question.approve(by: "ines", at: 1) == 1)
        #expect(throws: CaseworkRefusal.approvedAlready) { try question.approve(by: "ines", at: 2) }
        #expect(throws: CaseworkRefusal.notOpen(state: "held-here")) { try question.leave(at: 2) }
        #expect(try question.approve(by: "otto", at: 3) == 0)
        #expect(question.word(at: 3) == "approved" && question.isOpen)
        try question.leave(at: deadline - 1)
        #expect(question.word(at: deadline + 1) == "left" && !question.isOpen && !question.isOverdue(at: deadline + 1))
        #expect(throws: CaseworkRefusal.notOpen(state: "left")) { try question.leave(at: deadline - 1) }
    }

    @Test("stays when its time is up, approved or not")
    func overdue() throws {
        var (waiting, approved) = (held(), held())
        _ = try approved.approve(by: "ines", at: 1)
        for question in [waiting, approved] {
            #expect(question.word(at: deadline) == "overdue" && question.isOverdue(at: deadline))
        }
        #expect(throws: CaseworkRefusal.notOpen(state: "overdue")) { try waiting.approve(by: "ines", at: deadline) }
        #expect(throws: CaseworkRefusal.notOpen(state: "overdue")) { try approved.leave(at: deadline) }
        approved.stay(ground: "overdue", because: "late")
        #expect(!approved.isOpen)
        #expect(throws: CaseworkRefusal.notOpen(state: "refused")) { try approved.leave(at: 2) }
    }

    @Test("is refused only with a ground of the agreement, and not by who asked")
    func refused() throws {
        var question = held()
        let grounds = ["investigation": "It would warn somebody."]
        #expect(throws: CaseworkRefusal.ownWork) {
            try question.refuse(by: "amina", ground: "investigation", grounds: grounds, at: 1)
        }
        #expect(throws: CaseworkRefusal.unknownGround(known: ["investigation"])) {
            try question.refuse(by: "ines", ground: "mood", grounds: grounds, at: 1)
        }
        try question.refuse(by: "ines", ground: "investigation", grounds: grounds, at: 1)
        #expect(question.state == .refused(ground: "investigation", because: "It would warn somebody."))
        #expect(throws: CaseworkRefusal.notOpen(state: "refused")) { try question.approve(by: "otto", at: 2) }
    }

    @Test("is held again where policy wants more people than approved it")
    func again() throws {
        var question = held()
        question.holdAgain(needed: 3)
        #expect(question.needed == 1, "only what was approved is held again")
        _ = try question.approve(by: "ines", at: 1)
        question.holdAgain(needed: 1)
        #expect(question.state == .approved)
        question.holdAgain(needed: 2)
        #expect(question.state == .held && question.approvals.map(\.person) == ["ines"])
        #expect(try question.approve(by: "otto", at: 2) == 0)
    }
}

@Suite("Deadlines")
struct DeadlineTests {
    @Test("are those of Directive 2023/977, or what policy says if that is shorter")
    func hours() {
        #expect(Deadline.hours(urgent: true, policy: nil) == 8)
        #expect(Deadline.hours(urgent: false, policy: nil) == 168)
        #expect(Deadline.hours(urgent: false, policy: 72) == 72)
        #expect(Deadline.hours(urgent: true, policy: 72) == 8)
        #expect(Deadline.seconds(hours: Int.max) > 0)
    }
}
