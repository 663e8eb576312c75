/// The plain form of a record before it is sealed: strings with their lengths. Knows columns and values, no key.

import MatchKeys

/// `01 ‖ id ‖ UInt16 columns ‖ (name ‖ UInt16 values ‖ value…)…`: each string a UInt32 length and UTF-8, numbers
/// big-endian, columns in byte order of their names. Read many thousand times for each index, so not JSON.
enum RecordEncoding {
    /// Not the encoding of any record.
    struct Malformed: Error {}

    private static let version: UInt8 = 1

    /// - Throws: `Malformed` for a record of more than 65,535 columns or values in a column, or 4 GiB in a value.
    static func encode(_ record: MatchKeys.Record) throws(Malformed) -> [UInt8] {
        var writer = Writer()
        writer.bytes.reserveCapacity(512)
        writer.bytes.append(version)
        try writer.string(record.id)
        try writer.count(record.columns.count)
        for (name, values) in record.columns.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            try writer.string(name)
            try writer.count(values.count)
            for value in values { try writer.string(value) }
        }
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(Malformed) -> MatchKeys.Record {
        try bytes.withUnsafeBufferPointer { buffer throws(Malformed) in
            var reader = Reader(bytes: buffer)
            guard try reader.number(1) == version else { throw Malformed() }
            let id = try reader.string()
            var columns: [String: [String]] = [:]
            let count = try reader.number(2)
            columns.reserveCapacity(count)
            for _ in 0..<count {
                let name = try reader.string()
                var values: [String] = []
                for _ in 0..<(try reader.number(2)) {
                    let value = try reader.string()
                    guard !value.isEmpty else { throw Malformed() }
                    values.append(value)
                }
                guard !values.isEmpty, columns.updateValue(values, forKey: name) == nil else { throw Malformed() }
            }
            guard reader.isAtEnd else { throw Malformed() }
            return MatchKeys.Record(id: id, columns: columns)
        }
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func count(_ count: Int) throws(Malformed) {
            guard let number = UInt16(exactly: count) else { throw Malformed() }
            bytes.append(UInt8(number >> 8))
            bytes.append(UInt8(truncatingIfNeeded: number))
        }

        mutating func string(_ text: String) throws(Malformed) {
            guard let length = UInt32(exactly: text.utf8.count) else { throw Malformed() }
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: length >> shift))
            }
            bytes.append(contentsOf: text.utf8)
        }
    }

    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        private var position = 0

        init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        /// A big-endian number of so many bytes.
        mutating func number(_ length: Int) throws(Malformed) -> Int {
            guard length <= bytes.count - position else { throw Malformed() }
            var number = 0
            for _ in 0..<length {
                number = number << 8 | Int(bytes[position])
                position += 1
            }
            return number
        }

        mutating func string() throws(Malformed) -> String {
            let length = try number(4)
            guard length <= bytes.count - position else { throw Malformed() }
            let text = String(validating: bytes[position..<position + length], as: UTF8.self)
            guard let text else { throw Malformed() }
            position += length
            return text
        }
    }
}
