// Knows how an encoding is put together whose outer members the caller writes out. Never learns what it writes.

/// An encoding of a shape that is known: the caller writes the names, in ascending order by byte, and pays for no dictionary and no
/// sorting. What it writes is canonical if its literals are; a test of each such shape compares with ``CanonicalJSON/encode(_:limits:)``.
public struct CanonicalFrame {
    private var writer: CanonicalWriter

    /// - Parameter limits: of the whole encoding.
    public init(limits: CanonicalJSON.Limits) {
        writer = CanonicalWriter(limits: limits, capacity: 512)
    }

    /// Names, braces, colons and commas, as they stand in the encoding.
    public mutating func literal(_ text: StaticString) {
        writer.append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    public mutating func string(_ text: String) { writer.write(string: text) }

    /// Bytes of printable ASCII without `"` and `\`, between quotes.
    public mutating func plain(_ text: some Sequence<UInt8>) {
        literal("\"")
        writer.append(text)
        literal("\"")
    }

    public mutating func integer(_ number: Int) throws(CanonicalJSONError) { try writer.write(number: number) }

    /// - Parameter depth: containers around the value.
    public mutating func value(_ value: JSONValue, depth: Int) throws(CanonicalJSONError) {
        try writer.write(value, depth: depth)
    }

    /// The bytes of the whole.
    public consuming func finish() throws(CanonicalJSONError) -> [UInt8] {
        try writer.checkLength()
        return writer.output
    }
}
