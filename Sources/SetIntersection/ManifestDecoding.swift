// Reading a peer's manifest: one form alone, everything checked. Knows bytes from outside.
import CanonicalJSON
import ObliviousPRF
import Sodium

extension Manifest {
    /// The manifest of canonical bytes. Unknown and missing members, values out of range, other spellings of the same
    /// value, and index ids that are not those of parties, epoch and class are refused.
    /// - Throws: `.malformedManifest` naming the member, `.classOrder`, `.indexIDDiffers`.
    public init(decoding bytes: [UInt8]) throws(IntersectionError) {
        let value: JSONValue
        do {
            value = try CanonicalJSON.decode(bytes, limits: Self.limits)
        } catch {
            throw .malformedManifest(member: "")
        }
        let manifest: Manifest
        do {
            manifest = try Self.read(value)
        } catch let error as IntersectionError {
            throw error
        } catch let error as MemberError {
            throw .malformedManifest(member: error.member)
        } catch {
            throw .malformedManifest(member: "")
        }
        // The reader is strict and so is this: what is signed is what was read.
        guard manifest.bytes == bytes else { throw .malformedManifest(member: "") }
        self = manifest
    }

    private static func read(_ value: JSONValue) throws -> Manifest {
        var reader = try ObjectReader(value)
        let number = 0...JSONValue.greatestInteger
        _ = try reader.integer("v", in: form...form)
        let scope = try IndexScope(
            agreement: reader.string("agreement", bytes: 1...255),
            asker: reader.string("asker", bytes: 1...255),
            holder: reader.string("holder", bytes: 1...255),
            epoch: reader.integer("epoch", in: number)
        )
        let version = try reader.integer("version", in: number)
        let predecessor = reader.contains("predecessor") ? try hexadecimal(&reader, "predecessor") : nil
        var recipe = try reader.object("recipe")
        let recipeValue = try Recipe(
            version: recipe.integer("version", in: number),
            digest: hexadecimal(&recipe, "digest")
        )
        try recipe.finish()
        let records = try reader.integer("records", in: number)
        let retrieval = try readRetrieval(&reader)
        let classes = try reader.array("classes", count: 0...64).map {
            try readClass($0, scope: scope, retrieval: retrieval)
        }
        try reader.finish()
        return try Manifest(
            scope: scope,
            version: version,
            predecessor: predecessor,
            recipe: recipeValue,
            records: records,
            retrieval: retrieval,
            classes: classes
        )
    }

    /// Another way than those known is refused: entries could not be had.
    private static func readRetrieval(_ reader: inout ObjectReader) throws -> Retrieval {
        guard reader.contains("retrieval") else { return .synced }
        guard try reader.string("retrieval", bytes: 1...32) == Retrieval.bucketed(minimum: 0).name else {
            throw IntersectionError.malformedManifest(member: "retrieval")
        }
        return .bucketed(minimum: try reader.integer("bucket_minimum", in: BucketCut.minimums))
    }

    private static func readClass(
        _ value: JSONValue,
        scope: IndexScope,
        retrieval: Retrieval
    ) throws -> ClassIndex {
        var reader = try ObjectReader(value, path: "classes")
        let keyClass = try KeyClass(reader.string("class", bytes: 1...32))
        let indexID = try IndexID(bytes: hexadecimal(&reader, "index_id"))
        let publicKey = try hexadecimal(&reader, "public_key")
        let leftOut = try reader.integer("left_out", in: 0...JSONValue.greatestInteger)
        let entries = try reader.integer("entries", in: 0...JSONValue.greatestInteger)
        let segments = try reader.array("segments", count: 0...greatestSegments).map { element in
            var segment = try ObjectReader(element, path: "classes.segments")
            let description = try SegmentDescription(
                digest: hexadecimal(&segment, "digest"),
                entries: segment.integer("entries", in: entryCounts)
            )
            try segment.finish()
            return description
        }
        let bits = retrieval == .synced ? 0 : try reader.integer("bits", in: 0...BucketCut.greatestBits)
        try reader.finish()
        guard let cut = BucketCut(bits: bits) else { throw IntersectionError.malformedManifest(member: "bits") }
        let part = try ClassIndex(
            scope: scope,
            keyClass: keyClass,
            publicKey: EvaluationPublicKey(bytes: publicKey),
            segments: segments,
            cut: cut,
            leftOut: leftOut
        )
        guard part.indexID == indexID else { throw IntersectionError.indexIDDiffers(keyClass) }
        guard part.entries == entries else { throw IntersectionError.malformedManifest(member: "classes.entries") }
        return part
    }

    /// 32 bytes in 64 lower-case digits.
    private static func hexadecimal(_ reader: inout ObjectReader, _ name: String) throws -> [UInt8] {
        guard let bytes = Hex.decode(try reader.string(name, bytes: 64...64)) else {
            throw IntersectionError.malformedManifest(member: name)
        }
        return bytes
    }
}
