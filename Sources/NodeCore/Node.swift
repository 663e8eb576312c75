/// A node while it is open: its folder locked, its vault and keyring at hand, its policies active. Every use case is an
/// extension of this type in a file of its own; this file only opens, holds and closes.

import AuditLog
import Foundation
import MatchKeys
import PeerTrust
import PolicyEngine
import PolicyFiles
import Sodium
import Synchronization
import Vault
import WireProtocol

public final class Node: Sendable {
    public let folder: NodeFolder
    public let configuration: NodeConfiguration
    /// What keys of the index and of questions are made by.
    let recipe: KeyRecipe
    public let identity: NodeIdentity
    /// Whom we trust right now; federation asks it at each handshake and request.
    public let peers: PinnedPeers
    let vault: Vault
    let keyring: Keyring
    let engine: MatchEngine
    let clock: NodeClock
    let random: RandomBytes
    let questionSealer: QuestionSealer
    let door = RefusalBook<CountedRefusal>()
    let routes = RefusalBook<RefusedRoute>()
    let free = FreeRequests(mostInAMinute: 60)
    /// Of our published log and of what we cosigned: each costs a durable nonce. Following receipts needs some 260 at a tick.
    let logReads = FreeRequests(mostInAMinute: 300)
    let turns = Turns()
    let reached = ReachedPeers()
    let contacts = PeerContacts()
    let desk = SignInDesk()
    let hitCounts = HitCounts()
    /// What the last look at our own log found.
    let logLook = Mutex<LogLook?>(nil)
    /// Looks at colleagues' questions that are in the log.
    let looks = QuestionLooks()
    /// What the last publication by the clock looked at, by agreement and asker; after a restart, nothing.
    let sights = Mutex<[String: PublishSchedule.Sight]>([:])
    /// Segments of peers that no newest manifest names any more.
    let superseded = SupersededSegments()
    /// Requests that cannot be read, by id: named once.
    let setAside = Mutex<Set<String>>([])
    /// What the last look for data past their time was made under.
    let retentionLook = Mutex(RetentionLook())
    /// Epochs that were built ahead.
    let preparations = Preparations()
    private let lock: FolderLock
    private let policies: Mutex<ActivePolicies>

    init(
        folder: NodeFolder,
        configuration: NodeConfiguration,
        identity: NodeIdentity,
        peers: PinnedPeers,
        vault: Vault,
        keyring: Keyring,
        clock: NodeClock,
        random: RandomBytes,
        questionSealer: QuestionSealer,
        lock: FolderLock,
        policies: ActivePolicies
    ) {
        self.folder = folder
        self.configuration = configuration
        recipe = configuration.recipe
        self.identity = identity
        self.peers = peers
        self.vault = vault
        self.keyring = keyring
        self.engine = MatchEngine()
        self.clock = clock
        self.random = random
        self.questionSealer = questionSealer
        self.lock = lock
        self.policies = Mutex(policies)
    }

    /// The policies that decide at this moment.
    var activePolicies: ActivePolicies {
        get { policies.withLock { $0 } }
        set { policies.withLock { $0 = newValue } }
    }

    /// What a node is opened for, where not everything is in order.
    public enum Intent: Sendable {
        /// Acts of people, on a folder that nothing serves.
        case acts
        /// To serve: a restored node asks its witnesses first.
        case serving
        /// To put its policies right: what was activated may be what this program does not take.
        case mendingPolicies
    }

