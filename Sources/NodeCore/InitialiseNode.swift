/// Use case: a new node. Keys, vault, log, policies and card in one folder, or nothing at all.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import PeerTrust
import PolicyEngine
import PolicyFiles
import Sodium
import TransparencyLog
import Vault

public struct InitialiseNode: Sendable {
    public struct Report: Codable, Sendable {
        public var agency: String
        public var folder: String
        /// Of the new card: sixteen groups of four hex digits.
        public var fingerprint: String
        /// Where the passphrase stands that was made because none was given.
        public var passphraseFile: String?
        public var warnings: [String]
    }

    public var folder: NodeFolder
    public var agency: String
    public var name: String
    public var jurisdiction: String
    public var listen: HostPort
    public var console: HostPort
    /// What peers connect to; nil: the listening address.
    public var endpoint: HostPort?
    /// Path relative to the policy folder to content.
    public var policies: [String: [UInt8]]
    /// Accept cards of peers at private addresses, whatever our own address is.
    public var allowPrivatePeers: Bool

    public init(
        folder: NodeFolder,
        agency: String,
        name: String,
        jurisdiction: String,
        listen: HostPort,
        console: HostPort,
        endpoint: HostPort?,
        policies: [String: [UInt8]],
        allowPrivatePeers: Bool = false
    ) {
        self.folder = folder
        self.agency = agency
        self.name = name
        self.jurisdiction = jurisdiction
        self.listen = listen
        self.console = console
        self.endpoint = endpoint
        self.policies = policies
        self.allowPrivatePeers = allowPrivatePeers
    }

    /// - Parameters:
    ///   - passphrase: seals the keyring; nil: a random one is made and written to `DIR/passphrase`.
    ///   - keyringCost: what opening the keyring costs, whoever guesses passphrases too.
    public func run(
        passphrase: [UInt8]?,
        clock: NodeClock = .system,
        random: RandomBytes = .system,
        keyringCost: Argon2id.Parameters = Keyring.cost
    ) async throws(NodeProblem) -> Report {
        let (agencyID, endpoint) = try check()
        let loaded = PolicyFolder.load(files: policies)
        guard let active = ActivePolicies(loaded) else {
            throw NodeProblem(
                .data,
                "the policies have \(loaded.problems.count) errors; no node was made",
                at: loaded.problems.first?.location,
                because: loaded.problems.first?.text,
                try: "comity policy check FOLDER"
            )
        }
        for example in loaded.cases {
            if let failure = example.failures(in: active.set).first {
                throw NodeProblem(
                    .data,
                    "a case of the policies fails; no node was made",
                    at: "\(example.file):\(example.place.line):\(example.place.column)",
                    because: "\(example.name): \(failure)",
                    try: "comity policy test FOLDER"
                )
            }
        }
        try makeFolder()
        let lock = try Node.takeLock(folder)
        defer { lock.release() }
        try checkEmpty(except: ["lock"])
        var warnings: [String] = []
        if let problem = active.problem(agency: agency, jurisdiction: jurisdiction) {
            warnings.append("\(problem): until it does, nothing can be asked or answered")
        }
        do {
            let passphrase = try passphrase ?? madePassphrase(random)
            let configuration = NodeConfiguration(
                agency: agency,
                name: name,
                jurisdiction: jurisdiction,
                listen: listen,
                console: console,
                endpoint: endpoint.description,
                // A node that itself stands in a private network meets its peers there.
                allowPrivatePeers: allowPrivatePeers || listen.isPrivate || (self.endpoint?.isPrivate ?? false)
            )
            let keys = try NewKeys(agency: agencyID, at: clock.seconds, random: random)
            let keyring = try Keyring.create(
                at: folder.keyring,
                passphrase: passphrase,
                secrets: keys.secrets,
                parameters: keyringCost,
                random: random
            )
            let card = try keys.card(configuration, agency: agencyID, endpoint: endpoint)
            try DurableFile.write(card.bytes, to: folder.card, mode: 0o644)
            try writePolicies()
            try await fill(active: active, loaded: loaded, keyring: keyring, clock: clock, random: random)
            // Last: a folder is a node only when it is whole (`NodeFolder.exists`).
            try DurableFile.write(try configuration.encoded(), to: folder.configuration)
            return Report(
                agency: agency,
                folder: folder.path,
                fingerprint: card.fingerprint.groups,
                passphraseFile: FileManager.default.fileExists(atPath: folder.passphrase.path)
                    ? folder.passphrase.path : nil,
                warnings: warnings
            )
        } catch {
            // The folder was empty or absent before: leave it so.
            try? FileManager.default.removeItem(at: folder.url)
            throw NodeProblem(fault: error, doing: "making the node; nothing was left behind")
        }
    }

