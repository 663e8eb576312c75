// The map of a case: the base map is what its script wrote, a mark is a country that a released value names, and a look is in
// the log.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Sodium
import Testing

@testable import Console

@Suite struct CaseMapTests {
    private static let path = "/case/map?reference=K-2026-000417"

    @Test func theBaseMapIsTheOneOfItsScript() throws {
        #expect(Hex.encode(SHA2.sha256(Array(NaturalEarth.text.utf8))) == NaturalEarth.digest)
        #expect(NaturalEarth.licence == "CC0-1.0")
        let map = try #require(BaseMap.own)
        #expect(map.credit.contains("Natural Earth"))
        print(
            "base map: \(NaturalEarth.text.utf8.count) bytes, \(map.lines.count) lines, \(map.labels.count) countries"
        )
        #expect(map.labels.count > 230 && map.lines.contains { $0.isBorder } && map.lines.contains { !$0.isBorder })
        // Where the smallest scale has nothing: Malta, and its coast.
        let malta = try #require(map.labels["MLT"])
        #expect((1_400...1_460).contains(malta.x) && (3_570...3_610).contains(malta.y))
        #expect(map.lines.contains { $0.box.west > 1_400 && $0.box.east < 1_470 })
        let around = BaseMap.Box(west: malta.x - 20, south: malta.y - 20, east: malta.x + 20, north: malta.y + 20)
        #expect(map.lines.contains { $0.box.meets(around) && !$0.isBorder })
        for (country, x, y) in [("GRC", 2_200, 3_900), ("NZL", 17_100, -4_300), ("USA", -9_900, 3_900)] {
            let label = try #require(map.labels[country])
            #expect(abs(label.x - x) < 600 && abs(label.y - y) < 600, "\(country)")
        }
    }

    @Test(
        "what is no base map is none",
        arguments: [
            "", "comity-base-map 2", "comity-base-map 1\nhello", "comity-base-map 1\ncoast 1 2",
            "comity-base-map 1\nlabel A 1",
            "comity-base-map 1\ncoast 1 2 x 3", "comity-base-map 1\ncoast 17999 0 9 0",
            "comity-base-map 1\ncoast 9223372036854775807 0 1 0", "comity-base-map 1\ncoast 0 -9223372036854775808 1 0",
            "comity-base-map 1\nlabel MLT -9223372036854775808 0", "comity-base-map 1\nlabel MLT 99999 0",
            "comity-base-map 1\n\u{0}", "comity-base-map 1\ncoast 1 2 3",
        ]
    )
    func noBaseMap(_ text: String) {
        #expect(BaseMap(text) == nil)
    }

    @Test func aPictureHoldsWhatIsInItsFrame() throws {
        let text = """
            comity-base-map 1
            label MLT 1444 3590
            coast 1420 3580 30 5 -10 10
            coast -9000 1000 100 100
            border 1300 3590 400 0
            """
        let map = try #require(BaseMap(text))
        func picture(_ view: CaseMap.View, hasBorders: Bool = true) -> String {
            let picture: Markup = "\(CaseMap(map, ["MLT": 2, "ATL": 1], view, hasBorders: hasBorders).markup("x"))"
            return picture.html
        }
        let close = picture(.country("MLT", span: 5))
        #expect(close.components(separatedBy: "M").count == 4, "one coast, one border, the mark's name")
        #expect(close.contains("cx=\"480\" cy=\"240\"") && close.contains(">MLT · 2</text>"))
        #expect(!close.contains("ATL"), "a country without a label point stands in the table only")
        #expect(picture(.world).components(separatedBy: "stroke-dasharray").count == 2)
        #expect(!picture(.world, hasBorders: false).contains("stroke-dasharray"))
        #expect(picture(.country("nowhere", span: 5)).contains("viewBox=\"0 0 960 480\""))
        // A country at the rim keeps the frame on the earth.
        let rim = try #require(BaseMap("comity-base-map 1\nlabel FJI 17900 -8900\ncoast 17800 -8900 200 0"))
        let edge: Markup = CaseMap(rim, ["FJI": 1], .country("FJI", span: 90), hasBorders: true).markup("x")
        #expect(edge.html.contains("<circle cx=\"954\"") && edge.html.contains("text-anchor=\"end\""))
    }

    @Test func aMapShowsCountriesAndEachLookIsAnEntry() async throws {
        try await JobTests.with { it in
            #expect(try await it.amina.get(Self.path).status == 404)
            let page = try await JobTests.ask(it.amina)
            func looks() async throws -> Int {
                try await it.alpha.leaves().filter { $0.event == "disclosure.viewed" }.count
            }
            let empty = try await it.amina.get(Self.path)
            #expect(empty.status == 200 && empty.text.contains("No country is named"))
            #expect(try await looks() == 0, "nothing was released, nothing is looked at")
            let place = try await CasePageTests.request(it, page, fields: ["full_name", "phone"])
            try await CasePageTests.release(it)
            let request = String(try #require(place.split(separator: "/").last).prefix { $0 != "?" })

            let shown = try await it.amina.get(Self.path)
            #expect(shown.text.contains(">DEU · 1</text>") && shown.text.contains(">Germany</a>"))
            #expect(shown.text.contains("href=\"/requests/\(request)\"") && shown.text.contains("<bdi>H1</bdi>"))
            #expect(shown.text.contains("data-handling=\"Handling: H1\"") && !shown.text.contains("/assets/map"))
            #expect(!shown.text.contains("Youssef"), "countries, no other value")
            #expect(try await looks() == 1)
            let arabic = try await it.amina.send("GET", Self.path, ["Accept-Language": "ar"], body: "")
            #expect(arabic.text.contains(">ألمانيا</a>"))

            for part in [
                "", "&at=world", "&at=DEU&span=5", "&at=DEU&span=90", "&at=%3Cb%3E&span=x", "&at=DEU&borders=no",
            ] {
                let view = try await it.amina.get(Self.path + part)
                print("map\(part): \(view.text.utf8.count) bytes")
                #expect(view.status == 200 && view.text.utf8.count < 200_000 && !view.text.contains("<b>"))
                #expect(view.text.contains("stroke-dasharray") != part.contains("borders"))
            }
            #expect(try await looks() == 8)
            #expect(try await it.amina.get(Self.path + "&peer=charlie").text.contains("No country is named"))
            #expect(try await looks() == 8, "of another agency nothing is looked at")

            // Another base map, and one that is none.
            let own = it.alpha.folder.url.appendingPathComponent("base-map.txt")
            try "comity-base-map 1\ncredit Ours <b>\nlabel DEU 1000 5000\ncoast 900 5000 100 0\n".write(
                to: own,
                atomically: true,
                encoding: .utf8
            )
            let replaced = try await it.amina.get(Self.path)
            #expect(replaced.text.contains("Ours &lt;b&gt;") && !replaced.text.contains("Natural Earth"))
            try "comity-base-map 1\ncoast x".write(to: own, atomically: true, encoding: .utf8)
            let broken = try await it.amina.get(Self.path)
            #expect(broken.text.contains("cannot be read") && broken.text.contains("Natural Earth"))
            try Data([0xFF]).write(to: own)
            #expect(try await it.amina.get(Self.path).text.contains("cannot be read"))

            it.clock.advance(seconds: 400 * 86_400)
            _ = try await it.amina.signIn(TestNode.analyst, code: it.code(it.amina))
            let late = try await it.amina.get(Self.path)
            #expect(!late.text.contains("DEU"), "its time is over")
        }
    }
}
