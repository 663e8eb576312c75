// Asks a security key where a page has a place for one: to sign instead of a code, or to be registered. What it is to sign
// stands in the page, and what it signed goes with the page's own form. Knows no rule; without it the code is the way.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer ?? [])))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
// A challenge at the door stands five minutes.
const fresh = 240000;

/** What the key is to sign: what the page said, unless that was used or is old; then what the page says now. */
async function challenge(part) {
  if (part.dataset.used || performance.now() > fresh) {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => undefined);
    const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
    part.dataset.challenge = page?.getElementById(part.id)?.dataset.challenge ?? part.dataset.challenge;
  }
  part.dataset.used = "yes";
  return part.dataset.challenge;
}

const keys = (part) => part.dataset.keys.split(" ").filter((id) => id).map((id) => ({ type: "public-key", id: bytes(id) }));

async function signature(part) {
  const asked = await challenge(part);
  const { rawId, response } = await navigator.credentials.get({ publicKey: {
    challenge: bytes(asked), rpId: part.dataset.party, allowCredentials: keys(part), userVerification: "required",
  } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return [asked, ...[rawId, clientDataJSON, authenticatorData, signature, userHandle].map(text)].join(".");
}

async function registration(part) {
  const { challenge, party, name, owner, account } = part.dataset;
  const { rawId, response } = await navigator.credentials.create({ publicKey: {
    challenge: bytes(challenge), rp: { id: party, name },
    user: { id: bytes(owner), name: account, displayName: account },
    pubKeyCredParams: [-7, -8].map((alg) => ({ type: "public-key", alg })), excludeCredentials: keys(part),
    authenticatorSelection: { residentKey: "required", userVerification: "required" }, attestation: "none",
  } });
  return [challenge, ...[rawId, response.clientDataJSON, response.attestationObject].map(text)].join(".");
}

for (const part of document.querySelectorAll("[data-ask]")) {
  const [button, failed] = [part.querySelector("button"), part.querySelector(".failed")];
  const form = part.closest("form");
  const field = form.elements[part.dataset.field];
  const code = form.elements[part.dataset.code];
  const isHere = location.origin === part.dataset.origin;
  part.hidden = false;
  button.hidden = !isHere || !window.PublicKeyCredential;
  part.querySelector(".elsewhere").hidden = isHere;
  button.addEventListener("click", async () => {
    // What else the form needs is asked for before the key is.
    if (code) code.required = false;
    try {
      if (!form.reportValidity()) return;
      failed.textContent = "";
      field.value = await (part.dataset.ask === "signature" ? signature(part) : registration(part));
      if (code) code.value = "";
      form.requestSubmit(form.querySelector("button:not([type=button])"));
    } catch {
      failed.textContent = failed.dataset.failed;
    } finally {
      // The form is on its way by now; a page that stays, because a file came, begins anew.
      field.value = "";
      if (code) code.required = true;
    }
  });
}
