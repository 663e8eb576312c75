// Starting libsodium. Knows nothing of what the library is used for.
import CSodium

/// The library as a whole.
public enum Sodium {
    /// One start for the life of the process: a static constant is made once, whichever thread comes first.
    private static let result: Int32 = sodium_init()

    /// Starts libsodium (`sodium_init`). May be called any number of times from any thread; everything here that needs
    /// the library started calls it.
    /// - Throws: `.startFailed` if the library refuses to start.
    public static func start() throws(SodiumError) {
        guard result >= 0 else { throw .startFailed }
    }

    /// The version of the library at run time, for instance "1.0.18".
    public static var libraryVersion: String { String(cString: sodium_version_string()) }
}
