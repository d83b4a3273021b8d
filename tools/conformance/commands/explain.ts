import type { Vector, VectorExpectation } from "../../../generated/json/vector.js";
import { type Command, ExitCode, onlyPositional } from "../../cli/command.js";
import { pairs } from "../../cli/output/table.js";
import { printable, type Terminal } from "../../cli/output/terminal.js";
import { byteSize } from "../../cli/output/units.js";
import { questionOf } from "../corpus/cases.js";
import { caseNumber, nearest } from "../corpus/choose.js";
import { UnknownFilter } from "../corpus/corpus-fault.js";
import type { OpenCorpus } from "../corpus/open.js";
import { differences } from "../reports/differences.js";
import { familyOf } from "../reports/groups.js";
import { lookup } from "../reports/vector-lookup.js";
import { toldLines } from "../zoo/diagnosis-lines.js";
import { type ByteChange, byteChanges } from "./anatomy/byte-changes.js";
import { partsOf, placeOfFault } from "./anatomy/byte-rows.js";
import { byteLines } from "./byte-lines.js";
import { CORPUS_OPTION, corpusOf } from "./options.js";
import { requirements } from "./specification.js";

/** Changes of bytes that are listed. */
const CHANGES = 12;
/** Classes of a recipe that are listed. */
const CLASSES = 24;
/** Digits of an input of bytes beside `bytes`. */
const HEXADECIMAL = 64;
/** Characters of an input that is no artifact or document. */
const INPUT = 400;

/** `fayger conform explain`: one vector, in full. */
export const explain: Command = {
  name: "conform explain",
  summary: "show what a vector is about, byte by byte",
  usage: ["conform explain ID"],
  description:
    "Shows why a vector is there, the sentences of the specification it forces, what is asked, its bytes with their meaning and\nwhere they differ from the vector it was made of, and what is expected. ID#NUMBER shows one case of a vector that stands\nfor many.",
  options: {
    bytes: { type: "boolean", help: "show every byte, however many there are, and those of trust stores" },
    ...CORPUS_OPTION,
  },
  exitCodes: [
    [ExitCode.Ok, "the vector is shown"],
    [ExitCode.Usage, "there is no such vector"],
    [ExitCode.Failed, "the corpus is damaged"],
  ],
  examples: [
    ["conform explain artifact-head/magic/first-byte", "why it is refused, and where"],
    ["conform explain artifact-exhaustive/ed25519/flip-bit-eager#1234", "one case of many"],
    ["conform explain smoke/echo/some-bytes --json", "the vector as the corpus has it, with the bytes in full"],
  ],
  run: async (invocation) => {
    const { terminal } = invocation;
    const wanted = onlyPositional(invocation, "the id of a vector: `fayger conform explain ID`");
    const corpus = corpusOf(invocation);
    const [id = "", written] = wanted.split("#");
    const vector = vectorOf(corpus, id);
    const number = written === undefined ? undefined : caseNumber(vector, written);
    if (terminal.isJson) {
      const { inputs } = questionOf(corpus, vector, number);
      terminal.json({
        ...vector,
        inputs,
        ...(number !== undefined && { case: number, expect: expectationOf(vector, number) }),
      });
      return ExitCode.Ok;
    }
    for (const line of lines(terminal, corpus, vector, number, invocation.flag("bytes"))) terminal.line(line);
    return ExitCode.Ok;
  },
};

function vectorOf(corpus: OpenCorpus, id: string): Vector {
  const found = lookup(corpus)(id);
  if (found !== undefined) return found;
  const family = familyOf(id);
  const names = corpus.index.families.map(({ name }) => name);
  const hint = names.includes(family)
    ? nearest(
        id,
        corpus.vectorsOf(family).map((vector) => vector.id),
      )
    : nearest(family, names);
  throw new UnknownFilter(`there is no vector \`${id}\`${hint}`);
}

function expectationOf({ expect, expand }: Vector, number: number | undefined): VectorExpectation {
  if (number === undefined) return expect;
  return expand?.classes.find(({ first, last }) => number >= first && number <= last)?.expect ?? expect;
}

