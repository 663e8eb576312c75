// What a holder says of its published index. Knows digests, counts and public keys; the signature is another module's.
import CanonicalJSON
import ObliviousPRF
import Sodium

/// The manifest of one agreement, asker and epoch: canonical JSON, to be signed and logged (PROTOCOL section 2).
public struct Manifest: Hashable, Sendable {
    /// The key recipe that the index was built with.
    public struct Recipe: Hashable, Sendable {
        /// 0 to 2^53 - 1.
        public let version: Int
        /// SHA-256, 32 bytes.
        public let digest: [UInt8]

        public init(version: Int, digest: [UInt8]) {
            self.version = version
            self.digest = digest
        }
    }

    /// How askers come by entries: one way for all classes of an index, for the length of an epoch.
    public enum Retrieval: Hashable, Sendable {
        /// They hold a copy.
        case synced
        /// The index stays with its holder; they fetch buckets of at least so many entries.
        case bucketed(minimum: Int)

        /// Nil where there are no buckets.
        public var minimum: Int? { if case .bucketed(let minimum) = self { minimum } else { nil } }

        /// As manifests name it.
        var name: String {
            switch self {
            case .synced: "synced"
            case .bucketed: "bucketed"
            }
        }
    }

    /// One class's index.
    public struct ClassIndex: Hashable, Sendable {
        public let keyClass: KeyClass
        public let indexID: IndexID
        public let publicKey: EvaluationPublicKey
        /// Of an index that is cut: its buckets in order.
        public let segments: [SegmentDescription]
        public let cut: BucketCut
        /// Keys left out because more than 64 records share them.
        public let leftOut: Int
        /// Entries of all segments, chaff included.
        public var entries: Int { segments.reduce(0) { $0 + $1.entries } }

        /// The index id follows from scope and class.
        public init(
            scope: IndexScope,
            keyClass: KeyClass,
            publicKey: EvaluationPublicKey,
            segments: [SegmentDescription],
            cut: BucketCut = .whole,
            leftOut: Int
        ) throws(IntersectionError) {
            self.keyClass = keyClass
            indexID = try scope.indexID(of: keyClass)
            self.publicKey = publicKey
            self.segments = segments
            self.cut = cut
            self.leftOut = leftOut
        }
    }

    public let scope: IndexScope
    /// 1 for the first, then one more each time, across epochs.
    public let version: Int
    /// SHA-256 of the manifest before, nil for version 1 alone.
    public let predecessor: [UInt8]?
    public let recipe: Recipe
    /// Records that have entries in the index.
    public let records: Int
    public let retrieval: Retrieval
    /// Sorted by name, each class once.
    public let classes: [ClassIndex]
    /// The canonical bytes that are signed.
    public let bytes: [UInt8]
    /// SHA-256 of `bytes`.
    public let digest: [UInt8]

    /// Entries of all classes, chaff included.
    public var entries: Int { classes.reduce(0) { $0 + $1.entries } }

