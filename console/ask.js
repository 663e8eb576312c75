// Keeps the panel beside the form true while somebody fills it in, and what is typed kept as a draft: the node reads the form
// as it stands, and says what each peer would do. Knows no rule: what it shows is the node's own page.

const form = document.querySelector("form[data-outlook]");
const panel = document.getElementById("outlook");
// Milliseconds after the last key; and how much is too much to send at each pause.
const pause = 700;
const most = 64 * 1024;
let [later, under] = [0, new AbortController()];

/** Takes over a part of the page as the node writes it now, if it differs. */
function take(fresh, id) {
  const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
  if (old && now && old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
}

async function look(isOtherAgreement) {
  under.abort();
  under = new AbortController();
  const fields = new URLSearchParams(new FormData(form));
  fields.set("do", "look");
  if (fields.toString().length > most) return;
  panel.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, cache: "no-store", signal: under.signal });
    // Signed out, or something is wrong: what is typed stays, and sending it says what.
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["outlook-said", "outlook-body"]) take(fresh, id);
    // Another agreement has other purposes and articles.
    if (isOtherAgreement) for (const id of ["purpose", "basis", "offences"]) take(fresh, id);
  } catch {
    // The node is away, or another look came: the next one says it.
  } finally {
    panel.removeAttribute("aria-busy");
  }
}

function soon(event) {
  clearTimeout(later);
  later = setTimeout(look, pause, event.target.id === "agreement");
}

form.addEventListener("input", soon);
form.addEventListener("submit", () => { clearTimeout(later); under.abort(); });
// A draft is looked at as it was left.
if (form.dataset.outlook === "draft") look(false);