function* lines(
  terminal: Terminal,
  corpus: OpenCorpus,
  vector: Vector,
  number: number | undefined,
  isWhole: boolean,
): Generator<string> {
  const title = (text: string): string => terminal.style("bold", text);
  const { id, why, effect, status, withdrawn, clauses, parent, operation, expand } = vector;
  yield `${title(id)}${number === undefined ? "" : title(`#${number}`)}`;
  yield printable(why);
  if (effect !== undefined) yield `${terminal.style("yellow", "In the field:")} ${printable(effect)}`;
  if (status === "withdrawn")
    yield terminal.style(
      "red",
      printable(
        `Withdrawn since ${withdrawn?.since ?? "?"}: ${withdrawn?.reason ?? ""}${withdrawn?.replaced_by === undefined ? "" : ` See ${withdrawn.replaced_by}.`}`,
      ),
    );
  yield "";
  yield title("Forces");
  const all = requirements();
  for (const clause of clauses) {
    const sentence = all.find((requirement) => requirement.id === clause)?.sentence;
    yield `  ${terminal.style("cyan", clause)}`;
    if (sentence !== undefined) yield* wrapped(printable(sentence), terminal.columns, "    ");
  }
  yield "";
  yield title("Asked");
  const { inputs } = questionOf(corpus, vector, number);
  const { bytes: text, ...others } = inputs;
  const entries = Object.entries(others).map(([name, value]) => [name, inputText(value)] as const);
  for (const line of pairs(terminal, [["operation", operation], ...entries])) yield `  ${line}`;
  const parentBytes = parent === undefined ? undefined : bytesOf(corpus, parent);
  if (text !== undefined) {
    const bytes = Buffer.from(text, "hex");
    const origin = number === undefined ? parentBytes : corpus.inputBytes(vector);
    const changes = origin === undefined ? [] : byteChanges(origin, bytes);
    yield "";
    yield `${title("Bytes")} ${terminal.style("dim", `${bytes.length.toLocaleString("en-US")} (${byteSize(bytes.length)})`)}`;
    const offset = expectationOf(vector, number).locus?.at;
    const at = offset === undefined ? undefined : placeOfFault(operation, bytes, offset);
    yield* byteLines(terminal, bytes, partsOf(operation, bytes), { changes, at, isWhole });
    yield* originLines(terminal, vector, number, origin, bytes, changes);
  } else yield* originLines(terminal, vector, number, undefined, new Uint8Array(), []);
  if (number === undefined && parent !== undefined)
    yield* inputChanges(terminal, lookup(corpus)(parent)?.inputs, vector.inputs);
  if (isWhole)
    for (const name of ["trust_store", "installed"] as const) {
      const document = vector.inputs[name];
      if (document === undefined) continue;
      const bytes = Buffer.from(document, "hex");
      yield "";
      yield `${title(name)} ${terminal.style("dim", byteSize(bytes.length))}`;
      yield* byteLines(terminal, bytes, partsOf("decode", bytes), { changes: [], at: undefined, isWhole });
    }
  yield "";
  yield title("Expected");
  if (expand !== undefined && number === undefined) yield* expansionLines(terminal, vector);
  else yield* expectationLines(terminal, expectationOf(vector, number));
  const told = toldLines(terminal, corpus, id, number);
  if (told.length > 0) yield* ["", ...told];
  if (status === "withdrawn") return;
  const name = number === undefined ? id : `${id}#${number}`;
  yield "";
  yield `${terminal.style("cyan", "help")}  fayger conform run --id ${name} --impl "…" --transcript lines.txt`;
}

function bytesOf(corpus: OpenCorpus, id: string): Uint8Array | undefined {
  const vector = lookup(corpus)(id);
  return vector === undefined ? undefined : corpus.inputBytes(vector);
}

function* originLines(
  terminal: Terminal,
  { id, parent, recipe, expand }: Vector,
  number: number | undefined,
  origin: Uint8Array | undefined,
  bytes: Uint8Array,
  changes: readonly ByteChange[],
): Generator<string> {
  const name = number === undefined ? parent : id;
  if (name === undefined) return;
  const how =
    number === undefined
      ? recipe === undefined
        ? ""
        : ` by ${terminal.style("cyan", recipe.mutator)}${settings(recipe.arguments)}, repaired: ${recipe.repair}`
      : ` by ${terminal.style("cyan", expand?.mutator ?? "")}${settings(expand?.arguments)}, case ${number}`;
  yield "";
  yield `${terminal.style("bold", "Made from")} ${name}${how}`;
  if (origin !== undefined) yield* changeLines(terminal, origin, bytes, changes);
}

function* changeLines(
  terminal: Terminal,
  origin: Uint8Array,
  bytes: Uint8Array,
  changes: readonly ByteChange[],
): Generator<string> {
  for (const { from, removed, at, added } of changes.slice(0, CHANGES)) {
    const before = excerpt(origin.subarray(from, from + removed));
    const after = excerpt(bytes.subarray(at, at + added));
    yield `  ${terminal.style("dim", from.toString(16).padStart(8, "0"))}  ${terminal.style("red", before)} ${terminal.style("dim", "→")} ${terminal.style("green", after)}`;
  }
  if (changes.length > CHANGES) yield terminal.style("dim", `  … and ${changes.length - CHANGES} places more`);
}

