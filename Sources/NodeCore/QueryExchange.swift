/// What both sides' entries of a query say alike: `data.x` (AUDIT section 6). Knows digests of messages, not their matter.
///
/// The messages of a query are its request and the answer given to it. A 202 only says that people decide, and the same
/// request comes again afterwards; a refusal is in both logs in words. So entries before the answer speak of one message.

import AuditLog
import CanonicalJSON
import PeerTrust
import TransparencyLog
import WireProtocol

enum QueryExchange {
    /// - Parameters:
    ///   - request: body of the query.
    ///   - answer: body of the answer; nil where there is none.
    ///   - receipt: what the other side says of its own entry about this query.
    static func value(
        _ query: MessageID,
        side: AuditLog.Exchange.Side,
        peer: String,
        request: [UInt8],
        answer: [UInt8]? = nil,
        receipt: PeerTrust.AuditReceipt? = nil
    ) -> JSONValue {
        var transcript = Transcript(query: query.bytes)
        transcript.append(.request, body: request)
        if let answer { transcript.append(.answer, body: answer) }
        let exchange = AuditLog.Exchange(
            query: query.description,
            side: side,
            peer: peer,
            transcript: transcript,
            receipt: receipt.flatMap { receipt in
                TreeHash(receipt.leaf).map {
                    AuditLog.AuditReceipt(origin: receipt.origin, index: receipt.index, leaf: $0)
                }
            }
        )
        return exchange.value
    }
}
