// Single keys for who works without a mouse: to the first field, to a page, through rows, to the list of them. Goes nowhere
// that the page has no link to. The page of the account turns them off.

const pages = { w: "/work", a: "/ask", c: "/cases", q: "/queue", l: "/audit", s: "/status" };
let goes = false;

/** The row after, or before, the one in which the focus is. */
function step(by) {
  const rows = [...document.querySelectorAll("main tbody tr")];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1)];
  if (!next) return;
  const link = next.querySelector("a, button");
  if (!link) next.tabIndex = -1;
  (link ?? next).focus();
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping) return;
  const page = goes && document.querySelector(`nav a[href="${pages[event.key]}"]`);
  goes = event.key === "g";
  if (page) page.click();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "?") location.assign("/glossary#keys");
  else if (event.key === "/") document.querySelector("main :is(input:not([type=hidden], [type=checkbox]), select, textarea)")?.focus();
  else return;
  event.preventDefault();
});
