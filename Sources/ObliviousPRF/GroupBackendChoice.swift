// Which back end this process uses. Knows one word of the environment and what the processor can do.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The words of `COMITY_GROUP_BACKEND`.
public enum GroupBackendChoice: String, CaseIterable, Sendable {
    /// The fastest that the processor can run. In a debug build that is libsodium, which comes compiled.
    case auto
    case ifma
    case avx2
    case scalar
    case libsodium

    /// Why a word gives no back end.
    public enum Refusal: Error, Equatable, Sendable {
        case unknownWord
        case notOnThisProcessor(GroupBackendChoice)
    }

    /// The variable that names the back end.
    public static let variable = "COMITY_GROUP_BACKEND"

    /// The back end of a word; nil if this processor cannot run it.
    public var backend: (any GroupBackend)? {
        switch self {
        case .auto: RistrettoBackend.isOptimised ? Self.runnable.first : LibsodiumBackend()
        case .ifma: RistrettoBackend.ifma
        case .avx2: RistrettoBackend.avx2
        case .scalar: RistrettoBackend.scalar
        case .libsodium: LibsodiumBackend()
        }
    }

    /// Every back end that this processor can run, fastest first.
    public static let runnable: [any GroupBackend] = allCases.filter { $0 != .auto }.compactMap(\.backend)

    /// - Parameter word: no word is `auto`.
    public static func backend(named word: String?) -> Result<any GroupBackend, Refusal> {
        guard let word, !word.isEmpty else { return .success(GroupBackendChoice.auto.backend ?? LibsodiumBackend()) }
        guard let choice = GroupBackendChoice(rawValue: word) else { return .failure(.unknownWord) }
        guard let backend = choice.backend else { return .failure(.notOnThisProcessor(choice)) }
        return .success(backend)
    }

    /// What the environment asks for, read once: the back end does not change while a process runs.
    public static let fromEnvironment = backend(named: getenv(variable).map { String(cString: $0) })

    /// The back end of engines that name none. A word that gives none leaves the reference: the program has by then
    /// refused to start.
    public static let chosen: any GroupBackend = (try? fromEnvironment.get()) ?? LibsodiumBackend()
}
