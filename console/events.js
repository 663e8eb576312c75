// Fills in a question's page while peers are asked. The node says that something changed and nothing else; what changed is
// read from the page itself, fetched again, so that one place writes it. Knows no peer and no answer.

const progress = document.querySelector("[data-events]");
// A live region speaks at most once in so many milliseconds.
const gap = 5000;
let spoken = Date.now();
let later;

/** Says it now, or as soon as the last words are old enough; what was waiting to be said is dropped. */
function say(text) {
  clearTimeout(later);
  if (progress.textContent === text) return;
  later = setTimeout(() => { progress.textContent = text; spoken = Date.now(); }, Math.max(0, spoken + gap - Date.now()));
}

/** Puts parts that differ in the place of the old ones: whoever is in a part that is the same stays there. */
function take(fresh, name) {
  const [old, now] = [document.getElementById(name), fresh.getElementById(name)];
  if (!old || !now) return false;
  // Both as they are before: a part that is taken over leaves the page it was fetched with.
  const [parts, wanted] = [[...old.children], [...now.children]];
  wanted.forEach((part, place) => {
    if (!parts[place]) old.append(part);
    else if (parts[place].outerHTML !== part.outerHTML) parts[place].replaceWith(part);
  });
  for (const part of parts.slice(wanted.length)) part.remove();
  return true;
}

/** Reads the page again; true while peers are still asked. */
async function look() {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  // Signed out meanwhile, or something is wrong: the browser shows what.
  if (!answer.ok || answer.redirected) { location.reload(); return false; }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!take(fresh, "facts") || !take(fresh, "answers")) { location.reload(); return false; }
  const words = fresh.querySelector("[data-events]");
  if (words) { say(words.textContent); return true; }
  document.title = fresh.title;
  document.querySelector("h1").textContent = fresh.querySelector("h1").textContent;
  say(progress.dataset.done);
  return false;
}

let [isAsking, isLooking, isWanted] = [true, false, false];

/** One look at a time; what changes meanwhile is looked at next. */
async function again() {
  if (isLooking) { isWanted = true; return; }
  isLooking = true;
  do {
    isWanted = false;
    // The node may be away for a moment: the next event, or the next look, finds it back.
    try { isAsking = await look(); } catch { isWanted = false; }
  } while (isWanted);
  isLooking = false;
  if (!isAsking) source.close();
  else if (source.readyState === EventSource.CLOSED) setTimeout(again, gap);
}

const source = new EventSource(progress.dataset.events);
source.addEventListener("changed", again);
source.addEventListener("error", () => {
  // A line that broke is made anew by the browser. One that the node refuses is not: then the page looks by itself.
  if (isAsking && source.readyState === EventSource.CLOSED) setTimeout(again, gap);
});
