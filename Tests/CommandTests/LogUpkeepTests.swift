// An officer and an operator keep a log over the years: stamps of an authority, pruning, a new key. Real nodes, a test authority
// made with OpenSSL's own command, answered by a small HTTP server of the system's Python where there is one.
import AuditLog
import CanonicalJSON
import FederationServer
import Foundation
import NodeCore
import NodeTesting
import TestSupport
import Testing
import TransparencyLog

@Suite struct LogUpkeepTests {
    private static func node(in folder: URL) async throws -> Program {
        let program = try Program(in: folder)
        _ = try await CommandNode.north(program)
        #expect(try await program.run("user", "add", "north", "ines", "--role", "officer").exit == 0)
        return program
    }

    /// A root and a certificate for stamps under `tsa/`.
    private static func authority(_ program: Program) async throws {
        let made = try await program.shell(
            """
            mkdir tsa && cd tsa && printf '%s\\n' '[tsa]' 'serial = ./serial' 'crypto_device = builtin' \
              'signer_cert = ./tsa.pem' 'certs = ./ca.pem' 'signer_key = ./tsa.key' 'signer_digest = sha256' \
              'default_policy = 1.3.6.1.4.1.99999.1' 'digests = sha256' 'ess_cert_id_alg = sha256' > ts.cnf
            echo 01 > serial; echo 'extendedKeyUsage = critical,timeStamping' > tsa.ext
            new='openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
            $new -x509 -days 3650 -subj /CN=Root -keyout ca.key -out ca.pem
            $new -x509 -days 3650 -subj /CN=Other -keyout other.key -out other.pem
            $new -subj /CN=Stamps -keyout tsa.key -out tsa.csr
            openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile tsa.ext -out tsa.pem
            """
        )
        try #require(made.exit == 0, "\(made.err)")
    }

    private static let reply = "cd tsa && openssl ts -reply -config ts.cnf -section tsa"

    @Test func aCheckpointIsStampedByHandAndVerified() async throws {
        try await withTemporaryFolder { folder in
            let program = try await Self.node(in: folder)
            try await Self.authority(program)
            let asked = try await program.run("audit", "timestamp", "north", "--query", "q.tsq", "--as", "ines")
            #expect(asked.exit == 0, "\(asked.err)")
            #expect(try await program.shell("\(Self.reply) -queryfile ../q.tsq -out ../r.tsr").exit == 0)
            func take(_ words: String...) async throws -> Ran {
                try await program.run(["audit", "timestamp", "north", "--tsr", "r.tsr", "--as", "ines"] + words)
            }
            #expect(try await take("--tsa-ca", "tsa/other.pem").exit == 1, "another authority")
            #expect(try await take("--tsa-ca", "q.tsq").exit == 65)
            let taken = try await take("--tsa-ca", "tsa/ca.pem", "--json")
            #expect(taken.exit == 0, "\(taken.all)")
            let size = try #require(taken.json?["size"] as? Int)
            let leaves = try NodeFolder(program.path("north")).publishedLeaves()
            #expect(leaves.last { $0.event == "checkpoint.timestamped" }?.data["size"]?.integer == size)

            let verified = try await program.run("audit", "verify", "north/log", "--tsa-ca", "tsa/ca.pem", "--json")
            #expect(verified.exit == 0, "\(verified.all)")
            let stamps = try #require(verified.json?["timestamps"] as? [[String: Any]])
            #expect(stamps.map { $0["size"] as? Int } == [size])
            // Anybody's tool says the same.
            let plain = try await program.shell(
                """
                openssl ts -verify -data north/log/checkpoints/\(size) -in north/log/timestamps/\(size).tsr -CAfile tsa/ca.pem
                """
            )
            #expect(plain.exit == 0, "\(plain.all)")
            let untold = try await program.run("audit", "verify", "north/log")
            #expect(untold.exit == 0 && untold.err.contains("no authority was given"))
            #expect(try await program.run("audit", "verify", "north/log", "--tsa-ca", "tsa/other.pem").exit == 1)
            #expect(try await program.run("audit", "verify", "north/log", "--tsa-ca", "absent").exit == 65)

            // A stamp over something else, one without its checkpoint, one that is none.
            for (name, spoil) in [
                ("other", "printf z | dd of=spoiled/checkpoints/\(size) conv=notrunc"),
                ("lone", "cp spoiled/timestamps/\(size).tsr spoiled/timestamps/1.tsr"),
                ("none", "echo no > spoiled/timestamps/\(size).tsr"),
            ] {
                let made = try await program.shell("rm -rf spoiled && cp -r north/log spoiled && \(spoil)")
                #expect(made.exit == 0)
                let ran = try await program.run("audit", "verify", "spoiled", "--json")
                #expect(ran.exit == 1 && ran.out.contains("timestamps/"), "\(name): \(ran.all)")
            }
            // A stamp of another log's checkpoint is not taken.
            try program.write("agency/audit/1\n", to: "foreign")
            let foreign = try await program.shell(
                "openssl ts -query -data foreign -sha256 -cert -out f.tsq && \(Self.reply) -queryfile ../f.tsq -out ../r.tsr"
            )
            #expect(foreign.exit == 0)
            #expect(try await take().exit == 1)
        }
    }

