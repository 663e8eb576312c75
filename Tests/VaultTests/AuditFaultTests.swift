// Kills, cuts of power and a failing disk at each named step of append and publish, and at random moments: after each the log
// verifies, what was called durable is there, and no size was signed with two roots. Which fault is tested where: docs/fault-tests.md.
import Foundation
import NodeTesting
import TestSupport
import Testing

@testable import Vault

@Suite("Audit log and faults") struct AuditFaultTests {
    /// `COMITY_LONG_TESTS=1` does each many times.
    private static let passes = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1" ? 20 : 1

    private struct Step: Sendable {
        let call: String
        let thing: String
        /// How often it comes at least while the helper works.
        var often = 4
    }

    /// Append: a group is written, synced, answered; SQLite copies its log into the database. Publish: bundles and tiles are
    /// written, synced, renamed, their folders synced; the checkpoint is signed, stored, written, renamed; old tiles are removed.
    private static let steps = [
        Step(call: "write", thing: "wal", often: 40), Step(call: "sync", thing: "wal", often: 40),
        Step(call: "write", thing: "database", often: 20), Step(call: "sync", thing: "database"),
        Step(call: "write", thing: "answer", often: 40), Step(call: "write", thing: "bundle"),
        Step(call: "sync", thing: "bundle"), Step(call: "rename", thing: "bundle"),
        Step(call: "write", thing: "tile"), Step(call: "sync", thing: "tile"), Step(call: "rename", thing: "tile"),
        Step(call: "sync", thing: "folder", often: 12), Step(call: "write", thing: "signature"),
        Step(call: "write", thing: "checkpoint"), Step(call: "sync", thing: "checkpoint"),
        Step(call: "rename", thing: "checkpoint"), Step(call: "rename", thing: "kept"),
        Step(call: "remove", thing: "tile", often: 2), Step(call: "remove", thing: "bundle", often: 2),
    ]

    /// Does each act at each step, one folder for each step.
    private func survive(
        _ name: String,
        seed: UInt64,
        passes: Int,
        steps: [Step],
        acts: (Step) -> [String],
        judge: (FaultyFolder.Ran, Fault) -> Void
    ) async throws {
        var generator = SplitMix64.announced(name, fallback: seed)
        var counts = FaultyFolder.Counts()
        for step in steps {
            let folder = try FaultyFolder(from: try await FaultyFolder.template.value)
            for act in (0..<passes).flatMap({ _ in acts(step) }) {
                let nth = Int.random(in: 1...step.often, using: &generator)
                let fault = Fault(call: step.call, thing: step.thing, nth: nth, act: act)
                let ran = try await folder.run(fault)
                judge(ran, fault)
                try await folder.check(after: fault.description)
            }
            counts = counts + folder.counts
        }
        Self.report(name, counts)
    }

    private static func report(_ name: String, _ counts: FaultyFolder.Counts) {
        print(
            "\(name): \(counts.kills) kills, \(counts.faults) faults of the disk or the process, \(counts.durable) entries "
                + "called durable and none lost, \(counts.refused) refused and tried again, \(counts.signed) checkpoints signed, "
                + "\(counts.repeated) of them again with the same root, \(counts.stepped) steps of the clock told"
        )
    }

    private func expectEnd(_ ran: FaultyFolder.Ran, _ fault: Fault) {
        #expect(ran.status == SIGKILL && ran.faults.count == 1, "\(fault) never came: \(ran.said.suffix(1))")
    }

    @Test func killedAtEachStep() async throws {
        try await survive(
            "killed at each step",
            seed: 0x11,
            passes: 2 * Self.passes,
            steps: Self.steps,
            acts: { ["kill-before", "kill-after"] + ($0.call == "write" ? ["torn"] : []) },
            judge: expectEnd
        )
    }

    @Test func withoutPowerAtEachStep() async throws {
        try await survive(
            "power cut at each step",
            seed: 0x12,
            passes: 3 * Self.passes,
            steps: Self.steps,
            acts: { _ in ["power-before", "power-after"] },
            judge: expectEnd
        )
    }

    @Test func killedAtRandomMoments() async throws {
        var generator = SplitMix64(
            seed: Seed.of("killed at random moments", fallback: UInt64(Date().timeIntervalSince1970))
        )
        var counts = FaultyFolder.Counts()
        for _ in 0..<(9 * Self.passes) {
            let folder = try FaultyFolder(from: nil)
            for round in 0..<12 {
                // From the first moments of the process on; in a new folder, the making of the database too.
                let wait = Int.random(in: 10...160, using: &generator)
                try await folder.run(nil, mode: nil) { child in
                    try await Task.sleep(for: .milliseconds(wait))
                    try await child.end(SIGKILL)
                }
                try await folder.check(after: "round \(round), after \(wait) ms")
            }
            counts = counts + folder.counts
        }
        Self.report("killed at random moments", counts)
        #expect(counts.kills == 108 * Self.passes)
        #expect(counts.durable > 0)
    }

    @Test func aDiskThatIsFullOrBreaksForAWhile() async throws {
        let steps = Self.steps.filter { !["answer", "signature"].contains($0.thing) && $0.call != "remove" }
        try await survive(
            "full or broken disk",
            seed: 0x13,
            passes: Self.passes,
            steps: steps,
            acts: { $0.call == "write" ? ["ENOSPC:2", "EIO:1", "short:3"] : ["EIO:1", "ENOSPC:2"] },
            judge: { ran, fault in
                #expect(!ran.faults.isEmpty, "\(fault) never came")
                #expect(ran.status == 0, "\(fault): it did not go on: \(ran.said.suffix(3))")
            }
        )
    }

    @Test func aDiskThatStaysFullOrBroken() async throws {
        let steps = Self.steps.filter {
            ["wal", "tile", "checkpoint"].contains($0.thing) && ["write", "sync"].contains($0.call)
        }
        try await survive(
            "disk that stays full or broken",
            seed: 0x14,
            passes: Self.passes,
            steps: steps,
            acts: { _ in ["ENOSPC:1000000", "EIO:1000000"] },
            judge: { ran, fault in
                #expect(!ran.faults.isEmpty, "\(fault) never came")
                // Nothing is answered or signed by half; the process lives and says what it could not do, or does not start.
                if fault.thing == "wal" {
                    #expect(ran.status != 0 || ran.said.contains { $0.hasPrefix("refused") }, "\(fault)")
                    return
                }
                #expect(ran.status == 1 && ran.said.contains { $0.hasPrefix("unpublished ") }, "\(fault)")
            }
        )
    }
}
