/// `comity serve`: runs a node until it is told to stop.

import ArgumentParser
import FederationServer
import Foundation
import Logging
import NodeCore
import PeerTrust
import ServiceLifecycle
import Sodium
import UnixSignals
import WireProtocol

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the node: answer peers, take commands, keep the indexes, publish the log.",
        usage: "comity serve DIR [--passphrase-file F]",
        discussion: """
            SIGTERM or Ctrl-C stops it cleanly; after a kill it recovers at the next start.

            Examples:
              comity serve north
              comity serve /var/lib/comity --passphrase-file /run/credentials/comity/passphrase

            Exit codes: 0 stopped, 64 bad usage, 65 bad settings, 69 the folder or an address is taken, 70 our fault.
            """
    )
    @OptionGroup var node: NodeOptions

    func run() async throws {
        do {
            try ProcessHardening.apply()
        } catch {
            Voice.say("warning: core dumps could not be switched off: a crash may write keys to disk")
        }
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "comity")
        logger.logLevel = .notice
        do throws(NodeProblem) {
            try await serve(logger)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func serve(_ logger: Logger) async throws(NodeProblem) {
        let folder = NodeFolder(node.folder)
        try await ServeChecks.run(folder)
        let passphrase = try Passphrase.read(file: node.passphraseFile, folder: folder)
        let node = try await Node.open(folder, passphrase: passphrase, for: .serving)
        let composition = Composition(node, logger: logger)
        let isWatched = isatty(STDERR_FILENO) == 1
        let certificate: LocalCertificate
        let first: (account: String, code: String)?
        do throws(NodeProblem) {
            try await node.askBeforeSigning(through: composition.peers)
            certificate = try node.localCertificate()
            first = try await node.firstRunCode()
            node.removeFirstCode()
            if let first, !isWatched { try node.keepFirstCode(first.code) }
        } catch {
            await composition.close()
            await node.close()
            throw error
        }
        let local = LocalServer(
            node: node,
            peers: composition.peers,
            operations: Composition.operations,
            logger: logger
        )
        try? FileManager.default.removeItem(at: folder.socket)
        let federation = Composition.server(for: node, logger: logger)
        let publisher = LogPublisher(node: node, logger: logger)
        let deadlines = DeadlineFollower(node: node, logger: logger)
        let keeper = IndexKeeper(node: node, logger: logger)
        let witnessed = WitnessKeeper(node: node, peers: composition.peers, logger: logger)
        let notices = NoticeSender(node: node, sinks: composition.notices, logger: logger)
        let services: [any Service] = [
            local.socketService(), local.localService(certificate), federation, publisher, deadlines, keeper,
            LogRetention(node: node, logger: logger), OwnLogVerifier(node: node, logger: logger), witnessed, notices,
        ]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        let configuration = node.configuration
        Voice.say("node \(configuration.agency) (\(configuration.name)), comity \(Version.text)")
        Voice.say("  peers    https://\(configuration.listen) (mutual TLS), known as \(configuration.endpoint)")
        Voice.say("  console  https://\(configuration.console)/")
        Voice.say("           certificate \(certificate.fingerprint)")
        Voice.say("  health   http://\(configuration.console)/health/ready")
        Voice.say("  log      http://\(configuration.console)/log/")
        Voice.say("  folder   \(folder.path)")
        Voice.say("  policies \(node.policyDigest.prefix(16))…")
        if let notice = node.policyNotice() { Voice.say("warning: \(notice)") }
        if let first {
            Voice.say(
                "nobody can sign in to the console yet; the first person does at https://\(configuration.console)/start"
            )
            // Where nobody watches, what is said is collected and kept.
            let code = isWatched ? first.code : "in \(folder.firstCode.path)"
            Voice.say("  account \(first.account), one-time code \(code)")
        }
        Voice.say("next: comity doctor \(folder.path)")
        var failure: NodeProblem?
        do {
            try await group.run()
        } catch {
            failure = NodeProblem(
                .unreachable,
                "the node could not go on serving",
                at: "\(configuration.listen), \(configuration.console)",
                because: "an address is taken or not of this machine, or the log could not be written",
                try: "comity doctor \(folder.path), and see the lines above"
            )
        }
        try? FileManager.default.removeItem(at: folder.socket)
        await composition.close()
        await node.close()
        if let failure { throw failure }
        Voice.say("stopped; nothing is left half done")
    }
}

/// Publishes the log while the node runs.
private struct LogPublisher: Service {
    let node: Node
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await node.publishLog() }
    }
}

/// Follows the deadlines of disclosure requests while the node runs.
private struct DeadlineFollower: Service {
    let node: Node
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(NodeProblem) {
                    try await node.followDeadlines { logger.warning("\($0)") }
                } catch {
                    // What is late now is still late a minute later; the node goes on answering.
                    logger.error("deadlines could not be followed", metadata: ["because": "\(error.text)"])
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}

/// Sends notices while the node runs.
private struct NoticeSender: Service {
    let node: Node
    let sinks: any NoticeDelivering
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(NodeProblem) {
                    try await node.sendNotices(through: sinks) { logger.warning("\($0)") }
                } catch {
                    logger.error("notices could not be sent", metadata: ["because": "\(error.text)"])
                }
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }
}

/// Publishes changes, rotates epochs and erases what ended while the node runs.
private struct IndexKeeper: Service {
    let node: Node
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await node.keepIndexes { logger.warning("\($0)") } }
    }
}

/// Erases values of the log whose retention is over while the node runs.
private struct LogRetention: Service {
    let node: Node
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await node.keepRetentionOfLog { logger.error("\($0)") } }
    }
}

/// Verifies the node's own log while the node runs.
private struct OwnLogVerifier: Service {
    let node: Node
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await node.keepLogVerified { logger.error("\($0)") } }
    }
}

/// Has the log witnessed by the peers while the node runs.
private struct WitnessKeeper: Service {
    let node: Node
    let peers: any PeerReaching
    let logger: Logger

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await node.keepWitnessed(through: peers) { logger.warning("\($0)") }
            }
        } catch let problem as NodeProblem {
            logger.critical("the node signs nothing any more", metadata: ["because": "\(problem.because ?? "")"])
            throw problem
        }
    }
}
