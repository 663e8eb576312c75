/// The parts of pages by which a script asks a security key: what it is to sign, and where the page takes what it signed.
/// Without a script they are not seen, and the code beside them is the way.

import Accounts
import NodeCore

enum KeyParts {
    /// For signing in, or for an act; empty where no key can sign.
    ///
    /// - Parameters:
    ///   - name: tells the parts of one page apart.
    ///   - code: the field that a key stands in for.
    ///   - keys: those that may sign; nil: whichever knows this console.
    static func signing(
        _ name: String,
        code: String,
        for use: ChallengeUse,
        _ keys: [String]?,
        _ visit: Visit
    ) -> Markup {
        // Where a challenge cannot be made, the code is still there.
        guard keys?.isEmpty != true, let party = visit.node.relyingParty,
            let challenge = (try? visit.node.challenge(for: use)) ?? nil
        else { return .empty }
        let words = visit.words.keys
        // Said once, at the door: a page may have several such parts.
        let noScript: Markup = keys == nil ? "<noscript><p class=\"hint\">\(words.noScript)</p></noscript>" : .empty
        return """
            <input type="hidden" name="key-\(name)" value="">
            <div class="security-key" id="part-\(name)" data-ask="signature" data-field="key-\(name)" data-code="\(code)" \
            data-challenge="\(challenge)" \(place(party)) data-keys="\(keys?.joined(separator: " ") ?? "")" hidden>
            <button type="button">\(words.use)</button>\(said(party, words.failed, words))
            </div>\(noScript)
            """
    }

    /// For registering one.
    static func registering(_ offer: SecurityKeyOffer, _ session: Session, _ visit: Visit) -> Markup {
        let words = visit.words.keys
        return """
            <input type="hidden" name="registration" value="">
            <div class="security-key" id="part-registration" data-ask="registration" data-field="registration" \
            data-challenge="\(offer.challenge)" \(place(offer.party)) data-keys="\(session.keys.joined(separator: " "))" \
            data-name="Comity \(visit.node.configuration.agency)" data-owner="\(offer.owner)" \
            data-account="\(offer.account)" hidden>
            <button type="button" class="main">\(words.register)</button>\(said(offer.party, words.registerFailed, words))
            </div>
            <noscript><p class="notice warn">\(words.noScript)</p></noscript>
            """
    }

    /// A key's word, where one was used; else the code.
    static func proof(_ form: Form, _ name: String, code: String) -> FactorProof {
        let signed = form.exactly("key-\(name)")
        return signed.isEmpty ? .code(form[code]) : .key(signed)
    }

    private static func place(_ party: RelyingParty) -> Markup {
        "data-party=\"\(party.id)\" data-origin=\"\(party.origin)\""
    }

    /// What the script shows where it does not work out, or where the page is open under another name.
    private static func said(_ party: RelyingParty, _ failed: String, _ words: Wording.KeyWords) -> Markup {
        let script = Asset.named("keys.js")?.path ?? ""
        return """
            <p class="failed" role="status" data-failed="\(failed)"></p>
            <p class="hint elsewhere" hidden>\(words.elsewhere) <a href="\(party.origin)/">\(party.origin)/</a></p>
            <script type="module" src="\(script)"></script>
            """
    }
}
