/// What would leave with a release, as whoever decides is shown it: an approval holds for that and for nothing that came after.
/// Knows the data for the length of a call.

import CanonicalJSON
import Casework
import MatchKeys
import Sodium
import Vault

struct LeavingData: Sendable {
    /// Column to values.
    let columns: [String: [String]]

    /// Base64url of SHA-256; the same columns and values have the same one.
    var digest: String {
        var bytes = Array("comity/seen/v1".utf8)
        func add(_ text: String) {
            // Lengths come first: no two lists of texts are the same bytes.
            bytes += Array("\(text.utf8.count):".utf8) + Array(text.utf8)
        }
        for (name, values) in columns.sorted(by: { $0.key < $1.key }) {
            add(name)
            add(String(values.count))
            for value in values { add(value) }
        }
        return Base64URL.encode(SHA2.sha256(bytes))
    }
}

extension DisclosureReport {
    /// What an approval of this page is bound to; empty where no data are shown.
    public var seen: String { data.map { LeavingData(columns: $0).digest } ?? "" }
}

extension Node {
    /// Nil where nothing can leave: the proofs are about no record, it is gone, or nobody can decide any more.
    func leavingData(of file: HeldFile, in transaction: VaultTransaction) throws -> LeavingData? {
        guard file.erased == nil, let place = file.record, file.request.isOpen(at: clock.seconds),
            let boxed = try transaction.record(dataset: place.dataset, id: place.id)?.record
        else { return nil }
        let record = try vault.sealer.open(boxed)
        var columns: [String: [String]] = [:]
        for name in file.leaving where !record[name].isEmpty { columns[name] = record[name] }
        return LeavingData(columns: columns)
    }
}
