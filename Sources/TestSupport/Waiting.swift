// How a test waits for what another task or process will do. Knows no event and no margin that a busy machine could miss.
/// Looks again and again, and no more once it is so.
public enum Waiting {
    /// - Parameters:
    ///   - seconds: how long it is waited for; much longer than it ever takes, as only a fault makes it that long.
    ///   - pause: between two looks.
    /// - Returns: whether it came.
    @discardableResult
    public static func until(
        seconds: Int = 300,
        every pause: Duration = .milliseconds(20),
        isolation: isolated (any Actor)? = #isolation,
        _ isSo: () async throws -> Bool
    ) async throws -> Bool {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        repeat {
            if try await isSo() { return true }
            try await Task.sleep(for: pause)
        } while ContinuousClock.now < end
        return try await isSo()
    }
}
