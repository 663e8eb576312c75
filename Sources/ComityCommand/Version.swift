/// What this program is.

import ObliviousPRF
import Sodium

enum Version {
    static let number = "0.1.0"

    /// Version, libsodium, group back end.
    static var text: String {
        "\(number), libsodium \(Sodium.libraryVersion), group back end \(GroupBackendChoice.chosen.name)"
    }
}
