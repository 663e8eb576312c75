// Knows the form in which a personal value is searched for without being read.
import CanonicalJSON

extension PersonalValue {
    /// The value's canonical JSON.
    public func canonicalValue() throws(LeafError) -> [UInt8] {
        let limits = CanonicalJSON.Limits(maxBytes: Disclosure.greatestLength, maxDepth: 6)
        do { return try CanonicalJSON.encode(value, limits: limits) } catch { throw .json(error) }
    }

    /// The terms' canonical JSON, each by itself.
    public func canonicalTerms() throws(LeafError) -> [[UInt8]] {
        let limits = CanonicalJSON.Limits(maxBytes: Disclosure.greatestLength, maxDepth: 1)
        var encoded: [[UInt8]] = []
        for term in terms {
            do { encoded.append(try CanonicalJSON.encode(.string(term), limits: limits)) } catch { throw .json(error) }
        }
        return encoded
    }
}
