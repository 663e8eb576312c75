/// `comity audit hold`: legal holds, which stop erasure and pruning while they stand.
/// Knows the words of the command; what a hold keeps, the node knows.

import ArgumentParser
import NodeCore
import Vault

struct AuditHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Place, lift or list legal holds on the log.",
        usage: """
            comity audit hold DIR place --case REF --ground TEXT --review DAY (KIND=VALUE … | --everything) [--as NAME]
                   comity audit hold DIR lift NUMBER --ground TEXT [--ended ORIGIN] [--as NAME]
                   comity audit hold DIR list [--as NAME] [--json]
            """,
        discussion: """
            Examples:
              comity audit hold north place --case 12-O-7 --ground "suit, court of Varnia" --review 2027-03-01 phone="+49 1512 441001" --as ines
              comity audit hold north lift 61 --ground "suit ended" --as ines

            A hold on a person keeps every sealed value of the entries that comity audit erase would touch, as they are
            when it is placed; --everything keeps all values, also those to come. Both reach the values of logs that ended.
            While any hold stands, nothing of the log is pruned. A hold that stood when a log ended goes on: it is lifted by
            its number and, with --ended, the log that list names. The case reference stands in the log as a digest, ground and day of review in clear. Placing and
            lifting take the role officer.

            Exit codes: 0 done, 1 no such hold stands or the role is missing, 64 bad usage.
            """
    )

    enum Deed: String, ExpressibleByArgument, CaseIterable {
        case place, lift, list
    }

    @OptionGroup var node: NodeOptions

    @Argument(help: "place, lift or list.")
    var deed: Deed

    @Argument(help: ArgumentHelp("With place, who it is; with lift, the hold.", valueName: "KIND=VALUE|NUMBER"))
    var words: [String] = []

    @Option(name: .customLong("case"), help: "The case it serves; the log commits to it.")
    var caseReference: String?

    @Option(help: "Why; goes into the log in clear, so no names.")
    var ground: String?

    @Option(help: ArgumentHelp("Day on which the hold is looked at again.", valueName: "YYYY-MM-DD"))
    var review: String?

    @Flag(help: "Keep all values of the log.")
    var everything = false

    @Option(help: ArgumentHelp("With lift, the ended log that has the hold's entry.", valueName: "ORIGIN"))
    var ended: String?

    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try validateGround(ground)
        guard ended == nil || deed == .lift else { throw ValidationError("--ended goes with lift.") }
        switch deed {
        case .place:
            guard caseReference != nil, ground != nil, review != nil else {
                throw ValidationError("place takes --case, --ground and --review.")
            }
            guard everything == words.isEmpty else {
                throw ValidationError("Say whose values are kept, KIND=VALUE, or --everything.")
            }
        case .lift:
            guard words.count == 1, Int(words[0]) != nil, ground != nil else {
                throw ValidationError("lift takes the number of a hold, and --ground.")
            }
        case .list:
            guard words.isEmpty else { throw ValidationError("list takes nothing more.") }
        }
    }

    func run() async throws {
        switch deed {
        case .place:
            let wish = HoldWish(
                caseReference: caseReference ?? "",
                ground: ground ?? "",
                review: review ?? "",
                columns: everything ? nil : try SubjectWords.columns(words)
            )
            try tell([try await node.access.perform(PlaceHold(wish: wish, account: actor.account))])
        case .lift:
            let number = Int(words[0]) ?? 0
            let act = LiftHold(number: number, ended: ended, ground: ground ?? "", account: actor.account)
            try tell([try await node.access.perform(act)])
        case .list:
            try tell(try await node.access.perform(ListHolds(account: actor.account)).holds)
        }
    }

    private func tell(_ holds: [AuditHold]) throws {
        if output.json {
            return deed == .list
                ? try Voice.json(["holds": holds.map(Document.init)]) : try Voice.json(holds.map(Document.init)[0])
        }
        for hold in holds {
            let what =
                hold.everything
                ? "keeps everything" : "keeps \(hold.values.grouped) \(hold.values == 1 ? "value" : "values")"
            let state = hold.lifted.map { "lifted by entry \($0.grouped)" } ?? "\(what), review \(hold.review)"
            let name = hold.origin.map { "\(hold.entry) of \($0)" } ?? "\(hold.entry)"
            Voice.result("hold \(name): \(state)")
        }
        if holds.isEmpty { Voice.say("no hold was ever placed") }
    }

    private struct Document: Encodable {
        let hold: AuditHold

        private enum Name: CodingKey {
            case number, log, review, everything, values, lifted
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Name.self)
            try container.encode(hold.entry, forKey: .number)
            try container.encodeIfPresent(hold.origin, forKey: .log)
            try container.encode(hold.review, forKey: .review)
            try container.encode(hold.everything, forKey: .everything)
            try container.encode(hold.values, forKey: .values)
            try container.encode(hold.lifted, forKey: .lifted)
        }
    }
}

struct PlaceHold: Operation {
    static let name = "audit-hold-place"
    typealias Output = AuditHold

    var wish: HoldWish
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> AuditHold {
        try await context.node.placeHold(wish, by: account)
    }
}

struct LiftHold: Operation {
    static let name = "audit-hold-lift"
    typealias Output = AuditHold

    var number: Int
    var ended: String?
    var ground: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> AuditHold {
        try await context.node.liftHold(number, of: ended, ground: ground, by: account)
    }
}

struct ListHolds: Operation {
    static let name = "audit-hold-list"
    struct Output: Codable, Sendable {
        var holds: [AuditHold]
    }

    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(holds: try await context.node.holds(by: account))
    }
}
