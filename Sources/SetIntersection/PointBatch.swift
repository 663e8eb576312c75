// Blinded points by class, as they travel. Knows encodings, never keys.
import ObliviousPRF

/// The blinded points of one class in one batch, checked.
public struct ClassPoints: Hashable, Sendable {
    public let keyClass: KeyClass
    public let points: BlindedElements
}

/// One batch of a query: classes sorted by name, at most 8,192 points together (PROTOCOL section 1).
public struct PointBatch: Hashable, Sendable {
    public static let greatestCount = 8_192

    public let classes: [ClassPoints]

    /// How many points, all classes together.
    public var count: Int { classes.reduce(0) { $0 + $1.points.count } }

    init(classes: [ClassPoints]) { self.classes = classes }

    /// Checks what came from a peer: every size before any point is decoded.
    /// - Parameters:
    ///   - classes: concatenated encodings of 32 bytes for each class, sorted by class name.
    ///   - announced: the number of points that the request gives for this batch.
    /// - Throws: `.classOrder`, `.noKeys`, `.tooManyKeys`, `.wrongCount`; `.points` with a bad encoding, the identity or a
    ///   duplicate.
    public init(
        decoding classes: [(keyClass: KeyClass, points: [UInt8])],
        announced: Int,
        engine: GroupEngine
    ) throws(IntersectionError) {
        for (left, right) in zip(classes, classes.dropFirst()) where left.keyClass >= right.keyClass {
            throw .classOrder
        }
        var total = 0
        for (keyClass, points) in classes {
            guard points.count.isMultiple(of: 32) else {
                throw .points(keyClass, .partialElement(byteCount: points.count))
            }
            guard !points.isEmpty else { throw .noKeys }
            total += points.count / 32
        }
        guard total > 0 else { throw .noKeys }
        guard total <= Self.greatestCount else { throw .tooManyKeys(limit: Self.greatestCount, actual: total) }
        guard total == announced else { throw .wrongCount(expected: announced, actual: total) }
        var decoded: [ClassPoints] = []
        // Every key has its own blind, so that no two points of a query are alike, in one class or in two.
        var seen = ElementSet()
        for (keyClass, points) in classes {
            let elements = try wrappingPoints(of: keyClass) { () throws(PRFError) in
                let elements = try BlindedElements(decoding: points, engine: engine)
                if classes.count > 1 { try seen.admit(elements) }
                return elements
            }
            decoded.append(ClassPoints(keyClass: keyClass, points: elements))
        }
        self.classes = decoded
    }
}

/// The holder's answer for one class of a batch, as it travels: evaluated points and one proof, not yet believed.
public struct ClassEvaluation: Hashable, Sendable {
    public let keyClass: KeyClass
    public let evaluation: UnverifiedEvaluation

    public init(keyClass: KeyClass, evaluation: UnverifiedEvaluation) {
        self.keyClass = keyClass
        self.evaluation = evaluation
    }
}
