// Which bytes a time stamp in a log's folder may cover: the vector's checkpoint, also with cosignatures added below.
import AuditLog
import CanonicalJSON
import Foundation
import TestSupport
import Testing
import TimeStamps
import TransparencyLog

@Suite struct TimeStampCheckTests {
    private static func vector() throws -> (note: [UInt8], stamp: [UInt8], authorities: TimeStampAuthorities) {
        let file = try need(try VectorFiles.json("rfc3161-checkpoint.json") as? [String: Any])
        let note = try need(file["checkpoint"] as? String)
        let stamp = try need((file["response_base64"] as? String).flatMap { Data(base64Encoded: $0) })
        let pem = try need(file["ca_pem"] as? String)
        return (Array(note.utf8), [UInt8](stamp), try need(TimeStampAuthorities(pem: Array(pem.utf8))))
    }

    @Test func aStampCoversTheNoteAndNotWhatWasAddedBelow() throws {
        let (note, stamp, _) = try Self.vector()
        let digest = try TimeStamp(stamp).digest
        #expect(CheckpointStamp.digest(of: note) == digest)
        #expect(CheckpointStamp.covers(digest, note: note))
        let cosigned = note + Array("— east/witness AAAA\n".utf8)
        #expect(CheckpointStamp.covers(digest, note: cosigned), "a cosignature came later")
        let lines = note.split(separator: 0x0A, omittingEmptySubsequences: false)
        let fewer = Array(lines.dropLast(2).joined(separator: [0x0A])) + [0x0A]
        #expect(!CheckpointStamp.covers(digest, note: fewer), "a signature was taken away")
        for place in [0, 30, note.count / 2, note.count - 2] {
            var other = note
            other[place] ^= 1
            #expect(!CheckpointStamp.covers(digest, note: other), "byte \(place)")
        }
        // Its three lines alone are nobody's checkpoint.
        let text = Array(note.prefix(while: { _ in true }).split(separator: 0x0A).prefix(3).joined(separator: [0x0A]))
        #expect(!CheckpointStamp.covers(CheckpointStamp.digest(of: text + [0x0A, 0x0A]), note: note))
        #expect(!CheckpointStamp.covers(digest, note: []))
    }

    @Test func stampsOfAFolderAreJudgedByPlaceAndAuthority() throws {
        let (note, stamp, authorities) = try Self.vector()
        let log = try SampleLog.searches(3)
        func verify(_ files: [String: [UInt8]], _ authorities: TimeStampAuthorities?) -> LogVerification {
            var memory = log.memory
            memory.files.merge(files) { $1 }
            return LogVerifier(memory, key: log.key, authorities: authorities).verify()
        }
        // The vector's checkpoint is of another log: that is told of the checkpoint, not of the stamp.
        let stamped = verify(["checkpoints/600": note, "timestamps/600.tsr": stamp], authorities)
        #expect(stamped.stamped.map(\.size) == [600] && stamped.stamped.map(\.seconds) == [1_795_524_742])
        #expect(!stamped.problems.contains { $0.place.hasPrefix("timestamps/") })
        #expect(stamped.warnings.contains { $0.place == "timestamps" } == false)
        #expect(
            verify(["checkpoints/600": note, "timestamps/600.tsr": stamp], nil).warnings.contains {
                $0.place == "timestamps"
            }
        )
        // The signature is checked even where nobody says whose it should be.
        var forged = stamp
        forged[stamp.count - 5] ^= 1
        for believed in [nil, authorities] {
            let result = verify(["checkpoints/600": note, "timestamps/600.tsr": forged], believed)
            #expect(result.problems.contains { $0.place == "timestamps/600.tsr" } && result.stamped.isEmpty)
        }
        for (name, files) in [
            ("alone", ["timestamps/600.tsr": stamp]), ("elsewhere", ["timestamps/3.tsr": stamp]),
            ("empty", ["timestamps/3.tsr": []]), ("name", ["timestamps/x.tsr": stamp]),
            ("zero", ["timestamps/03.tsr": stamp]),
            ("too long", ["timestamps/3.tsr": [UInt8](repeating: 0, count: TimeStamp.greatestLength + 1)]),
            ("too long beside", ["checkpoints/9": [UInt8](repeating: 0, count: SignedNote.greatestLength + 1)]),
        ] {
            let result = verify(files, authorities)
            #expect(result.problems.map(\.place) == files.keys.sorted(), "\(name): \(result.problems)")
            #expect(result.entriesChecked == 3, "\(name): one bad file ends nothing")
        }
    }
}
