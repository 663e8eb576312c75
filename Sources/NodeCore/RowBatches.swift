/// Rows of a file, read ahead on a thread of its own, a batch at a time: two batches are in memory, however long the file.

import Dispatch
import Foundation
import MatchKeys
import RecordFiles
import Synchronization

final class RowBatches: Sendable {
    enum Event: Sendable {
        case batch([RecordRow])
        case end(RecordFileSummary)
        case failed(RecordFileError)
    }

    /// In the file's order; ends after `end` or `failed`.
    let events: AsyncStream<Event>
    private let isStopped = Atomic<Bool>(false)
    /// Counts batches that may be read before one is taken.
    private let room = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - rows: most rows of a batch.
    ///   - bytes: text after which a batch is full, whatever its rows.
    init(_ reader: RecordReader, rows: Int, bytes: Int) {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        room.signal()
        Thread.detachNewThread { [self] in
            var batch: [RecordRow] = []
            var size = 0
            do throws(RecordFileError) {
                let summary = try reader.forEachRow { row in
                    batch.append(row)
                    size += row.size
                    guard batch.count >= rows || size >= bytes else { return !isStopped.load(ordering: .relaxed) }
                    continuation.yield(.batch(batch))
                    (batch, size) = ([], 0)
                    room.wait()
                    return !isStopped.load(ordering: .relaxed)
                }
                if !batch.isEmpty { continuation.yield(.batch(batch)) }
                continuation.yield(.end(summary))
            } catch {
                // The batch that is not full goes with what follows it: a short file that breaks off changes nothing.
                continuation.yield(.failed(error))
            }
            continuation.finish()
        }
    }

    /// A batch was worked off: another may be read.
    func next() { room.signal() }

    /// Nobody asks for more.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        room.signal()
    }
}

extension RecordRow {
    /// About how much text it holds.
    fileprivate var size: Int {
        switch written {
        case .cells(let cells, _): cells.reduce(64) { $0 + $1.utf8.count }
        case .line(let bytes): 64 + bytes.count
        case .record(let record): record.columns.values.joined().reduce(64) { $0 + $1.utf8.count }
        }
    }
}
