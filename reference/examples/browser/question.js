// Asks a person before an iFay goes on. One question at a time: the page behind it waits.

import { at, facts, plain } from "./elements.js";

let before = Promise.resolve();

/**
 * Whether a person agrees. Escape is a no, and so is the end of what asks.
 *
 * @param question gives its title, what it is about as pairs of a name and a value, the word of the button that agrees,
 *   and what to do then before the next one is asked; nothing where it need not be asked any more
 */
export function ask(question, { signal, stop }) {
  const answered = before.then(() => {
    const asked = signal.aborted ? undefined : question();
    return asked === undefined ? undefined : show(asked, signal, stop);
  });
  before = answered;
  return answered;
}

function show({ title, about, note = "", agree, agreed }, signal, stop) {
  const dialog = at("question");
  at("question-title").textContent = title;
  at("question-about").replaceChildren(...facts(about));
  at("question-note").textContent = plain(note);
  at("agree").textContent = agree;
  dialog.returnValue = "no";
  return new Promise((resolve) => {
    const leave = () => dialog.close("no");
    signal.addEventListener("abort", leave);
    dialog.addEventListener(
      "close",
      () => {
        signal.removeEventListener("abort", leave);
        if (dialog.returnValue === "stop") stop();
        if (dialog.returnValue === "yes") agreed?.();
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
    dialog.showModal();
    // The focus is on a button: what is asked is to be seen before it.
    dialog.scrollTop = 0;
  });
}

for (const [id, value] of [
  ["agree", "yes"],
  ["deny", "no"],
  ["stop-asking", "stop"],
]) {
  at(id).addEventListener("click", () => at("question").close(value));
}
// Nothing behind the question can be reached, and the keyboard goes round in it.
at("question").addEventListener("keydown", (event) => {
  if (event.key !== "Tab") return;
  const [first, last] = [at("agree"), at("stop-asking")];
  const [leaves, enters] = event.shiftKey ? [first, last] : [last, first];
  if (document.activeElement !== leaves) return;
  event.preventDefault();
  enters.focus();
});
