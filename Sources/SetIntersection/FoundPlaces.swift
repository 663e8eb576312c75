// What one batch of a long query finds, place by place. Knows an output and its proof for the length of a call.
import ObliviousPRF
import Sodium

extension QuestionOutputs {
    /// Looks the asker's own keys up as `lookUp` does, and hands each one that agrees over with what proves it. For many:
    /// nothing is put together by handle, and no proof gets locked pages of its own.
    /// - Parameters:
    ///   - indexes: the asker's copies, of the same epoch as the answer.
    ///   - body: gets a key, whose record it is, and the 32 secret bytes of `HitKey`, which are wiped afterwards.
    /// - Throws: `.unknownClass` for a class that was asked and is not there.
    public func forEachAgreeing(
        in indexes: [KeyClass: MatchIndex],
        _ body: (AgreeingKey, Handle, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(IntersectionError) {
        for part in parts {
            guard let index = indexes[part.keyClass] else { throw .unknownClass(part.keyClass) }
            let message = HitKey.message(index.id)
            for place in try index.places(of: part.outputs, own: part.own) {
                let key = AgreeingKey(
                    position: part.first + place.position,
                    keyClass: part.keyClass,
                    offset: part.offset + place.position,
                    slot: place.slot
                )
                let failure = part.outputs.withOutput(place.position) { output in
                    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { proof -> SodiumError? in
                        defer { Memory.wipe(UnsafeMutableRawBufferPointer(proof)) }
                        let failure = message.withUnsafeBufferPointer {
                            BLAKE2b.hash($0, key: output, into: proof)
                        }
                        if failure == nil { body(key, place.handle, UnsafeBufferPointer(proof)) }
                        return failure
                    }
                }
                if let failure { throw .sodium(failure) }
            }
        }
    }

    /// As many keys as can agree at most without two records sharing one.
    public var ownCount: Int { parts.reduce(0) { $0 + $1.own } }
}
