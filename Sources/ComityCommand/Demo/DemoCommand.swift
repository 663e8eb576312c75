/// `comity demo`: the main job, told and checked step by step, with three real nodes.

import ArgumentParser
import Foundation
import NodeCore

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch three agencies' nodes do the main job, on invented data.",
        usage: "comity demo [--keep]",
        discussion: """
            Three processes with mutual TLS between them on this machine: import, index, a blinded question with hits,
            one without, one refused with its reason, and the audit logs verified offline. In the last act one agency
            rewrites its log, on a copy, and its peers' cosignatures convict it. Each step is checked.

            Examples:
              comity demo
              comity demo --keep

            Exit codes: 0 every step did what it says, 70 one did not.
            """
    )

    @Flag(help: "Leave the nodes running and print their addresses.")
    var keep = false

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("comity-demo-\(UInt32.random(in: 0x1000_0000...UInt32.max))")
        do {
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(Exit.fault, "the demo's folder could not be made", at: folder.path)
        }
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        do throws(DemoFailure) {
            var story = try DemoStory(program: DemoProgram(executable: executable, folder: folder))
            do throws(DemoFailure) {
                try await story.tell(keep: keep)
            } catch {
                story.stop()
                throw error
            }
        } catch {
            throw CommandFailure(
                Exit.fault,
                "the demo failed: \(error.text)",
                at: folder.path,
                because: error.detail.isEmpty ? nil : error.detail,
                try: "look at the nodes' logs in that folder"
            )
        }
    }
}
