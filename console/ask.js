// Keeps the panel beside the form true while somebody fills it in, and what is typed kept as a draft: the node reads the form
// as it stands, and says what each peer would do. Knows no rule: what it shows is the node's own page.

const form = document.querySelector("form[data-outlook]");
const panel = document.getElementById("outlook");
const [file, rows] = [document.getElementById("file"), document.getElementById("rows")];
// Milliseconds after the last key; and how much is too much to send at each pause.
const pause = 700;
const most = 64 * 1024;
let [later, under, isOtherAgreement] = [0, new AbortController(), false];

/** Takes over a part of the page as the node writes it now, if it differs. */
function take(fresh, id) {
  const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
  if (old && now && old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
}

/** What the columns of a file are called, for which there are choices. */
function columns(page) {
  return [...page.querySelectorAll("#columns label")].map((label) => label.textContent).join("\n");
}

/** What stands in the panel is of another form than this one. */
function unsay() {
  document.getElementById("outlook-said").textContent = panel.dataset.unsaid;
  document.getElementById("outlook-body").replaceChildren();
}

async function look() {
  under.abort();
  const mine = under = new AbortController();
  const typed = new FormData(form);
  typed.delete("file");
  const fields = new URLSearchParams(typed);
  fields.set("do", "look");
  if (fields.toString().length > most || file.files.length > 0) return unsay();
  panel.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, cache: "no-store", signal: mine.signal });
    // Signed out, or something is wrong: what is typed stays, and sending it says what.
    if (!answer.ok || answer.redirected) return unsay();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["outlook-said", "outlook-body"]) take(fresh, id);
    // Choices for columns are those of one file: they stay while it does.
    if (columns(fresh) !== columns(document)) take(fresh, "columns");
    // Another agreement has other purposes, articles and holders.
    if (isOtherAgreement) for (const id of ["purpose", "basis", "offences", "peers-hint"]) take(fresh, id);
    isOtherAgreement = false;
  } catch {
    // Another look came and says it, or the node is away.
    if (!mine.signal.aborted) unsay();
  } finally {
    if (mine === under) panel.removeAttribute("aria-busy");
  }
}

// The text of a file stands in the lines, where it can be seen and corrected. A large one, and one in other letters than UTF-8,
// is read by the node.
file.addEventListener("change", async () => {
  const [chosen] = file.files;
  if (!chosen || chosen.size > most) return;
  try {
    rows.value = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
  } catch {
    return;
  }
  file.value = "";
  document.getElementById("columns").replaceChildren();
  look();
});
form.addEventListener("input", (event) => {
  isOtherAgreement ||= event.target.id === "agreement";
  clearTimeout(later);
  later = setTimeout(look, pause);
});
form.addEventListener("submit", () => { clearTimeout(later); under.abort(); });
// A draft is looked at as it was left.
if (form.dataset.outlook === "draft") look();
