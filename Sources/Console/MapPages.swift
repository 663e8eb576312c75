/// The countries that released data of a case name, on a map and in its table. Each look is a look at the releases, and the
/// page says so. A mark is a country, never a place where somebody is.

import Accounts
import Foundation
import HTTPTypes
import NodeCore

enum MapPages {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/case/map") { visit, session async throws(NodeProblem) in
            try await show(visit, session)
        }
    ]

    /// What of the page's address is a choice.
    private struct Choice {
        var reference: String
        var peer: String
        var at: String
        var span: Int
        var hasBorders: Bool

        init(_ query: Form) {
            reference = query["reference"]
            peer = query["peer"]
            at = query["at"]
            span = min(max(Int(query["span"]) ?? 20, CaseMap.spans.lowerBound), CaseMap.spans.upperBound)
            hasBorders = query["borders"] != "no"
        }

        var isOfCountry: Bool { at.count == 3 }

        var view: CaseMap.View {
            switch at {
            case "": .places
            case "world": .world
            default: .country(at, span: span)
            }
        }

        /// The same page with something else chosen.
        func path(_ change: (inout Choice) -> Void) -> String {
            var other = self
            change(&other)
            let parts = [
                ("reference", other.reference), ("peer", other.peer), ("at", other.at),
                ("span", other.isOfCountry ? String(other.span) : ""), ("borders", other.hasBorders ? "" : "no"),
            ]
            return "/case/map?"
                + parts.filter { !$0.1.isEmpty }.map { "\($0.0)=\(Form.encoded($0.1))" }.joined(separator: "&")
        }
    }

    static func path(_ reference: String, peer: String?) -> String {
        var query = Form()
        query.add("reference", reference)
        query.add("peer", peer ?? "")
        return Choice(query).path { _ in }
    }

    private static func show(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.map
        let choice = Choice(visit.query)
        let peer = choice.peer.isEmpty ? nil : choice.peer
        let found = try await visit.node.places(ofCase: choice.reference, peer: peer, by: session.account)
        guard let places = found else {
            return .page(Page(words.title, "<p>\(visit.words.cases.unknown)</p>"), .notFound)
        }
        let counts = places.reduce(into: [:]) { $0[$1.country, default: 0] += 1 }
        let (map, problem) = baseMap(visit)
        let body: Markup = """
            \(problem)<p>\(words.meaning)</p>
            \(ways(choice, words))
            \(map.map { CaseMap($0, counts, choice.view, hasBorders: choice.hasBorders).markup(words.picture) } ?? .empty)
            <p class="muted">\(words.base): \(map?.credit ?? "–"). \(words.borderNote)</p>
            \(table(places, map, choice, visit.words))
            <p class="muted">\(places.isEmpty ? "" : visit.words.request.logged)</p>
            <p><a href="\(CasePages.path(choice.reference))">\(words.back)</a></p>
            """
        return .page(
            Page(words.mapOf(Escape.shown(choice.reference)), body).on(paper(places, choice, visit.words))
        )
    }

    /// The node's own base map, or that of its folder; with what is wrong with that one.
    private static func baseMap(_ visit: Visit) -> (map: BaseMap?, problem: Markup) {
        do throws(NodeProblem) {
            guard let text = try visit.node.ownBaseMap() else { return (.own, .empty) }
            if let map = BaseMap(text) { return (map, .empty) }
        } catch {
            // Too large, or no text: of no use like one of another form.
        }
        return (.own, Parts.notes([visit.words.map.badBase]))
    }

    private static func ways(_ choice: Choice, _ words: Wording.MapWords) -> Markup {
        var ways: [(path: String, name: String, isHere: Bool)] = [
            (choice.path { $0.at = "" }, words.places, choice.at.isEmpty),
            (choice.path { $0.at = "world" }, words.world, choice.at == "world"),
        ]
        if choice.isOfCountry, choice.span > CaseMap.spans.lowerBound {
            ways.append((choice.path { $0.span /= 2 }, words.closer, false))
        }
        if choice.isOfCountry, choice.span < CaseMap.spans.upperBound {
            ways.append((choice.path { $0.span *= 2 }, words.wider, false))
        }
        let borders = choice.hasBorders ? words.hideBorders : words.showBorders
        ways.append((choice.path { $0.hasBorders.toggle() }, borders, false))
        let links = ways.map { way -> Markup in
            let here: Markup = way.isHere ? " aria-current=\"true\"" : .empty
            return "<li><a href=\"\(way.path)\"\(here)>\(way.name)</a></li>"
        }
        return "<nav aria-label=\"\(words.view)\"><ul>\(links)</ul></nav>"
    }

    private static func table(_ places: [CasePlace], _ map: BaseMap?, _ choice: Choice, _ all: Wording) -> Markup {
        guard !places.isEmpty else { return "<p>\(all.map.none)</p>" }
        let locale = Locale(identifier: all.language)
        let rows = places.map { place -> [Markup] in
            let name = locale.localizedString(forRegionCode: place.region) ?? place.country
            let isDrawn = map?.labels[place.country] != nil
            let link = choice.path {
                $0.at = place.country
                $0.span = 20
            }
            return [
                isDrawn
                    ? "<a href=\"\(link)\">\(name)</a> \(id: place.country)"
                    : "\(name) \(id: place.country) · \(all.map.notDrawn)",
                "\(id: place.field)", "<a href=\"/requests/\(place.request)\">\(foreign: place.peer)</a>",
                "\(foreign: place.handling)", "\(place.retention)",
            ]
        }
        let heads = [
            all.map.country, all.request.field, all.request.peer, all.request.handling, all.request.retention,
        ]
        return Parts.table(all.map.picture, heads, rows)
    }

    /// Each sheet carries every handling code that binds what is on it.
    private static func paper(_ places: [CasePlace], _ choice: Choice, _ words: Wording) -> Page.Paper {
        let codes = Set(places.map(\.handling)).sorted().joined(separator: ", ")
        return Page.Paper(
            handling: codes.isEmpty ? nil : "\(words.request.handling): \(codes)",
            reference: Page.Paper.reference(choice.reference, words)
        )
    }
}
