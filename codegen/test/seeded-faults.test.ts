import { describe, expect, it } from "vitest";
import { compile } from "../src/commands/compile.js";
import { tableSchemas } from "../src/model/table-schemas.js";
import { createSourceFile, positionAt } from "../src/diagnostics/source.js";
import { specSources, withSources } from "./fixture.js";

/** A fault: `from` becomes `to` in the file, and the diagnostic stands where `at` does, counted within `to`. */
interface Fault {
  readonly from: string;
  readonly to: string;
  /** The part of `to` the diagnostic points at; all of it where absent. */
  readonly at?: string;
  readonly code: string;
}

/** One fault a person could make in each table of the real specification. */
const tableFaults: Readonly<Record<keyof typeof tableSchemas, Fault>> = {
  capabilities: { from: "bit: 5,", to: "bit: 4,", at: "4", code: "table/duplicate-number" },
  "decode-reasons": { from: "{ name: depth, number: 5", to: "{ name: depth, number: 05", at: "05", code: "table/number-notation" },
  "error-codes": { from: "enum:decode-reasons|snapshot-faults", to: "enum:decode-reasons|snapshot-fault", at: "\"enum:decode-reasons|snapshot-fault\"", code: "table/unknown-reference" },
  "event-categories": { from: "default: false", to: "default: no", at: "no", code: "table/wrong-type" },
  events: { from: "category: capability, name: negotiated", to: "category: capabilities, name: negotiated", at: "capabilities", code: "table/unknown-reference" },
  "header-layout": { from: "offset: 12, size: 4", to: "offset: 12, size: 8", code: "table/layout-overlap" },
  "host-errors": { from: "name: quota,", to: "name: no_space,", at: "no_space", code: "table/duplicate-name" },
  "instruction-categories": { from: "name: host, number: 7", to: "name: host, number: 16", at: "16", code: "table/out-of-range" },
  "instruction-events": { from: "category: time", to: "category: tome", at: "tome", code: "table/unknown-reference" },
  "instruction-flags": { from: "bit: 6", to: "bit: 5", at: "5", code: "table/unsupported" },
  "instruction-layout": { from: "{ name: caps, size: 2 }", to: "{ name: caps, size: 4 }", code: "table/unsupported" },
  "instruction-reasons": { from: ", number: 5", to: "", code: "table/missing-column" },
  instructions: { from: "opcode: 0x000c", to: "opcode: 0x000b", at: "0x000b", code: "table/duplicate-number" },
  lifecycle: { from: "{ from: Suspended, trigger: resume, to: Running", to: "{ from: Suspended, trigger: resume, to: Runing", at: "Runing", code: "table/unknown-reference" },
  "load-limits": { from: "default: 4294967296", to: "default: 18446744073709551615", at: "18446744073709551615", code: "table/number-notation" },
  "load-profiles": { from: "max_section_bytes: 2097152, max_total_bytes: 4194304", to: "max_section_bytes: 8388608, max_total_bytes: 4194304", at: "8388608", code: "table/inconsistent" },
  "loader-checks": { from: "position: 200", to: "position: 190", at: "190", code: "table/duplicate-name" },
  "loader-phases": { from: "name: hand_off", to: "name: hand-off", at: "hand-off", code: "table/invalid-text" },
  platforms: { from: "terminal: desktop", to: "terminal: desk", at: "desk", code: "table/unknown-reference" },
  quotas: { from: "exceeded: throttle", to: "exceeded: throtle", at: "throtle", code: "table/invalid-text" },
  "runtime-capabilities": { from: "{ name: fuel, number: 3", to: "{ name: fuel, name: fuel, number: 3", code: "table/duplicate-key" },
  "section-kinds": { from: "name: signature, number: 4", to: "name: signature, number: 6", code: "table/order" },
  "signature-algorithms": { from: "signature_bytes: null", to: "signature_byte: null", at: "signature_byte", code: "table/unknown-column" },
  "signature-reasons": { from: "enforce_on: refuse, enforce_off: unverified", to: "enforce_on: unverified, enforce_off: unverified", at: "unverified", code: "table/inconsistent" },
  "structure-reasons": { from: "{ name: assembly, number: 9", to: "{ name: assembly_section, number: 9", at: "assembly_section", code: "table/inconsistent" },
  terminals: { from: "name: embedded, number: 5", to: "name: embedded, number: 4", at: "4", code: "table/duplicate-number" },
  "tlv-types": { from: "name: handle", to: "name: token", at: "token", code: "table/unsupported" },
  "trailer-layout": { from: "size: 44", to: "size: 48", at: "48", code: "table/layout-size" },
  "code-reasons": { from: "name: bad_magic, number: 2", to: "name: bad_magic, number: 1", code: "table/duplicate-number" },
  "abi-violations": { from: "name: not_running, number: 6", to: "name: not_running, number: 5", code: "table/duplicate-number" },
  "crypto-algorithms": { from: "name: ed25519, number: 16", to: "name: ed25519, number: 3", at: "3", code: "table/duplicate-number" },
  signals: { from: "name: kill, number: 9", to: "name: kill, number: 1", at: "1", code: "table/duplicate-number" },
  "ui-nodes": { from: "name: row, number: 2", to: "name: row, number: 1", at: "1", code: "table/duplicate-number" },
  "ui-attributes": { from: "name: label", to: "name: Label", at: "Label", code: "table/invalid-text" },
  "discard-reasons": { from: "name: too_many_held, number: 3", to: "name: too_many_held, number: 2", at: "2", code: "table/duplicate-number" },
  "event-rejections": { from: "name: malformed, number: 2", to: "name: malformed, number: 4", code: "table/order" },
  "input-log-faults": { from: "name: entry_unfit", to: "name: record_damaged", at: "record_damaged", code: "table/duplicate-name" },
  "section-faults": { from: "name: not_code", to: "name: not-code", at: "not-code", code: "table/invalid-text" },
  "skip-reasons": { from: "name: features, number: 3", to: "name: features, number: three", at: "three", code: "table/wrong-type" },
  "snapshot-faults": { from: "name: state_unfit, number: 4, since: \"1.0\"", to: "name: state_unfit, number: 4", code: "table/missing-column" },
  "snapshot-refusals": { from: "name: open_call, number: 3", to: "name: open_call, numbers: 3", at: "numbers", code: "table/unknown-column" },
  "trust-key-faults": { from: "meaning: \"The public key does not have the form of its algorithm.\"", to: "meaning: \"The public key does not have the form of its algorithm\"", at: "\"The", code: "table/invalid-text" },
  "action-refusals": { from: "name: not_confirmed, number: 8", to: "name: not_confirmed, number: 7", at: "7", code: "table/duplicate-number" },
  "artifact-parts": { from: "name: trailer, number: 5", to: "name: trailer, number: 4", at: "4", code: "table/duplicate-number" },
  "runtime-interface": { from: "group: state, takes: [instance_id], gives: failure", to: "group: status, takes: [instance_id], gives: failure", at: "status", code: "table/invalid-text" },
  "assembly-reasons": { from: "name: section_missing", to: "name: section-missing", at: "section-missing", code: "table/invalid-text" },
  "assembly-steps": { from: "name: drivers, number: 4", to: "name: drivers, number: 6", code: "table/order" },
  "component-origins": { from: "name: always", to: "name: declared", at: "declared", code: "table/duplicate-name" },
  components: { from: "depends: [registered_skill]", to: "depends: [registered_skills]", at: "registered_skills", code: "table/unknown-reference" },
  "fay-findings": { from: "number: 8, since: \"1.0\", severity: error", to: "number: 8, since: \"1.0\", severity: fatal", at: "fatal", code: "table/invalid-text" },
  "ifacts-tests": { from: "components: [multi_terminal_sync], families: [snapshots]", to: "components: [multi_terminal], families: [snapshots]", at: "multi_terminal", code: "table/unknown-reference" },
  stages: { from: "{ name: value_distribution, number: 5", to: "{ name: value_distribution, number: 5, stage: 5", at: "stage", code: "table/unknown-column" },
  traps: { from: "number: 10", to: "number: 11", at: "11", code: "table/released-changed" },
  "trust-levels": { from: "table: trust-levels", to: "table: trust-level", at: "trust-level", code: "table/name-mismatch" },
  "vector-families": { from: "operations: [match_version]", to: "operations: [matches_version]", at: "matches_version", code: "table/unknown-reference" },
  "vector-operations": { from: "takes: [range, version]", to: "take: [range, version]", at: "take", code: "table/unknown-column" },
  versions: { from: "version: \"1.0\"", to: "version: 1.0", at: "1.0", code: "table/number-notation" },
};

