// Names, keys and the passphrase of a real node: in nothing that it says, in its environment, its arguments, or a core.
import Foundation
import NodeTesting
import Sodium
import Testing
import Vault

@Suite(.serialized) struct SecretsTests {
    @Test func noNameAndNoKeyLeavesTheProcess() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            // As much core as the machine allows: it is the node that refuses.
            let served = try program.start(
                shell: "ulimit -S -c \"$(ulimit -H -c)\"; exec comity serve coast",
                log: folder.appendingPathComponent("coast.log")
            )
            try await coast.ready(served)
            let other = try await north.serve()
            try await north.trust(coast)
            try await coast.trust(north)
            var said: [Ran] = [try await program.run("user", "add", "north", "amina", "--role", "analyst")]
            try program.write(Texts.records, to: "rows.csv")
            said.append(try await program.run("records", "import", "coast", "rows.csv"))
            // Rows that cannot be read, with names in the wrong places.
            let bad =
                Texts.records + "c4,Almqvist,1988-02-11x,A24710140,Petrov,Sommer,1512441001,suspect,Chahine,Sahin\n"
            try program.write(bad, to: "bad.csv")
            said.append(try await program.run("records", "import", "coast", "bad.csv"))
            said.append(try await program.run("index", "build", "coast", "--agreement", "narrow-sea"))
            said.append(try await program.run(Texts.asked + Texts.youssef))
            said.append(try await program.run(Texts.asked + ["--field", "birth_date=1988-02-11x"]))
            said.append(try await program.run(Texts.asked + ["--field", "full_nam=Youssef"]))
            said.append(try await program.run("doctor", "coast"))
            for (number, ran) in said.enumerated() { #expect(ran.shown == [], "command \(number)") }
            let hardened = try await program.run("doctor", "coast", "--json")
            let checks = hardened.json?["checks"] as? [[String: Any]] ?? []
            #expect(checks.contains { $0["name"] as? String == "process" && $0["state"] as? String == "ok" })

            let process = "/proc/\(served.id)"
            let limits = try String(contentsOfFile: process + "/limits", encoding: .utf8)
            let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
            #expect(core?.split(separator: " ").dropFirst(4).prefix(2).elementsEqual(["0", "0"]) == true, "\(limits)")
            // Who may not read these is told nothing by them either.
            let shown = ["environ", "cmdline", "comm"].compactMap {
                FileManager.default.contents(atPath: "\(process)/\($0)")
            }

            // A crash in the middle: the worst moment to say something.
            try await served.end(SIGABRT)
            try await other.end(SIGTERM)
            let cores = filesBelow(folder).map(\.path).filter { ($0 as NSString).lastPathComponent.hasPrefix("core") }
            #expect(cores == [])

            let secrets = try Self.secrets(program, "coast") + Self.secrets(program, "north")
            #expect(secrets.count > 60)
            let names = Texts.secrets.map { Data($0.utf8) }
            for (number, bytes) in shown.enumerated() {
                #expect(!Self.stands(names + secrets, in: bytes), "of the process, \(number)")
            }
            for (number, ran) in said.enumerated() {
                #expect(!Self.stands(secrets, in: Data(ran.all.utf8)), "command \(number)")
            }
            for name in ["coast", "north"] {
                let log = Data(try program.text("\(name).log").utf8)
                #expect(!log.isEmpty && !Self.stands(names + secrets, in: log), "\(name).log")
                for file in filesBelow(folder.appendingPathComponent(name)) where file.path != "passphrase" {
                    #expect(!Self.stands(names + secrets, in: Data(file.bytes)), "\(name)/\(file.path)")
                }
            }
            // A control: the search finds what is there.
            #expect(Self.stands(secrets, in: Data(try program.text("coast/passphrase").utf8)))
            #expect(Self.stands(names, in: Data(try program.text("rows.csv").utf8)))
        }
    }

    /// Every secret of a node's keyring and its passphrase, each in the spellings a slip could give it.
    private static func secrets(_ program: Program, _ name: String) throws -> [Data] {
        let passphrase = try program.text("\(name)/passphrase").trimmingCharacters(in: .whitespacesAndNewlines)
        let file = program.folder.appendingPathComponent("\(name)/keyring")
        let keyring = try Keyring.open(at: file, passphrase: Array(passphrase.utf8))
        var found = [Data(passphrase.utf8)]
        for name in keyring.names {
            let bytes = try keyring.secret(name).withUnsafeBytes { Data($0) }
            let base64 = bytes.base64EncodedString()
            let url = base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            let decimal = "\([UInt8](bytes))".dropFirst().dropLast()
            found += [
                bytes, Data(base64.utf8), Data(url.utf8), Data(Hex.encode([UInt8](bytes)).utf8), Data(decimal.utf8),
            ]
            found.append(Data(Hex.encode([UInt8](bytes)).uppercased().utf8))
        }
        return found
    }

    private static func stands(_ words: [Data], in text: Data) -> Bool {
        words.contains { text.firstRange(of: $0) != nil }
    }
}
