/// One at a time by name: two builds of the indexes, or two fetches of one index, never overlap.

actor Turns {
    private var tails: [String: Task<Void, Never>] = [:]

    /// Runs `work` after whatever was begun before under the same name.
    nonisolated func run<Value: Sendable>(
        _ name: String,
        _ work: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        let task = await begin(name, work)
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func begin<Value: Sendable>(
        _ name: String,
        _ work: @Sendable @escaping () async throws -> Value
    ) -> Task<Value, any Error> {
        let previous = tails[name]
        let task = Task {
            await previous?.value
            return try await work()
        }
        tails[name] = Task { _ = await task.result }
        return task
    }
}
