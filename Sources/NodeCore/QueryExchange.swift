/// What both sides' entries of a query say alike: `data.x` (AUDIT section 6). Knows digests of messages, not their matter.
///
/// The messages of a query are its request and the answer given to it. A 202 only says that people decide, and the same
/// request comes again afterwards; a refusal is in both logs in words. So entries before the answer speak of one message.
/// Each further batch of a long query is an exchange of its own, whose entries speak of its request (decision 0036).

import AuditLog
import CanonicalJSON
import Foundation
import PeerTrust
import TransparencyLog
import WireProtocol

/// The messages of one query or batch, as far as one side knows them.
struct QueryExchange: Codable, Sendable {
    /// SHA-256 of the request's body.
    private(set) var request: Data
    /// SHA-256 of the answer's body.
    private(set) var answer: Data?
    /// What the other side says of its own entry about this query.
    private(set) var receipt: KeptReceipt?

    /// - Parameters: SHA-256 of bodies; the answer's is nil where there is none.
    init(request: [UInt8], answer: [UInt8]? = nil, receipt: PeerTrust.AuditReceipt? = nil) {
        self.request = Data(request)
        self.answer = answer.map { Data($0) }
        self.receipt = receipt.map(KeptReceipt.init)
    }

    func value(of query: MessageID, side: AuditLog.Exchange.Side, peer: String) -> JSONValue {
        var transcript = Transcript(query: query.bytes)
        transcript.append(.request, digest: [UInt8](request))
        if let answer { transcript.append(.answer, digest: [UInt8](answer)) }
        let exchange = AuditLog.Exchange(
            query: query.description,
            side: side,
            peer: peer,
            transcript: transcript,
            receipt: receipt?.receipt
        )
        return exchange.value
    }
}
