import PeerTrust
import TestSupport
import Testing

@Suite("An endpoint")
struct EndpointTests {
    @Test(
        "has one spelling",
        arguments: [
            "https://node.example", "https://node.example:8443", "https://192.0.77.1:9", "https://[2a00::1]:8443",
        ]
    )
    func good(text: String) throws {
        #expect(try Endpoint(text).description == text)
    }

    @Test(
        "is refused in any other form",
        arguments: [
            "http://node.example", "HTTPS://node.example", "https://Node.example", "https://node.example/",
            "https://node.example:443", "https://node.example:0", "https://node.example:65536",
            "https://node.example:08",
            "https://u@node.example", "https://node.example?x", "https://node..example", "https://-a.example",
            "https://node.example:", "https://", "https://[::1", "https://[12345::]", "https://0177.1",
            "https://1.2.3.4.5",
            "https://n ode.example", "https://2130706433", "https://127.1",
        ]
    )
    func malformed(text: String) {
        #expect(throws: Endpoint.Problem.self) { try Endpoint(text, rule: .anyAddress) }
    }

    @Test(
        "inside a machine or a private network needs the operator's leave",
        arguments: [
            "https://127.0.0.1:8443", "https://localhost:8443", "https://10.1.2.3", "https://172.16.0.1",
            "https://192.168.1.1", "https://169.254.169.254", "https://100.64.0.1", "https://0.0.0.0", "https://[::1]",
            "https://[fe80::1]", "https://[fd00::1]", "https://[::ffff:7f00:1]", "https://[64:ff9b::a00:1]",
            "https://[2002:a00:1::1]", "https://a.localhost", "https://[::7f00:1]", "https://[100::1]",
            "https://[64:ff9b:1::1]", "https://[2001::1]", "https://[2001:db8::1]", "https://[3fff::1]",
            "https://[fec0::1]", "https://192.88.99.1",
        ]
    )
    func privateAddresses(text: String) throws {
        #expect(throws: Endpoint.Problem.addressNotAllowed) { try Endpoint(text) }
        #expect(try Endpoint(text, rule: .anyAddress).description == text)
    }

    @Test("never crashes on hostile text")
    func hostile() {
        var random = SplitMix64.announced("endpoint", fallback: 0x5EED)
        for _ in 0..<5_000 {
            let text = String(decoding: random.mutate(Array("https://[2a00:1::7]:8443".utf8)), as: UTF8.self)
            if let endpoint = try? Endpoint(text, rule: .anyAddress) {
                #expect(endpoint.description == text)
            }
        }
    }

    @Test("agency ids follow POLICY")
    func agencies() {
        for good in ["a", "agency-a", "pt_gnr-1", "9"] { #expect(AgencyID(good)?.text == good) }
        for bad in ["", "A", "a-", "-a", "a--b", "a.b", "a/b", "é", String(repeating: "a", count: 65)] {
            #expect(AgencyID(bad) == nil)
        }
    }
}
