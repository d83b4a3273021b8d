// Opens a BuF by address or from a file, shows what the loader has to say about it, and runs it with what a person allows.
// Everything an artifact says is put on the page as text, never as markup.

import { createBlobSource, createHttpSource, createWebLoader, isFaygerError } from "fayger/web";
import { at, facts, goOnFrom, hex, make } from "./elements.js";
import { forgetProgram, offerToRun } from "./run.js";

const PHASES = {
  read_head: "Both ends are read, and the format is known",
  parse: "Manifest and section index are well formed",
  verify_structure: "Every part lies where it must, the checksum is right",
  verify_digest: "Manifest and index have the digests that are pinned",
  verify_signature: "The signature is that of a trusted key",
  negotiate_version: "This loader speaks its versions",
  select: "Sections for this terminal are chosen",
  resolve: "Entry and dependencies are there",
  read_sections: "Bodies are verified, at the latest when they are read",
  hand_off: "The artifact is ready",
};
const KINDS = { 1: "code", 2: "data", 3: "assets", 4: "attestation", 5: "assembly" };
const TRUST = {
  verified: ["good", "✓ Signed by a key you trust"],
  unverified: ["warn", "! Signed, but not by a key you trust"],
  unsigned: ["warn", "! Not signed"],
};
/** What a person can do about it. */
const HINTS = {
  MissingSignature: "To look at it all the same, untick the box under “Whom to trust”.",
  UntrustedKey: "Choose a trust store that has the author's key under “Whom to trust”, or untick the box there.",
  LDR_TRUST_STORE_INVALID: "A trust store is what `fayger trust add KEY.pub` writes; a key alone is none.",
  LDR_SOURCE_UNAVAILABLE:
    "A server has to serve byte ranges and, to pages of other origins, allow Range and expose Content-Range and ETag.",
};
/** Longest preview of a body, in bytes. */
const PREVIEW = 400;

let trustStore;
let opened;
let turn = 0;

function count(number) {
  return number.toLocaleString("en");
}

/** Load an artifact and show what comes of it. */
async function show(makeSource) {
  turn += 1;
  const mine = turn;
  await forgetProgram();
  await opened?.close();
  opened = undefined;
  for (const id of ["failure", "artifact"]) at(id).hidden = true;
  at("phases").replaceChildren(...Object.entries(PHASES).map(([phase, words]) => phaseRow(phase, words)));
  at("steps").hidden = false;
  at("status").textContent = "Opening …";
  try {
    const web = await createWebLoader({
      trustStore,
      enforceSignature: at("enforce").checked,
      observe: (events) => events.subscribe((event) => mine === turn && follow(event), { categories: ["load"] }),
    });
    const object = await web.load(makeSource());
    if (mine !== turn) return void object.close();
    opened = object;
    at("status").textContent = "Opened. What it is, and what it asks for, is below.";
    showArtifact(object);
    offerToRun(object, web.assembled(object), showFailure);
  } catch (error) {
    if (mine !== turn) return;
    at("status").textContent = "";
    showFailure(error);
  }
}

function showFailure(error) {
  at("failure").replaceChildren(...describe(error));
  at("failure").hidden = false;
}

function phaseRow(phase, words) {
  const row = make("li", [make("span", "·"), make("span", words), make("span", "", "soft")], "waiting");
  row.id = `phase-${phase}`;
  return row;
}

/** One event of the load. */
function follow({ name, fields }) {
  if (name === "phase_failed") markPhase(fields.phase, "✗", "bad", "refused");
  if (name === "phase_completed") {
    markPhase(fields.phase, "✓", "good", `${(Number(fields.duration_ns) / 1e6).toFixed(1)} ms`);
  }
}

function markPhase(phase, sign, className, words) {
  const row = at(`phase-${phase}`);
  const [mark, , result] = row.children;
  row.className = className === "bad" ? "bad" : "";
  mark.textContent = sign;
  mark.className = className;
  result.textContent = words;
}

