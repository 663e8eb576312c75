/// The frame around every page: title, who is signed in, where one can go, what is said at the top. Knows roles, not rules.

import Accounts
import NodeCore

struct Page: Sendable {
    var title: String
    var body: Markup
    /// Load again after so many seconds, as long as something is under way.
    var refresh: Int?
    /// Scripts the page is better with; it works without.
    var scripts: [String] = []
    var paper = Paper()

    /// What stands on each sheet when the page is printed.
    struct Paper: Sendable {
        /// The handling code in words, above and below.
        var handling: String?
        /// The case number, with its name before it.
        var reference: String?

        /// After words that run from right to left a number would be turned around: there it stands before them, in a line that
        /// runs from left to right. Marks that cannot be seen would do as well, and come between what is searched for in a PDF.
        static func reference(_ number: String?, _ words: Wording) -> String? {
            number.map {
                words.direction == "rtl" ? "\($0) :\(words.work.reference)" : "\(words.work.reference): \($0)"
            }
        }

        /// For browsers that print nothing into margins: the first and the last line on paper, and on no screen.
        var line: Markup { handling.map { "<p class=\"handling sheet\">\($0)</p>" } ?? .empty }

        /// For the style, which puts it into the margins of the sheets.
        var attributes: Markup {
            let handling: Markup = self.handling.map { " data-handling=\"\($0)\"" } ?? .empty
            return self.reference.map { "\(handling) data-reference=\"\($0)\"" } ?? handling
        }
    }

    init(_ title: String, refresh: Int? = nil, scripts: [String] = [], _ body: Markup) {
        self.title = title
        self.body = body
        self.refresh = refresh
        self.scripts = scripts
    }

    func on(_ paper: Paper) -> Page {
        var page = self
        page.paper = paper
        return page
    }

    /// The whole document.
    func document(_ frame: Frame) -> String {
        let words = frame.words
        let style = Asset.named("style.css")?.path ?? ""
        let refresh: Markup = self.refresh.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">" } ?? .empty
        let theme: Markup = frame.look.theme == .auto ? .empty : " data-theme=\"\(frame.look.theme.rawValue)\""
        let scripts = (self.scripts + frame.scripts).compactMap { Asset.named($0)?.path }.map { path -> Markup in
            "<script type=\"module\" src=\"\(path)\"></script>"
        }
        let notice: Markup = frame.notice.map { "<p class=\"notice\" role=\"status\">\($0)</p>" } ?? .empty
        let document: Markup = """
            <!DOCTYPE html>
            <html lang="\(words.language)" dir="\(words.direction)"\(theme)\(paper.attributes)>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) · \(frame.node)</title>
            <link rel="stylesheet" href="\(style)">
            <link rel="icon" href="data:,">
            \(refresh)\(scripts)
            </head>
            <body>
            <a class="skip" href="#main">\(words.frame.skip)</a>
            <header>
            <span class="node">\(frame.node)</span>
            \(frame.navigation)
            </header>
            <main id="main" tabindex="-1" data-copy="\(words.frame.copy)" data-copied="\(words.frame.copied)">
            \(frame.ending)\(notice)\(paper.line)<h1>\(title)</h1>
            \(body)\(paper.line)
            </main>
            <footer><p>\(words.frame.footer(frame.agency))</p>\(frame.glossary)</footer>
            </body>
            </html>

            """
        return document.html
    }
}

/// What a page stands in.
struct Frame: Sendable {
    var words: Wording
    var look = Look()
    /// The node's name, as its people know it.
    var node: String
    var agency: String
    var account: String?
    var roles: Set<Role> = []
    /// Where the reader is.
    var path: String
    /// What was just done.
    var notice: String?

    /// What every page of somebody signed in is better with.
    var scripts: [String] {
        guard account != nil else { return [] }
        return ["session.js", "copy.js"] + (look.hasKeys ? ["shortcuts.js"] : [])
    }

    /// That the session ends soon: its script shows it when it does.
    var ending: Markup {
        guard account != nil else { return .empty }
        return """
            <div class="notice warn" role="alert" id="session" data-idle="\(Session.idle)" hidden>
            <p>\(words.look.endsSoon)</p><div class="acts"><button type="button">\(words.look.stay)</button></div></div>
            """
    }

    var glossary: Markup {
        account == nil ? .empty : "<p><a href=\"/glossary\">\(words.glossary.title)</a></p>"
    }

