import type { FaygerEvent } from "../../../generated/codecs/fayger-event.js";
import { errorCodeOfNumber } from "../../../generated/errors/error-code.js";
import { hex, printable, type Style, type Terminal } from "./terminal.js";
import { byteSize, count, duration } from "./units.js";

const COLOURS: Readonly<Record<string, Style>> = {
  load: "blue",
  security: "magenta",
  lifecycle: "green",
  instruction: "cyan",
  capability: "yellow",
  resource: "yellow",
  assembly: "green",
  error: "red",
  debug: "dim",
};

/** Events a trace leaves out because another line says the same. */
const IMPLIED = new Set(["phase_started"]);

type Fields = Readonly<Record<string, unknown>>;

const nanoseconds = (fields: Fields): string => duration(Number(fields["duration_ns"] ?? 0));
const list = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 ? value.map((item) => printable(String(item))).join(", ") : "none";
const text = (value: unknown): string =>
  printable(value instanceof Uint8Array ? hex(value).slice(0, 16) : String(value ?? ""));

/** Every error below the one that was raised; without them nobody learns why a host failed. */
const causes = (chain: unknown): readonly string[] =>
  Array.isArray(chain) ? chain.slice(1).map((one) => printable(String(one))) : [];

/** The status of a reply: the code, which says whether the program was refused or the host failed. */
const status = ({ status: number }: Fields): string =>
  Number(number) === 0 ? "ok" : (errorCodeOfNumber(Number(number)) ?? `status 0x${Number(number).toString(16)}`);

/**
 * How the well-known events read, by name, or by category and name where two have the same; every other one shows its
 * fields as they are.
 */
const DESCRIPTIONS: Readonly<Record<string, (fields: Fields) => readonly [what: string, detail: string]>> = {
  load_started: (f) => [`load ${text(f["source"])}`, text(f["strategy"])],
  source_opened: (f) => ["source opened", byteSize(Number(f["size"]))],
  phase_completed: (f) => [text(f["phase"]), nanoseconds(f)],
  phase_failed: (f) => [`${text(f["phase"])} failed`, `${text(f["code"])}, ${nanoseconds(f)}`],
  source_read: (f) => [`read at ${text(f["offset"])}`, byteSize(Number(f["length"]))],
  section_verified: (f) => [`section ${text(f["section_id"])}`, `${byteSize(Number(f["length"]))}, digest right`],
  section_skipped: (f) => [`section ${text(f["section_id"])} skipped`, text(f["reason"])],
  load_completed: (f) => [
    `${text(f["name"])} ${text(f["version"])} loaded`,
    `${count(Number(f["sections"]), "section")}, ${count(Number(f["reads"]), "read")}, ${byteSize(Number(f["bytes"]))}, ${nanoseconds(f)}`,
  ],
  transition: (f) => [`${f["from"] === undefined ? "(new)" : text(f["from"])} -> ${text(f["to"])}`, text(f["trigger"])],
  exited: (f) => ["program ended itself", `exit code ${text(f["exit_code"])}`],
  dispatched: (f) => [
    text(f["instruction"]),
    `${status(f)}, ${byteSize(Number(f["operand_bytes"]))} in, ${byteSize(Number(f["reply_bytes"]))} out, ${nanoseconds(f)}`,
  ],
  "instruction.completed": (f) => [
    `${text(f["instruction"])} completed`,
    `call ${text(f["call_id"])}: ${status(f)}, ${byteSize(Number(f["reply_bytes"]))} out, ${nanoseconds(f)}`,
  ],
  event_delivered: (f) => [`event ${text(f["event"])}`, byteSize(Number(f["bytes"]))],
  negotiated: (f) => ["capabilities", `granted ${list(f["granted"])}; denied ${list(f["denied"])}`],
  adapter_selected: (f) => ["adapter", `${text(f["platform"])} out of ${list(f["candidates"])}`],
  implementation_registered: (f) => [
    "engine",
    `${text(f["implementation"])}${f["replaced"] === undefined ? "" : ` in the place of ${text(f["replaced"])}`}`,
  ],
  implementation_deregistered: (f) => ["engine gone", text(f["implementation"])],
  quota_reached: (f) => ["quota reached", `${text(f["quota"])} of ${text(f["limit"])}: ${text(f["action"])}`],
  signature_verified: (f) => [
    "signature right",
    `${text(f["algorithm"])}, key ${text(f["key_id"])}${f["label"] === undefined ? "" : ` (${text(f["label"])})`}`,
  ],
  signature_skipped: (f) => ["no trusted signature", text(f["trust"])],
  step_started: (f) => [`step ${text(f["step"])}`, list(f["parts"])],
  step_completed: (f) => [`step ${text(f["step"])} done`, ""],
  step_failed: (f) => [
    `step ${text(f["step"])} failed`,
    [f["part"], f["code"]]
      .filter((one) => one !== undefined)
      .map(text)
      .join(", "),
  ],
  step_undone: (f) => [`step ${text(f["step"])} undone`, ""],
  part_failed: (f) => [`${text(f["part"])} failed`, `${text(f["code"])}: ${text(f["message"])}`],
  action_started: (f) => [text(f["action"]), `call ${text(f["call"])} of ${text(f["caller"])}`],
  action_ended: (f) => [
    `${text(f["action"])} ended`,
    [`call ${text(f["call"])}: ${text(f["outcome"])}`, f["host_error"] ?? [], f["code"] ?? []]
      .flat()
      .map(text)
      .join(", "),
  ],
  action_refused: (f) => [`${text(f["action"])} refused`, `${text(f["reason"])}, asked by ${text(f["caller"])}`],
  permission_granted: (f) => [`permission ${text(f["permission"])}`, `given, proven by ${text(f["method"])}`],
  reported: (f) => [text(f["part"]), text(f["text"])],
  raised: (f) => [text(f["code"]), [text(f["message"]), ...causes(f["chain"])].join("; caused by ")],
};

function describe(event: FaygerEvent): readonly [what: string, detail: string] {
  const fields = event.fields as Fields;
  const known = DESCRIPTIONS[`${event.category}.${event.name}`] ?? DESCRIPTIONS[event.name];
  if (known !== undefined) return known(fields);
  const shown = Object.entries(fields).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? list(value) : text(value)}`,
  );
  return [event.name.replaceAll("_", " "), shown.join(", ")];
}

/** Prints events as they come, one a line, with the time since the first. Gives the subscriber. */
export function tracePrinter(terminal: Terminal, write: (line: string) => void): (event: FaygerEvent) => void {
  let begin: bigint | undefined;
  return (event) => {
    begin ??= event.monotonicNs;
    if (IMPLIED.has(event.name)) return;
    const time = duration(Number(event.monotonicNs - begin)).padStart(9);
    const [what, detail] = describe(event);
    const category = terminal.style(COLOURS[event.category] ?? "dim", event.category.padEnd(11));
    const loud = event.level === "error" ? terminal.style("red", what.padEnd(32)) : what.padEnd(32);
    write(`${terminal.style("dim", time)}  ${category}  ${loud}  ${terminal.style("dim", detail)}`.trimEnd());
  };
}