    /// The public keys by class, against which answers of this epoch are verified.
    public var publicKeys: [KeyClass: EvaluationPublicKey] {
        Dictionary(classes.map { ($0.keyClass, $0.publicKey) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Throws: `.malformedManifest` for members out of range, `.classOrder`, `.indexIDDiffers`.
    public init(
        scope: IndexScope,
        version: Int,
        predecessor: [UInt8]?,
        recipe: Recipe,
        records: Int,
        retrieval: Retrieval = .synced,
        classes: [ClassIndex]
    ) throws(IntersectionError) {
        self.scope = scope
        self.version = version
        self.predecessor = predecessor
        self.recipe = recipe
        self.records = records
        self.retrieval = retrieval
        self.classes = classes
        try Self.check(version: version, predecessor: predecessor, recipe: recipe, records: records)
        for (left, right) in zip(classes, classes.dropFirst()) where left.keyClass >= right.keyClass {
            throw .classOrder
        }
        for part in classes {
            guard try part.indexID == scope.indexID(of: part.keyClass) else { throw .indexIDDiffers(part.keyClass) }
            let countsFit =
                (0...JSONValue.greatestInteger).contains(part.leftOut)
                && part.segments.allSatisfy { $0.digest.count == 32 && Self.entryCounts.contains($0.entries) }
            guard countsFit, Self.isCut(part, as: retrieval) else { throw .malformedManifest(member: "classes") }
        }
        do {
            bytes = try CanonicalJSON.encode(
                Self.value(scope, version, predecessor, recipe, records, retrieval, classes),
                limits: Self.limits
            )
        } catch {
            throw .malformedManifest(member: "")
        }
        digest = SHA2.sha256(bytes)
    }

    static let form = 1
    static let entryCounts = 1...1 << 40
    static let greatestSegments = 4_096
    /// Room for 4,096 segments in each of eight classes.
    static let limits = CanonicalJSON.Limits(maxBytes: 1 << 22, maxDepth: 6)

    private static func check(
        version: Int,
        predecessor: [UInt8]?,
        recipe: Recipe,
        records: Int
    ) throws(IntersectionError) {
        guard (1...JSONValue.greatestInteger).contains(version) else { throw .malformedManifest(member: "version") }
        guard predecessor.map({ $0.count == 32 }) ?? true, (version == 1) == (predecessor == nil) else {
            throw .malformedManifest(member: "predecessor")
        }
        guard recipe.digest.count == 32, (0...JSONValue.greatestInteger).contains(recipe.version) else {
            throw .malformedManifest(member: "recipe")
        }
        guard (0...JSONValue.greatestInteger).contains(records) else { throw .malformedManifest(member: "records") }
    }

    /// Whether a class has the buckets that the retrieval calls for, none too short.
    private static func isCut(_ part: ClassIndex, as retrieval: Retrieval) -> Bool {
        guard let minimum = retrieval.minimum else { return part.cut == .whole }
        return BucketCut.minimums.contains(minimum) && part.segments.count == part.cut.count
            && part.segments.allSatisfy { $0.entries >= minimum }
    }

    private static func value(
        _ scope: IndexScope,
        _ version: Int,
        _ predecessor: [UInt8]?,
        _ recipe: Recipe,
        _ records: Int,
        _ retrieval: Retrieval,
        _ classes: [ClassIndex]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "agreement": .string(scope.agreement),
            "asker": .string(scope.asker),
            "classes": .array(classes.map { value($0, retrieval) }),
            "epoch": .integer(scope.epoch),
            "holder": .string(scope.holder),
            "recipe": ["digest": .string(Hex.encode(recipe.digest)), "version": .integer(recipe.version)],
            "records": .integer(records),
            "v": .integer(form),
            "version": .integer(version),
        ]
        // Canonical JSON has no null: the first manifest has no predecessor, so it has no such member.
        if let predecessor { members["predecessor"] = .string(Hex.encode(predecessor)) }
        // A synced index says nothing of how it is fetched: so manifests read before there was another way.
        if let minimum = retrieval.minimum {
            members["retrieval"] = .string(retrieval.name)
            members["bucket_minimum"] = .integer(minimum)
        }
        return .object(members)
    }

    private static func value(_ part: ClassIndex, _ retrieval: Retrieval) -> JSONValue {
        var members: [String: JSONValue] = [
            "class": .string(part.keyClass.name),
            "entries": .integer(part.entries),
            "index_id": .string(part.indexID.text),
            "left_out": .integer(part.leftOut),
            "public_key": .string(Hex.encode(part.publicKey.bytes)),
            "segments": .array(
                part.segments.map {
                    ["digest": .string(Hex.encode($0.digest)), "entries": .integer($0.entries)]
                }
            ),
        ]
        if retrieval != .synced { members["bits"] = .integer(part.cut.bits) }
        return .object(members)
    }
}
