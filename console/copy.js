// A button beside what people carry elsewhere: identifiers among the facts of a page, and commands. Knows no other text.

const main = document.querySelector("main[data-copy]");

for (const text of main.querySelectorAll("dd > code, pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = main.dataset.copy;
  // Several on a page are told apart by what they stand beside.
  const name = text.closest("dd")?.previousElementSibling?.textContent;
  if (name) button.setAttribute("aria-label", `${main.dataset.copy}: ${name}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      // Not allowed here: marked, it can be copied by hand.
      getSelection().selectAllChildren(text);
      return;
    }
    button.textContent = main.dataset.copied;
    setTimeout(() => { button.textContent = main.dataset.copy; }, 2000);
  });
  text.after(button);
}
