// Asks a person what a program may do, and runs it with that and nothing else. An iFay is offered, run and ended alike.

import { createDomSurfaces, createWebFayger } from "fayger/web";
import { at, facts, goOnFrom, make } from "./elements.js";
import { aboutIFay, watchIFay } from "./ifay.js";

/** What each capability that a browser has means. */
const MEANINGS = {
  "net.http": "fetch from the addresses below",
  "net.websocket": "open WebSockets to the addresses below",
  "ui.dom": "draw on this page, in a frame of its own",
  "ui.input": "hear what you press and write in that frame",
  "time.clock": "know what time it is",
  "time.timer": "wait, and be woken",
  "random.get": "get random numbers",
  "crypto.primitive": "compute digests, signatures and ciphers",
};

let offered;
let stopRunning;
let whenEnded = Promise.resolve();

/** End what runs, and take back what was offered. */
export async function forgetProgram() {
  offered = undefined;
  at("consent").hidden = true;
  stopRunning?.abort();
  await whenEnded;
  at("running").hidden = true;
}

/**
 * Ask what a loaded artifact may do.
 *
 * @param assembled what it is assembled of, where it is an iFay: its parts reach each other alone, and need nothing here
 * @param failed told why it did not come to run, or how it failed
 */
export function offerToRun(object, assembled, failed) {
  offered = { object, assembled, failed };
  const isIFay = assembled !== undefined;
  const { requiredCapabilities, optionalCapabilities = [] } = isIFay ? { requiredCapabilities: [] } : object.manifest;
  at("terms").textContent = isIFay
    ? "It is made of programs that reach each other, and nothing of this page, your files or the network."
    : "What you leave out does not exist for the program.";
  at("made").replaceChildren(...(isIFay ? facts(aboutIFay(object, assembled)) : []));
  at("made").hidden = !isIFay;
  at("wishes").hidden = isIFay;
  at("run").textContent = isIFay ? "Assemble and run" : "Allow this and run";
  at("capabilities").replaceChildren(
    ...requiredCapabilities.map((name) => capabilityRow(name, true)),
    ...optionalCapabilities.map((name) => capabilityRow(name, false)),
  );
  const names = [...requiredCapabilities, ...optionalCapabilities];
  at("reach-row").hidden = !names.some((name) => name.startsWith("net."));
  at("engine").disabled = !crossOriginIsolated;
  at("engine-absent").hidden = crossOriginIsolated;
  at("consent").hidden = false;
}

function capabilityRow(name, isRequired) {
  const box = make("input");
  box.type = "checkbox";
  box.value = name;
  box.checked = name in MEANINGS;
  box.disabled = !(name in MEANINGS);
  const words = MEANINGS[name] ?? "is nothing that a page can do";
  const row = make("label", [box, make("span", [words, " ", make("code", name, "soft")])], "check");
  if (isRequired) row.lastChild.append(make("span", " · needed", "soft"));
  return row;
}

at("consent").addEventListener("submit", (event) => {
  event.preventDefault();
  if (offered === undefined) return;
  const allowed = [...at("capabilities").querySelectorAll("input:checked")].map(({ value }) => value);
  const network = at("reach").value.split(/[\s,]+/).filter((rule) => rule !== "");
  at("consent").hidden = true;
  at("failure").hidden = true;
  stopRunning = new AbortController();
  whenEnded = run(offered, { capabilities: allowed, network }, stopRunning);
});
at("stop").addEventListener("click", () => stopRunning?.abort());

/** Run a program to its end, with what `policy` allows. */
async function run({ object, assembled, failed }, policy, stopper) {
  const { signal } = stopper;
  const seen = watch();
  at("state").textContent = "Running";
  at("stop").hidden = false;
  at("surface").replaceChildren();
  at("negotiated").textContent = "";
  at("did").hidden = assembled !== undefined;
  at("ifay").hidden = true;
  at("running").hidden = false;
  at("running").scrollIntoView();
  // The button that was pressed is gone, and nothing lies under the next press of its key.
  goOnFrom(at("state"));
  let fayger;
  const iFay = assembled && watchIFay(object, assembled, { signal, stop: () => stopper.abort() });
  try {
    fayger = await createWebFayger({
      policy,
      engines: at("engine").checked ? ["worker"] : ["interpreter"],
      services: { surfaces: createDomSurfaces({ mount: at("surface") }) },
      observe: (events) =>
        iFay === undefined
          ? events.subscribe(seen.event, { categories: ["capability", "instruction"] })
          : events.subscribe(iFay.hear, { categories: ["assembly"] }),
    });
    const { assembly, running } = iFay ?? {};
    const result = await fayger.run(object, { signal, ...(iFay && { assembly, running }) });
    const { state, exitCode, failure, exceeded } = result;
    at("state").textContent = exitCode === undefined ? state : `${state}, exit code ${exitCode}`;
    const error = failure?.error ?? exceeded;
    if (error !== undefined) failed(error);
  } catch (error) {
    // What was stopped before it ran is no failure.
    at("state").textContent = signal.aborted ? "Terminated" : "Not run";
    if (!signal.aborted) failed(error);
  } finally {
    const hadFocus = at("running").contains(document.activeElement);
    at("stop").hidden = true;
    // What is still asked is asked for nobody.
    stopper.abort();
    // A worker that was kept for the next program would wait for none: each run has a Fayger of its own.
    await fayger?.close();
    if (iFay === undefined) seen.show();
    else iFay.end();
    // What was pressed or written into is gone.
    const isFocusGone = document.activeElement === document.body || !document.activeElement.checkVisibility();
    if (hadFocus && isFocusGone) goOnFrom(at("state"));
  }
}

/** Counts what a program does, and shows it at most once a frame. */
function watch() {
  const counts = new Map();
  let frame;
  const show = () => {
    frame = undefined;
    let total = 0;
    const rows = [...counts].map(([name, { answered, refused }]) => {
      total += answered + refused;
      const cells = [answered, refused].map((count) => make("td", String(count), "number"));
      if (refused > 0) cells[1].classList.add("bad");
      return make("tr", [make("td", make("code", name)), ...cells]);
    });
    at("instructions").replaceChildren(...rows);
    at("total").textContent = total === 0 ? "nothing yet" : `${total.toLocaleString("en")} instructions`;
  };
  const event = ({ name, fields }) => {
    if (name === "negotiated") at("negotiated").textContent = negotiated(fields);
    if (name !== "dispatched" && name !== "completed") return;
    const count = counts.get(fields.instruction) ?? { answered: 0, refused: 0 };
    counts.set(fields.instruction, count);
    // What is begun is counted when it has ended.
    if (fields.status !== 0) count.refused += 1;
    else if (name === "completed" || !fields.asynchronous) count.answered += 1;
    frame ??= requestAnimationFrame(show);
  };
  show();
  return { event, show };
}

/** What the negotiation gave, in a sentence. */
function negotiated({ granted, denied, warnings }) {
  const parts = [`Granted: ${granted.join(", ") || "nothing"}.`];
  if (denied.length > 0) parts.push(`Denied: ${denied.join(", ")}.`);
  if (warnings.length > 0) parts.push(`As far as a browser lets it: ${warnings.join(", ")}.`);
  return parts.join(" ");
}

// A link can propose what may be reached: it counts when a person has seen it and agreed.
at("reach").value = new URLSearchParams(location.search).get("reach") ?? "";
