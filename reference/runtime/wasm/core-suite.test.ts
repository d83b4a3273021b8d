import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeModule } from "./decode-module.js";
import { readImportsAndExports } from "./module-interface.js";
import { CORE_SUITE_COUNTS, countCommands, readCoreSuite } from "./testing/core-suite.js";
import { validateModule } from "./validate-module.js";
import { WasmInvalid, type WasmInvalidReason } from "./wasm-invalid.js";

// What of the WebAssembly core test suite is about decoding and validation. The rest is run by the interpreter.

const external =
  process.env["FAYGER_EXTERNAL"] ?? fileURLToPath(new URL("../../../../shared/external", import.meta.url));
const archive = join(external, "wasm", "wasm-core-2.0.tar.gz");
const present = existsSync(archive);

/** A line of the test output, so that a reader sees how much was covered. */
function report(line: string, details: object = {}): void {
  process.stdout.write(`${line} ${JSON.stringify(details)}\n`);
}

interface Case {
  readonly label: string;
  readonly file: string;
  readonly type: string;
  readonly text: string;
  readonly bytes: Uint8Array;
}

function loadSuite(): { readonly cases: readonly Case[]; readonly counts: Readonly<Record<string, number>> } {
  const scripts = readCoreSuite(gunzipSync(readFileSync(archive)));
  const cases = scripts.flatMap(({ commands, module }) =>
    commands.flatMap(({ type, line, filename, text, module_type }): readonly Case[] => {
      if (filename === undefined || module_type === "text") return [];
      const label = `${filename} (line ${line}: ${text ?? type})`;
      return [{ label, file: filename, type, text: text ?? "", bytes: module(filename) }];
    }),
  );
  return { cases, counts: countCommands(scripts) };
}

const suite = present ? loadSuite() : { cases: [], counts: {} };

function casesOf(...types: readonly string[]): readonly Case[] {
  return suite.cases.filter((entry) => types.includes(entry.type));
}

/** The refusal of a step, or undefined where it accepted. Anything thrown that is no WasmInvalid goes on. */
function refusal(step: () => unknown): WasmInvalid | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof WasmInvalid) return error;
    throw error;
  }
}

/** What the suite's failure texts for invalid modules are called here. */
const reasonsByText: readonly (readonly [prefix: string, ...reasons: readonly WasmInvalidReason[]])[] = [
  ["alignment must not be larger than natural", "alignment_too_large"],
  ["constant expression required", "constant_required", "unsupported_extended_const"],
  ["duplicate export name", "duplicate_export"],
  ["global is immutable", "immutable_global"],
  ["invalid result arity", "select_arity"],
  ["memory size must be at most", "memory_too_large"],
  ["multiple memories", "unsupported_multi_memory"],
  ["size minimum must not be greater than maximum", "limits_minimum_above_maximum"],
  ["start function", "start_function_type"],
  ["type mismatch", "type_mismatch", "label_arity_mismatch"],
  ["undeclared function reference", "undeclared_function_reference"],
  ["unknown data segment", "unknown_data_segment"],
  ["unknown elem segment", "unknown_element_segment"],
  ["unknown function", "unknown_function"],
  ["unknown global", "unknown_global"],
  ["unknown label", "unknown_label"],
  ["unknown local", "unknown_local"],
  ["unknown memory", "unknown_memory"],
  ["unknown table", "unknown_table"],
  ["unknown type", "unknown_type"],
];

/**
 * Modules whose conversion from text lost what the suite meant to test. The first two have no data segment, so
 * the converter wrote no data count section, without which their memory.init is malformed; the third was to be a
 * select with an empty list of types and came out as one without a list.
 */
const lostInConversion: ReadonlyMap<string, WasmInvalidReason> = new Map([
  ["memory_init.4.wasm", "data_count_required"],
  ["memory_init.9.wasm", "data_count_required"],
  ["select.2.wasm", "type_mismatch"],
]);

/**
 * The same for malformed ones. The suite words them by what its own decoder met first: one that takes flags and
 * forms for LEB128 integers, and knows no extension.
 */
