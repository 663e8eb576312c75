// The asker's finalised outputs and what they find. Wiped when the last reference goes; nothing about them travels.
import ObliviousPRF
import Sodium

/// Outputs of one question, in locked memory.
public struct QuestionOutputs: Sendable {
    struct Part: Sendable {
        let keyClass: KeyClass
        /// Position i of the first output in the whole query.
        let first: Int
        /// Its place among the class's keys as the caller gave them.
        let offset: Int
        /// How many are the asker's own; the rest is padding and never looked up.
        let own: Int
        let outputs: PRFOutputs
    }

    let parts: [Part]

    /// Looks the asker's own keys up. Padding is not looked up: it could only hit by chance.
    /// - Parameter indexes: the asker's copies, of the same epoch as the answer.
    /// - Returns: hits sorted by handle; several keys on one handle are one hit.
    /// - Throws: `.unknownClass` for a class that was asked and is not there.
    public func lookUp(in indexes: [KeyClass: MatchIndex]) throws(IntersectionError) -> [Hit] {
        var found: [Handle: [AgreeingKey]] = [:]
        for part in parts {
            guard let index = indexes[part.keyClass] else { throw .unknownClass(part.keyClass) }
            for place in try index.places(of: part.outputs, own: part.own) {
                found[place.handle, default: []].append(
                    AgreeingKey(
                        position: part.first + place.position,
                        keyClass: part.keyClass,
                        offset: part.offset + place.position,
                        slot: place.slot
                    )
                )
            }
        }
        return found.map { Hit(handle: $0.key, keys: $0.value) }.sorted { $0.handle < $1.handle }
    }

    /// What proves an agreeing key to the holder. Made when asked for: locked memory is scarce, and most hits are never
    /// followed.
    /// - Throws: `.unknownClass` for a key of another question or of a class that is not there.
    public func hitKey(
        of agreeing: AgreeingKey,
        in indexes: [KeyClass: MatchIndex]
    ) throws(IntersectionError) -> HitKey {
        try withOutput(of: agreeing, in: indexes) { output, index throws(IntersectionError) in
            try HitKey(output: output, index: index)
        }
    }

    /// The same as 32 bytes, for whoever seals them at once: a large answer has hundreds of hits, and locked memory for
    /// each costs more than all else that is done for them.
    public func hitKeyBytes(
        of agreeing: AgreeingKey,
        in indexes: [KeyClass: MatchIndex]
    ) throws(IntersectionError) -> [UInt8] {
        try withOutput(of: agreeing, in: indexes) { output, index throws(IntersectionError) in
            try HitKey.bytes(output: output, index: index)
        }
    }

    private func withOutput<Result>(
        of agreeing: AgreeingKey,
        in indexes: [KeyClass: MatchIndex],
        _ body: (UnsafeBufferPointer<UInt8>, IndexID) throws(IntersectionError) -> Result
    ) throws(IntersectionError) -> Result {
        guard let index = indexes[agreeing.keyClass],
            let part = parts.first(where: {
                ($0.first..<$0.first + $0.outputs.count).contains(agreeing.position)
            })
        else { throw .unknownClass(agreeing.keyClass) }
        return try part.outputs.withOutput(agreeing.position - part.first) { output throws(IntersectionError) in
            try body(output, index.id)
        }
    }

    /// The 64 bytes at position i for a watch, which keeps them sealed; nil beyond the question.
    public func withOutput<Result>(
        at position: Int,
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        guard let part = parts.first(where: { ($0.first..<$0.first + $0.outputs.count).contains(position) }) else {
            return nil
        }
        return try part.outputs.withOutput(position - part.first, body)
    }
}

/// A record of the holder that some of the asker's keys agree with.
public struct Hit: Sendable {
    public let handle: Handle
    /// In the order of the query.
    public let keys: [AgreeingKey]
}

/// One key that agrees with a record.
public struct AgreeingKey: Sendable {
    /// i, counting through the whole query.
    public let position: Int
    public let keyClass: KeyClass
    /// Which of the class's keys, as they were handed to `BlindedQuestion`.
    public let offset: Int
    /// The slot of the record under this key, 0 to 63.
    public let slot: Int
}
