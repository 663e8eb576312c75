/// `--authorisation KIND=REFERENCE`, of the commands by which people approve. Knows the form; which kinds there are, the node says.

import ArgumentParser

struct AuthorisationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("An authorisation at hand, such as court=4-Gs-117/26.", valueName: "KIND=REFERENCE"))
    var authorisation: [String] = []

    /// Kind to reference.
    func stated() throws -> [String: String] {
        var stated: [String: String] = [:]
        for text in authorisation {
            guard let mark = text.firstIndex(of: "="), stated[String(text[..<mark])] == nil else {
                throw CommandFailure(
                    Exit.usage,
                    "--authorisation takes KIND=REFERENCE, each kind once",
                    try: "--authorisation court=4-Gs-117/26"
                )
            }
            stated[String(text[..<mark])] = String(text[text.index(after: mark)...])
        }
        return stated
    }
}
