// Shows an iFay while it is assembled and runs, and asks a person what it may not do on its own.
// Everything an artifact says is put on the page as text, never as markup.

import { at, goOnFrom, hex, make } from "./elements.js";
import { ask } from "./question.js";
import { readCommand, shortened, valuesText, valueText } from "./values.js";

const DRIVEN_BY = {
  command: "you: it does nothing that you did not command",
  ego: "a model, within its boundaries",
  autonomous: "itself, within its boundaries",
};
/** Who calls what was commanded or chosen. */
const ENTRY = "assembly/main";
/** Lines that are kept on the page: an iFay may tell more than a page holds. */
const MOST_LINES = 500;

/** Persistent permissions that were given since the page was opened, by the digest of the artifact. */
const given = new Map();

function givenTo({ manifestDigest }) {
  const digest = hex(manifestDigest);
  if (!given.has(digest)) given.set(digest, new Set());
  return given.get(digest);
}

/** What a person should know before it runs, as pairs of a name and a value. */
export function aboutIFay(object, { manifest, parts }) {
  const { controlMode, permissions = {}, ego } = manifest;
  const { skillBoundaries = {}, permissionBoundaries = {} } = ego?.constraints ?? {};
  const bounds = (name) => [...(skillBoundaries[name] ?? []), ...(permissionBoundaries[name] ?? [])].join(", ");
  const bound = controlMode !== "command";
  const already = givenTo(object);
  const persistent = (permissions.persistent ?? []).filter((name) => !already.has(name));
  return [
    ["Driven by", DRIVEN_BY[controlMode]],
    ["Made of", `${parts.length} parts: ${parts.map(({ name }) => name).join(", ")}`],
    ["May", permissions.inherent?.join(", ")],
    ["Has to ask for", persistent.join(", ")],
    ["You allowed", already.size === 0 ? "" : [`${[...already].join(", ")} `, forgetButton(already)]],
    ["Asks each time", bound ? bounds("requiresConfirmation") : ""],
    ["Uses only", bound ? bounds("allowed") : ""],
    ["Never may", bound ? bounds("restricted") : ""],
  ];
}

function forgetButton(already) {
  const button = make("button", "Forget");
  button.type = "button";
  button.addEventListener("click", () => {
    already.clear();
    const said = make("span", "nothing any more");
    button.parentElement.replaceChildren(said);
    goOnFrom(said);
  });
  return button;
}

/**
 * Watch one run of an iFay.
 *
 * @returns `hear`, for its events; `assembly` and `running`, for `Fayger.run`; and `end`, when it is over
 */
export function watchIFay(object, { manifest, parts }, { signal, stop }) {
  const already = givenTo(object);
  const lines = storyLines();
  const calls = new Map();
  const counts = { done: 0, refused: 0, failed: 0 };
  const whoAsks = (caller) => (caller === ENTRY ? manifest.name : `${caller}, a part of ${manifest.name}`);
  // Each value by itself: one that is read from the right would turn the order of those behind it.
  const withInput = (action, input) => [action, ...input.flatMap((value) => [" ", make("bdi", valueText(value))])];

  const confirm = async ({ action, caller, skill, permission, input }) => {
    const wants = [skill && `skill ${skill}`, permission && `permission ${permission}`].filter(Boolean).join(" and ");
    const about = [
      ["Who asks", whoAsks(caller)],
      ["Wants to", withInput(action, input)],
      ["Why you", `each use of the ${wants} is to be confirmed`],
      ["Holds", "this once"],
    ];
    return waiting(() => ({ title: "Let it do this?", about, agree: "Allow this once" }));
  };
  const prove = async (method, permission, { action, caller, input }) => {
    const about = [
      ["Who asks", whoAsks(caller)],
      ["Wants", permission],
      ["In order to", withInput(action, input)],
      ["Holds", "from now on, for everything that needs it, until you leave this page"],
    ];
    const note = `Its author wants you to prove by ${method} who you are. This page takes your word for it.`;
    const agreed = () => already.add(permission);
    const question = { title: "Give it a permission?", about, note, agree: "Allow from now on", agreed };
    // It may be given while others are asked.
    await waiting(() => (already.has(permission) ? undefined : question));
    return already.has(permission);
  };
  let asking = 0;
  async function waiting(question) {
    asking += 1;
    at("state").textContent = "Waiting for you";
    const yes = (await ask(question, { signal, stop })) === true;
    asking -= 1;
    if (asking === 0 && !signal.aborted) at("state").textContent = isAssembled ? "Running" : "Assembling";
    return yes;
  }

  function ended({ action, call, outcome, host_error: hostError = "", code }) {
    const { line, part, within, explained } = calls.get(call) ?? {};
    calls.delete(call);
    if (line === undefined) return;
    const why = failureText(outcome, hostError, code);
    line.lastChild.append(make("span", outcome === "done" ? " ✓" : ` ✗ ${why}`, outcome === "done" ? "good" : "bad"));
    if (outcome === "done") counts.done += 1;
    else {
      // What it was part of fails for the same reason.
      const around = calls.get(within);
      if (around !== undefined) around.explained = true;
      if (explained) return;
      counts.failed += 1;
      lines.add("failed", `${action}: ${why}`, "bad");
    }
  }

  function refused({ action, caller, reason }) {
    counts.refused += 1;
    const around = [...calls.values()].filter(({ part }) => part === caller).at(-1);
    if (around !== undefined) around.explained = true;
    const [part] = action.split(".");
    const facts = parts.find(({ name }) => name === part)?.actions.find(({ name }) => action === `${part}.${name}`);
    const asker = caller === ENTRY ? "" : `, which ${caller} wanted`;
    lines.add("refused", `${action}${asker}: ${refusalText(reason, facts ?? {})}`, "warn");
  }

  const steps = new Map();
  let isAssembled = false;
  const marked = (step, sign, className) => steps.get(step)?.lastChild.prepend(make("span", `${sign} `, className));
  const HEARD = {
    step_started: ({ step, parts: names }) => {
      const text = step === "control_mode" ? manifest.controlMode : names.join(", ") || "none";
      steps.set(step, lines.add(step.replaceAll("_", " "), text));
    },
    step_completed: ({ step }) => marked(step, "✓", "good"),
    step_failed: ({ step }) => marked(step, "✗", "bad"),
    step_undone: ({ step }) => marked(step, "undone:", "warn"),
    // Whether or not anybody waits for it.
    part_failed: ({ part, code, message }) => lines.add("part failed", `${part}: ${code}, ${message}`, "bad"),
    completed: ({ fay_id: id }) => {
      isAssembled = true;
      if (asking === 0) at("state").textContent = "Running";
      if (id !== undefined) lines.add("identity", id);
    },
    reported: ({ part, text }) => lines.add(part, text),
    action_started: ({ action, caller, call, within }) => {
      const depth = (calls.get(within)?.depth ?? -1) + 1;
      const line = lines.add(caller === ENTRY ? manifest.controlMode : caller, `${"› ".repeat(depth)}${action}`, "action");
      calls.set(call, { line, within, depth, part: action.split(".")[0] });
    },
    action_ended: ended,
    action_refused: refused,
    permission_granted: ({ permission }) => {
      lines.add("allowed", `${permission}, from now on`, "good");
    },
  };

  at("state").textContent = "Assembling";
  at("every").checked = false;
  at("story").classList.remove("every");
  at("ifay").hidden = false;
  return {
    hear: ({ name, fields }) => {
      HEARD[name]?.(fields);
      lines.sum(`${counts.done} actions done, ${counts.refused} refused, ${counts.failed} failed`);
    },
    assembly: {
      confirm,
      // One person, one word: a second method would only ask the same person again.
      authentication: { methods: manifest.permissions?.authMethods?.slice(0, 1) ?? [], prove },
      given: [...already],
    },
    running: (iFay) => {
      if (manifest.controlMode === "command") takeCommands(iFay, parts, lines);
    },
    end: () => {
      at("command").hidden = true;
      lines.show();
    },
  };
}

