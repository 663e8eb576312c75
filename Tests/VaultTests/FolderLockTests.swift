// One process at a time on a node's folder: the lock is the kernel's, so a killed process holds none.
import Foundation
import NodeTesting
import TestSupport
import Testing
import Vault

@Suite struct FolderLockTests {
    @Test func aHeldLockIsNotGivenAgainUntilReleased() async throws {
        try await withTemporaryFolder { folder in
            let first = try #require(try FolderLock(folder: folder))
            #expect(try FolderLock(folder: folder) == nil)
            first.release()
            first.release()
            let second = try #require(try FolderLock(folder: folder))
            #expect(try FolderLock(folder: folder) == nil)
            second.release()
        }
    }

    @Test func anotherProcessIsExcludedAndItsDeathFreesTheLock() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("lock").path
            let ready = folder.appendingPathComponent("ready").path
            let line = "exec 9>\"$1\"; flock -n 9 || exit 3; : >\"$2\"; exec sleep 600"
            let other = try ChildProcess(
                ["/bin/sh", "-c", line, "sh", path, ready],
                in: folder,
                output: folder.appendingPathComponent("out")
            )
            try await Waiting.until { FileManager.default.fileExists(atPath: ready) }
            #expect(FileManager.default.fileExists(atPath: ready))
            #expect(try FolderLock(folder: folder) == nil)
            try await other.end(SIGKILL)
            #expect(try FolderLock(folder: folder) != nil)
        }
    }

    @Test func aFolderThatIsNotThereIsAnErrorAndNoLock() {
        #expect(throws: DurableFileError.self) {
            try FolderLock(folder: URL(fileURLWithPath: "/nonexistent/comity"))
        }
    }
}