function showArtifact(object) {
  const { manifest, manifestDigest, index, selection, trust } = object;
  at("name").textContent = `${manifest.name} ${manifest.version}`;
  const [className, words] = TRUST[trust];
  at("trust-level").textContent = words;
  at("trust-level").className = className;
  if (trust !== "verified") markPhase("verify_signature", "!", "warn", trust);
  const about = [
    ["Entry", `${manifest.entry.symbol} in ${manifest.entry.section}`],
    ["Code format", manifest.runtime.codeFormat],
    ["Needs", manifest.requiredCapabilities.join(", ") || "nothing"],
    ["Would like", manifest.optionalCapabilities?.join(", ")],
    ["Runtime", `${manifest.runtimeInterfaceMin.join(".")} or later`],
    ["Signed with", manifest.signature?.algorithm],
    ["Key", manifest.signature && make("code", hex(manifest.signature.keyId))],
    ["Digest", make("code", hex(manifestDigest))],
    // Whatever its author wrote: nobody shall take it for what was found out here.
    ...Object.entries(manifest.annotations ?? {}).map(([name, value]) => [`It says: ${name}`, value]),
  ];
  at("manifest").replaceChildren(...facts(about));
  const reasons = new Map(selection.skipped.map(({ sectionId, reason }) => [sectionId, reason]));
  at("sections").replaceChildren(
    ...Array.from(index, ({ sectionId, kind, length }) =>
      make("tr", [
        make("td", make("code", sectionId)),
        make("td", KINDS[kind] ?? String(kind)),
        make("td", count(length), "number"),
        make("td", reasons.has(sectionId) ? `left out: ${reasons.get(sectionId)}` : readButton(object, sectionId)),
      ]),
    ),
  );
  at("artifact").hidden = false;
}

/** A button that reads a body, which verifies it. */
function readButton(object, sectionId) {
  const cell = make("div");
  const button = make("button", "Read");
  button.type = "button";
  button.setAttribute("aria-label", `Read ${sectionId}`);
  let isAsked = false;
  button.addEventListener("click", async () => {
    if (isAsked) return;
    isAsked = true;
    const results = [];
    try {
      const body = await object.sections.read(sectionId);
      results.push(make("span", "✓ verified", "good"), make("pre", preview(body), "mono"));
    } catch (error) {
      results.push(make("span", `✗ ${error.code ?? "failed"}`, "bad"));
      showFailure(error);
    }
    const hadFocus = document.activeElement === button;
    cell.replaceChildren(...results);
    if (hadFocus) goOnFrom(results[0]);
  });
  cell.append(button);
  return cell;
}

/** The beginning of a body: as text where it is text, as hexadecimal digits otherwise. */
function preview(body) {
  const start = body.subarray(0, PREVIEW);
  const more = body.length > PREVIEW ? " …" : "";
  const text = new TextDecoder().decode(start);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const isText = !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text.slice(0, -1));
  return (isText ? text : (hex(start.subarray(0, 64)).match(/../g)?.join(" ") ?? "")) + more;
}

/** An error, with what a person can act on first. */
function describe(error) {
  if (!isFaygerError(error)) return [make("h2", "This page failed"), make("p", String(error))];
  const { phase, offset, expected, found, available, ...rest } = error.context;
  const about = [
    ["Phase", phase],
    ["Offset", offset === undefined ? undefined : `${count(offset)} (0x${offset.toString(16)})`],
    ["Expected", expected],
    ["Found", found],
    ["Available", available],
    ...Object.entries(rest).map(([name, value]) => [labelOf(name), value]),
    ["Because", becauses(error)],
  ];
  const hint = HINTS[rest.reason] ?? HINTS[error.code];
  return [
    make("h2", error.code),
    make("p", error.message),
    make("dl", facts(about.map(([name, value]) => [name, value === undefined ? "" : monospaced(value)]))),
    ...(hint === undefined ? [] : [make("p", hint, "hint")]),
  ];
}

/** What led to an error, the nearest first. */
function becauses({ cause }) {
  return isFaygerError(cause) ? [cause.message, becauses(cause)].filter(Boolean).join(": ") : cause?.message;
}

function monospaced(value) {
  return make("span", valueText(value), "mono");
}

function labelOf(name) {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

function valueText(value) {
  if (value instanceof Uint8Array) return hex(value);
  if (typeof value === "number") return count(value);
  return Array.isArray(value) ? value.join(", ") : String(value);
}

at("open").addEventListener("submit", (event) => {
  event.preventDefault();
  const { value } = at("url");
  if (value !== "") show(() => createHttpSource(value));
});
at("file").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  // Chosen again later, the same file shall be opened again.
  if (file !== undefined) show(() => createBlobSource(file)).then(() => (target.value = ""));
});
at("trust").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  trustStore = file === undefined ? undefined : new Uint8Array(await file.arrayBuffer());
  at("trusted").textContent = file?.name ?? "nobody yet";
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  at("drop").classList.add("over");
});
addEventListener("dragleave", () => at("drop").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  at("drop").classList.remove("over");
  const [file] = event.dataTransfer?.files ?? [];
  if (file !== undefined) show(() => createBlobSource(file));
});

// A link can carry the address: index.html?url=…
const address = new URLSearchParams(location.search).get("url");
if (address !== null) {
  at("url").value = address;
  show(() => createHttpSource(address));
}
