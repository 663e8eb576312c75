// A clock that stands until a test moves it. Knows one number.
import NodeCore
import Synchronization

public final class SettableClock: Sendable {
    private let state: Mutex<Int>

    /// - Parameter seconds: since 1970, UTC.
    public init(seconds: Int) { state = Mutex(seconds * 1000) }

    /// Seconds since 1970, UTC.
    public var seconds: Int {
        get { state.withLock { $0 / 1000 } }
        set { state.withLock { $0 = newValue * 1000 } }
    }

    public func advance(seconds: Int) { state.withLock { $0 += seconds * 1000 } }

    public var clock: NodeClock { NodeClock { self.state.withLock { $0 } } }

    /// 2026-03-02 09:00 UTC, a Monday inside the test agreement.
    public static var inForce: SettableClock { SettableClock(seconds: 1_772_442_000) }
}
