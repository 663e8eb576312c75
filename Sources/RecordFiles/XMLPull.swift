/// An XML document, element by element, by libxml2's reader: no document type, no entity of its own, no network, and of the
/// document only what is at hand. Knows names and text; never learns what they mean.

import CXML

struct XMLPull: ~Copyable {
    enum Event {
        /// Of an element, without the prefix of its namespace; `id` is the attribute of that name.
        case start(name: String, id: String?)
        case text(String)
        case end(name: String)
        case finished
        case malformed
        case notUTF8
        case unreadable
    }

    /// What libxml2 calls back for bytes.
    private final class Feed {
        var source: ByteSource
        var rest: ArraySlice<UInt8> = []
        var hasFailed = false

        init(_ source: consuming ByteSource) { self.source = source }

        func read(into buffer: UnsafeMutablePointer<CChar>, length: Int) -> Int32 {
            if rest.isEmpty {
                switch source.piece() {
                case .end: return 0
                case .failed:
                    hasFailed = true
                    return -1
                case .bytes(let piece): rest = piece
                }
            }
            let count = min(length, rest.count)
            rest.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(start: buffer, count: count).copyBytes(from: $0.prefix(count))
            }
            rest = rest.dropFirst(count)
            return Int32(count)
        }
    }

    /// Errors end the reading and go nowhere else; nothing is fetched. Without XML_PARSE_NOENT entities stay as they are,
    /// without XML_PARSE_DTDLOAD no document type is loaded, without XML_PARSE_HUGE libxml2 keeps its own bounds.
    private static let options = Int32(
        XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    )

    private let feed: Feed
    private let reader: xmlTextReaderPtr
    /// The name of an element that was begun and has no end of its own in the document.
    private var pendingEnd: String?

    init?(_ source: consuming ByteSource) {
        let feed = Feed(source)
        let made = xmlReaderForIO(
            { context, buffer, length in
                guard let context, let buffer else { return -1 }
                return Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue().read(into: buffer, length: Int(length))
            },
            nil,
            Unmanaged.passUnretained(feed).toOpaque(),
            nil,
            "UTF-8",
            Self.options
        )
        guard let made else { return nil }
        self.feed = feed
        reader = made
    }

    deinit {
        xmlFreeTextReader(reader)
        _ = feed
    }

    /// Where the parser is, from 1.
    var line: Int { max(Int(xmlTextReaderGetParserLineNumber(reader)), 1) }

    /// How deep the parser stands in elements, from 0.
    var depth: Int { Int(xmlTextReaderDepth(reader)) }

    mutating func next() -> Event {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name: name)
        }
        while true {
            switch xmlTextReaderRead(reader) {
            case 1: break
            case 0: return .finished
            default:
                if feed.hasFailed { return .unreadable }
                let code = xmlGetLastError()?.pointee.code ?? 0
                let encoding = [XML_ERR_INVALID_CHAR, XML_ERR_INVALID_ENCODING, XML_ERR_UNKNOWN_ENCODING]
                return encoding.contains { Int32($0.rawValue) == code } ? .notUTF8 : .malformed
            }
            switch xmlTextReaderNodeType(reader) {
            case Int32(XML_READER_TYPE_ELEMENT.rawValue):
                let name = Self.text(xmlTextReaderConstLocalName(reader))
                let id = id()
                if xmlTextReaderIsEmptyElement(reader) == 1 { pendingEnd = name }
                return .start(name: name, id: id)
            case Int32(XML_READER_TYPE_END_ELEMENT.rawValue):
                return .end(name: Self.text(xmlTextReaderConstLocalName(reader)))
            case Int32(XML_READER_TYPE_TEXT.rawValue), Int32(XML_READER_TYPE_CDATA.rawValue),
                Int32(XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue):
                return .text(Self.text(xmlTextReaderConstValue(reader)))
            // There is no document type, so no entity can be meant: the document is none.
            case Int32(XML_READER_TYPE_ENTITY_REFERENCE.rawValue), Int32(XML_READER_TYPE_DOCUMENT_TYPE.rawValue):
                return .malformed
            default: continue
            }
        }
    }

    private func id() -> String? {
        defer { _ = xmlTextReaderMoveToElement(reader) }
        var more = xmlTextReaderMoveToFirstAttribute(reader)
        while more == 1 {
            if Self.text(xmlTextReaderConstLocalName(reader)).lowercased() == "id" {
                return Self.text(xmlTextReaderConstValue(reader))
            }
            more = xmlTextReaderMoveToNextAttribute(reader)
        }
        return nil
    }

    private static func text(_ bytes: UnsafePointer<xmlChar>?) -> String {
        guard let bytes else { return "" }
        return bytes.withMemoryRebound(to: CChar.self, capacity: 1) { String(validatingCString: $0) ?? "" }
    }
}
