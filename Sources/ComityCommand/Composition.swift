/// The composition root: which real parts a node gets. Composes, never decides.

import FederationClient
import FederationServer
import Foundation
import Logging
import NodeCore
import PeerTrust
import ServiceLifecycle
import Sodium
import WireProtocol

/// The parts around an open node.
struct Composition: Sendable {
    let peers: any PeerReaching
    /// Takes notices out of the node.
    let notices: any NoticeDelivering
    private let client: FederationClient
    private let clientTask: Task<Void, Never>

    init(_ node: Node, logger: Logger) {
        let client = FederationClient(
            configuration: FederationClientConfiguration(
                agency: node.identity.agency,
                identity: node.identity.tls,
                signingKey: node.identity.signer,
                addressRule: node.configuration.allowPrivatePeers ? .anyAddress : .publicOnly,
                now: { node.now },
                random: { RandomBytes.system.bytes($0) }
            ),
            directory: node.peers,
            logger: logger
        )
        self.client = client
        peers = node.watching(client)
        notices = NoticeSinks(client: client)
        clientTask = Task { try? await client.run() }
    }

    func close() async {
        clientTask.cancel()
        await client.shutdown()
    }

    /// Answers peers over mutual TLS.
    static func server(for node: Node, logger: Logger) -> FederationServer {
        FederationServer(
            configuration: FederationServerConfiguration(
                agency: node.identity.agency,
                identity: node.identity.tls,
                signingKey: node.identity.signer,
                host: node.configuration.listen.host,
                port: node.configuration.listen.port,
                now: { node.now },
                random: { RandomBytes.system.bytes($0) }
            ),
            directory: node.peers,
            answering: node,
            logger: logger
        )
    }

    /// Every operation the socket serves.
    static let operations: [AnyOperation] = [
        AnyOperation(AddUser.self), AnyOperation(ChangeUserRoles.self), AnyOperation(ResetUser.self),
        AnyOperation(ListUsers.self),
        AnyOperation(AddPeer.self), AnyOperation(ListPeers.self), AnyOperation(RevokePeer.self),
        AnyOperation(ImportRecords.self), AnyOperation(ExportRecords.self), AnyOperation(FindDuplicates.self),
        AnyOperation(ExplainPair.self),
        AnyOperation(BuildIndexes.self), AnyOperation(FetchIndexes.self), AnyOperation(ListIndexes.self),
        AnyOperation(AskQuestion.self), AnyOperation(ShowQuestion.self), AnyOperation(RequestDisclosure.self),
        AnyOperation(ListDisclosures.self), AnyOperation(ShowDisclosure.self), AnyOperation(DecideDisclosure.self),
        AnyOperation(TransferDisclosure.self),
        AnyOperation(ReceiveDisclosures.self), AnyOperation(ReadCases.self), AnyOperation(CloseCase.self),
        AnyOperation(PublishLog.self), AnyOperation(RecordAuditRead.self), AnyOperation(RevealValue.self),
        AnyOperation(RevealEntries.self), AnyOperation(SignExport.self), AnyOperation(FindSubject.self),
        AnyOperation(EraseSubject.self), AnyOperation(PlaceHold.self), AnyOperation(LiftHold.self),
        AnyOperation(ListHolds.self), AnyOperation(WishTimeStamp.self), AnyOperation(TakeTimeStamp.self),
        AnyOperation(OpenQuery.self), AnyOperation(PruneLog.self), AnyOperation(RotateLogKey.self),
        AnyOperation(CosignCheckpoint.self), AnyOperation(ReadWitnessPolicy.self),
        AnyOperation(ReadSignedCheckpoint.self),
        AnyOperation(ExplainDecision.self), AnyOperation(ListNotices.self), AnyOperation(MarkNotice.self),
        AnyOperation(ActivatePolicies.self), AnyOperation(ReadPolicyStatus.self),
        AnyOperation(BackUp.self), AnyOperation(TestBackup.self), AnyOperation(Doctor.self),
    ]

    /// A logger that says nothing below warnings: a command's talk is its own.
    static let quietLogger: Logger = {
        var logger = Logger(label: "comity") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }()
}
