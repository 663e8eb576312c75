// A disk without room: a build is refused ahead, with the numbers; where the disk fills on the way, nothing stays by half. The
// disk is a small one of the test's own, in a mount namespace; where that is not allowed the tests say that they did not run.
import Foundation
import NodeTesting
import Testing

@Suite(.serialized) struct FullDiskTests {
    /// Runs lines of shell with a disk of that size at `disk`; nil where the system does not allow it.
    private func run(_ program: Program, mebibytes: Int, _ lines: String) async throws -> Ran? {
        let mount = "mount -t tmpfs -o size=\(mebibytes)m,mode=700 tmpfs disk || exit 99\n"
        try program.write(mount + lines, to: "on-disk.sh")
        try FileManager.default.createDirectory(atPath: program.path("disk"), withIntermediateDirectories: true)
        let ran = try await program.shell(
            """
            for user in "" --map-root-user; do
                unshare --mount $user true 2>/dev/null && exec unshare --mount $user sh ./on-disk.sh
            done
            exit 99
            """
        )
        guard ran.exit != 99 else {
            print("NOT RUN: no mount namespace may be made here, so that no test fills a disk")
            return nil
        }
        return ran
    }

    private static func rows(_ count: Int) -> String {
        "id,full_name,birth_date,document_number,phone,subject_category,handling,originator\n"
            + (0..<count).map { row in
                "r\(row),Person \(name(row)) Somebody,19\(50 + row % 50)-01-\(10 + row % 19),DNK:\(1_000_000 + row),"
                    + "+4915110\(10_000 + row),suspect,H1,sound-coast"
            }.joined(separator: "\n") + "\n"
    }

    /// Letters only: digits are no name.
    private static func name(_ number: Int) -> String {
        String(String(number).unicodeScalars.map { Character(UnicodeScalar(UInt8($0.value) + 0x31)) })
    }

    private static let begin = """
        comity init disk/coast --agency sound-coast --name Coast --jurisdiction XS --listen 127.0.0.1:1 \\
            --console 127.0.0.1:2 >/dev/null 2>&1 || exit 98
        comity records import disk/coast rows.csv >/dev/null || exit 97

        """

    @Test func aBuildWithoutRoomIsRefusedWithTheNumbers() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            try program.write(Self.rows(200), to: "rows.csv")
            let built = "comity index build disk/coast --agreement narrow-sea; echo exit $?; ls disk/coast/segments\n"
            guard let ran = try await run(program, mebibytes: 48, Self.begin + built) else { return }
            #expect(ran.out == "exit 1\n", "\(ran.all)")
            #expect(ran.err.contains("there is no room to build the index of narrow-sea"))
            #expect(ran.err.contains(/it takes about 1 MiB, 64 stay free for vault and log, and [0-9]+ are free/))
            #expect(ran.err.contains("make room on the disk of the node's folder"))
        }
    }

    @Test func aDiskThatFillsOnTheWayLeavesNothingByHalf() async throws {
        let rounds = 6
        let words = "disk/coast --agreement narrow-sea --asker north-border"
        // Each round fills the disk as soon as a segment is being written.
        let lines = """
            comity index build \(words) >/dev/null || exit 96
            for round in \((1...rounds).map(String.init).joined(separator: " ")); do
                comity index rotate \(words) --confirm narrow-sea >/dev/null 2>rotate.err &
                rotating=$!
                while kill -0 $rotating 2>/dev/null; do
                    if ls -a disk/coast/segments | grep -q unfinished; then cat /dev/zero >disk/fill 2>/dev/null; break; fi
                done
                wait $rotating
                echo "rotate $? $(grep -c 'disk is full' rotate.err)"
                rm -f disk/fill
                echo "names $(ls -a disk/coast/segments | grep -vcE '^([0-9a-f]{64}|[.]|[.][.])$')"
                comity index build \(words) --json >built.json || exit 95
            done
            comity audit verify disk/coast/log >/dev/null; echo "verify $?"
            comity index rotate \(words) --confirm narrow-sea --json
            """
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            try program.write(Self.rows(2_000), to: "rows.csv")
            guard let ran = try await run(program, mebibytes: 160, Self.begin + lines) else { return }
            #expect(ran.exit == 0, "\(ran.all)")
            let said = ran.out.split(separator: "\n").map(String.init)
            let rotated = said.filter { $0.hasPrefix("rotate ") }
            #expect(
                rotated.count == rounds && rotated.allSatisfy { ["rotate 0 0", "rotate 1 1"].contains($0) },
                "\(said)"
            )
            #expect(said.filter { $0.hasPrefix("names ") }.allSatisfy { $0 == "names 0" }, "\(said)")
            #expect(said.contains("verify 0"))
            #expect(
                ran.out.contains("\"records\" : 2000") || ran.out.contains("\"records\":2000"),
                "\(said.suffix(30))"
            )
            print("full disk: \(rotated.count { $0 == "rotate 1 1" }) of \(rounds) rotations met it")
        }
    }
}