    /// Where this person can go: what the one table lets them open, and nothing else.
    var navigation: Markup {
        guard let account else { return .empty }
        let places: [(path: String, name: String)] = [
            ("/work", words.frame.work), ("/ask", words.frame.ask), ("/cases", words.cases.title),
            ("/records/import", words.records.importTitle), ("/queue", words.frame.queue),
            ("/audit", words.frame.audit), ("/policies", words.frame.policies),
            ("/records/export", words.records.exportTitle), ("/status", words.frame.status),
            ("/peers", words.peers.title), ("/indexes", words.indexes.title),
            ("/backups", words.backups.title),
            ("/users", words.frame.users),
        ]
        let links = places.filter { place in
            RouteTable.route(.get, place.path).map { $0.route.who.admits(roles) } ?? false
        }.map { place -> Markup in
            let isHere = path == place.path || path.hasPrefix(place.path + "/")
            let current: Markup = isHere ? " aria-current=\"page\"" : .empty
            return "<li><a href=\"\(place.path)\"\(current)>\(place.name)</a></li>"
        }
        let current: Markup = path == "/account" ? " aria-current=\"page\"" : .empty
        return """
            <nav aria-label="\(words.frame.places)"><ul>\(links)
            <li><a href="/account"\(current)>\(account)</a></li></ul></nav>
            """
    }
}

/// Parts that pages are made of.
enum Parts {
    /// A line of a form, with its label and what helps.
    static func field(
        _ name: String,
        _ label: String,
        value: String = "",
        type: String = "text",
        hint: String? = nil,
        problem: String? = nil,
        autocomplete: String = "off",
        isRequired: Bool = false
    ) -> Markup {
        let kind: Markup = problem == nil ? "hint" : "danger"
        let help: Markup = (problem ?? hint).map { "<p class=\"\(kind)\" id=\"\(name)-hint\">\($0)</p>" } ?? .empty
        let invalid: Markup = problem == nil ? .empty : " aria-invalid=\"true\""
        let described: Markup = help.html.isEmpty ? .empty : " aria-describedby=\"\(name)-hint\"\(invalid)"
        let required: Markup = isRequired ? " required" : .empty
        // A browser shows no day that is none; the words beside the field say what was wrong with it.
        let shown = type == "date" && Moments.dayStart(value) == nil ? "" : value
        return """
            <label for="\(name)">\(label)</label>\(help)<input id="\(name)" name="\(name)" type="\(type)" \
            value="\(shown)" autocomplete="\(autocomplete)"\(described)\(required)>
            """
    }

    /// A choice of one among several.
    static func choice(
        _ name: String,
        _ label: String,
        _ options: [(value: String, text: String)],
        chosen: String,
        hint: String? = nil
    ) -> Markup {
        let help: Markup = hint.map { "<p class=\"hint\" id=\"\(name)-hint\">\($0)</p>" } ?? .empty
        let described: Markup = hint == nil ? .empty : " aria-describedby=\"\(name)-hint\""
        let lines = options.map { option -> Markup in
            let selected: Markup = option.value == chosen ? " selected" : .empty
            return "<option value=\"\(option.value)\"\(selected)>\(option.text)</option>"
        }
        return """
            <label for="\(name)">\(label)</label>\(help)\
            <select id="\(name)" name="\(name)" dir="auto"\(described)>\(lines)</select>
            """
    }

    static func tick(_ name: String, value: String = "yes", _ label: Markup, isTicked: Bool = false) -> Markup {
        let checked: Markup = isTicked ? " checked" : .empty
        return """
            <label class="tick"><input type="checkbox" name="\(name)" value="\(value)"\(checked)><span>\(label)</span></label>
            """
    }

    /// What went wrong, above a form.
    static func problem(_ text: String, _ more: [String] = []) -> Markup {
        let lines = more.map { line -> Markup in "<p>\(foreign: line)</p>" }
        // Words of a use case may be in another language than the page.
        return "<div class=\"notice danger\" role=\"alert\"><p><strong>\(foreign: text)</strong></p>\(lines)</div>"
    }

    /// What a person should know besides; words of ours that may hold a row's id.
    static func notes(_ notes: [String]) -> Markup {
        notes.map { note -> Markup in "<p class=\"notice warn\">\(foreign: note)</p>" }.joined()
    }

    static func facts(_ facts: [(name: String, value: Markup)]) -> Markup {
        let lines = facts.map { fact -> Markup in "<dt>\(fact.name)</dt><dd>\(fact.value)</dd>" }
        return "<dl>\(lines)</dl>"
    }

    /// A table that scrolls by itself where it is too wide.
    static func table(_ caption: String, _ heads: [String], _ rows: [[Markup]]) -> Markup {
        let head = heads.map { name -> Markup in "<th scope=\"col\">\(name)</th>" }
        let body = rows.map { cells -> Markup in
            let cells = cells.map { cell -> Markup in "<td>\(cell)</td>" }
            return "<tr>\(cells)</tr>\n"
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption>
            <thead><tr>\(head)</tr></thead><tbody>
            \(body)</tbody></table></div>
            """
    }
}
