// Knows when a node card may be believed. Never stores one.

/// A card whose own signature verifies. Whether it is *pinned* is what two people say who compared fingerprints.
public struct VerifiedNodeCard: Sendable, Hashable {
    public let card: NodeCard
    /// The whole document.
    public let bytes: [UInt8]
    public let fingerprint: Fingerprint

    /// A card met for the first time: signed by the key that it names.
    public init(_ unverified: UnverifiedNodeCard) throws(NodeCardRefusal) {
        guard let message = unverified.card.signedBytes else { throw .notCanonical }
        guard unverified.card.signingKey.verifies(unverified.signature, over: message) else { throw .badSignature }
        // A first card has no old key; a later one has to carry that signature even where nobody can check it yet.
        guard (unverified.previousSignature == nil) == (unverified.card.previous == nil) else {
            throw .badPreviousSignature
        }
        card = unverified.card
        bytes = unverified.bytes
        fingerprint = unverified.fingerprint
    }

    /// A changed card: the next after `pinned`, signed by the old key too.
    public init(_ unverified: UnverifiedNodeCard, following pinned: VerifiedNodeCard) throws(NodeCardRefusal) {
        try self.init(unverified)
        guard card.agency == pinned.card.agency else { throw .otherAgency }
        guard card.serial == pinned.card.serial + 1, card.previous == pinned.fingerprint else { throw .brokenChain }
        guard let message = card.signedBytes, let signature = unverified.previousSignature,
            pinned.card.signingKey.verifies(signature, over: message)
        else { throw .badPreviousSignature }
    }

    /// Whether two people have to compare fingerprints again before this card replaces `pinned`: it has a new root key
    /// or host (PROTOCOL 1, Keys).
    public func needsComparison(after pinned: VerifiedNodeCard) -> Bool {
        card.signingKey != pinned.card.signingKey
            || Set(card.endpoints.map(\.host)) != Set(pinned.card.endpoints.map(\.host))
    }
}
