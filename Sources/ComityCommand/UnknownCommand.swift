/// The word of a call that names no command, and the command it is nearest to.
/// Keeps no word of the call: what stands there may be a name that somebody forgot to quote.

import ArgumentParser

struct UnknownCommand {
    /// The commands before the word: `comity policy`.
    let parent: String
    /// What can stand there, in the order of the help.
    let known: [String]
    /// The one the word is near to, if it is near to any.
    let nearest: String?

    /// Nil if every word that stands where a command must stand names one.
    /// - Parameter arguments: without the program's own name.
    static func find(in arguments: [String], of root: any ParsableCommand.Type) -> UnknownCommand? {
        var command = root
        var path = name(of: root)
        for word in arguments where !word.hasPrefix("-") {
            let subcommands = command.configuration.subcommands
            // Below the last command stand its own arguments. The parser adds `help` by itself.
            if subcommands.isEmpty || word == "help" { return nil }
            let index = subcommands.firstIndex { name(of: $0) == word || $0.configuration.aliases.contains(word) }
            guard let index else {
                let known = subcommands.map(name)
                return UnknownCommand(parent: path, known: known, nearest: NearWord.nearest(to: word, in: known))
            }
            command = subcommands[index]
            path += " " + name(of: command)
        }
        return nil
    }

    private static func name(of command: any ParsableCommand.Type) -> String { command._commandName }

    var failure: CommandFailure {
        CommandFailure(
            Exit.usage,
            "no command of that name follows \"\(parent)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""),
            because: "its commands are \(known.joined(separator: ", "))",
            try: "\(parent) \(nearest.map { "\($0) --help" } ?? "--help")"
        )
    }
}

/// Which of some words another one was meant to be.
enum NearWord {
    /// The first of the nearest words; nil if none is near: at most two letters otherwise, or one the start of the other.
    static func nearest(to word: String, in words: [String]) -> String? {
        // A long word is near to nothing, and comparing costs its length.
        guard word.utf8.count <= 40 else { return nil }
        let near = words.map { (word: $0, distance: distance(word, $0)) }.filter { candidate in
            candidate.distance <= min(2, candidate.word.utf8.count / 2)
        }
        // Of those equally near, people get the beginning right.
        func rank(_ candidate: (word: String, distance: Int)) -> (Int, Int) {
            (candidate.distance, -zip(candidate.word, word).prefix { $0 == $1 }.count)
        }
        if let best = near.min(by: { rank($0) < rank($1) }) { return best.word }
        return words.first { word.utf8.count >= 3 && ($0.hasPrefix(word) || word.hasPrefix($0)) }
    }

    /// Letters to insert, drop, replace or swap with the next, at the least, to make one word of the other.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var before: [Int] = []
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var next = [index + 1]
            for (column, other) in right.enumerated() {
                var least = min(row[column + 1] + 1, next[column] + 1, row[column] + (letter == other ? 0 : 1))
                if index > 0, column > 0, letter == right[column - 1], left[index - 1] == other {
                    least = min(least, before[column - 1] + 1)
                }
                next.append(least)
            }
            before = row
            row = next
        }
        return row[right.count]
    }
}
