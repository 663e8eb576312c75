/// How to sign in to the consoles of a demo that stays up: one person for each role, each with a one-time code.

import NodeCore

struct DemoConsoles {
    let program: DemoProgram
    let north: DemoNode
    let coast: DemoNode

    func tell() throws(DemoFailure) {
        Voice.result(
            "Their consoles, with one-time codes to set up a sign-in at /start (an authenticator app is needed):"
        )
        for (node, account, role) in [
            (north, "amina", "analyst"), (north, "operator", "operator"), (coast, "lena", "approver"),
            (coast, "jonas", "officer"), (coast, "operator", "operator"),
        ] {
            let user = try program.expect([
                "user", "add", node.short, account, "--role", role, "--as", "operator", "--json",
            ]).document(UserReport.self)
            guard let code = user.code else { throw DemoFailure("\(account) got no one-time code") }
            Voice.result("  https://127.0.0.1:\(node.localPort)/start  \(account), \(role)  \(code)")
        }
        Voice.result(
            "The browser warns of the self-made certificates; their fingerprints stand in north.log and coast.log there."
        )
    }
}
