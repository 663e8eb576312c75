// One exchange under fixed keys, from hello to a release: the values behind docs/protocol/example.md.
import ObliviousPRF
import PeerTrust
import SetIntersection
import Sodium
import Synchronization
import TestSupport
import Testing
import WireProtocol

/// An HTTP message as it travels, with what its signature was made over.
struct ShownMessage {
    var start: String
    var fields: [(name: String, value: String)]
    var body: [UInt8]
    var base: String
}

/// Two agencies whose keys are printed. Nothing here may be used anywhere else.
struct ExampleExchange {
    static let time = 1_795_500_000
    static let authority = "sound-coast.example:8443"
    static let agreement = "narrow-sea"
    static let epoch = 12
    static let keyID = "2026-11-01"

    let asker: AgencyID
    let holder: AgencyID
    let askerKey: RequestSigningKey
    let holderKey: RequestSigningKey
    let opening: ReleaseOpeningKey
    let query: MessageID
    let request: MessageID
    let handle: Handle
    /// Kind ‖ 00 ‖ value.
    let keys: [[UInt8]]

    init() throws {
        asker = try #require(AgencyID("north-border"))
        holder = try #require(AgencyID("sound-coast"))
        askerKey = try #require(RequestSigningKey(seed: Self.filled(1)))
        holderKey = try #require(RequestSigningKey(seed: Self.filled(2)))
        opening = try #require(ReleaseOpeningKey(seed: Self.filled(3)))
        query = try #require(MessageID("7b1c1f0e-5a43-4c0b-9d0c-2f6c3f0f7a11"))
        request = try #require(MessageID("0d2f5f4e-2a51-4f0e-9a3c-8c7b3f1f2a10"))
        handle = try Handle(text: "00a1b2c3d4")
        keys = [
            Array("imo".utf8) + [0] + Array("9074729".utf8), Array("phone".utf8) + [0] + Array("+4915124427727".utf8),
        ]
    }

    static func filled(_ byte: UInt8, _ count: Int = 32) -> [UInt8] { [UInt8](repeating: byte, count: count) }

    // MARK: The match

    /// What asker and holder compute in a query.
    struct Match {
        var indexID: IndexID
        var publicKey: [UInt8]
        var segment: [UInt8]
        var points: PointsByClass
        var answer: QueryAnswer
        var opening: Opening
        var output: [UInt8]
        var slot: Int
        var hitKey: HitKey

        /// The first four slots of the output, 13 bytes each, by the page's formula.
        func slots() throws -> [[UInt8]] {
            let message = Array("comity/slot/v1".utf8) + indexID.bytes + [0, 0, 0, 0]
            let digest = try BLAKE2b.hash(message, key: SecretBytes(copying: output), length: 64)
            return stride(from: 0, to: 52, by: 13).map { Array(digest[$0..<$0 + 13]) }
        }
    }