    @Test func anAuthorityIsAskedOverHTTP() async throws {
        try await withTemporaryFolder { folder in
            let program = try await Self.node(in: folder)
            try await Self.authority(program)
            let port = try #require(FreePort.find())
            guard try await program.shell("command -v python3").exit == 0 else { return }
            try program.write(
                """
                import http.server, subprocess, sys
                class Authority(http.server.BaseHTTPRequestHandler):
                    def do_POST(self):
                        assert self.headers["content-type"] == "application/timestamp-query"
                        body = self.rfile.read(int(self.headers["content-length"]))
                        if self.path == "/busy":
                            self.send_response(503); self.send_header("content-length", "0"); self.end_headers(); return
                        if self.path == "/old":
                            answer = open("old.tsr", "rb").read()
                        else:
                            open("h.tsq", "wb").write(body)
                            subprocess.run(["openssl", "ts", "-reply", "-config", "ts.cnf", "-section", "tsa",
                                            "-queryfile", "h.tsq", "-out", "old.tsr"], check=True, stderr=subprocess.DEVNULL)
                            answer = open("old.tsr", "rb").read()
                        self.send_response(200)
                        self.send_header("content-type", "text/plain" if self.path == "/words" else "application/timestamp-reply")
                        self.send_header("content-length", str(len(answer))); self.end_headers(); self.wfile.write(answer)
                    def log_message(self, *words): pass
                http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Authority).serve_forever()

                """,
                to: "tsa/server.py"
            )
            let server = try program.start(
                shell: "cd tsa && exec python3 server.py \(port)",
                log: folder.appendingPathComponent("server.log")
            )
            try await Waiting.until { isListening(port: port) }
            func stamp(_ path: String) async throws -> Ran {
                try await program.run(
                    "audit",
                    "timestamp",
                    "north",
                    "--tsa",
                    "http://127.0.0.1:\(port)/\(path)",
                    "--tsa-ca",
                    "tsa/ca.pem",
                    "--as",
                    "ines"
                )
            }
            let stamped = try await stamp("tsr")
            #expect(stamped.exit == 0, "\(stamped.all)")
            #expect(try await stamp("old").exit == 1, "an old answer has another nonce")
            #expect(try await stamp("busy").exit == 69)
            #expect(try await stamp("words").exit == 69)
            try await server.end(SIGTERM)
            #expect(try await stamp("tsr").exit == 69)
            let verified = try await program.run("audit", "verify", "north/log", "--tsa-ca", "tsa/ca.pem")
            #expect(verified.exit == 0 && verified.out.contains("is stamped"), "\(verified.all)")
            // The same over HTTP: stamps and what they cover are served too.
            let node = try CommandNode(again: "north", by: program)
            let running = try await node.serve()
            let url = "http://127.0.0.1:\(node.localPort)/log/"
            let fetched = try await program.run("audit", "verify", url, "--tsa-ca", "tsa/ca.pem")
            #expect(fetched.exit == 0 && fetched.out.contains("is stamped"), "\(fetched.all)")
            try await running.end(SIGTERM)
            let bad = try await program.run("audit", "timestamp", "north", "--tsa", "ftp://127.0.0.1/", "--as", "ines")
            #expect(bad.exit == 64, "\(bad.all)")
        }
    }

    @Test func theLogGetsANewKeyAndNothingIsPrunedBeforeItsTime() async throws {
        try await withTemporaryFolder { folder in
            let program = try await Self.node(in: folder)
            let before = try program.text("north/log/vkey").trimmingCharacters(in: .whitespacesAndNewlines)
            let old = try await program.run("peer", "card", "north")
            #expect(try await program.run("audit", "rotate-key", "north", "--as", "ines").exit == 1, "not an officer's")
            let rotated = try await program.run("audit", "rotate-key", "north", "--json")
            #expect(rotated.exit == 0, "\(rotated.all)")
            let vkey = try #require(rotated.json?["vkey"] as? String)
            #expect(vkey != before && rotated.json?["earlier"] as? String == before)
            // The next start signs with both, and its card names the new key.
            let none = try await program.run("audit", "prune", "north", "--as", "ines")
            #expect(none.exit == 0 && none.out.contains("entries below 0 are pruned: 0 bundles"), "\(none.all)")
            #expect(try await program.run("audit", "rotate-key", "north").exit == 1, "one change at a time")
            #expect(try program.text("north/log/vkey") == vkey + "\n")
            for key in [before, vkey] {
                let ran = try await program.run("audit", "verify", "north/log", "--key", key, "--json")
                #expect(ran.exit == 0 && ran.json?["trusted"] as? Bool == true, "\(ran.all)")
            }
            let card = try await program.run("peer", "card", "north")
            #expect((card.json?["vkeys"] as? [String: String])?["log"] == vkey)
            #expect(card.json?["serial"] as? Int == 2)
            // A peer takes the next card.
            _ = try await CommandNode.coast(program)
            for (name, shown) in [("first", old), ("next", card)] {
                try program.write(shown.out, to: "\(name).card")
                let fingerprint = shown.err.replacing("fingerprint: ", with: "")
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                let added = try await program.run("peer", "add", "coast", "\(name).card", "--confirm", fingerprint)
                #expect(added.exit == 0, "\(added.err)")
            }
        }
    }
}
