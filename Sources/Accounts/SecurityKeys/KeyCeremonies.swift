/// The two ceremonies of WebAuthn (sections 7.1 and 7.2), as far as bytes decide them: whether somebody registered a security
/// key, and whether a registered one signed this challenge for this console. Challenges are handed in; whether one was used
/// before, who keeps them knows.

import Crypto

/// What a browser sends where a security key is registered.
public struct KeyRegistration: Sendable, Equatable {
    public var id: [UInt8]
    public var clientData: [UInt8]
    public var attestation: [UInt8]

    public init(id: [UInt8], clientData: [UInt8], attestation: [UInt8]) {
        self.id = id
        self.clientData = clientData
        self.attestation = attestation
    }

    /// The key that was registered.
    public func verified(challenge: String, for party: RelyingParty) throws(SecurityKeyRefusal) -> SecurityKey {
        try ClientData.check(clientData, .registration, challenge: challenge, for: party)
        guard let object = CBOR.only(attestation), object.entryCount == 3, let format = object["fmt"]?.text,
            let statement = object["attStmt"], let bytes = object["authData"]?.bytes
        else { throw .malformed }
        let data = try AuthenticatorData(bytes)
        try data.check(for: party)
        guard let credential = data.credential else { throw .malformed }
        guard credential.id == id else { throw .credential }
        let key = SecurityKey(
            id: credential.id,
            algorithm: credential.algorithm,
            publicKey: credential.publicKey,
            counter: data.counter,
            mayBeCopied: data.mayBeCopied
        )
        // No maker's word is asked for. Without it browsers send nothing, or what the new key signed itself.
        switch format {
        case "none":
            guard statement.entryCount == 0 else { throw .attestation }
        case "packed":
            guard statement.entryCount == 2, statement["alg"]?.integer == key.algorithm.rawValue,
                let signature = statement["sig"]?.bytes
            else { throw .attestation }
            guard key.isSignature(signature, of: bytes + Array(SHA256.hash(data: clientData))) else {
                throw .signature
            }
        default: throw .attestation
        }
        return key
    }
}

/// What a browser sends where a registered key signed.
public struct KeyAssertion: Sendable, Equatable {
    public var id: [UInt8]
    public var clientData: [UInt8]
    public var authenticatorData: [UInt8]
    public var signature: [UInt8]
    /// Whose key it says it is; empty if it does not say.
    public var owner: [UInt8]

    public init(id: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8], owner: [UInt8]) {
        self.id = id
        self.clientData = clientData
        self.authenticatorData = authenticatorData
        self.signature = signature
        self.owner = owner
    }

    /// The key as it is to be kept from now on.
    ///
    /// - Parameter owner: what the key was told, when it was registered, of whose it is.
    public func verified(
        by key: SecurityKey,
        of owner: [UInt8],
        challenge: String,
        for party: RelyingParty
    ) throws(SecurityKeyRefusal) -> SecurityKey {
        guard id == key.id, self.owner.isEmpty || self.owner == owner else { throw .credential }
        try ClientData.check(clientData, .assertion, challenge: challenge, for: party)
        let data = try AuthenticatorData(authenticatorData)
        guard data.credential == nil else { throw .malformed }
        try data.check(for: party)
        let message = authenticatorData + Array(SHA256.hash(data: clientData))
        guard key.isSignature(signature, of: message) else { throw .signature }
        guard data.mayBeCopied == key.mayBeCopied else { throw .copies }
        // Only a key that signed is believed about its counter.
        guard data.counter > key.counter || (data.counter == 0 && key.counter == 0) else { throw .counter }
        var next = key
        next.counter = data.counter
        return next
    }
}
