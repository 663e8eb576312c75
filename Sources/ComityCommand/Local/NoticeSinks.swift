/// How notices leave the node: by webhook through the one way out, or by the operator's mail command. Knows no rule and keeps
/// nothing.

import FederationClient
import Foundation
import NodeCore
import Synchronization

struct NoticeSinks: NoticeDelivering {
    let client: FederationClient

    func deliver(_ notice: Notice, to sink: NoticeSink) async throws(NoticeFailure) {
        if let address = sink.webhook {
            try await post(notice, to: address, allowingHTTP: sink.allowHTTP ?? false)
        } else if let command = sink.mail {
            try await mail(notice, by: command)
        } else {
            throw .addressNotAllowed
        }
    }

    private func post(_ notice: Notice, to address: String, allowingHTTP: Bool) async throws(NoticeFailure) {
        let status: Int
        do throws(WebhookFailure) {
            status = try await client.post(
                json: notice.json,
                to: address,
                id: notice.id,
                allowingHTTP: allowingHTTP
            )
        } catch {
            switch error {
            case .addressNotAllowed: throw .addressNotAllowed
            case .unreachable: throw .unreachable
            case .timeout: throw .tookTooLong
            }
        }
        guard (200...299).contains(status) else { throw .status(status) }
    }

    /// Seconds for a mail command.
    private static let mailSeconds = 60

    /// Runs the command with its own arguments and no other; no shell reads them. A node that stops kills it and waits for its
    /// end: only what ended with 0 was taken.
    private func mail(_ notice: Notice, by command: [String]) async throws(NoticeFailure) {
        guard let program = command.first, let text = Self.file(holding: notice.mail) else { throw .notRun }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = Array(command.dropFirst())
        process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
        process.standardInput = text
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let hasEnded = Mutex(false)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in
            hasEnded.withLock { $0 = true }
            end.finish()
        }
        do {
            try process.run()
        } catch {
            throw .notRun
        }
        let number = process.processIdentifier
        let stop = { @Sendable in hasEnded.withLock { if !$0 { kill(number, SIGKILL) } } }
        let hasRunOut = Mutex(false)
        let patience = Task {
            try await Task.sleep(for: .seconds(Self.mailSeconds))
            hasRunOut.withLock { $0 = true }
            stop()
        }
        // A wait of its own, which ends with the command and not with ours.
        let wait = Task { for await _ in ends {} }
        await withTaskCancellationHandler {
            await wait.value
        } onCancel: {
            stop()
        }
        patience.cancel()
        if Task.isCancelled { throw .stopped }
        if hasRunOut.withLock({ $0 }) { throw .tookTooLong }
        // Of a signal's number too: whatever ended it, it did not say that it was done.
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw .ended(Int(process.terminationStatus))
        }
    }

    /// A file without a name: a command that reads nothing breaks no pipe.
    private static func file(holding text: String) -> FileHandle? {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("comity-notice-\(UUID().uuidString)")
        let made = FileManager.default.createFile(
            atPath: url.path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        defer { try? FileManager.default.removeItem(at: url) }
        return made ? FileHandle(forReadingAtPath: url.path) : nil
    }
}