const schemaFaults: Readonly<Record<string, Fault>> = {
  "manifest.cddl": { from: "entry: entry-point", to: "entry: entry-pint", at: "entry-pint", code: "cddl/undefined-rule" },
  "section-index.cddl": { from: "@table section-kinds", to: "@table section-kind", at: "section-kind", code: "table/unknown-table" },
  "common.cddl": { from: "@spec index.section-id", to: "@spec index.section_id", at: "index.section_id", code: "anchor/unknown" },
  "load-profile.cddl": { from: "terminal: tstr .size (1..64)", to: "terminal: float", at: "float", code: "schema/unsupported-json" },
};

const sources = specSources();

function seed(path: string, fault: Fault) {
  const source = sources.find((candidate) => candidate.path === path);
  const place = source?.text.indexOf(fault.from) ?? -1;
  if (source === undefined || place < 0) throw new Error(`${path} has no ${fault.from}`);
  const text = source.text.slice(0, place) + fault.to + source.text.slice(place + fault.from.length);
  const changed = createSourceFile(path, text);
  return { changed, place, result: compile(withSources(sources, changed)) };
}

describe("a fault in the real specification", () => {
  it("is not there to begin with", () => {
    expect(compile(sources).diagnostics.filter((diagnostic) => diagnostic.severity === "error")).toEqual([]);
  });

  it.each(Object.entries(tableFaults))("in table %s is reported where it stands", (name, fault) => {
    const path = `spec/tables/${name}.yaml`;
    const { changed, place, result } = seed(path, fault);
    expect(result.files).toBeUndefined();
    const found = result.diagnostics.filter((diagnostic) => diagnostic.code === fault.code && diagnostic.span.file === path);
    expect(found.length, JSON.stringify(result.diagnostics.map(({ code, message }) => [code, message]))).toBeGreaterThan(0);
    if (fault.at === undefined) {
      const { line } = positionAt(changed, place);
      expect(found.some((diagnostic) => diagnostic.span.line >= line && diagnostic.span.line <= line + 1)).toBe(true);
      return;
    }
    const { line, column } = positionAt(changed, place + fault.to.indexOf(fault.at));
    expect(found.map(({ span }) => [span.line, span.column])).toContainEqual([line, column]);
  });

  it.each(Object.entries(schemaFaults))("in schema %s is reported where it stands", (name, fault) => {
    const path = `spec/cddl/${name}`;
    const { changed, place, result } = seed(path, fault);
    expect(result.files).toBeUndefined();
    const found = result.diagnostics.filter((diagnostic) => diagnostic.code === fault.code);
    const { line, column } = positionAt(changed, place + (fault.at === undefined ? 0 : fault.to.indexOf(fault.at)));
    const places = found.map(({ span }) => [span.file, span.line, fault.at === undefined ? column : span.column]);
    expect(places, JSON.stringify(result.diagnostics.map(({ code, message }) => [code, message]))).toContainEqual([path, line, column]);
  });

  it("that removes a released row is reported", () => {
    const path = "spec/tables/traps.yaml";
    const source = sources.find((candidate) => candidate.path === path);
    const rows = source?.text.split("\n").filter((line) => !line.includes("name: other")) ?? [];
    const { diagnostics } = compile(withSources(sources, createSourceFile(path, rows.join("\n"))));
    expect(diagnostics.map(({ code }) => code)).toEqual(["table/released-removed"]);
  });

  // @spec compatibility.deprecation, compatibility.numbers
  it.each([
    ["1.1", "2.0", ["table/released-removed"]],
    ["2.0", "3.0", ["table/released-removed"]],
    ["1.1", "3.0", []],
  ])("that removes a row marked in %s is none in %s where it stayed for a major version", (marked, version, codes) => {
    const edited = (path: string, edit: (text: string) => string) => {
      const source = sources.find((candidate) => candidate.path === path);
      return createSourceFile(path, edit(source?.text ?? ""));
    };
    const changed = [
      edited("spec/tables/traps.yaml", (text) => text.split("\n").filter((line) => !line.includes("name: other")).join("\n")),
      edited("spec/tables/versions.yaml", (text) => text.replace(/(name: schema, version: )"[^"]*"/, `$1"${version}"`)),
      edited("spec/released/1.0.yaml", (text) => text.replace("    other: { number: 10 }", `    other: { number: 10, deprecated: "${marked}" }`)),
    ];
    const { diagnostics } = compile(withSources(sources, ...changed));
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
    const reused = edited("spec/tables/traps.yaml", (text) => text.replace("name: other, number: 10", "name: another, number: 10"));
    const again = compile(withSources(sources, ...changed.slice(1), reused)).diagnostics.map(({ code }) => code);
    expect(again).toContain("table/number-reused");
  });
});
