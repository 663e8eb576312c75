// Why something of a private match was refused. Knows classes, positions and counts, never keys or points.
import ObliviousPRF
import Sodium

/// A refusal or failure of this module. `position` counts from zero within the class of the batch at hand.
public enum IntersectionError: Error, Equatable, Sendable {
    case malformedClass
    case malformedIdentifier
    case epochOutOfRange
    case malformedQueryID
    case malformedHandle
    case wrongLength(expected: Int, actual: Int)
    /// A query or batch without keys.
    case noKeys
    /// More keys than one query carries.
    case tooManyKeys(limit: Int, actual: Int)
    /// The same key twice in one class.
    case duplicateKey(KeyClass, position: Int)
    /// Classes of a batch are sorted by name and stand there once.
    case classOrder
    /// A class that this index does not have, or that an answer left out.
    case unknownClass(KeyClass)
    /// Another number of points, answers or batches than was announced.
    case wrongCount(expected: Int, actual: Int)
    /// What a class of a batch was refused for: a bad point, the identity, a duplicate, a proof that does not hold.
    case points(KeyClass, PRFError)
    case prf(PRFError)
    case sodium(SodiumError)
    /// A segment that is no whole number of entries, is not sorted, or repeats a tag.
    case malformedSegment(entry: Int)
    /// A segment whose bytes or number of entries are not what the manifest says.
    case segmentDiffers
    /// A manifest that is not canonical, or whose members are missing, unknown or out of range.
    case malformedManifest(member: String)
    /// A manifest whose index ids are not those of its own parties, epoch and classes.
    case indexIDDiffers(KeyClass)
    /// The caller ended a build.
    case stopped
    /// A file of a build could not be written or read: the system's number for why.
    case storage(code: Int32)
    /// Randomness handed in gave the same handle or tag too many times.
    case exhausted
}

func wrapping<Result>(_ body: () throws(SodiumError) -> Result) throws(IntersectionError) -> Result {
    do {
        return try body()
    } catch {
        throw .sodium(error)
    }
}

func wrappingPRF<Result>(_ body: () throws(PRFError) -> Result) throws(IntersectionError) -> Result {
    do {
        return try body()
    } catch {
        throw .prf(error)
    }
}

func wrappingPoints<Result>(
    of keyClass: KeyClass,
    _ body: () throws(PRFError) -> Result
) throws(IntersectionError) -> Result {
    do {
        return try body()
    } catch {
        throw .points(keyClass, error)
    }
}
