/// How much of what people send is in memory at once, over all accounts: each has one large body under way, and all together no
/// more than there is room for. Knows sizes and names of accounts, never what is sent.

import Synchronization

final class Uploads: Sendable {
    enum Refusal: Error {
        /// The account has one under way.
        case own
        /// Those of others leave no room.
        case full
    }

    /// What one body takes away from the others.
    struct Share: Sendable {
        fileprivate let account: String
        fileprivate let bytes: Int
    }

    /// Seconds after which somebody who was refused may try again.
    static let comeBack = 10

    /// Bytes of all bodies: reading one makes a few copies of it, and a node has 1 GiB.
    private let most: Int
    /// For one body, however slowly it comes: the room is others', too.
    let patience: Duration
    private let held = Mutex<[String: Int]>([:])

    init(most: Int = 2 * Form.greatestWithFile, patience: Duration = .seconds(300)) {
        self.most = most
        self.patience = patience
    }

    /// Bytes that are taken now.
    var taken: Int { held.withLock { $0.values.reduce(0, +) } }

    func take(_ bytes: Int, for account: String) throws(Refusal) -> Share {
        try held.withLock { held throws(Refusal) in
            guard held[account] == nil else { throw .own }
            guard held.values.reduce(bytes, +) <= most else { throw .full }
            held[account] = bytes
        }
        return Share(account: account, bytes: bytes)
    }

    func give(back share: Share) { held.withLock { $0[share.account] = nil } }
}