    func match() throws -> Match {
        let keyClass = SetIntersection.KeyClass.identifiers
        let scope = try IndexScope(
            agreement: Self.agreement,
            asker: asker.text,
            holder: holder.text,
            epoch: Self.epoch
        )
        let id = try scope.indexID(of: keyClass)
        let key = try EpochSeed(SecretBytes(copying: Self.filled(4))).evaluationKey(of: id)
        var builder = IndexBuilder(adding: MatchIndex(id: id, segments: []), key: key)
        builder.add([(key: keys[1], handle: handle)])
        let random = Self.random()
        let segment = try builder.finish(random: random).segment

        let question = try BlindedQuestion(
            query: QueryID(bytes: query.bytes),
            keys: [keyClass: keys],
            seed: BlindSeed(SecretBytes(copying: Self.filled(5)))
        )
        let batch = try #require(question.batches.first)
        let evaluated = try HolderAnswer(keys: [keyClass: key]).answer(batch, random: random)
        let sent = try PointsByClass([keyClass.name: try #require(batch.classes.first).points.bytes])
        let evaluation = try #require(evaluated.first).evaluation
        let answer = QueryAnswer(
            query: query,
            epoch: Self.epoch,
            indexVersion: 3,
            evaluated: try PointsByClass([keyClass.name: evaluation.elements]),
            proofs: [keyClass.name: evaluation.proof]
        )
        let outputs = try question.finalise([evaluated], publicKeys: [keyClass: key.publicKey])
        let copy = [keyClass: MatchIndex(id: id, segments: [segment])]
        let hit = try #require(outputs.lookUp(in: copy).first)
        let agreeing = try #require(hit.keys.first)
        try #require(hit.handle == handle && agreeing.position == 1)
        return Match(
            indexID: id,
            publicKey: key.publicKey.bytes,
            segment: segment.withUnsafeBytes { Array($0) },
            points: sent,
            answer: answer,
            opening: try #require(try question.opening(at: 1)),
            output: try #require(outputs.withOutput(at: 1) { Array($0) }),
            slot: agreeing.slot,
            hitKey: try outputs.hitKey(of: agreeing, in: copy)
        )
    }

    /// The same bytes each time; the chaff and the nonce of the proof come from it.
    private static func random() -> RandomBytes {
        let state = Mutex(SplitMix64(seed: 6))
        return RandomBytes { buffer in
            for offset in buffer.indices {
                buffer[offset] = state.withLock { UInt8(truncatingIfNeeded: $0.next()) }
            }
        }
    }

    // MARK: Bodies

    func queryRequest(_ match: Match) -> QueryRequest {
        QueryRequest(
            query: query,
            agreement: Self.agreement,
            agreementDigest: Self.filled(0xAB),
            epoch: Self.epoch,
            purpose: "investigate",
            offence: "migrant-smuggling",
            legalBasis: "UN-SOM",
            caseReference: Self.filled(0xCD),
            analyst: "a-0123456789abcdef",
            urgency: .normal,
            keys: match.points.count,
            keyKinds: ["imo", "phone"],
            points: match.points
        )
    }

    func disclosureQuestion() -> DisclosureQuestion {
        DisclosureQuestion(
            id: request,
            agreement: Self.agreement,
            handle: handle.description,
            epoch: Self.epoch,
            fields: ["birth_date", "full_name"],
            reason: "Boarding on Thursday",
            confirmed: true
        )
    }

    func disclosureRequest(_ match: Match) throws -> DisclosureRequest {
        let question = disclosureQuestion()
        let mac = try match.hitKey.proof(request: try question.provenBytes(), slot: match.slot)
        return DisclosureRequest(
            question: question,
            query: query,
            urgency: .urgent,
            sealing: SealingKeyOffer(id: Self.keyID, key: opening.publicKey),
            proofs: [HitProof(mac: mac, slot: match.slot)]
        )
    }

    // MARK: The release

    /// The bytes that bind a release, and those inside it.
    struct Inside {
        var info: [UInt8]
        var additionalData: [UInt8]
        var release: Release
        var padded: [UInt8]
    }

    func inside() throws -> Inside {
        let info = try ReleaseContext(
            agreement: Self.agreement,
            request: request,
            holder: holder.text,
            asker: asker.text,
            handle: handle.description,
            epoch: Self.epoch,
            keyID: Self.keyID
        ).info()
        let bound = try ReleaseTerms(
            handling: "H1",
            source: "B2",
            retention: "2027-11-24",
            onward: "forbidden",
            policyDigest: String(repeating: "ef", count: 32)
        ).additionalData()
        var release = Release(
            fields: ["birth_date": ["1988-02-11"], "full_name": ["Yusuf Sahin"]],
            recipient: asker.text,
            request: request,
            signature: []
        )
        let signed = try release.signedBytes(info: info, additionalData: bound)
        release.signature = try #require(holderKey.sign(signed))
        return Inside(info: info, additionalData: bound, release: release, padded: try release.padded())
    }

    /// HPKE draws its own randomness, so a release cannot be made twice: one that opens to the right words is kept.
    func sealed(keeping page: String) throws -> SealedRelease {
        let inside = try inside()
        for line in page.split(separator: "\n") where line.hasPrefix("    {\"deadline\"") {
            guard let status = try? DisclosureStatus(body: Array(line.dropFirst(4).utf8)),
                case .released(let sealed) = status.state, sealed.additionalData == inside.additionalData
            else { continue }
            let bytes = SealedBytes(encapsulation: sealed.encapsulation, ciphertext: sealed.ciphertext)
            let opened = opening.open(bytes, info: inside.info, additionalData: inside.additionalData)
            if opened == inside.padded { return sealed }
        }
        let sealed = try #require(
            opening.publicKey.seal(inside.padded, info: inside.info, additionalData: inside.additionalData)
        )
        return SealedRelease(
            keyID: Self.keyID,
            encapsulation: sealed.encapsulation,
            ciphertext: sealed.ciphertext,
            additionalData: inside.additionalData
        )
    }

    // MARK: Messages

    /// Request and answer number `number`, signed by either side; ids, nonces and receipts are counted.
    func exchange(
        _ number: UInt8,
        _ route: Route,
        body: [UInt8] = [],
        status: Int = 200,
        answer: [UInt8]
    ) throws -> (request: ShownMessage, answer: ShownMessage) {
        let uri = "https://\(Self.authority)\(route.path)"
        let signed = try #require(
            MessageSigner(key: askerKey).sign(
                method: route.method,
                targetURI: uri,
                contentType: route.contentType,
                body: body,
                message: message(2 * number, from: asker, to: holder),
                receipt: receipt(2 * number, of: asker),
                created: Self.time
            )
        )
        let fields = try #require(
            MessageSigner(key: holderKey).sign(
                status: status,
                contentType: MediaType.message,
                body: answer,
                message: message(2 * number + 1, from: holder, to: asker),
                receipt: receipt(2 * number + 1, of: holder),
                request: signed.components,
                created: Self.time
            )
        )
        let length = route.method == "POST" ? [("Content-Length", "\(body.count)")] : []
        let covered = ["@method": route.method, "@target-uri": uri]
        let base = try Self.base(signed.fields, own: covered, request: [:])
        var sent = Dictionary(uniqueKeysWithValues: signed.fields.map { ($0.name, $0.value) })
        sent.merge(covered) { first, _ in first }
        return (
            ShownMessage(
                start: "\(route.method) \(route.path) HTTP/1.1",
                fields: [("Host", Self.authority)] + length
                    + signed.fields.map { (Self.capitalised($0.name), $0.value) },
                body: body,
                base: base
            ),
            ShownMessage(
                start: "HTTP/1.1 \(status) \(status == 202 ? "Accepted" : "OK")",
                fields: [("Content-Length", "\(answer.count)")] + fields.map { (Self.capitalised($0.name), $0.value) },
                body: answer,
                base: try Self.base(fields, own: ["@status": "\(status)"], request: sent)
            )
        )
    }

    /// The signature base, put together from the page's own words (RFC 9421 section 2.5) and not by the program.
    private static func base(
        _ fields: [MessageField],
        own: [String: String],
        request: [String: String]
    ) throws -> String {
        var values = own
        for field in fields { values[field.name] = field.value }
        let input = try #require(values["signature-input"]).dropFirst("comity=".count)
        let components = input.dropFirst().prefix { $0 != ")" }.split(separator: " ")
        let lines = try components.map { component in
            let ofRequest = component.hasSuffix(";req")
            let name = component.dropLast(ofRequest ? 4 : 0).filter { $0 != "\"" }
            return "\(component): \(try #require(ofRequest ? request[name] : values[name]))\n"
        }
        return lines.joined() + "\"@signature-params\": \(input)"
    }

    private static func capitalised(_ name: String) -> String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
    }

    private func message(_ number: UInt8, from: AgencyID, to: AgencyID) throws -> ComityMessage {
        let id = try #require(MessageID(random: Self.filled(number, 16)))
        return try #require(ComityMessage(id: id, from: from, to: to, nonce: Self.filled(0xA0 + number, 16)))
    }

    private func receipt(_ number: UInt8, of agency: AgencyID) throws -> AuditReceipt {
        let leaf = Self.filled(0xE0 + number)
        return try #require(AuditReceipt(origin: "\(agency)/audit/1", index: 40 + Int(number), leaf: leaf))
    }
}
