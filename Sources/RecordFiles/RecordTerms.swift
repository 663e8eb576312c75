/// What another agency bound its record to, and what a file says of itself: both stand beside the values in every form that
/// has a place for them. Knows words as they came; never learns a rule.

/// The terms under which a record was released. They go with each entity that carries a value of it.
public struct RecordTerms: Sendable, Equatable {
    /// The agency that released it.
    public var holder: String
    /// The disclosure request that it came by.
    public var request: String
    /// `H0` to `H3`.
    public var handling: String
    /// Grade of source and information, such as `B2`.
    public var source: String
    /// `free`, `with_consent` or `forbidden`.
    public var onward: String
    /// `YYYY-MM-DD`, the last day it may be kept.
    public var retention: String

    public init(holder: String, request: String, handling: String, source: String, onward: String, retention: String) {
        self.holder = holder
        self.request = request
        self.handling = handling
        self.source = source
        self.onward = onward
        self.retention = retention
    }

    /// Each with its element of UMF and its words elsewhere.
    var parts: [(element: String, words: String, value: String)] {
        [
            ("ReleasedBy", "released by", holder), ("HandlingCode", "handling code", handling),
            ("OnwardRule", "passing on", onward), ("RetentionDate", "keep until", retention),
            ("SourceGrade", "source grade", source), ("RequestReference", "request", request),
        ]
    }

    /// For a form that has a place for words only.
    var lines: [String] { parts.map { "\($0.words): \($0.value)" } }
}

/// What a file is, and what its form has no place for.
public struct FileNote: Sendable, Equatable {
    public var title: String
    public var lines: [String]

    public init(title: String, lines: [String]) {
        self.title = title
        self.lines = lines
    }
}
