/// Which failures mean that the disk is full. Knows error codes.

import Foundation
import GRDB
import SetIntersection

public enum FullDisk {
    /// Whether something was not written because there is no room for it.
    public static func isCause(of error: any Error) -> Bool {
        switch error {
        case let error as DurableFileError: isFull(error.code)
        case IntersectionError.storage(let code): isFull(code)
        case let error as DatabaseError: error.resultCode == .SQLITE_FULL
        case let error as CocoaError: error.code == .fileWriteOutOfSpace
        default: false
        }
    }

    private static func isFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }
}
