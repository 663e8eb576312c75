/// Asks a node's local address whether it is ready.

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

enum LocalHealth {
    static func isReady(port: Int) async -> Bool {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/health/ready")
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(2)) else { return false }
        return response.status == .ok
    }
}
