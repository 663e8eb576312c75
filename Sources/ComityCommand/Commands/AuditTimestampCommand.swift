/// `comity audit timestamp`: a checkpoint stamped by an authority outside (RFC 3161), over the network or by hand.
/// Knows the way of the bytes; what is stamped, the node knows.

import ArgumentParser
import AuditLog
import FederationClient
import Foundation
import NodeCore
import PeerTrust
import Sodium
import TimeStamps

struct AuditTimestampCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timestamp",
        abstract: "Have the newest checkpoint stamped by an authority (RFC 3161).",
        usage: """
            comity audit timestamp DIR --tsa URL [--tsa-ca FILE] [--as NAME] [--json]
                   comity audit timestamp DIR --query FILE
                   comity audit timestamp DIR --tsr FILE [--tsa-ca FILE]
            """,
        discussion: """
            Examples:
              comity audit timestamp north --tsa http://tsa.example/tsr --tsa-ca tsa.pem --as ines
              comity audit timestamp north --query stamp.tsq && comity audit timestamp north --tsr stamp.tsr

            The authority sees a digest of the checkpoint's file, nothing of the log. Its answer stands at
            DIR/log/timestamps/SIZE.tsr, beside checkpoints/SIZE, which it covers; comity audit verify --tsa-ca checks it,
            and so does openssl ts -verify. A stamp that --tsa-ca bears out takes the place of one that it does not. A node without a network writes the query with --query and takes the answer
            with --tsr. That a checkpoint was stamped is in the log (checkpoint.timestamped).

            Exit codes: 0 stamped, 1 the answer is not to be believed, 64 bad usage, 65 unusable --tsr or --tsa-ca,
            69 the authority does not answer.
            """
    )

    @OptionGroup var node: NodeOptions

    @Option(help: ArgumentHelp("The authority's address.", valueName: "URL"))
    var tsa: String?

    @Option(help: ArgumentHelp("Write the query here, for an authority that is asked by hand.", valueName: "FILE"))
    var query: String?

    @Option(help: ArgumentHelp("Take the answer from here.", valueName: "FILE"))
    var tsr: String?

    @Option(help: ArgumentHelp("Whose time stamps to believe: certificates in PEM.", valueName: "FILE"))
    var tsaCa: String?

    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard [tsa, query, tsr].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("Say one of --tsa, --query and --tsr.")
        }
    }

    func run() async throws {
        let authorities = try tsaCa.map { try timeStampAuthorities($0) }
        if let query { return try await write(query) }
        let response: [UInt8]
        if let tsa { response = try await ask(tsa) } else { response = try readInput(tsr ?? "-") }
        if let authorities { try check(response, authorities) }
        let report = try await node.access.perform(
            TakeTimeStamp(response: response, authorities: authorities?.pem, account: actor.account)
        )
        let time = LeafTime(milliseconds: report.seconds * 1_000).description
        if output.json { return try Voice.json(Document(size: report.size, time: time)) }
        Voice.result("checkpoint \(report.size.grouped) is stamped \(time)")
        if authorities == nil { Voice.say("whose time stamp it is was not checked: --tsa-ca") }
    }

    private struct Document: Encodable {
        let size: Int
        let time: String
    }

    private func wish() async throws -> StampWish {
        try await node.access.perform(WishTimeStamp(account: actor.account))
    }

    private func write(_ path: String) async throws {
        let wish = try await wish()
        let query = TimeStampQuery(digest: wish.digest, nonce: RandomBytes.system.bytes(8))
        do {
            try Data(query.bytes).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch {
            throw CommandFailure(Exit.data, "the query cannot be written", at: path, try: "a name that is free")
        }
        Voice.result("query for checkpoint \(wish.size.grouped) in \(path)")
    }

    private func ask(_ address: String) async throws -> [UInt8] {
        let wish = try await wish()
        let nonce = RandomBytes.system.bytes(8)
        let settings: NodeConfiguration
        do { settings = try NodeConfiguration.read(NodeFolder(node.folder)) } catch { throw CommandFailure(error) }
        let response: [UInt8]
        do throws(TimeStampLineError) {
            let line = try TimeStampLine(address, rule: settings.allowPrivatePeers ? .anyAddress : .publicOnly)
            response = try await line.ask(TimeStampQuery(digest: wish.digest, nonce: nonce).bytes)
        } catch {
            throw CommandFailure(
                error == .badAddress ? Exit.usage : Exit.unreachable,
                "the authority gave no time stamp",
                at: address,
                because: "\(error)",
                try: "another address, or --query and --tsr"
            )
        }
        do {
            let stamp = try TimeStamp(response)
            guard stamp.digest == wish.digest, stamp.nonce == Array(nonce.drop { $0 == 0 }) else {
                throw TimeStampError.otherDigest
            }
        } catch {
            throw disbelieved(error)
        }
        return response
    }

    private func check(_ response: [UInt8], _ authorities: TimeStampAuthorities) throws {
        do {
            let stamp = try TimeStamp(response)
            try stamp.check(stamp.digest, authorities: authorities)
        } catch {
            throw disbelieved(error)
        }
    }

    private func disbelieved(_ error: any Error) -> CommandFailure {
        CommandFailure(
            Exit.refused,
            "the time stamp is not believed",
            at: tsa ?? tsr,
            because: (error as? TimeStampError)?.description ?? "it answers another query"
        )
    }
}

struct WishTimeStamp: Operation {
    static let name = "audit-stamp-wish"
    typealias Output = StampWish

    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> StampWish {
        try await context.node.checkpointToStamp(by: account)
    }
}

struct TakeTimeStamp: Operation {
    static let name = "audit-stamp-take"
    typealias Output = StampReport

    var response: [UInt8]
    /// Whose time stamps are believed, in PEM.
    var authorities: [UInt8]?
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> StampReport {
        try await context.node.takeTimeStamp(response, authorities: authorities, by: account)
    }
}
