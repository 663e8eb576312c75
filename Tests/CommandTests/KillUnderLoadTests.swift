// A holder is killed at random moments while it answers queries, takes disclosure requests, lets people decide and hands
// out releases. Whatever the asker holds of it afterwards stands in the holder's log. Knows the nodes by their commands.
import Foundation
import NodeTesting
import TestSupport
import Testing

/// What the commands said while the holder was killed and started again.
private actor Told {
    private(set) var isOver = false
    /// Whether the holder runs.
    private(set) var isUp = false
    /// Queries that were answered: ids.
    private(set) var answered: Set<String> = []
    /// The newest hit, to ask for what lies behind it.
    private(set) var hit: (query: String, handle: String)?
    /// Disclosure requests that the holder accepted.
    private(set) var accepted: Set<String> = []
    /// Requests whose approval was confirmed.
    private(set) var approved: Set<String> = []
    private(set) var received: Set<String> = []
    /// Commands whose peer did not answer: the holder was down, or killed at that moment.
    private(set) var unreached = 0

    func end() { isOver = true }
    func holder(isUp: Bool) { self.isUp = isUp }
    func approved(_ id: String) { approved.insert(id) }
    func couldNotReach() { unreached += 1 }

    func asked(_ ran: Ran) {
        guard let part = (ran.json?["asked"] as? [[String: Any]])?.first, let id = part["id"] as? String,
            let outcome = part["outcome"] as? String
        else { return couldNotReach() }
        guard ["hits", "no-hit"].contains(outcome) else { return couldNotReach() }
        answered.insert(id)
        if let handle = (part["hits"] as? [[String: Any]])?.first?["handle"] as? String { hit = (id, handle) }
    }

    func requested(_ ran: Ran) {
        guard ran.exit == 0, let id = ran.json?["id"] as? String, ran.json?["state"] as? String == "deciding" else {
            return couldNotReach()
        }
        accepted.insert(id)
    }

    func fetched(_ ran: Ran) {
        for request in ran.requests where request["state"] as? String == "received" {
            if let id = request["id"] as? String { received.insert(id) }
        }
    }
}

extension Ran {
    fileprivate var requests: [[String: Any]] { json?["requests"] as? [[String: Any]] ?? [] }

    /// Ids of the requests in that state.
    fileprivate func requests(_ state: String) -> [String] {
        requests.filter { $0["state"] as? String == state }.compactMap { $0["id"] as? String }
    }
}

@Suite(.serialized) struct KillUnderLoadTests {
    private static let kills = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1" ? 50 : 8
    /// Kills go on until a release has arrived: the decisions of the first minute show in the next one, and are then
    /// fetched while the holder is killed.
    private static let greatestKills = kills + 60

    /// Numbers only: of names a node answers few a day, whatever the agreement says.
    private static let known = [
        "--field", "phone=+49 1512 441001", "--field", "document_number=A24710140", "--field", "document_country=EGY",
    ]
    private static let unknown = ["--field", "phone=+49 1512 999999"]

