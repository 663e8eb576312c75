// The files beside the pages are those of the manifest, and one visit costs little.
import Foundation
import Sodium
import Testing

@testable import Console

@Suite struct AssetTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("console")

    @Test func theManifestNamesEachFileWithVersionLicenceAndDigest() throws {
        let manifest = try String(contentsOf: Self.folder.appendingPathComponent("manifest.tsv"), encoding: .utf8)
        let rows = manifest.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(rows.allSatisfy { $0.count == 4 })
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            $0 != "manifest.tsv"
        }
        #expect(Set(rows.map { $0[0] }) == Set(names) && Set(EmbeddedAssets.all.map(\.name)) == Set(names))
        for asset in EmbeddedAssets.all {
            let file = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(asset.name)))
            let digest = Hex.encode(SHA2.sha256(file))
            #expect(Array(asset.text.utf8) == file, "\(asset.name): scripts/embed-assets")
            #expect(rows.contains([asset.name, asset.version, asset.licence, digest]), "\(asset.name)")
            #expect(asset.sha256 == digest && asset.path.contains(digest.prefix(16)))
        }
    }

    @Test func aFirstPageWithAllOfThemStaysBelowTheLimit() {
        let bytes = EmbeddedAssets.all.reduce(0) { $0 + $1.text.utf8.count }
        print("assets: \(bytes) bytes")
        #expect(bytes < 80_000, "the first page may have 100 kB in all")
    }
}
