// What a process does before it holds a key. Knows the operating system, no secret.
import CSodium

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Keeps secrets out of core files and from other processes of the same user (PROTOCOL section 6, "At rest").
public enum ProcessHardening {
    /// What failed.
    public enum Step: String, Sendable {
        case coreLimit, dumpable
    }

    /// Sets RLIMIT_CORE to 0 (soft and hard) and, on Linux, PR_SET_DUMPABLE to 0; a crash ends the process without a word.
    /// Cannot be undone in this process.
    /// - Throws: `.hardeningFailed` naming the step.
    public static func apply() throws(SodiumError) {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        #if os(Linux)
            let core = __rlimit_resource_t(RLIMIT_CORE.rawValue)
        #else
            let core = RLIMIT_CORE
        #endif
        guard setrlimit(core, &none) == 0 else { throw .hardeningFailed(.coreLimit) }
        #if os(Linux)
            guard comity_set_undumpable() == 0 else { throw .hardeningFailed(.dumpable) }
            // The language's runtime answers a crash with a report in the log: registers, and the memory they point to.
            for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { _ = signal(number, SIG_DFL) }
        #endif
    }

    /// Whether both settings hold now.
    public static var isApplied: Bool {
        var limit = rlimit()
        #if os(Linux)
            let core = __rlimit_resource_t(RLIMIT_CORE.rawValue)
            guard comity_is_dumpable() == 0 else { return false }
        #else
            let core = RLIMIT_CORE
        #endif
        return getrlimit(core, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0
    }
}