function takeCommands(iFay, parts, lines) {
  const names = parts.flatMap((part) => part.actions.map(({ name }) => `${part.name}.${name}`));
  at("actions").replaceChildren(...names.map((value) => Object.assign(make("option"), { value })));
  at("command").hidden = false;
  at("line").focus();
  at("command").onsubmit = async (event) => {
    event.preventDefault();
    const { action, input } = readCommand(at("line").value);
    if (action === "") return;
    lines.add("you", at("line").value);
    at("line").value = "";
    const { outcome, output } = await iFay.command(action, input);
    // Of an action that was refused or failed there is a line already, but for one that nobody has.
    if (outcome === "done") lines.add("done", `${action} ${valuesText(output)}`, "good");
    else if (!names.includes(action)) lines.add("refused", `${action}: there is no such action`, "warn");
  };
}

/** Lines that are shown at most once a frame, the latest ones of them. */
function storyLines() {
  const [list, scroll] = [at("lines"), at("story")];
  let [waiting, summary, frame] = [[], "", undefined];
  list.replaceChildren();
  const show = () => {
    frame = undefined;
    const isAtEnd = scroll.scrollTop + scroll.clientHeight >= scroll.scrollHeight - 8;
    list.append(...waiting);
    waiting = [];
    while (list.children.length > MOST_LINES) list.firstChild.remove();
    if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
    at("negotiated").textContent = summary;
  };
  return {
    show,
    sum: (text) => {
      summary = text;
      frame ??= requestAnimationFrame(show);
    },
    add: (who, text, className = "") => {
      const line = make("li", [make("bdi", who, "who"), make("bdi", shortened(text))], className);
      waiting.push(line);
      if (waiting.length > MOST_LINES) waiting.shift();
      frame ??= requestAnimationFrame(show);
      return line;
    },
  };
}

/** Why an action was refused, in words. */
function refusalText(reason, { skill, permission }) {
  const texts = {
    skill_restricted: `it never may what needs the skill ${skill}`,
    skill_not_allowed: `the skill ${skill} is not among what it may`,
    permission_restricted: `it never may what needs the permission ${permission}`,
    permission_not_allowed: `the permission ${permission} is not among what it may`,
    not_commanded: "you did not command it",
    permission_not_declared: `it never said that it needs the permission ${permission}`,
    not_confirmed: "you did not allow it",
    not_authenticated: `you did not allow ${permission}`,
    call_cycle: "its part waits for this very call",
  };
  return texts[reason] ?? reason;
}

/** Why an action failed, in words. */
function failureText(outcome, hostError, code) {
  if (code !== undefined) return `its part was ended by ${code}`;
  if (outcome === "refused") return `its part says ${hostError.replaceAll("_", " ")}`;
  return { timed_out: "its part does not answer", unavailable: "its part is not there" }[hostError] ?? hostError;
}

at("every").addEventListener("change", ({ target }) => at("story").classList.toggle("every", target.checked));