/** Inputs beside the bytes that are not those of the parent. */
function* inputChanges(
  terminal: Terminal,
  before: Vector["inputs"] | undefined,
  after: Vector["inputs"],
): Generator<string> {
  if (before === undefined) return;
  const { bytes: _before, file: _beforeFile, ...old } = before;
  const { bytes: _after, file: _afterFile, ...now } = after;
  for (const name of Object.keys({ ...old, ...now }) as (keyof typeof now)[]) {
    const [left, right] = [old[name], now[name]];
    if (isHexadecimal(left) && isHexadecimal(right)) {
      if (left === right) continue;
      yield `  ${terminal.style("dim", name)}`;
      const [origin, bytes] = [Buffer.from(left, "hex"), Buffer.from(right, "hex")];
      yield* changeLines(terminal, origin, bytes, byteChanges(origin, bytes));
      continue;
    }
    for (const { path, expected = "nothing", found = "nothing" } of differences({ [name]: left }, { [name]: right }))
      yield `  ${terminal.style("dim", path)}  ${terminal.style("red", printable(expected))} ${terminal.style("dim", "→")} ${terminal.style("green", printable(found))}`;
  }
}

/** Whether a value is bytes long enough to be shown as bytes. */
function isHexadecimal(value: unknown): value is string {
  return typeof value === "string" && value.length >= 16 && /^([0-9a-f]{2})+$/.test(value);
}

function inputText(value: unknown): string {
  if (!isHexadecimal(value) || value.length <= HEXADECIMAL) return shortText(value);
  return `${value.slice(0, HEXADECIMAL)}… (${(value.length / 2).toLocaleString("en-US")} bytes)`;
}

function settings(given: Readonly<Record<string, unknown>> | undefined): string {
  return given === undefined || Object.keys(given).length === 0 ? "" : ` ${shortText(given)}`;
}

function excerpt(bytes: Uint8Array): string {
  if (bytes.length === 0) return "(no bytes)";
  const text = Buffer.from(bytes.subarray(0, 16)).toString("hex").replace(/../g, "$& ").trim();
  return bytes.length > 16 ? `${text} … (${bytes.length.toLocaleString("en-US")} bytes)` : text;
}

function* expectationLines(terminal: Terminal, expect: VectorExpectation): Generator<string> {
  const { verdict, result, code, reason, phase, locus, context, effects } = expect;
  const style = verdict === "accept" ? "green" : "red";
  const entries: [string, string][] = [["verdict", terminal.style(style, verdict)]];
  const add = (name: string, value: unknown): void => {
    if (value !== undefined) entries.push([name, shortText(value)]);
  };
  for (const [name, value] of Object.entries(result ?? {})) add(`result.${name}`, value);
  add("code", code);
  add("reason", reason);
  add("phase", phase);
  for (const [name, value] of Object.entries(locus ?? {}))
    add(`locus.${name}`, name === "at" ? `${String(value)} (0x${Number(value).toString(16)})` : value);
  for (const [name, value] of Object.entries(context ?? {})) add(`context.${name}`, value);
  for (const [name, value] of Object.entries(effects ?? {})) add(`effects.${name}`, value);
  for (const line of pairs(terminal, entries)) yield `  ${line}`;
}

function* expansionLines(terminal: Terminal, { id, expand, expect }: Vector): Generator<string> {
  if (expand === undefined) return;
  yield `  ${expand.cases.toLocaleString("en-US")} cases of ${terminal.style("cyan", expand.mutator)}${settings(expand.arguments)}; as it stands: ${summary(expect)}`;
  for (const { first, last, expect: wanted } of expand.classes.slice(0, CLASSES)) {
    const range = first === last ? `${first}` : `${first}-${last}`;
    yield `  ${terminal.style("dim", range.padStart(15))}  ${summary(wanted)}`;
  }
  if (expand.classes.length > CLASSES)
    yield terminal.style("dim", `  … and ${expand.classes.length - CLASSES} classes more`);
  yield terminal.style("dim", `  one of them: fayger conform explain ${id}#${expand.classes[0]?.first ?? 0}`);
}

function summary({ verdict, code, reason, phase, locus }: VectorExpectation): string {
  const where = [locus?.part, locus?.path, locus?.at === undefined ? undefined : `byte ${locus.at}`].filter(
    (piece) => piece !== undefined,
  );
  const what = [verdict, code, reason, phase].filter((piece) => piece !== undefined).join(" ");
  return where.length === 0 ? what : `${what} at ${where.join(", ")}`;
}

function shortText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const shown =
    text.length > INPUT ? `${text.slice(0, INPUT)}… (${text.length.toLocaleString("en-US")} characters)` : text;
  return shown === "" ? '""' : printable(shown);
}

function* wrapped(text: string, columns: number, indent: string): Generator<string> {
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > columns) {
      yield indent + line;
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") yield indent + line;
}
