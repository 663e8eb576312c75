// Says two minutes before a session ends that it will, and keeps it when somebody wants so. Another page of the same session
// may have kept it meanwhile: then the word comes early, and does no harm.

const part = document.getElementById("session");
const before = 120;
let since = performance.now();

part?.querySelector("button").addEventListener("click", async () => {
  const answer = await fetch("/glossary", { cache: "no-store", redirect: "manual" }).catch(() => undefined);
  if (!answer?.ok) return location.reload();
  since = performance.now();
  part.hidden = true;
});
if (part) {
  setInterval(() => { part.hidden = performance.now() - since < (part.dataset.idle - before) * 1000; }, 2000);
}
