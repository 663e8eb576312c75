/// Records in and out for pages: the forms of files by names of this module, text in, bytes out. Adds no rule to the use cases
/// that it calls.

import Foundation
import RecordFiles

/// A form of record file, for a choice.
public enum RecordForm: String, CaseIterable, Sendable {
    case csv, ftm, umf, stix

    /// What the ending of a file's name says; nil for none of ours.
    public init?(fileName: String) {
        guard let format = RecordFormat(fileName: fileName) else { return nil }
        self.init(rawValue: format.rawValue)
    }

    public var name: String {
        switch self {
        case .csv: "CSV"
        case .ftm: "FollowTheMoney"
        case .umf: "UMF"
        case .stix: "STIX 2.1"
        }
    }

    /// The ending of a file of it.
    public var ending: String {
        switch self {
        case .csv: "csv"
        case .ftm: "ftm.json"
        case .umf: "xml"
        case .stix: "json"
        }
    }

    public var contentType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8"
        case .ftm: "application/jsonl; charset=utf-8"
        case .umf: "application/xml; charset=utf-8"
        case .stix: "application/stix+json; version=2.1; charset=utf-8"
        }
    }

    var format: RecordFormat {
        switch self {
        case .csv: .csv
        case .ftm: .ftm
        case .umf: .umf
        case .stix: .stix
        }
    }
}

extension Node {
    public func previewImport(
        _ text: String,
        form: RecordForm,
        fileName: String,
        dataset: String,
        renames: [String: String],
        defaults: [String: String],
        isGuessing: Bool,
        rows: Int,
        by account: String?
    ) async throws(NodeProblem) -> ImportPreview {
        try await previewImport(
            RecordImport(
                .bytes(Data(text.utf8)),
                format: form.format,
                fileName: fileName,
                dataset: dataset,
                renames: renames,
                defaults: defaults
            ),
            isGuessing: isGuessing,
            rows: rows,
            by: account
        )
    }

    public func importRecords(
        _ text: String,
        form: RecordForm,
        fileName: String,
        dataset: String,
        renames: [String: String],
        defaults: [String: String],
        by account: String?
    ) async throws(NodeProblem) -> ImportReport {
        try await importRecords(
            RecordImport(
                .bytes(Data(text.utf8)),
                format: form.format,
                fileName: fileName,
                dataset: dataset,
                renames: renames,
                defaults: defaults
            ),
            by: account
        )
    }

    public func exportRecords(
        form: RecordForm,
        dataset: String,
        purpose: String,
        by account: String?
    ) async throws(NodeProblem) -> (report: ExportReport, bytes: [UInt8]) {
        try await exportRecords(format: form.format, dataset: dataset, purpose: purpose, by: account)
    }
}
