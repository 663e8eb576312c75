/// What is known of backups, and the commands that make and test one. Writes nothing: where a backup lies is not for a page to say.

import Accounts
import NodeCore

enum BackupPages {
    static let routes: [Route] = [
        .roles([.operator], .get, "/backups") { visit, _ async throws(NodeProblem) in
            .page(page(try await visit.node.backupStatus(), visit))
        }
    ]

    /// As a shell reads it.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-".contains($0) }
        return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }

    private static func page(_ status: BackupStatus, _ visit: Visit) -> Page {
        let words = visit.words.backups
        func fact(_ name: String, _ kept: BackupStatus.Kept?) -> [(name: String, value: Markup)] {
            guard let kept else { return [(name, "<span class=\"warn\">\(words.none)</span>")] }
            return [(name, "\(Moments.text(kept.at))"), (words.digest, "\(id: kept.digest)")]
        }
        let folder = quoted(visit.node.folder.path)
        let commands = [
            (words.make, "comity backup \(folder) FOLDER --month-keys FILE"),
            (words.test, "comity backup \(folder) --test FOLDER"),
            (words.keep, "comity audit checkpoint \(folder) --cosign > FILE"),
        ].map { what, command -> Markup in "<p>\(what)</p><pre dir=\"ltr\">\(command)</pre>" }
        return Page(
            words.title,
            """
            \(Parts.facts(fact(words.made, status.made) + fact(words.tested, status.tested)))
            <p>\(words.intro)</p>\(commands)<p class="muted">\(words.apart)</p>
            """
        )
    }
}