const malformedByText: readonly (readonly [text: string, ...reasons: readonly WasmInvalidReason[]])[] = [
  ["END opcode expected", "end_expected"],
  ["data count and data section have inconsistent lengths", "data_count_mismatch"],
  ["data count section required", "data_count_required"],
  ["function and code section have inconsistent lengths", "count_mismatch"],
  ["illegal opcode", "unknown_opcode"],
  ["integer representation too long", "integer_too_long", "bad_type_form", "bad_limits_flags", "truncated"],
  ["integer too large", "integer_too_large", "unsupported_threads"],
  ["length out of bounds", "length_out_of_bounds", "truncated"],
  ["magic header not detected", "bad_magic"],
  ["malformed UTF-8 encoding", "bad_utf8"],
  ["malformed import kind", "bad_import_kind", "unsupported_exceptions"],
  ["malformed mutability", "bad_mutability"],
  ["malformed reference type", "bad_reference_type"],
  ["malformed section id", "bad_section_id", "unsupported_exceptions"],
  ["too many locals", "too_many_locals"],
  ["unknown binary version", "bad_version"],
];

function unlike(
  entry: Case,
  found: WasmInvalid,
  table: readonly (readonly [string, ...WasmInvalidReason[]])[],
): string[] {
  const row = table.find(([prefix]) => entry.text.startsWith(prefix));
  return row === undefined || row.includes(found.reason) ? [] : [`${entry.label}: ${found.message}`];
}

// @spec guest-abi.code.module, guest-abi.code.malformed, guest-abi.code.validation
describe("WebAssembly core suite 2.0", () => {
  if (!present)
    report(`skipped: 6 tests on the 3,453 modules of the WebAssembly core suite, because ${archive} is absent`);

  it.skipIf(!present)("is whole", () => {
    expect(suite.counts).toMatchObject(CORE_SUITE_COUNTS);
  });

  it.skipIf(!present)("every module that a script instantiates, links or runs decodes and validates", () => {
    const cases = casesOf("module", "assert_uninstantiable", "assert_unlinkable");
    const refused = cases.flatMap(({ label, bytes }) => {
      const found = refusal(() => readImportsAndExports(validateModule(decodeModule(bytes))));
      return found === undefined ? [] : [`${label}: ${found.message}`];
    });
    expect(refused).toEqual([]);
    report(`valid modules accepted: ${cases.length}`);
    expect(cases.length).toBe(
      CORE_SUITE_COUNTS.module + CORE_SUITE_COUNTS.assert_uninstantiable + CORE_SUITE_COUNTS.assert_unlinkable,
    );
  });

  it.skipIf(!present)("every assert_invalid module decodes and is refused by validation for its reason", () => {
    const cases = casesOf("assert_invalid");
    const byReason = new Map<string, number>();
    const wrong = cases.flatMap((entry) => {
      const { label, file, bytes } = entry;
      const lost = lostInConversion.get(file);
      if (lost !== undefined) {
        const reason = refusal(() => validateModule(decodeModule(bytes)))?.reason;
        return reason === lost ? [] : [`${label}: ${reason ?? "accepted"}`];
      }
      const undecodable = refusal(() => decodeModule(bytes));
      if (undecodable !== undefined) return [`${label}: already refused by decodeModule: ${undecodable.message}`];
      const found = refusal(() => validateModule(decodeModule(bytes)));
      if (found === undefined) return [`${label}: accepted`];
      byReason.set(found.reason, (byReason.get(found.reason) ?? 0) + 1);
      return unlike(entry, found, reasonsByText);
    });
    expect(wrong).toEqual([]);
    report(`invalid modules refused: ${cases.length}`, Object.fromEntries(byReason));
    expect(cases.length).toBe(CORE_SUITE_COUNTS.assert_invalid);
  });

  it.skipIf(!present)("every binary assert_malformed module is refused by decoding for its reason", () => {
    const cases = casesOf("assert_malformed");
    const byReason = new Map<string, number>();
    const wrong = cases.flatMap((entry) => {
      const found = refusal(() => decodeModule(entry.bytes));
      if (found === undefined) return [`${entry.label}: decoded`];
      byReason.set(found.reason, (byReason.get(found.reason) ?? 0) + 1);
      return unlike(entry, found, malformedByText);
    });
    expect(wrong).toEqual([]);
    report(`malformed modules refused: ${cases.length}`, Object.fromEntries(byReason));
    expect(cases.length).toBe(CORE_SUITE_COUNTS.assert_malformed);
  });
});

