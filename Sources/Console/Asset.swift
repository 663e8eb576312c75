/// A file that pages name: style or script, ours or somebody's, with where it is from. Its address holds its digest, so that
/// a browser may keep it for good.

struct Asset: Sendable {
    let name: String
    let version: String
    let licence: String
    /// Hex, of the bytes of `text`.
    let sha256: String
    let text: String

    /// `/assets/NAME-DIGEST.EXT`
    var path: String {
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        return "/assets/\(name[..<dot])-\(sha256.prefix(16))\(name[dot...])"
    }

    var contentType: String {
        name.hasSuffix(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8"
    }

    static func named(_ name: String) -> Asset? { EmbeddedAssets.all.first { $0.name == name } }

    static let byPath = Dictionary(EmbeddedAssets.all.map { ($0.path, $0) }) { first, _ in first }
}