    @Test func whatLeftAKilledHolderStandsInItsLog() async throws {
        let seed = Seed.of("kill -9 under load", fallback: UInt64(Date().timeIntervalSince1970))
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let (coast, asker) = try await nodes(program)
            let told = Told()
            let kills = try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 { group.addTask { try await ask(Self.known, program, told) } }
                group.addTask { try await ask(Self.unknown, program, told) }
                group.addTask { try await request(program, told) }
                group.addTask { try await receive(program, told) }
                var generator = SplitMix64(seed: seed)
                let kills = try await killAgainAndAgain(coast, told, &generator)
                await told.end()
                try await group.waitForAll()
                return kills
            }
            let holder = try await coast.serve()
            try await settle(program, told)
            try await compare(program, told, kills: kills)
            for process in [holder, asker] { try await process.end(SIGTERM) }
            for name in ["north", "coast"] {
                let verified = try await program.run("audit", "verify", "\(name)/log", "--json")
                #expect(verified.exit == 0, "\(name): \(verified.out)")
            }
        }
    }

    /// A holder with records and an index, at rest, and an asker that runs.
    private func nodes(_ program: Program) async throws -> (coast: CommandNode, asker: ChildProcess) {
        let north = try await CommandNode.north(program)
        let coast = try await CommandNode.coast(program)
        for node in [north, coast] {
            // An hour's quota is asked in seconds here; the agreement's own cases name it too.
            for folder in ["agreements", "cases"] {
                let file = "\(node.name)/policies/\(folder)/narrow-sea.yaml"
                try program.write(try program.text(file).replacing(/keys: [0-9]+/, with: "keys: 10000000"), to: file)
            }
            try await node.activatePolicies()
        }
        let (asker, holder) = (try await north.serve(), try await coast.serve())
        try await north.trust(coast)
        try await coast.trust(north)
        try program.write(Texts.records, to: "rows.csv")
        for words in [
            ["user", "add", "north", "amina", "--role", "analyst"],
            ["user", "add", "coast", "lena", "--role", "approver"],
            ["records", "import", "coast", "rows.csv"], ["index", "build", "coast", "--agreement", "narrow-sea"],
        ] {
            let ran = try await program.run(words)
            try #require(ran.exit == 0, "\(words): \(ran.err)")
        }
        try await holder.end(SIGTERM)
        return (coast, asker)
    }

    // MARK: Load

    private func ask(_ subject: [String], _ program: Program, _ told: Told) async throws {
        while !(await told.isOver) {
            let ran = try await program.run(Texts.asked + subject + ["--json"])
            #expect([0, 1, 69].contains(ran.exit), "\(ran.all)")
            // In a long run the asker's own limit of the hour ends the questions; the disclosures go on.
            #expect(!ran.out.contains("\"refused\"") || ran.out.contains("our own quota"), "\(ran.all)")
            await told.asked(ran)
            try await pause(0, told)
        }
    }

    private func request(_ program: Program, _ told: Told) async throws {
        while !(await told.isOver) {
            // Each request is followed through many fetches: some a second are load enough.
            try await pause(150, told)
            guard await told.isUp, let hit = await told.hit else { continue }
            let ran = try await program.run(
                [
                    "disclosure", "request", "north", "--query", hit.query, "--peer", "sound-coast", "--handle",
                    hit.handle, "--fields", "full_name,birth_date", "--reason", "Boarding", "--confirmed", "--json",
                ]
            )
            #expect([0, 69].contains(ran.exit), "\(ran.all)")
            await told.requested(ran)
        }
    }

    private func receive(_ program: Program, _ told: Told) async throws {
        while !(await told.isOver) {
            let ran = try await program.run("disclosure", "receive", "north", "--json")
            #expect(ran.exit == 0, "\(ran.all)")
            await told.fetched(ran)
            try await pause(300, told)
        }
    }

    /// Between two commands. A holder that is down is asked now and then: the load is for one that runs.
    private func pause(_ milliseconds: Int, _ told: Told) async throws {
        try await Task.sleep(for: .milliseconds(await told.isUp ? milliseconds : milliseconds + 500))
    }

    /// The holder's approver, at work until the holder is killed.
    private func decide(_ program: Program, _ told: Told) async throws {
        while await told.isUp {
            let open = try await program.run("disclosure", "list", "coast", "--open", "--as", "lena", "--json")
            for id in open.requests("held").prefix(4) where await told.isUp {
                let ran = try await program.run("disclosure", "approve", "coast", id, "--as", "lena", "--json")
                // 1: approved by a command whose answer the kill cut off.
                #expect([0, 1, 69].contains(ran.exit), "\(ran.all)")
                if ran.exit == 0 { await told.approved(id) }
            }
        }
    }

    // MARK: Kills

    private func killAgainAndAgain(
        _ coast: CommandNode,
        _ told: Told,
        _ generator: inout SplitMix64
    ) async throws -> Int {
        var number = 0
        while number < Self.greatestKills {
            if number >= Self.kills, !(await told.received.isEmpty) { break }
            let moment = Int.random(in: 20...2_500, using: &generator)
            if number % 4 == 3 {
                // Not ready yet: opening the vault, publishing what was not published, answering the first.
                let log = coast.program.folder.appendingPathComponent("coast.log")
                let starting = try coast.program.start(["serve", "coast"], log: log)
                try await Task.sleep(for: .milliseconds(moment))
                try await starting.end(SIGKILL)
            } else {
                let running = try await coast.serve()
                await told.holder(isUp: true)
                async let decided: Void = decide(coast.program, told)
                try await Task.sleep(for: .milliseconds(moment))
                await told.holder(isUp: false)
                try await running.end(SIGKILL)
                // A command that finds no node works on the folder itself; the next start needs it free.
                try await decided
            }
            number += 1
            let verified = try await coast.program.run("audit", "verify", "coast/log", "--json")
            #expect(verified.exit == 0, "kill \(number): \(verified.out)")
        }
        return number
    }

    // MARK: Afterwards

    /// Fetches until nothing is undelivered and a decision of the last minute had its full minute.
    private func settle(_ program: Program, _ told: Told) async throws {
        for _ in 0..<90 {
            let ran = try await program.run("disclosure", "receive", "north", "--json")
            await told.fetched(ran)
            if ran.requests("unsent").isEmpty, !(await told.received.isEmpty) { return }
            try await Task.sleep(for: .seconds(1))
        }
        Issue.record("a request is not delivered, or no release arrived")
    }

    /// How often each event of each query or request stands in a log.
    private func entries(_ name: String, _ program: Program) async throws -> [String: [String: Int]] {
        let ran = try await program.run("audit", "list", name, "--json")
        let entries = try #require(ran.json?["entries"] as? [[String: Any]], "\(ran.err)")
        var counts: [String: [String: Int]] = [:]
        for entry in entries {
            guard let event = entry["event"] as? String, let id = entry["query"] as? String else { continue }
            let outcome = entry["outcome"] as? String
            counts[event == "query.outcome" ? "\(event) \(outcome ?? "")" : event, default: [:]][id, default: 0] += 1
        }
        return counts
    }

    private func compare(_ program: Program, _ told: Told, kills: Int) async throws {
        let sent = try await program.run("disclosure", "list", "north", "--json")
        let (theirs, ours) = (try await entries("coast", program), try await entries("north", program))
        func ids(_ event: String, _ log: [String: [String: Int]]) -> Set<String> { Set((log[event] ?? [:]).keys) }

        let answered = ids("query.outcome hits", ours).union(ids("query.outcome no-hit", ours))
        #expect(await told.answered.isSubset(of: answered), "a command told an answer that the asker's log has not")
        for event in ["query.received", "query.answered"] {
            let missing = answered.subtracting(ids(event, theirs))
            #expect(missing.isEmpty, "answered without \(event): \(missing)")
        }

        let accepted = Set(sent.requests.filter { $0["deadline"] != nil }.compactMap { $0["id"] as? String })
        #expect(await told.accepted.isSubset(of: accepted))
        #expect(accepted == ids("disclosure.requested", ours), "a request is lost")
        let requests = theirs["disclosure.request_received"] ?? [:]
        #expect(accepted.subtracting(requests.keys).isEmpty, "accepted without an entry")
        #expect(requests.values.allSatisfy { $0 == 1 }, "a request that was sent again was taken twice")
        let approvals = ids("disclosure.approved", theirs)
        #expect(await told.approved.isSubset(of: approvals), "a confirmed approval is gone")

        let received = Set(sent.requests("received"))
        #expect(await told.received.isSubset(of: received) && received == ids("disclosure.received", ours))
        let releases = theirs["disclosure.released"] ?? [:]
        #expect(received.subtracting(releases.keys).isEmpty, "a release left without an entry")
        #expect(received.isSubset(of: approvals), "a release left without an approval")
        #expect(releases.values.allSatisfy { $0 == 1 }, "a release was made twice")

        let doctor = try await program.run("doctor", "coast", "--json")
        let checks = try #require(doctor.json?["checks"] as? [[String: Any]], "\(doctor.err)")
        #expect(checks.first { $0["name"] as? String == "vault" }?["state"] as? String == "ok")
        let unreached = await told.unreached
        print(
            "kill -9 under load: \(kills) kills; \(answered.count) answers, \(accepted.count) requests, "
                + "\(approvals.count) approvals, \(received.count) releases; \(unreached) commands cut off or unanswered"
        )
        #expect(!answered.isEmpty && !accepted.isEmpty && !received.isEmpty && unreached > 0, "there was a load")
    }
}
