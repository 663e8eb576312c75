// Checks in the browser that an entry stands in the node's log: the leaf's hash, the path to the root, the signature under
// the checkpoint (RFC 9162, C2SP signed notes). Trusts nothing that the page says but the key, and remembers that.

const utf8 = new TextEncoder();

export function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export async function sha256(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) { whole.set(part, place); place += part.length; }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

const isSame = (left, right) => left.length === right.length && left.every((byte, place) => byte === right[place]);

/** The root to which the path leads from the leaf (RFC 9162, section 2.1.3.2); null if the path does not fit the place. */
export async function rootOf(leaf, index, size, path) {
  if (!(index >= 0 && index < size)) return null;
  let [at, last] = [index, size - 1];
  let hash = await sha256([0], leaf);
  for (const step of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = await sha256([1], step, hash);
      while (at % 2 === 0 && at !== 0) { at = Math.floor(at / 2); last = Math.floor(last / 2); }
    } else {
      hash = await sha256([1], hash, step);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

/** `name+id+key` of a log: its name, and the Ed25519 key of 32 bytes. */
export async function verifierKey(text) {
  const [, name, id, key] = text.match(/^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/) ?? [];
  if (!name) return null;
  const raw = bytes(key);
  if (raw.length !== 33 || raw[0] !== 1) return null;
  const hash = await sha256(utf8.encode(name + "\n"), raw);
  const own = [...hash.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return own === id ? { name, id: hash.slice(0, 4), key: raw.slice(1) } : null;
}

/** The size and root that a checkpoint states under the log's own signature; null if it does not verify. */
export async function checkpoint(note, key) {
  const cut = note.indexOf("\n\n");
  if (cut < 0) return null;
  const text = note.slice(0, cut + 1);
  const lines = text.split("\n");
  if (lines[0] !== key.name || !/^(0|[1-9][0-9]{0,15})$/.test(lines[1] ?? "")) return null;
  for (const line of note.slice(cut + 2).split("\n")) {
    const [, name, box] = line.match(/^\u2014 (\S+) (\S+)$/) ?? [];
    if (name !== key.name) continue;
    const signature = bytes(box);
    if (signature.length !== 68 || !isSame(signature.slice(0, 4), key.id)) continue;
    const signer = await crypto.subtle.importKey("raw", key.key, "Ed25519", false, ["verify"]);
    if (!(await crypto.subtle.verify("Ed25519", signer, signature.slice(4), utf8.encode(text)))) return null;
    return { size: Number(lines[1]), root: bytes(lines[2]) };
  }
  return null;
}

/** What is wrong with a proof; null if nothing is. */
export async function defect(proof) {
  const key = await verifierKey(proof.key);
  if (!key) return "key";
  const head = await checkpoint(proof.checkpoint, key);
  if (!head) return "signature";
  const root = await rootOf(proof.leaf, proof.index, head.size, proof.path);
  if (!root || !isSame(root, head.root)) return "path";
  return null;
}

// The key that was seen first stays: a node that shows another one later is asked why.
function pinned(key) {
  const name = "comity-log-key:" + key.split("+")[0];
  try {
    const known = localStorage.getItem(name);
    if (known === null) localStorage.setItem(name, key);
    return known === null || known === key;
  } catch {
    return true;
  }
}

async function check(badge) {
  const part = (name) => badge.querySelector(`[data-proof="${name}"]`).textContent;
  const show = (state) => {
    badge.dataset.state = state;
    for (const words of badge.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== state;
  };
  try {
    const proof = {
      leaf: bytes(part("leaf")),
      index: Number(part("index")),
      path: part("path").split(" ").filter((hash) => hash).map(bytes),
      checkpoint: part("checkpoint"),
      key: part("key").trim(),
    };
    const wrong = pinned(proof.key) ? await defect(proof) : "key";
    // What is shown must be what was proved.
    const shown = document.querySelector("[data-leaf]")?.textContent;
    const isShown = shown === undefined || shown === new TextDecoder().decode(proof.leaf);
    show(wrong === null && isShown ? "verified" : "failed");
  } catch (error) {
    // A browser without Ed25519 cannot tell; anything else does not verify.
    show(error?.name === "NotSupportedError" ? "unchecked" : "failed");
  }
}

if (typeof document !== "undefined") {
  for (const badge of document.querySelectorAll(".badge")) check(badge);
}
