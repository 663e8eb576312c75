/// The forms in which records come in and go out. Knows names and file endings.

/// A form of record file.
public enum RecordFormat: String, CaseIterable, Sendable, Codable {
    /// Comma-separated values with the columns of a record.
    case csv
    /// FollowTheMoney entities, one JSON object a line.
    case ftm
    /// Persons in XML after the Universal Message Format.
    case umf
    /// A bundle of STIX 2.1 with identities.
    case stix

    /// What the ending of a file's name says; nil for none of ours.
    public init?(fileName: String) {
        let name = fileName.lowercased()
        switch true {
        case name.hasSuffix(".csv"): self = .csv
        case name.hasSuffix(".ftm"), name.hasSuffix(".jsonl"), name.hasSuffix(".ndjson"), name.hasSuffix(".ftm.json"):
            self = .ftm
        case name.hasSuffix(".xml"): self = .umf
        case name.hasSuffix(".json"): self = .stix
        default: return nil
        }
    }
}

/// Bounds of the forms that are not CSV.
public struct RecordLimits: Sendable, Equatable {
    /// Bytes of one value, in every form.
    public var valueBytes = 65_536
    /// Bytes of one line of JSON.
    public var lineBytes = 1_048_576
    /// Bytes of what links one entity of FollowTheMoney to another, held while the file is read.
    public var linkBytes = 64 << 20
    /// Bytes of a STIX bundle, which is read as a whole.
    public var bundleBytes = 64 << 20
    /// Bytes of text in one person of UMF, and elements within elements.
    public var personBytes = 1_048_576
    public var depth = 32
    /// Bytes before the first element of an XML document.
    public var prologBytes = 65_536

    public init() {}
}
