// Elements in a back end's own form, so that none is decoded twice. Knows public points.

/// What `GroupBackend.decode` made of a batch: worth something to that back end alone.
struct DecodedElements: Sendable {
    let backend: String
    let points: [UInt8]
}