/** A small generator of numbers with a fixed seed (xorshift32), so that a failure comes back. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A copy with one to three small damages after the preamble: bits, bytes, runs moved, inserted or left out. */
function damaged(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let copy = Array.from(bytes);
  for (let rounds = 1 + random(3); rounds > 0; rounds--) {
    if (copy.length <= 9) break;
    const place = 8 + random(copy.length - 8);
    const other = 8 + random(copy.length - 8);
    const length = 1 + random(6);
    const kind = random(7);
    if (kind === 0) copy[place] = random(256);
    else if (kind === 1) copy[place] = (copy[place] ?? 0) ^ (1 << random(8));
    else if (kind === 2) copy[place] = random(24);
    else if (kind === 3) copy[place] = ((copy[place] ?? 0) + (random(2) === 0 ? 1 : 255)) & 0xff;
    else if (kind === 4) copy.splice(place, length, ...copy.slice(other, other + length));
    else if (kind === 5) copy.splice(place, 0, ...copy.slice(other, other + length));
    else copy = copy.slice(0, place).concat(copy.slice(place + length));
  }
  return Uint8Array.from(copy);
}

/**
 * Reasons, next to those that name an extension, for which this format refuses what some engine accepts: an engine
 * that has multi-memory, memory64 or garbage collection reads longer integers and more flags in the same places,
 * and lets constants read globals of the module itself.
 */
const widenedByExtensions: ReadonlySet<WasmInvalidReason> = new Set<WasmInvalidReason>([
  "limit_exceeded",
  "integer_too_long",
  "integer_too_large",
  "reserved_byte",
  "bad_limits_flags",
  "unknown_global",
]);

describe("damaged modules of the core suite", () => {
  // A hundred thousand errors, none of whose stacks anybody reads.
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  const ROUNDS = 60_000;
  const sources = casesOf("module", "assert_invalid", "assert_uninstantiable", "assert_unlinkable");

  it.skipIf(!present)(
    "are accepted or refused with WasmInvalid inside the module, and as the host's engine has it",
    () => {
      const random = randomFrom(0x5eed);
      const counts = { accepted: 0, refused: 0, extensions: 0 };
      const disagreements: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const source = sources[random(sources.length)];
        if (source === undefined) break;
        const bytes = damaged(source.bytes, random);
        // Anything but a WasmInvalid goes through refusal() and fails the test.
        const found = refusal(() => readImportsAndExports(validateModule(decodeModule(bytes))));
        if (found !== undefined && !(found.offset >= 0 && found.offset <= bytes.length)) {
          disagreements.push(`${source.label}, round ${round}: offset ${found.offset}`);
        }
        const host = WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>);
        if (found === undefined) counts.accepted++;
        else counts.refused++;
        if (host === (found === undefined)) continue;
        // The one direction has no exception: whatever passes here must run on the host's engine.
        const extension =
          found !== undefined && (found.reason.startsWith("unsupported_") || widenedByExtensions.has(found.reason));
        if (extension) counts.extensions++;
        else disagreements.push(`${source.label}, round ${round}: ${found?.message ?? "accepted here only"}`);
      }
      report("damaged modules:", counts);
      expect(disagreements).toEqual([]);
      expect(counts.accepted + counts.refused).toBe(ROUNDS);
      expect(counts.accepted).toBeGreaterThan(1_000);
    },
  );

  it.skipIf(!present)("every prefix of a module is refused, or is one where a section just ended", () => {
    let prefixes = 0;
    const wrong: string[] = [];
    for (const { label, bytes } of casesOf("module")) {
      if (bytes.length > 600) continue;
      for (let length = 0; length < bytes.length; length++) {
        const prefix = bytes.slice(0, length);
        const found = refusal(() => validateModule(decodeModule(prefix)));
        prefixes++;
        if (WebAssembly.validate(prefix) !== (found === undefined)) wrong.push(`${label}: first ${length} bytes`);
      }
    }
    report(`prefixes of modules, same verdict as the host's engine: ${prefixes}`);
    expect(wrong).toEqual([]);
    expect(prefixes).toBeGreaterThan(10_000);
  });
});
