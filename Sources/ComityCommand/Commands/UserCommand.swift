/// `comity user`: who may act on a node.

import ArgumentParser
import NodeCore

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Say who may act on a node, and as what.",
        discussion: """
            Examples:
              comity user add north amina --role analyst
              comity user list north
            """,
        subcommands: [Add.self, ChangeRoles.self, Reset.self, List.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an account, or give it more roles.",
            usage: "comity user add DIR NAME --role ROLE … [--as NAME]",
            discussion: """
                Roles: analyst asks, approver releases, officer reviews, operator runs the node.
                Who cannot sign in to the console yet gets a one-time code, valid for three days; again gives a new one.

                Examples:
                  comity user add north amina --role analyst
                  comity user add north jonas --role officer --role approver --as operator

                Exit codes: 0 done, 1 refused, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Argument(help: ArgumentHelp("The account's name.", valueName: "NAME"))
        var name: String
        @Option(
            help: ArgumentHelp("analyst, approver, officer or operator; may be given several times.", valueName: "ROLE")
        )
        var role: [String]
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await node.access.perform(AddUser(name: name, roles: role, account: actor.account))
            if output.json {
                try Voice.json(report)
            } else {
                Voice.result("\(report.name) is \(report.roles.joined(separator: ", "))")
                if let code = report.code { Voice.result("one-time code for the console's first page: \(code)") }
            }
        }
    }

    struct ChangeRoles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "role",
            abstract: "Give an account exactly these roles, and end its sessions.",
            usage: "comity user role DIR NAME --role ROLE … [--as NAME]",
            discussion: """
                Examples:
                  comity user role north jonas --role officer
                  comity user role north amina --role analyst --role approver --as operator

                Exit codes: 0 done, 1 refused, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Argument(help: ArgumentHelp("The account's name.", valueName: "NAME"))
        var name: String
        @Option(
            help: ArgumentHelp("analyst, approver, officer or operator; may be given several times.", valueName: "ROLE")
        )
        var role: [String]
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await node.access.perform(ChangeUserRoles(name: name, roles: role, account: actor.account))
            if output.json {
                try Voice.json(report)
            } else {
                Voice.result("\(report.name) is \(report.roles.joined(separator: ", "))")
            }
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reset how somebody signs in to the console; two other people do it, one after the other.",
            usage: "comity user reset DIR NAME --as NAME",
            discussion: """
                The first asks, the second within a day confirms: then password, authenticator, recovery codes and sessions
                are gone, and a one-time code is printed for the person. Operators and approvers may; nobody for themselves.

                Examples:
                  comity user reset north amina --as operator
                  comity user reset north amina --as lena --json

                Exit codes: 0 asked or done, 1 refused, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Argument(help: ArgumentHelp("The account's name.", valueName: "NAME"))
        var name: String
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await node.access.perform(ResetUser(name: name, account: actor.account))
            if output.json { return try Voice.json(report) }
            guard let code = report.code else {
                Voice.result("the reset of \(report.name) waits for a second person, for one day")
                return Voice.say("next: comity user reset \(node.folder) \(report.name) --as somebody else")
            }
            Voice.result("\(report.name) is reset, as \(report.askedBy) asked")
            Voice.result("one-time code for the console's first page: \(code)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the accounts of a node.",
            usage: "comity user list DIR",
            discussion: """
                Examples:
                  comity user list north
                  comity user list north --json

                Exit codes: 0 done, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await node.access.perform(ListUsers())
            if output.json { return try Voice.json(report) }
            for user in report.users { Voice.result("\(user.name)  \(user.roles.joined(separator: ", "))") }
        }
    }
}

struct AddUser: Operation {
    static let name = "user-add"
    var name: String
    var roles: [String]
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> UserReport {
        try await context.node.addUser(name, roles: roles, by: account)
    }
}

struct ChangeUserRoles: Operation {
    static let name = "user-role"
    var name: String
    var roles: [String]
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> UserReport {
        try await context.node.changeRoles(name, roles: roles, by: account)
    }
}

struct ResetUser: Operation {
    static let name = "user-reset"
    var name: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> ResetReport {
        try await context.node.resetUser(name, by: account)
    }
}

struct ListUsers: Operation {
    static let name = "user-list"
    struct Output: Codable, Sendable { var users: [UserReport] }

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(users: try await context.node.users())
    }
}
