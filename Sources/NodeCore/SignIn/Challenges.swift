/// Challenges that security keys sign: each for one thing, once, and for a while. What was handed out is not kept, so that
/// whoever only looks at the door fills no memory: a challenge carries its own seal, made with a key that ends with the
/// process. Kept are those that were used, until they would be too old in any case.

import CanonicalJSON
import Sodium
import Synchronization

/// What a challenge is for; it serves for nothing else.
public enum ChallengeUse: Sendable {
    /// Signing in from an address.
    case signIn(from: String)
    /// A form of one session: what it does, and to what.
    case act(String, Session)
    /// Registering a key of that name.
    case registration(named: String, Session)

    /// How long it stands, in seconds.
    var seconds: Int {
        switch self {
        case .signIn, .registration: 300
        // As long as a page may be looked at before its session ends.
        case .act: Session.idle
        }
    }

    fileprivate var words: [[UInt8]] {
        switch self {
        case .signIn(let address): [Array("sign-in".utf8), Array(address.utf8)]
        case .act(let act, let session): [Array("act".utf8), session.digest, Array(act.utf8)]
        case .registration(let name, let session):
            [Array("registration".utf8), session.digest, Array(name.utf8)]
        }
    }
}

final class Challenges: Sendable {
    private struct State {
        var key: SecretBytes?
        /// To the second at which each would be too old.
        var used: [[UInt8]: Int] = [:]
    }

    private static let nonceLength = 16
    private static let timeLength = 8
    private static let length = nonceLength + timeLength + 32
    /// Each was used by somebody whom back-off let in: more are not waited for.
    private static let mostUsed = 50_000

    private let state = Mutex(State())

    func issue(for use: ChallengeUse, at seconds: Int, random: RandomBytes) throws(SodiumError) -> String {
        let until = seconds + use.seconds
        let body = random.bytes(Self.nonceLength) + Self.bytes(UInt64(until))
        let key = try state.withLock { state throws(SodiumError) in
            if let key = state.key { return key }
            let key = try SecretBytes(random: 32, from: random)
            state.key = key
            return key
        }
        return Base64URL.encode(body + Self.seal(body, for: use, key))
    }

    /// Whether it was handed out for that and is used now for the first time.
    func take(_ text: String, for use: ChallengeUse, at seconds: Int) -> Bool {
        guard text.utf8.count <= 2 * Self.length, let bytes = Base64URL.decode(text), bytes.count == Self.length else {
            return false
        }
        let body = Array(bytes.prefix(Self.nonceLength + Self.timeLength))
        let until = body.dropFirst(Self.nonceLength).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return state.withLock { state in
            guard let key = state.key,
                Memory.isEqual(Self.seal(body, for: use, key), Array(bytes.dropFirst(body.count))),
                // Sealed here: the number is one of ours.
                seconds < Int(until), state.used[body] == nil
            else { return false }
            if state.used.count >= Self.mostUsed { state.used = state.used.filter { $0.value > seconds } }
            guard state.used.count < Self.mostUsed else { return false }
            state.used[body] = Int(until)
            return true
        }
    }

    private static func seal(_ body: [UInt8], for use: ChallengeUse, _ key: SecretBytes) -> [UInt8] {
        let words = use.words.flatMap { bytes(UInt64($0.count)) + $0 }
        return SHA2.hmacSHA256(Array("comity/challenge/v1".utf8) + [0] + body + words, key: key)
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<timeLength).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }
}