    private func check() throws(NodeProblem) -> (AgencyID, Endpoint) {
        guard let agencyID = AgencyID(agency) else {
            throw NodeProblem(
                .usage,
                "that is no agency id",
                at: "--agency",
                because: "it takes a-z, 0-9, and single - or _ between, at most 64",
                try: "--agency north-border"
            )
        }
        let isLetters = jurisdiction.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        guard jurisdiction.utf8.count == 2, isLetters else {
            throw NodeProblem(
                .usage,
                "that is no jurisdiction",
                at: "--jurisdiction",
                try: "two capital letters, as XA"
            )
        }
        guard (1...200).contains(name.utf8.count), name.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw NodeProblem(.usage, "the name is empty, too long or holds control characters", at: "--name")
        }
        let reached = endpoint ?? listen
        if endpoint == nil, ["0.0.0.0", "::"].contains(listen.host) {
            throw NodeProblem(
                .usage,
                "peers cannot connect to \(listen.host)",
                at: "--listen",
                because: "it means every address of this machine, and the card must name one",
                try: "--endpoint HOST:PORT"
            )
        }
        guard let endpoint = try? Endpoint("https://\(reached)", rule: .anyAddress) else {
            throw NodeProblem(
                .usage,
                "that is no address for peers",
                at: "--endpoint",
                try: "--endpoint node.example:7443"
            )
        }
        return (agencyID, endpoint)
    }

    private func makeFolder() throws(NodeProblem) {
        let files = FileManager.default
        try checkEmpty(except: [])
        do {
            try files.createDirectory(
                at: folder.url,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
        } catch {
            throw NodeProblem(.usage, "the folder cannot be made", at: folder.path, try: "a folder that you may write")
        }
    }

    private func checkEmpty(except own: Set<String>) throws(NodeProblem) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path),
            !Set(names).subtracting(own).isEmpty
        else { return }
        throw NodeProblem(
            .usage,
            folder.exists ? "there is a node already; nothing was changed" : "the folder is not empty",
            at: folder.path,
            try: "another folder"
        )
    }

    private func madePassphrase(_ random: RandomBytes) throws -> [UInt8] {
        let text = Array(Hex.encode(random.bytes(32)).utf8)
        try DurableFile.write(text + [0x0A], to: folder.passphrase, mode: 0o600)
        return text
    }

    private func writePolicies() throws {
        for (path, bytes) in policies {
            let url = folder.policies.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try DurableFile.write(bytes, to: url)
        }
    }

    /// The vault's first rows: the operator's account and the policies, with their entries.
    private func fill(
        active: ActivePolicies,
        loaded: LoadedPolicies,
        keyring: Keyring,
        clock: NodeClock,
        random: RandomBytes
    ) async throws {
        let vault = try await Node.openVault(
            folder,
            origin: LogOrigin.first(of: agency),
            keyring: keyring,
            clock: clock,
            random: random
        )
        _ = try await vault.commit { transaction in
            try transaction.store(
                StoredAccount(name: Node.firstAccount, roles: [Role.operator.rawValue]),
                at: clock.milliseconds()
            )
            try transaction.activate(
                StoredActivation(
                    digest: loaded.digest,
                    at: clock.milliseconds(),
                    account: nil,
                    cases: loaded.cases.count
                ),
                files: loaded.files
            )
            let who = PersonalValue(name: "account", value: Node.firstAccount, retentionClass: RetentionClass.access)
            var drafts = [
                AuditDraft(event: "user.added", actor: .system, data: ["role": "operator"], personal: [who]),
                AuditDraft(
                    event: "policy.activated",
                    actor: .system,
                    data: [
                        "old_digest": "", "new_digest": .string(active.digest),
                        "cases_passed": .integer(loaded.cases.count),
                    ]
                ),
            ]
            let changes = AgreementChange.between(
                [:],
                active.agreementDigests,
                casesPassed: loaded.cases.count
            )
            drafts += changes.map { change in
                AuditDraft(event: change.event, actor: .system, data: change.data.compactMapValues { $0 })
            }
            return ((), drafts)
        }
        await vault.close()
    }
}

/// The keys of a node that is being made.
private struct NewKeys {
    let secrets: [String: SecretBytes]
    private let tls: TLSIdentity
    private let signer: RequestSigningKey
    private let sealing: ReleaseSealingKey
    private let logKeys: NodeCard.LogKeys

    init(agency: AgencyID, at seconds: Int, random: RandomBytes) throws {
        tls = try TLSIdentity(agency: agency, notBefore: Date(timeIntervalSince1970: Double(seconds - 3_600)))
        var secrets: [String: SecretBytes] = [:]
        for name in [
            SecretName.log, SecretName.witness, SecretName.export, SecretName.record, SecretName.question,
            SecretName.caseReference, SecretName.pseudonym,
        ] {
            secrets[name] = try SecretBytes(random: 32, from: random)
        }
        secrets[SecretName.tlsKey] = try SecretBytes(copying: tls.privateKeyBytes)
        secrets[SecretName.tlsCertificate] = try SecretBytes(copying: tls.certificate)
        let seed = random.bytes(32)
        guard let signer = RequestSigningKey(seed: seed), let opening = ReleaseOpeningKey() else {
            throw NodeProblem(.fault, "the crypto library could not make a key")
        }
        secrets[SecretName.signing] = try SecretBytes(copying: seed)
        secrets[SecretName.sealing] = try SecretBytes(copying: opening.seed)
        func vkey(_ name: String, _ secret: String, _ algorithm: VerifierKey.Algorithm = .ed25519) throws -> String {
            guard let seed = secrets[secret] else { throw KeyringError.noSuchSecret(name: secret) }
            return try LogKey(name: name, seed: seed, algorithm: algorithm).verifier.text
        }
        logKeys = NodeCard.LogKeys(
            log: try vkey(LogOrigin.first(of: agency.text), SecretName.log),
            witness: try vkey("\(agency)/witness", SecretName.witness, .cosignatureV1),
            export: try vkey("\(agency)/export", SecretName.export)
        )
        self.signer = signer
        sealing = opening.publicKey
        self.secrets = secrets
    }

    func card(_ configuration: NodeConfiguration, agency: AgencyID, endpoint: Endpoint) throws -> VerifiedNodeCard {
        let card = try NodeCard(
            agency: agency,
            name: configuration.name,
            jurisdiction: configuration.jurisdiction,
            endpoints: [endpoint],
            tlsCertificate: tls.certificate,
            signingKey: signer.publicKey,
            sealingKey: sealing,
            logKeys: logKeys,
            serial: 1,
            previous: nil
        )
        return try VerifiedNodeCard(UnverifiedNodeCard(bytes: try card.signed(with: signer), rule: .anyAddress))
    }
}