    /// Opens a node: takes the folder's lock, unseals the keyring, recovers the log, reads the policies in force.
    public static func open(
        _ folder: NodeFolder,
        passphrase: [UInt8],
        for intent: Intent = .acts,
        clock: NodeClock = .system,
        random: RandomBytes = .system
    ) async throws(NodeProblem) -> Node {
        let configuration = try NodeConfiguration.read(folder)
        let lock = try takeLock(folder)
        Keyring.removeUnfinished(at: folder.keyring)
        TidyFolder.removeTrial(folder)
        let keyring: Keyring
        do {
            keyring = try Keyring.open(at: folder.keyring, passphrase: passphrase)
        } catch {
            throw NodeProblem(keyring: error)
        }
        let identity = try NodeIdentity(folder: folder, configuration: configuration, keyring: keyring)
        let vault: Vault
        do {
            vault = try await openVault(
                folder,
                origin: identity.logOrigin,
                keyring: keyring,
                retention: configuration.auditRetention,
                clock: clock,
                random: random
            )
        } catch {
            throw NodeProblem(opening: error, folder: folder)
        }
        do {
            try await refuseUnconfirmed(vault, folder, for: intent)
            let newest = try await vault.read { try $0.latestManifests() }
            let published = newest.filter { $0.holder == configuration.agency }
            try TidyFolder.eraseEndedSeeds(keyring, published: published)
            try TidyFolder.sweepSegments(vault.segments, newest: newest, own: configuration.agency)
            _ = try await vault.commit { ((), try TidyFolder.forgetIdleBatches($0)) }
            let questionSealer = try QuestionSealer(key: keyring.secret(SecretName.question), random: random)
            try await fileOlderRows(vault, questionSealer)
            let node = try await Node(
                folder: folder,
                configuration: configuration,
                identity: identity,
                peers: PinnedPeers(stored: try await vault.read { try $0.peers() }),
                vault: vault,
                keyring: keyring,
                clock: clock,
                random: random,
                questionSealer: questionSealer,
                lock: lock,
                policies: ActivePolicies.stored(in: vault, folder: folder, evenUnsound: intent == .mendingPolicies)
            )
            try await node.logChangedSettings()
            return node
        } catch {
            await vault.close()
            throw NodeProblem(fault: error, doing: "opening the node")
        }
    }

    static func openVault(
        _ folder: NodeFolder,
        origin: String,
        keyring: Keyring,
        retention: AuditRetention = AuditRetention(),
        follows: EndedLog? = nil,
        clock: NodeClock,
        random: RandomBytes
    ) async throws -> Vault {
        try await Vault.open(
            Vault.Places(database: folder.database, log: folder.log, segments: folder.segments),
            origin: origin,
            secrets: Vault.Secrets(
                log: keyring.secret(SecretName.log),
                logBefore: keyring.contains(SecretName.logBefore) ? keyring.secret(SecretName.logBefore) : nil,
                record: keyring.secret(SecretName.record)
            ),
            keyring: keyring,
            retention: retention,
            follows: follows,
            clock: clock.milliseconds,
            random: random
        )
    }

    static func takeLock(_ folder: NodeFolder) throws(NodeProblem) -> FolderLock {
        let lock: FolderLock?
        do {
            lock = try FolderLock(folder: folder.url)
        } catch {
            throw NodeProblem(.fault, "the folder's lock cannot be taken", at: folder.path, because: "\(error)")
        }
        guard let lock else {
            throw NodeProblem(
                .unreachable,
                "another process has this node open",
                at: folder.path,
                because: "one process at a time may write a node's folder, and no node answers on its socket",
                try: "wait for the other command to end"
            )
        }
        return lock
    }

    /// Publishes what the log still owes, closes the vault, gives the lock back.
    public func close() async {
        await logCounted(all: true)
        await vault.close()
        lock.release()
    }

    /// Publishes the log each second while there is news, what was only counted each minute; returns when cancelled.
    public func publishLog() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.vault.publishContinuously() }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(60))
                    await self.logCounted(all: false)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// Where the time comes from: the system, or a test.
public struct NodeClock: Sendable {
    /// Milliseconds since 1970, UTC.
    public let milliseconds: @Sendable () -> Int

    public init(_ milliseconds: @escaping @Sendable () -> Int) { self.milliseconds = milliseconds }

    public static let system = NodeClock { Int(Date().timeIntervalSince1970 * 1000) }

    /// Seconds since 1970, UTC.
    public var seconds: Int { milliseconds() / 1000 }

    var moment: Moment { Moment(seconds: seconds) }
}

/// Names of this agency's logs (AUDIT section 4).
enum LogOrigin {
    static func first(of agency: String) -> String { "\(agency)/audit/1" }

    /// The number of a log of that agency; nil for another name.
    static func number(_ origin: String, of agency: String) -> Int? {
        let prefix = "\(agency)/audit/"
        guard origin.hasPrefix(prefix), let number = Int(origin.dropFirst(prefix.utf8.count)), number > 0,
            origin == prefix + String(number)
        else { return nil }
        return number
    }

    /// Whose log that is; empty for what is no name of a log.
    static func agency(of origin: String) -> String {
        origin.range(of: "/audit/", options: .backwards).map { String(origin[..<$0.lowerBound]) } ?? ""
    }

    /// The log after one of that agency's.
    static func after(_ origin: String, of agency: String) -> String? {
        number(origin, of: agency).map { "\(agency)/audit/\($0 + 1)" }
    }
}
