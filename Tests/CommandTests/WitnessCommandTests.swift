// Witnesses by command line: cosign at once, export by the real policy, verify by it, and what a forger's copy comes to.
import Foundation
import NodeTesting
import Testing

@Suite(.serialized) struct WitnessCommandTests {
    @Test func aCheckpointIsCosignedExportedAndVerifiedByItsPolicy() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let north = try await CommandNode.north(program)
            let coast = try await CommandNode.coast(program)
            let alone = try await program.run("audit", "checkpoint", "north", "--cosign", "--json")
            #expect(alone.exit == 0 && alone.json?["quorum"] as? Bool == true, "nobody to ask, nobody asked for")
            try await north.trust(coast)
            try await coast.trust(north)
            let dead = try await program.run("audit", "checkpoint", "north", "--cosign")
            #expect(dead.exit == 69 && dead.err.contains("sound-coast did not cosign: the peer cannot be reached"))

            var served = [try await north.serve(), try await coast.serve()]
            let cosigned = try await program.run("audit", "checkpoint", "north", "--cosign", "--json")
            #expect(cosigned.exit == 0 && cosigned.json?["cosigned_by"] as? [String] == ["sound-coast/witness"])
            let size = try #require(cosigned.json?["size"] as? Int)
            let note = try #require(cosigned.json?["note"] as? String)
            try program.write(note, to: "kept")
            #expect(try program.text("north/log/checkpoints/\(size)") == note)
            #expect(httpStatus(port: north.localPort, path: "/health/alarms") == "HTTP/1.1 200 OK")
            let doctor = try await program.run("doctor", "north")
            #expect(doctor.out.contains("peers cosigned the log's first \(size) entries"))

            let exported = try await program.run("audit", "export", "north", "--out", "evidence", "--event", "peer.*")
            #expect(exported.exit == 0, "\(exported.err)")
            let policy = try program.text("evidence/policy")
            #expect(policy.contains("witness sound-coast/witness ") && policy.contains("quorum majority"))
            let proofs = try FileManager.default.contentsOfDirectory(atPath: program.path("evidence/proofs"))
            let proof = try #require(proofs.first)
            for target in ["evidence/proofs/\(proof)", "north/log"] {
                let verified = try await program.run(
                    "audit",
                    "verify",
                    target,
                    "--policy",
                    "evidence/policy",
                    "--json"
                )
                #expect(verified.exit == 0 && verified.json?["quorum"] as? Bool == true, "\(target): \(verified.out)")
                #expect(verified.json?["cosigned_by"] as? [String] == ["sound-coast/witness"])
            }
            // The log behind its address: the cosigned checkpoint is found by what the log says of it.
            let address = "http://127.0.0.1:\(north.localPort)/log"
            let fetched = try await program.run("audit", "verify", address, "--policy", "evidence/policy", "--json")
            #expect(fetched.exit == 0 && fetched.json?["quorum"] as? Bool == true, "\(fetched.out)")

            for node in served { try await node.end(SIGTERM) }
            served = []
            // A log that does not answer cannot be believed; a key that is none is said first.
            let gone = try await program.run("audit", "verify", address, "--json")
            #expect(gone.exit == 1 && gone.json?["ok"] as? Bool == false, "\(gone.all)")
            #expect((gone.json?["problems"] as? [[String: Any]])?.compactMap { $0["place"] as? String } == ["/log"])
            #expect(try await program.run("audit", "verify", address, "--key", "none").exit == 65)
            // Another key, another policy: not met.
            try program.write(policy.replacing("majority 1 ", with: "majority all "), to: "all.policy")
            let strict = try await program.run(
                "audit",
                "verify",
                "north/log",
                "--policy",
                "all.policy",
                "--kept",
                "kept"
            )
            #expect(strict.exit == 0, "\(strict.out)")
            try FileManager.default.removeItem(atPath: program.path("north/log/checkpoints/\(size)"))
            let bare = try await program.run("audit", "verify", "north/log", "--policy", "evidence/policy")
            #expect(bare.exit == 1 && bare.out.contains("do not meet the quorum"))
        }
    }
}
