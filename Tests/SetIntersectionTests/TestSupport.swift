// What these suites share.
import Sodium

struct NotHex: Error {}

func hex(_ text: String) throws -> [UInt8] {
    guard let bytes = Hex.decode(text) else { throw NotHex() }
    return bytes
}
