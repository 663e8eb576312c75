// Knows `Signature-Input` and `Signature` (RFC 9421 section 4), written and read. Never learns a key.

import Foundation
import RawStructuredFieldValues

/// The covered components and parameters of one signature, in the order of the message: that order is signed too.
struct SignatureParameters: Hashable, Sendable {
    enum Parameter: Hashable, Sendable {
        case created(Int)
        case expires(Int)
        case keyID(String)
        case tag(String)

        var serialised: String {
            switch self {
            case .created(let seconds): ";created=\(seconds)"
            case .expires(let seconds): ";expires=\(seconds)"
            case .keyID(let id): ";keyid=\(StructuredText.quoted(id))"
            case .tag(let tag): ";tag=\(StructuredText.quoted(tag))"
            }
        }
    }

    var components: [ComponentIdentifier]
    var parameters: [Parameter]

    /// PROTOCOL 6.
    static let tag = "comity/v1"
    /// How our two fields begin. Others may call a signature otherwise.
    static let label = "comity="

    init(components: [ComponentIdentifier], created: Int, expires: Int, keyID: String) {
        self.components = components
        self.parameters = [.created(created), .expires(expires), .keyID(keyID), .tag(Self.tag)]
    }

    /// The value of `@signature-params`, and of the member in `Signature-Input`.
    var serialised: String {
        "(" + components.map(\.serialised).joined(separator: " ") + ")" + parameters.map(\.serialised).joined()
    }

    /// RFC 9421 section 2.5: a line for each component, then `@signature-params`, no line feed at the end.
    func base(_ value: (ComponentIdentifier) -> String?) -> [UInt8]? {
        var base: [UInt8] = []
        base.reserveCapacity(2_048)
        for component in components {
            guard let value = value(component) else { return nil }
            base.append(contentsOf: component.serialised.utf8)
            base.append(contentsOf: ": ".utf8)
            base.append(contentsOf: value.utf8)
            base.append(UInt8(ascii: "\n"))
        }
        base.append(contentsOf: "\"@signature-params\": ".utf8)
        base.append(contentsOf: serialised.utf8)
        return base
    }
}

/// A signature as read from the two fields; nothing is checked but its form.
struct ReceivedSignature: Sendable {
    let parameters: SignatureParameters
    let signature: [UInt8]
    let created: Int
    let expires: Int
    let keyID: String

    /// - Parameter required: what has to be covered; nothing else may be.
    init(input: String, signature: String, required: [ComponentIdentifier]) throws(SignatureRefusal) {
        if let read = Self(spelledAsOurs: input, signature: signature, required: required) {
            self = read
        } else {
            try self.init(anySpelling: input, signature: signature, required: required)
        }
    }

    /// The two fields as this program writes them; nil for any other spelling. The general reader takes several times as
    /// long as the signature's own check.
    private init?(spelledAsOurs input: String, signature: String, required: [ComponentIdentifier]) {
        var (scanner, other) = (FieldScanner(input), FieldScanner(signature))
        guard other.takes(SignatureParameters.label), let bytes = other.bytes(), bytes.count == 64,
            signature == SignatureParameters.label + StructuredText.quoted(bytes),
            scanner.takes(SignatureParameters.label), scanner.text(before: ")") != nil,
            scanner.takes(";created="), let created = scanner.number(),
            scanner.takes(";expires="), let expires = scanner.number(),
            scanner.takes(";keyid=\""), let keyID = scanner.text(before: "\"")
        else { return nil }
        let parameters = SignatureParameters(
            components: required,
            created: created,
            expires: expires,
            keyID: keyID
        )
        // Components, their order and the tag are compared here.
        guard input == SignatureParameters.label + parameters.serialised else { return nil }
        self.parameters = parameters
        self.signature = bytes
        self.created = created
        self.expires = expires
        self.keyID = keyID
    }

    private init(
        anySpelling input: String,
        signature: String,
        required: [ComponentIdentifier]
    ) throws(SignatureRefusal) {
        guard let inputs = StructuredText.dictionary(input), let signatures = StructuredText.dictionary(signature),
            inputs.count == 1, signatures.count == 1, let (label, list) = inputs.first,
            case .innerList(let inner) = list, case .item(let item)? = signatures[label],
            item.rfc9651Parameters.isEmpty, case .undecodedByteSequence(let encoded) = item.rfc9651BareItem,
            let bytes = StructuredText.bytes(encoded), bytes.count == 64
        else { throw .malformedSignature }
        self.signature = bytes

        var components: [ComponentIdentifier] = []
        for item in inner.bareInnerList {
            guard case .string(let name) = item.rfc9651BareItem, let component = Component(rawValue: name) else {
                throw .unexpectedComponent
            }
            var ofRequest = false
            for (key, value) in item.rfc9651Parameters {
                guard key == "req", case .bool(true) = value else { throw .unexpectedComponent }
                ofRequest = true
            }
            components.append(ComponentIdentifier(component: component, ofRequest: ofRequest))
        }
        for component in required where !components.contains(component) {
            throw .missingComponent(component.component)
        }
        guard components.count == required.count else { throw .unexpectedComponent }

        var parameters: [SignatureParameters.Parameter] = []
        var created: Int?
        var expires: Int?
        var keyID: String?
        var tag: String?
        for (key, value) in inner.rfc9651Parameters {
            switch (key, value) {
            case ("created", .integer(let seconds)) where seconds >= 0:
                created = Int(seconds)
                parameters.append(.created(Int(seconds)))
            case ("expires", .integer(let seconds)) where seconds >= 0:
                expires = Int(seconds)
                parameters.append(.expires(Int(seconds)))
            case ("keyid", .string(let id)):
                keyID = id
                parameters.append(.keyID(id))
            case ("tag", .string(let text)):
                tag = text
                parameters.append(.tag(text))
            default: throw .malformedParameters
            }
        }
        guard let created, let expires, let keyID, let tag else { throw .malformedParameters }
        guard tag == SignatureParameters.tag else { throw .wrongTag }
        self.created = created
        self.expires = expires
        self.keyID = keyID
        var read = SignatureParameters(components: components, created: created, expires: expires, keyID: keyID)
        read.parameters = parameters
        self.parameters = read
    }
}

/// Structured field values (RFC 9651) as this profile uses them.
enum StructuredText {
    /// A string item. Callers hand in text without control characters.
    static func quoted(_ text: String) -> String {
        var output = "\""
        for character in text {
            if character == "\"" || character == "\\" { output.append("\\") }
            output.append(character)
        }
        return output + "\""
    }

    /// A byte sequence item: `:base64:`.
    static func quoted(_ bytes: [UInt8]) -> String {
        ":" + Data(bytes).base64EncodedString() + ":"
    }

    /// A dictionary; nil when it does not parse. The parser lets the last of two equal keys win: whoever cares reads
    /// one key only and re-encodes.
    static func dictionary(_ text: String) -> OrderedMap<String, ItemOrInnerList>? {
        guard text.utf8.count <= 4_096 else { return nil }
        var parser = StructuredFieldValueParser(Array(text.utf8))
        return try? parser.parseDictionaryFieldValue()
    }

    /// Standard base64 with padding, in its one spelling.
    static func bytes(_ base64: String) -> [UInt8]? {
        guard let data = Data(base64Encoded: base64), data.base64EncodedString() == base64 else { return nil }
        return [UInt8](data)
    }
}
