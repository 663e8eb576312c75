/// A node in the folder where it is restored: open, signing nothing, until it takes its name. Begins another log where that is
/// wished.

import Accounts
import AuditLog
import Foundation
import PeerTrust
import Sodium
import TransparencyLog
import Vault
import WireProtocol

/// The node, and after a new log began, the one that goes on with it.
final class RestoredNode {
    private(set) var node: Node
    private let lock: FolderLock
    private let shown: NodeFolder

    private init(_ node: Node, lock: FolderLock, shown: NodeFolder) {
        self.node = node
        self.lock = lock
        self.shown = shown
    }

    /// - Parameter shown: the folder that it will have.
    static func open(
        _ taken: TakenBackup,
        as shown: NodeFolder,
        lock: FolderLock,
        clock: NodeClock,
        random: RandomBytes
    ) async throws -> RestoredNode {
        let node = try await node(taken, as: shown, lock: lock, follows: nil, clock: clock, random: random)
        return RestoredNode(node, lock: lock, shown: shown)
    }

    private static func node(
        _ taken: TakenBackup,
        as shown: NodeFolder,
        lock: FolderLock,
        follows: EndedLog?,
        clock: NodeClock,
        random: RandomBytes
    ) async throws -> Node {
        let identity: NodeIdentity
        do throws(NodeProblem) {
            identity = try NodeIdentity(
                folder: taken.staging,
                configuration: taken.configuration,
                keyring: taken.keyring
            )
        } catch {
            throw BackupFault.foreign(taken.staging.card.lastPathComponent)
        }
        let vault: Vault
        do {
            vault = try await Node.openVault(
                taken.staging,
                origin: identity.logOrigin,
                keyring: taken.keyring,
                retention: taken.configuration.auditRetention,
                follows: follows,
                clock: clock,
                random: random
            )
        } catch let error as AuditStoreError {
            throw NodeProblem(
                .data,
                "this backup cannot be restored; nothing was written",
                at: taken.files.folder.path,
                because: "\(error)",
                try: "another backup"
            )
        }
        return Node(
            folder: shown,
            configuration: taken.configuration,
            identity: identity,
            peers: PinnedPeers(stored: try await vault.read { try $0.peers() }),
            vault: vault,
            keyring: taken.keyring,
            clock: clock,
            random: random,
            questionSealer: try QuestionSealer(key: taken.keyring.secret(SecretName.question), random: random),
            lock: lock,
            policies: try await ActivePolicies.stored(in: vault, folder: shown, evenUnsound: true)
        )
    }

    /// Two people of this node who may restore it; one where it knows no other.
    func people(_ names: [String]) async throws -> [Person] {
        let able = try await node.vault.accounts().compactMap(Account.init(stored:)).filter {
            $0.role(for: .restore) != nil
        }
        let known = able.map(\.name.description).sorted()
        let wanted = min(2, able.count)
        let chosen = names.isEmpty && wanted == 1 ? known : names
        guard Set(chosen).count == chosen.count, chosen.count >= wanted, wanted > 0 else {
            throw NodeProblem(
                .usage,
                "a restore takes two people; nothing was written",
                at: "--as",
                because: "of this node \(known.joined(separator: ", ")) may",
                try: "--as \(known.first ?? "NAME") --and \(known.dropFirst().first ?? "NAME")"
            )
        }
        var people: [Person] = []
        for name in chosen { people.append(try await node.person(name, for: .restore)) }
        return people
    }

    /// Ends the log and begins the one after it, under a new key, with a card that says so.
    func beginLog(
        after last: Checkpoint,
        _ taken: TakenBackup,
        clock: NodeClock,
        random: RandomBytes
    ) async throws -> Node {
        let (agency, earlier, card) = (taken.configuration.agency, node.vault.logKey, node.identity.card)
        await node.vault.close()
        guard let origin = LogOrigin.after(last.origin, of: agency),
            let number = LogOrigin.number(last.origin, of: agency)
        else { throw AuditStoreError.otherLog }
        let database = try RestoredDatabase(taken.staging.database)
        try database.endLog(of: agency, at: last, key: earlier)
        database.close()
        let folder = taken.staging
        try FileManager.default.createDirectory(
            at: folder.ended,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try FileManager.default.moveItem(at: folder.log, to: folder.ended.appendingPathComponent(String(number)))
        // Whoever has the old key signs nothing by it that this log would be believed to say.
        let seed = try SecretBytes(random: 32, from: random)
        try taken.keyring.update(set: [SecretName.log: seed], remove: [SecretName.logBefore])
        let next = try NodeIdentity.card(
            afterRestoring: card,
            log: LogKey(name: origin, seed: seed).verifier.text,
            signer: node.identity.signer
        )
        try DurableFile.write(next.bytes, to: folder.card, mode: 0o644)
        node = try await Self.node(
            taken,
            as: shown,
            lock: lock,
            follows: EndedLog(last),
            clock: clock,
            random: random
        )
        return node
    }

    /// Publishes nothing of a log that waits for its witnesses.
    func close() async { await node.vault.close() }
}
